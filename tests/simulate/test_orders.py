import numpy as np
import pytest

from dealerml.dates import to_day
from dealerml.simulate.draws import Ints
from dealerml.simulate.network import Network
from dealerml.simulate.orders import (
    calendar_demand,
    daily_demand,
    days_to_quarter_end,
    draw_order_days,
    festival_demand,
    in_winter,
    is_loading,
)
from dealerml.simulate.plan import Plan, make_plan
from dealerml.simulate.traits import Traits, draw_traits

START, END = to_day("2022-07-01"), to_day("2025-06-30")


def days(first: str, last: str) -> Ints:
    return np.arange(to_day(first), to_day(last) + 1)


@pytest.fixture(scope="module")
def world() -> tuple[Traits, Plan]:
    rng = np.random.default_rng(0)
    traits = draw_traits(rng, 200)
    plan = make_plan(rng, traits, start=START, end=END)
    return traits.take(plan.twin), plan


@pytest.mark.parametrize("new_year", ["2023-01-22", "2024-02-10", "2025-01-29"])
def test_demand_follows_the_moving_festival(new_year: str) -> None:
    around = to_day(new_year) + np.array([-31, -30, -9, -8, 0, 11, 12, 22, 40, 41])
    expected = [1000, 1350, 1350, 60, 60, 60, 700, 1200, 1000, 1000]
    assert festival_demand(around).tolist() == expected


def test_weekends_and_national_days_are_quiet() -> None:
    friday, saturday, sunday = calendar_demand(days("2024-06-14", "2024-06-16")).tolist()
    assert friday > saturday > sunday > 0
    assert calendar_demand(days("2024-10-01", "2024-10-07")).max() < 300


def test_days_of_a_quarter_are_counted_from_both_ends() -> None:
    left, passed = days_to_quarter_end(np.array([to_day("2024-01-01"), to_day("2024-03-22")]))
    assert (left.tolist(), passed.tolist()) == ([90, 9], [0, 81])


def test_stock_is_pushed_in_the_last_ten_days() -> None:
    assert (
        is_loading(days("2024-03-20", "2024-04-02")).tolist()
        == [False] * 2 + [True] * 10 + [False] * 2
    )


def test_a_winter_stop_crosses_the_turn_of_the_year(world: tuple[Traits, Plan]) -> None:
    plan = world[1]
    dealer = int(np.flatnonzero(plan.has("winter_stop"))[0])
    resting = in_winter(plan, days("2023-07-01", "2024-06-30"))[dealer]
    assert resting.sum() == plan.winter_days[dealer]
    assert np.abs(np.diff(resting.astype(int))).sum() == 2
    assert resting[days("2023-07-01", "2023-12-31").size]


def test_orders_fall_only_on_days_with_demand(world: tuple[Traits, Plan]) -> None:
    traits, plan = world
    dealers, order_days = draw_order_days(
        np.random.default_rng(3), traits, plan, start=START, end=END
    )
    demand = daily_demand(np.random.default_rng(3), traits, plan, days=np.arange(START, END + 1))
    assert (demand[dealers, order_days - START] > 0).all()
    assert (np.diff(order_days) >= 0).all()


def test_a_steady_dealer_keeps_to_its_rhythm(world: tuple[Traits, Plan]) -> None:
    traits, plan = world
    dealers = draw_order_days(np.random.default_rng(3), traits, plan, start=START, end=END)[0]
    steady = np.flatnonzero(plan.has("steady") & (plan.first_day == START))
    orders = np.bincount(dealers, minlength=200)[steady]
    expected = (END - START) / traits.gap_days[steady]
    assert 0.85 < orders.sum() / expected.sum() < 1.15


def test_nobody_runs_out_of_orders_before_the_end(network: Network) -> None:
    truth = network.truth
    changed = truth.loc[truth["dealer_id"] != "", "dealer_id"].unique()
    lines = network.order_lines[~network.order_lines["dealer_id"].isin(changed)]
    last = lines.groupby("dealer_id")["order_date"].max()
    assert last.quantile(0.1) > network.order_lines["order_date"].max() - np.timedelta64(60, "D")

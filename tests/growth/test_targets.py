import pandas as pd
import pytest

from dealerml.growth.forecast import forecast_sales
from dealerml.growth.targets import close_gap, find_next_steps, set_targets, track_targets


def monthly(dealer, amount):
    months = pd.period_range("2023-01", "2025-05", freq="M")
    return [f"{dealer}{m} {dealer} {m}-10 {amount}" for m in months]


LINES = "\n".join(
    ["order_id dealer_id order_date net_amount", *monthly("A", 100), *monthly("B", 40)]
)
TARGETS = """
dealer_id from_date until_date target_amount
A 2025-04-01 2025-06-30 250
A 2025-01-01 2025-12-31 9000
B 2025-04-01 2025-06-30 400
B 2024-04-01 2024-06-30 1
""".strip()
REBATES = """
dealer_id from_date until_date threshold_amount rebate_share
A 2025-04-01 2025-06-30 150 0.01
A 2025-04-01 2025-06-30 210 0.02
A 2025-04-01 2025-06-30 900 0.03
B 2025-04-01 2025-06-30 400 0.01
""".strip()


TWO_PERIODS = """
dealer_id from_date until_date threshold_amount rebate_share
A 2025-04-01 2025-06-30 210 0.02
B 2025-01-01 2025-12-31 215 0.01
""".strip()


@pytest.fixture
def snapshot(tables_of):
    return tables_of(order_lines=LINES, targets=TARGETS, rebates=REBATES).as_of("2025-05-31")


def test_attainment_pace_and_chance(snapshot):
    found = track_targets(snapshot, forecast_sales(snapshot))
    a, b = found.table.loc["A"], found.table.loc["B"]
    assert (a["target_amount"], a["so_far_amount"]) == (250, 200)
    assert a["target_attainment"] == 0.8
    assert a["run_rate_amount"] == pytest.approx(200 / 61 * 91)
    assert a["forecast_amount"] == pytest.approx(300, rel=0.1)
    assert a["reach_chance"] > 0.9
    assert b["reach_chance"] < 0.05
    assert b["gap_per_week"] == pytest.approx(320 / (30 / 7))
    assert found.table.index.tolist() == ["B", "A"]


def test_the_company_s_target_is_the_sum_of_the_dealers(snapshot):
    total = track_targets(snapshot, forecast_sales(snapshot)).total
    assert (total["target_amount"], total["so_far_amount"]) == (650, 280)
    assert str(total["until_date"]) == "2025-06-30"
    assert total["weeks_left"] == pytest.approx(30 / 7)


def test_regions_add_up_the_targets_of_their_dealers(snapshot):
    regions = pd.Series({"A": "North", "B": "South"})
    found = track_targets(snapshot, forecast_sales(snapshot), regions=regions)
    assert found.regions.index.tolist() == ["South", "North"]
    assert found.regions.loc["North", "target_attainment"] == 0.8
    assert found.regions["target_amount"].sum() == found.total["target_amount"]


def test_its_own_row_comes_first(tables_of):
    rows = TARGETS + "\n. 2025-04-01 2025-06-30 500"
    snapshot = tables_of(order_lines=LINES, targets=rows).as_of("2025-05-31")
    assert track_targets(snapshot, forecast_sales(snapshot)).total["target_amount"] == 500


def test_a_period_that_has_ended_is_told_as_such(tables_of):
    snapshot = tables_of(order_lines=LINES, targets=TARGETS).as_of("2025-06-30")
    found = track_targets(snapshot, forecast_sales(snapshot))
    assert found.table.loc["A", "reach_chance"] == 0
    assert pd.isna(found.table.loc["A", "gap_per_week"])
    assert "The period has ended" in found.text


def test_each_period_counts_from_its_own_beginning_to_its_own_end(tables_of):
    rows = """
    dealer_id from_date until_date target_amount
    A 2025-04-01 2025-06-30 250
    B 2025-01-01 2025-12-31 480
    """
    snapshot = tables_of(order_lines=LINES, targets=rows, rebates=TWO_PERIODS).as_of("2025-05-31")
    found = track_targets(snapshot, forecast_sales(snapshot))
    assert found.table["so_far_amount"].to_dict() == {"A": 200, "B": 200}
    assert found.table.loc["A", "forecast_amount"] == pytest.approx(300, rel=0.1)
    assert found.table.loc["B", "forecast_amount"] == pytest.approx(480, rel=0.1)
    assert found.total == {}
    assert "different periods" in found.text
    steps = find_next_steps(snapshot)
    assert steps["so_far_amount"].to_dict() == {"A": 200, "B": 200}


def test_the_next_rebate_step_within_reach(snapshot):
    found = find_next_steps(snapshot)
    assert found.index.tolist() == ["A"]
    assert found.loc["A", ["threshold_amount", "gap_amount"]].tolist() == [210, 10]


@pytest.mark.parametrize("wanted", [None, 500.0, 300.0, 0.0])
def test_targets_add_up_to_what_the_company_wants(snapshot, wanted):
    forecast = forecast_sales(snapshot, horizon=90)
    plan = set_targets(forecast, company_amount=wanted)
    total = forecast.ahead.query("level == 'total'")["mean"].iloc[0]
    assert plan.table["target_amount"].sum() == pytest.approx(total if wanted is None else wanted)
    assert (plan.table["target_amount"] >= 0).all()
    assert (plan.table["stretch_amount"] >= plan.table["target_amount"]).all()


def test_more_is_asked_of_those_whose_sales_can_move(sample_snapshot):
    forecast = forecast_sales(sample_snapshot)
    expected = forecast.ahead.query("level == 'total'")["mean"].iloc[0]
    plan = set_targets(forecast, company_amount=1.1 * expected)
    assert plan.chance < 0.5
    assert plan.table["base_chance"].median() < 0.5
    assert plan.table["target_amount"].sum() == pytest.approx(1.1 * expected, abs=0.01)


def test_a_gap_and_what_could_close_it():
    found = close_gap(100.0, {"won_back": pd.Series([30.0, 0.0]), "white_space": pd.Series([80.0])})
    assert found.index.tolist() == ["white_space", "won_back"]
    assert found["share"].tolist() == [0.8, 0.3]
    assert found["dealers"].tolist() == [1, 1]


def test_without_targets_there_is_nothing(example):
    snapshot = example.as_of("2025-06-30")
    assert track_targets(snapshot, forecast_sales(snapshot)).table.empty
    assert find_next_steps(snapshot).empty

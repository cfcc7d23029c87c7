import pandas as pd
import pytest

from dealerml.churn import Backtest
from dealerml.churn.profit import measure_profit

COSTS = {
    "contact_cost": 10.0, "offer_cost": 0.0, "save_rate": 0.5, "loyal_accept_share": 0.5,
    "return_share": 0.0,
}  # fmt: skip


def case(risk, churned, amount, ratio):
    index = pd.MultiIndex.from_product(
        [[pd.Timestamp("2024-03-31")], [f"D{i:03d}" for i in range(len(risk))]],
        names=["as_of", "dealer_id"],
    )
    empty = pd.DataFrame()
    predictions = pd.DataFrame({"churned": churned, "m": risk}, index=index)
    panel = pd.DataFrame({"net_amount_365d": amount, "year_ratio_90d": ratio}, index=index)
    return Backtest(empty, (), empty, empty, predictions), panel


@pytest.fixture
def hundred():
    """One dealer per cent of capacity: D000 is found by the list only, D001 by the rule only."""
    risk, churned = [0.4, 0.01] + [0.6] + [0.01] * 97, [1.0, 0.0] + [0.0] + [0.0] * 97
    amount, ratio = [1000.0, 5000.0] + [10.0] + [1.0] * 97, [1.0, 0.5] + [1.0] * 98
    return case(risk, churned, amount, ratio)


def test_money_by_head(hundred):
    found = measure_profit(*hundred[:1], "m", hundred[1], costs=COSTS, n_bootstrap=20)
    table = found.table
    # Expected: D000 0.4 × 0.5 × 1000 − 10 = 190, D001 0.01 × 0.5 × 5000 − 10 = 15, nobody else.
    assert table.loc[0.01, "call_list"] == pytest.approx(0.5 * 1000 - 10)
    assert table.loc[0.02, "call_list"] == pytest.approx(0.5 * 1000 - 20)
    assert table.loc[0.20, "call_list"] == pytest.approx(0.5 * 1000 - 20)
    assert table["managers_rule"].tolist() == pytest.approx([-10.0] * 20)
    assert table["above_half"].tolist() == pytest.approx([-10.0] * 20)
    area = found.areas.loc["call_list", "area"]
    assert area == pytest.approx(table["call_list"].mean())
    assert found.areas.loc["managers_rule", "difference"] == pytest.approx(area + 10)


def test_equal_ways_differ_by_nothing():
    # Risks above one half, amounts and falls that all agree: three times the same order.
    backtest, panel = case(
        [0.9, 0.8, 0.1] * 40, [1.0, 0.0, 0.0] * 40, [100.0] * 120, [0.5, 0.5, 1] * 40
    )
    free = COSTS | {"contact_cost": 30.0}
    areas = measure_profit(backtest, "m", panel, costs=free, n_bootstrap=50).areas
    assert areas.loc["above_half", "difference"] == pytest.approx(0)
    assert areas.loc["above_half", ["low", "high"]].tolist() == pytest.approx([0, 0])


def test_it_is_said_in_both_languages(hundred):
    found = measure_profit(hundred[0], "m", hundred[1], costs=COSTS, n_bootstrap=20)
    assert "more than the rule of a fall by 30 %" in found.text
    assert "挽回率 50.0%" in found.text_in("zh")

import numpy as np
import pandas as pd
import pytest

from dealerml.churn import Backtest, backtest_churn, measure_gain, measure_reliability


def backtest_of(churned, **risks) -> Backtest:
    index = pd.MultiIndex.from_product(
        [[pd.Timestamp("2024-03-31")], [f"D{i}" for i in range(len(churned))]],
        names=["as_of", "dealer_id"],
    )
    predictions = pd.DataFrame({"churned": churned, **risks}, index=index)
    empty = pd.DataFrame()
    return Backtest(empty, (), empty, empty, predictions)


def test_two_groups_by_head():
    # Four at 0.2 and one at 0.8: both groups expect 0.8 churners.
    risk = [0.2, 0.2, 0.2, 0.2, 0.8]
    table = measure_reliability(backtest_of([0, 0, 0, 1, 1], m=risk), "m", bins=2)
    assert table["n"].tolist() == [4, 1]
    assert table["events"].tolist() == [1, 1]
    assert table["predicted"].tolist() == pytest.approx([0.2, 0.8])
    assert table["observed"].tolist() == [0.25, 1]


def test_the_interval_holds_the_share_and_stays_within_0_and_1():
    table = measure_reliability(backtest_of([0] * 10, m=np.linspace(0, 1, 10)), "m", bins=2)
    assert (table["low"] <= table["observed"] + 1e-12).all()
    # Wilson for 0 of n: z² / (n + z²); the groups hold 7 and 3 dealers.
    assert table["high"].tolist() == pytest.approx([0.3543, 0.5615], abs=1e-4)


def test_equal_risks_are_one_group():
    assert len(measure_reliability(backtest_of([0, 1, 0], m=[0.3] * 3), "m")) == 1


def test_the_gain_curve_finds_the_riskiest_first():
    gain = measure_gain(backtest_of([1, 0, 0, 1], m=[0.9, 0.1, 0.2, 0.8], blind=[0.5] * 4))
    assert gain.loc[0.5, "m"] == pytest.approx(1)
    assert gain.loc[0.25, "m"] == pytest.approx(0.5)
    assert gain.loc[0.5, "blind"] == pytest.approx(0.5)


def test_nothing_tested_and_nobody_stopping_give_empty_tables(network):
    untested = backtest_churn(network(slices=1))
    assert measure_reliability(untested, "silence_rule").empty
    assert measure_gain(untested).empty
    assert measure_gain(backtest_of([0, 0], m=[0.1, 0.2])).empty

import numpy as np
import pandas as pd
import pytest

from dealerml.churn import (
    Backtest,
    backtest_churn,
    measure_calibration,
    measure_gain,
    measure_reliability,
)


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


def made_backtest(panel, risk):
    predictions = pd.DataFrame({"churned": panel["churned"], "model": risk}, index=panel.index)
    empty = pd.DataFrame()
    return Backtest(empty, (), empty, empty, predictions)


def true_risk(panel):
    odds = np.exp(
        -4 + 1.2 * np.minimum(panel["overdue_ratio"], 4) - 4 * np.log(panel["year_ratio_90d"])
    )
    return odds / (1 + odds)


def test_the_true_risk_is_calibrated_and_a_distorted_one_is_not(panel):
    risk = true_risk(panel)
    found = measure_calibration(made_backtest(panel, risk), "model").loc["pooled"]
    assert found["slope_lo"] < 1 < found["slope_hi"]
    assert found["intercept_lo"] < 0 < found["intercept_hi"]

    odds = risk / (1 - risk)
    bold = odds**2 / (1 + odds**2)  # twice the log-odds: half the slope
    wrong = measure_calibration(made_backtest(panel, bold), "model").loc["pooled"]
    assert wrong["slope"] == pytest.approx(found["slope"] / 2, rel=1e-6)
    assert wrong["slope_hi"] < 1
    doubled = 2 * odds / (1 + 2 * odds)
    high = measure_calibration(made_backtest(panel, doubled), "model").loc["pooled"]
    assert high["intercept"] == pytest.approx(found["intercept"] - np.log(2), abs=1e-6)
    assert high["intercept_hi"] < 0


def test_curves_agree_with_statsmodels(panel):
    import statsmodels.api as sm

    risk = true_risk(panel).clip(1e-12, 1 - 1e-12)
    found = measure_calibration(made_backtest(panel, risk), "model", slices=8).loc["pooled"]
    log_odds = np.log(risk / (1 - risk))
    churned, binomial = panel["churned"], sm.families.Binomial()
    slope = sm.GLM(churned, sm.add_constant(log_odds), family=binomial).fit().params.iloc[1]
    shift = sm.GLM(churned, np.ones(len(panel)), family=binomial, offset=log_odds).fit().params
    assert found["slope"] == pytest.approx(slope, abs=1e-6)
    assert found["intercept"] == pytest.approx(shift.iloc[0], abs=1e-6)
    assert found["expected"] == pytest.approx(risk.sum())


def test_calibration_with_few_churners_is_empty_and_says_how_many(network):
    panel = network(churn=0.0)
    found = measure_calibration(made_backtest(panel, pd.Series(0.1, panel.index)), "model")
    assert found["slope"].isna().all()
    assert found.loc["pooled", "events"] == 0
    assert list(found.index[-2:]) == ["2023-12-31", "pooled"]

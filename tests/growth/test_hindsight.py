import numpy as np
import pandas as pd
import pytest

from dealerml.growth import forecast_sales


@pytest.fixture(scope="module")
def series():
    """Forty steady dealers; the first stops buying three months before the end."""
    random = np.random.default_rng(0)
    months = pd.period_range("2021-07", periods=48, freq="M")
    y = 100 + random.normal(0, 5, (40, 48))
    y[0, -3:] = 5.0
    return pd.DataFrame(y, [f"D{n:02}" for n in range(40)], months)


def test_whoever_fell_below_what_was_forecast_is_seen(series):
    past = forecast_sales(series, horizon=90).hindsight
    last = past.xs(pd.Timestamp("2025-06-30"), level="as_of")
    assert last["forecast_low_ratio"].idxmin() == "D00"
    assert last.loc["D00", "forecast_low_ratio"] < 0.2
    assert (last["forecast_low_ratio"].drop("D00") > 0.9).mean() > 0.9
    assert last.loc["D00", "net_amount_seen"] == pytest.approx(15.0)


def test_what_was_said_then_knew_nothing_of_what_came(series):
    past = forecast_sales(series, horizon=90).hindsight
    changed = series.copy()
    changed.iloc[:, -3:] = 1.0
    other = forecast_sales(changed, horizon=90).hindsight
    date = pd.Timestamp("2025-03-31")
    columns = ["mean", "lo95", "net_amount_seen"]
    pd.testing.assert_frame_equal(
        past.xs(date, level="as_of")[columns], other.xs(date, level="as_of")[columns]
    )


def test_with_a_short_history_there_is_no_hindsight(series):
    assert forecast_sales(series.iloc[:, :2], horizon=90).hindsight.empty

import numpy as np
import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.growth.calendar import calendar_facts
from dealerml.growth.sum_models import model_sums

MONTHS = pd.period_range("2018-01", periods=48, freq="M")


@pytest.fixture(scope="module")
def series():
    """Ten dealers in two regions; a working day more brings 4 %."""
    rng = np.random.default_rng(0)
    days = calendar_facts(MONTHS)["working_days"].to_numpy()
    shared = (1 + 0.2 * np.sin(2 * np.pi * np.arange(48) / 12)) * np.exp(0.04 * (days - 21.7))
    y = 100 * shared * np.exp(rng.normal(0, 0.04, (10, 48)))
    return pd.DataFrame(y, [f"D{n}" for n in range(10)], MONTHS)


@pytest.fixture(scope="module")
def found(series):
    return model_sums(series, regions=pd.Series(["N", "S"] * 5, series.index))


def test_the_total_and_each_region_have_a_model_and_twelve_months(found):
    assert found.models.index.tolist() == [("total", "total"), ("region", "N"), ("region", "S")]
    assert found.table.groupby(["level", "key"]).size().tolist() == [12, 12, 12]
    limits = found.table[["lo95", "lo80", "mean", "hi80", "hi95"]]
    assert (limits.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_working_days_are_found_and_make_the_model_better_than_last_year(found):
    row = found.models.iloc[0]
    assert row["day_low"] < np.expm1(0.04) < row["day_high"]
    assert row[f"wape_{row['model']}"] < row["wape_naive"]
    assert "One working day more goes with +4" in found.text
    assert "工作日" in found.text_in("zh")


def test_residuals_are_those_of_the_months_seen(found):
    assert found.residuals.index.max() == MONTHS[-1]
    assert found.residuals[("total", "total")].std() < 0.05


def test_too_short_a_series_is_refused(series):
    with pytest.raises(HistoryError, match="needs 36 months; the series has 20"):
        model_sums(series.iloc[:, :20])


def test_silent_months_have_no_model(series):
    silent = series.copy()
    silent.iloc[:, 40] = 0.0
    assert "silent months" in model_sums(silent).text

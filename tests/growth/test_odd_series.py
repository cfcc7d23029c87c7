"""Histories that break forecasters: whatever comes in, what comes out is finite and sensible."""

import numpy as np
import pandas as pd
import pytest

from dealerml.growth.backcasts import Rules
from dealerml.growth.forecast import forecast_sales
from dealerml.growth.methods import METHODS, try_methods

RULES = Rules(history_months=60, silent_months=6, season_months=24, step=3, most=8)
RNG = np.random.default_rng(0)
MONTHS = 48


def history(*values):
    """The last months of a dealer that begins with them."""
    return np.r_[np.full(MONTHS - len(values), np.nan), values]


ODD = {
    "never": np.full(MONTHS, np.nan),
    "zero": np.zeros(MONTHS),
    "constant": np.full(MONTHS, 7.0),
    "one_month": history(5.0),
    "three_months": history(5.0, 6.0, 7.0),
    "gone": np.r_[np.full(24, 9.0), np.zeros(24)],
    "huge": RNG.gamma(5, 2e14, MONTHS),
    "tiny": RNG.gamma(5, 2e-6, MONTHS),
    "returns": np.r_[RNG.gamma(5, 20, MONTHS - 1), [-900.0]],
    "only_returns": np.r_[np.zeros(MONTHS - 1), [-5.0]],
    "one_order": np.r_[np.zeros(MONTHS - 2), [1000.0, 0.0]],
    "ordinary": RNG.gamma(5, 20, MONTHS),
}


@pytest.fixture(scope="module")
def odd():
    columns = pd.period_range("2021-07", periods=MONTHS, freq="M")
    return pd.DataFrame(list(ODD.values()), list(ODD), columns)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_stays_finite_and_within_reason(odd, method):
    tried = try_methods(odd.to_numpy(), [method], rules=RULES)
    means = pd.DataFrame(tried.means[method], odd.index)
    assert np.isfinite(means).all(axis=None)
    largest = odd.abs().max(axis=1).fillna(0)
    assert (means.abs().max(axis=1) <= 2 * largest + 1e-9).all()
    for name in ("never", "zero", "gone", "only_returns"):
        assert (means.loc[name] == 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_dealer_among_ordinary_ones_goes_on(method):
    y = np.vstack([np.full(MONTHS, 7.0), RNG.gamma(20, 5, (60, MONTHS))])
    means = try_methods(y, [method], rules=RULES).means[method]
    assert means[0] == pytest.approx(7.0, rel=0.1)


def test_the_whole_forecast_of_odd_dealers_is_finite_and_adds_up(odd):
    forecast = forecast_sales(odd, regions=pd.Series(["N", "S"] * 6, odd.index))
    limits = forecast.table[["lo95", "lo80", "mean", "hi80", "hi95"]]
    assert np.isfinite(limits).all(axis=None)
    assert (limits.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    sums = forecast.table.groupby(["level", "month"])["mean"].sum()
    assert sums["dealer"].to_numpy() == pytest.approx(sums["total"].to_numpy(), rel=1e-12)
    assert sums["region"].to_numpy() == pytest.approx(sums["total"].to_numpy(), rel=1e-12)


def test_nobody_at_all_is_an_empty_answer(odd):
    for part in (odd.iloc[:0], odd.iloc[:, :2], odd.loc[["never"]]):
        forecast = forecast_sales(part)
        assert not forecast.table["mean"].gt(0).any()
        assert forecast.text

"""The seasonal shape of monthly sales: a dealer's own where it shows, else the channel's."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SEASON: Final = 12
# One-sided 90 % limit of the autocorrelation test that the Theta method is published with.
TEST_LIMIT: Final = 1.645
# How much of the shape of all dealers goes into one dealer's own: little where the dealer's season
# passes the test, most where it does not.
POOL_WHERE_SEASONAL: Final = 0.3
POOL_ELSEWHERE: Final = 0.7
SMALLEST_FACTOR: Final = 0.05


@dataclass(frozen=True)
class Season:
    """What each of the twelve months adds to, or multiplies, a dealer's level.

    Parameters
    ----------
    shape
        n x 12; column 0 is the first month after the history. A factor around 1 for dealers whose
        months are all above zero, an amount around 0 for the others.
    multiplies
        n; which of the two it is.
    """

    shape: FloatArray
    multiplies: BoolArray

    def remove(self, y: FloatArray) -> FloatArray:
        """What is left of a history, n x months, without its season?"""
        months = y.shape[1]
        shape = self.shape[:, phases(months)]
        return np.where(self.multiplies[:, None], y / self._divisor(shape), y - shape)

    def restore(self, level: FloatArray) -> FloatArray:
        """What is the forecast, n x steps, once the season is back?"""
        shape = self.shape[:, np.arange(level.shape[1]) % SEASON]
        return np.where(self.multiplies[:, None], level * shape, level + shape)

    def _divisor(self, shape: FloatArray) -> FloatArray:
        return np.where(self.multiplies[:, None], shape, 1.0)


def fit_season(y: FloatArray) -> Season:
    """Which seasonal shape has each dealer?

    The dealer's own shape (classical decomposition) is averaged with the shape of all dealers
    together, which is the only one for those with less than two years of history.

    Parameters
    ----------
    y
        n x months, NaN before the first month of a dealer.
    """
    trend = centred_average(y)
    pool = pooled_shape(y, trend)
    share = np.where(has_season(y), POOL_WHERE_SEASONAL, POOL_ELSEWHERE)[:, None]
    multiplies = np.where(np.isfinite(y), y, np.inf).min(axis=1, initial=np.inf) > 0
    factor = _mix(_own_factor(y, trend), pool[None, :], share)
    amount = _mix(_own_amount(y, trend), row_mean(y)[:, None] * (pool - 1)[None, :], share)
    shape = np.where(multiplies[:, None], np.maximum(factor, SMALLEST_FACTOR), amount)
    return Season(shape, multiplies)


def has_season(y: FloatArray) -> BoolArray:
    """Does the same month of the year before tell something about a month?

    The autocorrelation at twelve months against its limit if there were none; always no with less
    than two years of history.

    References
    ----------
    Assimakopoulos, V., & Nikolopoulos, K. (2000). The theta model: a decomposition approach to
    forecasting. International Journal of Forecasting. https://doi.org/10.1016/S0169-2070(00)00066-2
    """
    known = np.isfinite(y)
    count = known.sum(axis=1)
    if y.shape[1] < 2 * SEASON:
        return np.zeros(len(y), dtype=bool)
    apart = np.where(known, y - row_mean(y)[:, None], 0.0)
    energy = (apart * apart).sum(axis=1)
    products = [(apart[:, k:] * apart[:, :-k]).sum(axis=1) for k in range(1, SEASON + 1)]
    r = np.stack(products, axis=1) / np.where(energy > 0, energy, 1.0)[:, None]
    spread = 1 + 2 * (r[:, :-1] ** 2).sum(axis=1)
    limit = TEST_LIMIT * np.sqrt(spread / np.maximum(count, 1))
    clear: BoolArray = (np.abs(r[:, -1]) > limit) & (count >= 2 * SEASON) & (energy > 0)
    return clear


def centred_average(y: FloatArray) -> FloatArray:
    """Which level had each month, averaged over the year around it? NaN at both ends."""
    trend = np.full_like(y, np.nan)
    months = y.shape[1]
    if months > SEASON:
        # Added one by one: a matrix product may round differently with another number of threads.
        width = months - SEASON
        whole = sum((y[:, k : k + width] for k in range(1, SEASON)), np.zeros((len(y), width)))
        ends = y[:, :width] + y[:, SEASON:]
        trend[:, SEASON // 2 : months - SEASON // 2] = (whole + ends / 2) / SEASON
    return trend


def pooled_shape(y: FloatArray, trend: FloatArray) -> FloatArray:
    """Which seasonal factors, twelve around 1, have all dealers together?

    Each month counts only dealers whose own trend is known there, so that dealers who join do not
    look like a season. Ones where two years of history are lacking.
    """
    known = np.isfinite(trend) & np.isfinite(y)
    if y.shape[1] < 2 * SEASON:
        return np.ones(SEASON)
    sales = np.where(known, y, 0.0).sum(axis=0)
    base = np.where(known, trend, 0.0).sum(axis=0)
    usable = (base > 0) & (sales >= 0)
    ratio = np.where(usable, sales / np.where(usable, base, 1.0), np.nan)
    shape = _by_phase(ratio[None, :])[0]
    if not np.isfinite(shape).all() or shape.sum() <= 0:
        return np.ones(SEASON)
    factors: FloatArray = np.maximum(shape / shape.mean(), SMALLEST_FACTOR)
    return factors


def phases(months: int) -> npt.NDArray[np.int64]:
    """Which of the twelve months, counted from the first one after the history, is each column?

    Examples
    --------
    >>> phases(14).tolist()
    [10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    """
    phase: npt.NDArray[np.int64] = (np.arange(months) - months) % SEASON
    return phase


def row_mean(y: FloatArray) -> FloatArray:
    """What is the mean of the known months of each row? Zero where none is known."""
    known = np.isfinite(y)
    mean: FloatArray = np.where(known, y, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return mean


def lowest(y: FloatArray) -> FloatArray:
    """Below which amount will a series never be put? Its lowest month, and zero at most."""
    floor: FloatArray = np.where(np.isfinite(y), y, 0.0).min(axis=1, initial=0.0)
    return floor


def _own_factor(y: FloatArray, trend: FloatArray) -> FloatArray:
    usable = np.isfinite(trend) & (trend > 0)
    ratio = np.where(usable, y / np.where(usable, trend, 1.0), np.nan)
    shape = _by_phase(ratio)
    mean = shape.mean(axis=1, keepdims=True)
    return shape / np.where(mean > 0, mean, 1.0)


def _own_amount(y: FloatArray, trend: FloatArray) -> FloatArray:
    shape = _by_phase(y - trend)
    around_zero: FloatArray = shape - shape.mean(axis=1, keepdims=True)
    return around_zero


def _by_phase(values: FloatArray) -> FloatArray:
    """Average the columns of each of the twelve months; NaN where a month has none."""
    phase = phases(values.shape[1])
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    count = np.stack([known[:, phase == k].sum(axis=1) for k in range(SEASON)], axis=1)
    total = np.stack([filled[:, phase == k].sum(axis=1) for k in range(SEASON)], axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _mix(own: FloatArray, pool: FloatArray, share: FloatArray) -> FloatArray:
    complete = np.isfinite(own).all(axis=1, keepdims=True)
    return np.where(complete, (1 - share) * own + share * pool, pool)

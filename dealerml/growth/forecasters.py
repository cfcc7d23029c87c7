"""Forecast all dealers at once: from an array of dealers x months to means of dealers x steps."""

from collections.abc import Callable
from typing import Final

import numpy as np

from dealerml.growth.season import SEASON, FloatArray, Season, fit_season, lowest

Forecaster = Callable[[FloatArray, int], FloatArray]

# Tried for every dealer; the one with the smallest one-step errors is taken.
SMOOTHING: Final[FloatArray] = np.linspace(0.02, 0.98, 25)
# Half of the slope, as Theta has it; of a young dealer less, since a few months make no trend.
SLOPE_SHARE: Final = 0.5
SLOPE_MONTHS: Final = 24
# Share of last year's months in the blend: they carry what a smoothed season has worn away.
LAST_YEAR_SHARE: Final = 0.25
# Rows worked on together, so that they stay in the processor's cache.
CHUNK: Final = 2048


def seasonal_naive(y: FloatArray, steps: int) -> FloatArray:
    """What if every month brought what it brought last year?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    steps
        Months ahead.

    Returns
    -------
    FloatArray
        n x steps. Months without a last year take the mean of the known months of the last year.

    Examples
    --------
    >>> y = np.array([np.arange(1.0, 25.0), [np.nan] * 22 + [4.0, 6.0]])
    >>> seasonal_naive(y, 3)
    array([[13., 14., 15.],
           [ 5.,  5.,  5.]])
    """
    last = y[:, -SEASON:]
    known = np.isfinite(last)
    total = np.where(known, last, 0.0).sum(axis=1)
    mean = total / np.maximum(known.sum(axis=1), 1)
    filled = np.where(known, last, mean[:, None])
    # With less than a year the mean alone is repeated: the months do not line up.
    year = filled if last.shape[1] == SEASON else np.repeat(mean[:, None], SEASON, axis=1)
    return year[:, np.arange(steps) % SEASON]


def theta(y: FloatArray, steps: int) -> FloatArray:
    """What will each dealer buy, from its level, half its trend and its season?

    The Theta method: the season is taken out, the level is smoothed exponentially with the best of
    25 rates, half of the least-squares slope is added and the season put back.

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer, zero in silent months.
    steps
        Months ahead.

    Returns
    -------
    FloatArray
        n x steps, finite; never below zero unless the dealer had a month below zero.

    References
    ----------
    Assimakopoulos, V., & Nikolopoulos, K. (2000). The theta model: a decomposition approach to
    forecasting. International Journal of Forecasting. https://doi.org/10.1016/S0169-2070(00)00066-2
    Hyndman, R. J., & Billah, B. (2003). Unmasking the Theta method. International Journal of
    Forecasting. https://doi.org/10.1016/S0169-2070(01)00143-1

    Examples
    --------
    >>> theta(np.array([[5.0, 5.0, 5.0, 5.0], [np.nan, np.nan, np.nan, 2.0]]), 2)
    array([[5., 5.],
           [2., 2.]])
    """
    # Amounts are divided by the dealer's largest month: squares of huge sums stay finite.
    largest = np.where(np.isfinite(y), np.abs(y), 0.0).max(axis=1, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)[:, None]
    scaled = y / unit
    season = _season(y, unit, largest)
    flat = season.remove(scaled)
    slope, rate, level = _slope(flat), np.empty(len(y)), np.empty(len(y))
    for start in range(0, len(y), CHUNK):
        rows = slice(start, start + CHUNK)
        level[rows], rate[rows] = _smooth(flat[rows])
    means = season.restore(level[:, None] + _drift(slope, rate, _months(y), steps))
    above: FloatArray = np.maximum(means, lowest(scaled)[:, None]) * unit
    return above


def blend(y: FloatArray, steps: int) -> FloatArray:
    """What if three quarters of the forecast is Theta's and one quarter is last year's?

    Averages of unlike forecasts miss by less than either, most of all in sums over dealers.

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    steps
        Months ahead.

    References
    ----------
    Bates, J. M., & Granger, C. W. J. (1969). The combination of forecasts. Operational Research
    Quarterly. https://doi.org/10.1057/jors.1969.103

    Examples
    --------
    >>> blend(np.array([[4.0, 4.0, 4.0]]), 2)
    array([[4., 4.]])
    """
    naive = seasonal_naive(y, steps)
    return (1 - LAST_YEAR_SHARE) * theta(y, steps) + LAST_YEAR_SHARE * naive


def _season(y: FloatArray, unit: FloatArray, largest: FloatArray) -> Season:
    # The shape is fitted on amounts, so that large dealers weigh more in the pooled one.
    top = largest.max(initial=0.0)
    season = fit_season(y / (top if top > 0 else 1.0))
    back = (top if top > 0 else 1.0) / unit
    shape = np.where(season.multiplies[:, None], season.shape, season.shape * back)
    return Season(shape, season.multiplies)


def _months(y: FloatArray) -> FloatArray:
    count: FloatArray = np.maximum(np.isfinite(y).sum(axis=1), 1).astype(np.float64)
    return count


def _slope(flat: FloatArray) -> FloatArray:
    known = np.isfinite(flat)
    count = _months(flat)
    time = np.arange(flat.shape[1], dtype=np.float64)
    apart = np.where(known, time - ((known * time).sum(axis=1) / count)[:, None], 0.0)
    width = (apart * apart).sum(axis=1)
    slope = (apart * np.where(known, flat, 0.0)).sum(axis=1) / np.where(width > 0, width, 1.0)
    shrunk: FloatArray = slope * count / (count + SLOPE_MONTHS)
    return shrunk


def _smooth(flat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the last level and the best smoothing rate of each row."""
    known = np.isfinite(flat)
    rows = np.arange(len(flat))
    first = known.argmax(axis=1)
    filled = np.where(known, flat, 0.0)
    level = np.repeat(filled[rows, first][:, None], len(SMOOTHING), axis=1)
    squares = np.zeros_like(level)
    for month in range(1, flat.shape[1]):
        counts = known[:, month] & (first < month)
        error = np.where(counts[:, None], filled[:, month, None] - level, 0.0)
        squares += error * error
        level += SMOOTHING * error
    best = squares.argmin(axis=1)
    return level[rows, best], SMOOTHING[best]


def _drift(slope: FloatArray, rate: FloatArray, months: FloatArray, steps: int) -> FloatArray:
    caught_up = (1 - (1 - rate) ** months) / rate
    return SLOPE_SHARE * slope[:, None] * (np.arange(steps) + caught_up[:, None])


FORECASTERS: Final[dict[str, Forecaster]] = {
    "seasonal_naive": seasonal_naive,
    "theta": theta,
    "blend": blend,
}

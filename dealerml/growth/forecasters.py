"""Forecast all dealers at once: from an array of dealers x months to means of dealers x steps."""

from collections.abc import Callable
from typing import Final

import numpy as np

from dealerml.growth.flattening import flatten, known_months
from dealerml.growth.intermittent import croston, tsb
from dealerml.growth.season import SEASON, FloatArray
from dealerml.growth.smoothing import (
    CHUNK,
    SLOPE_MONTHS,
    damped_trend,
    drift,
    seasonal_smoothing,
    simple_smoothing,
)

Forecaster = Callable[[FloatArray, int], FloatArray]

# Tried for every dealer; the one with the smallest one-step errors is taken.
SMOOTHING: Final[FloatArray] = np.linspace(0.02, 0.98, 17)
# Half of the slope, as Theta has it; of a young dealer less.
SLOPE_SHARE: Final = 0.5


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
    17 rates, half of the least-squares slope is added and the season put back.

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
    flat = flatten(y)
    values = flat.values
    slope, rate, level = _slope(values), np.empty(len(y)), np.empty(len(y))
    for start in range(0, len(y), CHUNK):
        rows = slice(start, start + CHUNK)
        level[rows], rate[rows] = _smooth(values[rows])
    return flat.restore(level[:, None] + _trend(slope, rate, known_months(y), steps))


def _slope(flat: FloatArray) -> FloatArray:
    known = np.isfinite(flat)
    count = known_months(flat)
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


def _trend(slope: FloatArray, rate: FloatArray, months: FloatArray, steps: int) -> FloatArray:
    caught_up = (1 - (1 - rate) ** months) / rate
    return SLOPE_SHARE * slope[:, None] * (np.arange(steps) + caught_up[:, None])


FORECASTERS: Final[dict[str, Forecaster]] = {
    "seasonal_naive": seasonal_naive,
    "drift": drift,
    "simple_smoothing": simple_smoothing,
    "damped_trend": damped_trend,
    "seasonal_smoothing": seasonal_smoothing,
    "theta": theta,
    "croston": croston,
    "tsb": tsb,
}

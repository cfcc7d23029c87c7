"""Exponential smoothing of all dealers at once: the best of a grid of rates for each."""

from collections.abc import Callable
from typing import Final

import numpy as np

from dealerml.growth.flattening import flatten, known_months
from dealerml.growth.season import SEASON, FloatArray

# Rates tried for level, trend and season, and the shares of a trend that are left a month later.
LEVEL_RATES: Final = (0.05, 0.1, 0.2, 0.35, 0.6)
TREND_RATES: Final = (0.05, 0.15)
DAMPING: Final = (0.85, 0.95)
SEASON_RATES: Final = (0.0, 0.05, 0.15, 0.3)
# Rows worked on together, so that they stay in the processor's cache.
CHUNK: Final = 512
# Months that half trust a slope: a few months make no trend.
SLOPE_MONTHS: Final = 24


def drift(y: FloatArray, steps: int) -> FloatArray:
    """What if each dealer went on from its last month as it went on average so far?

    The line from the first to the last month, freed of the season; a short history's slope is
    shrunken.

    Examples
    --------
    >>> drift(np.array([[4.0, 4.0, 4.0]]), 2)
    array([[4., 4.]])
    """
    flat = flatten(y)
    known = np.isfinite(flat.values)
    filled, rows = np.where(known, flat.values, 0.0), np.arange(len(y))
    count = known_months(flat.values)
    rise = filled[:, -1] - filled[rows, known.argmax(axis=1)]
    slope = rise / np.maximum(count - 1, 1) * count / (count + SLOPE_MONTHS)
    return flat.restore(filled[:, -1:] + slope[:, None] * np.arange(1, steps + 1))


def simple_smoothing(y: FloatArray, steps: int) -> FloatArray:
    """What will each dealer buy if its level stays where recent months have it?

    Examples
    --------
    >>> simple_smoothing(np.array([[4.0, 4.0, 4.0]]), 2)
    array([[4., 4.]])

    References
    ----------
    Gardner (2006), Exponential smoothing: the state of the art, part II,
    https://doi.org/10.1016/j.ijforecast.2006.03.005
    """
    flat = flatten(y)
    level = _by_chunk(flat.values, _level)
    return flat.restore(np.repeat(level, steps, axis=1))


def damped_trend(y: FloatArray, steps: int) -> FloatArray:
    """What if each dealer's trend goes on, but ever less?

    Examples
    --------
    >>> damped_trend(np.array([[4.0, 4.0, 4.0]]), 2)
    array([[4., 4.]])

    References
    ----------
    Gardner & McKenzie (1985), Forecasting trends in time series,
    https://doi.org/10.1287/mnsc.31.10.1237
    """
    flat = flatten(y)
    found = _by_chunk(flat.values, _trend)
    level, trend, kept = found[:, :1], found[:, 1:2], found[:, 2:]
    return flat.restore(level + trend * np.cumsum(kept ** np.arange(1, steps + 1), axis=1))


def seasonal_smoothing(y: FloatArray, steps: int) -> FloatArray:
    """What if level and season both follow recent months?

    The season starts as the shape shared with all dealers, and each dealer's own moves away from it
    as fast as served it best.

    Examples
    --------
    >>> seasonal_smoothing(np.array([[4.0, 4.0, 4.0]]), 2)
    array([[4., 4.]])

    References
    ----------
    Winters (1960), Forecasting sales by exponentially weighted moving averages,
    https://doi.org/10.1287/mnsc.6.3.324
    """
    flat = flatten(y)
    found = _by_chunk(flat.values, _season)
    return flat.restore(found[:, :1] + found[:, 1:][:, np.arange(steps) % SEASON])


def _by_chunk(flat: FloatArray, work: Callable[..., FloatArray]) -> FloatArray:
    """Work on rows × months that are zero where unknown, told which count; n x anything."""
    known = np.isfinite(flat)
    first = known.argmax(axis=1)
    counts = known & (np.arange(flat.shape[1]) > first[:, None])
    filled = np.where(known, flat, 0.0)
    begin = filled[np.arange(len(flat)), first]
    if not len(flat):
        return work(filled, counts, begin)
    return np.concatenate(
        [
            work(*(part[start : start + CHUNK] for part in (filled, counts, begin)))
            for start in range(0, len(flat), CHUNK)
        ]
    )


def _grid(*choices: tuple[float, ...]) -> list[FloatArray]:
    """Every combination of rates, one flat array for each kind."""
    return [part.reshape(-1) for part in np.meshgrid(*choices, indexing="ij")]


def _best(squares: FloatArray, *states: FloatArray) -> list[FloatArray]:
    """The states of the rates with the smallest one-step errors, of two alike the smaller rate."""
    rows, best = np.arange(len(squares)), squares.argmin(axis=1)
    return [state[rows, best] if state.ndim == 2 else state[best] for state in states]


def _level(filled: FloatArray, counts: FloatArray, begin: FloatArray) -> FloatArray:
    (rate,) = _grid(LEVEL_RATES)
    level = np.repeat(begin[:, None], len(rate), axis=1)
    squares = np.zeros_like(level)
    for month in range(filled.shape[1]):
        error = (filled[:, month, None] - level) * counts[:, month, None]
        squares += error * error
        level += rate * error
    return _best(squares, level)[0][:, None]


def _trend(filled: FloatArray, counts: FloatArray, begin: FloatArray) -> FloatArray:
    rate, slope_rate, kept = _grid(LEVEL_RATES, TREND_RATES, DAMPING)
    level = np.repeat(begin[:, None], len(rate), axis=1)
    trend, squares = np.zeros_like(level), np.zeros_like(level)
    for month in range(filled.shape[1]):
        counted = counts[:, month, None]
        said = level + kept * trend
        error = (filled[:, month, None] - said) * counted
        squares += error * error
        level = np.where(counted, said + rate * error, level)
        trend = np.where(counted, kept * trend + rate * slope_rate * error, trend)
    return np.stack(_best(squares, level, trend, kept), axis=1)


def _season(filled: FloatArray, counts: FloatArray, begin: FloatArray) -> FloatArray:
    rate, season_rate = _grid(LEVEL_RATES, SEASON_RATES)
    level = np.repeat(begin[:, None], len(rate), axis=1)
    season, squares = np.zeros((SEASON, *level.shape)), np.zeros_like(level)
    months = filled.shape[1]
    for month in range(months):
        # Phase 0 is the first month after the history.
        phase = (month - months) % SEASON
        error = (filled[:, month, None] - level - season[phase]) * counts[:, month, None]
        squares += error * error
        level += rate * error
        season[phase] += season_rate * (1 - rate) * error
    return np.stack(_best(squares, level, *season), axis=1)

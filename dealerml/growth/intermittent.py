"""Dealers who order now and then: how much comes on average, from how often and how much."""

from typing import Final

import numpy as np

from dealerml.growth.season import BoolArray, FloatArray

# Rates tried for how often and how much; the one with the smallest one-step errors is taken.
RATES: Final = np.array([0.05, 0.1, 0.2, 0.3])


def croston(y: FloatArray, steps: int) -> FloatArray:
    """How much comes in a month, from the size of orders and the months between them?

    Croston's method with the correction of Syntetos and Boylan: size and gap are smoothed where a
    month has an order. Every month ahead is the same; a dealer that never ordered gets zero.

    Examples
    --------
    >>> croston(np.array([[0.0, 6.0, 0.0, 6.0, 0.0, 6.0]]), 2).round(2)
    array([[2.96, 2.96]])

    References
    ----------
    Syntetos & Boylan (2005), The accuracy of intermittent demand estimates,
    https://doi.org/10.1016/j.ijforecast.2004.10.001
    """
    known = np.isfinite(y)
    filled = np.where(known, y, 0.0)
    bought = filled > 0
    size, gap = _starts(filled, known, bought)
    waited, squares = np.ones(size.shape), np.zeros(size.shape)
    for month in range(y.shape[1]):
        now = bought[:, month, None]
        said = _rate(size, gap)
        error = np.where(known[:, month, None], filled[:, month, None] - said, 0.0)
        squares += error * error
        size = np.where(now, size + RATES * (filled[:, month, None] - size), size)
        gap = np.where(now, gap + RATES * (waited - gap), gap)
        waited = np.where(now, 1.0, waited + known[:, month, None])
    return _repeat(_rate(size, gap), squares, steps)


def tsb(y: FloatArray, steps: int) -> FloatArray:
    """How much comes in a month, if silent months lower the chance of an order?

    The method of Teunter, Syntetos and Babai: unlike Croston's it forgets dealers who are silent.

    Examples
    --------
    >>> told = tsb(np.array([[6.0] * 12, [6.0] * 6 + [0.0] * 6]), 1)
    >>> bool(told[1, 0] < told[0, 0] / 2)
    True

    References
    ----------
    Teunter, Syntetos & Babai (2011), Intermittent demand: linking forecasting to inventory
    obsolescence, https://doi.org/10.1016/j.ejor.2011.05.018
    """
    known = np.isfinite(y)
    filled = np.where(known, y, 0.0)
    bought = filled > 0
    size, gap = _starts(filled, known, bought)
    chance = np.where(gap > 0, 1 / np.maximum(gap, 1.0), 0.0)
    squares = np.zeros(size.shape)
    for month in range(y.shape[1]):
        now, seen = bought[:, month, None], known[:, month, None]
        error = np.where(seen, filled[:, month, None] - chance * size, 0.0)
        squares += error * error
        chance = np.where(seen, chance + RATES * (now - chance), chance)
        size = np.where(now, size + RATES * (filled[:, month, None] - size), size)
    return _repeat(chance * size, squares, steps)


def _rate(size: FloatArray, gap: FloatArray) -> FloatArray:
    """Amount a month; the ratio of two averages is too high, but not where every month has one."""
    usual = np.maximum(gap, 1.0)
    return np.where(gap > 0, (1 - RATES / 2 * (1 - 1 / usual)) * size / usual, 0.0)


def _starts(
    filled: FloatArray, known: BoolArray, bought: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Mean size of a month with an order, and months for each of them; n x rates."""
    orders = bought.sum(axis=1)
    size = np.where(bought, filled, 0.0).sum(axis=1) / np.maximum(orders, 1)
    gap = np.where(orders > 0, known.sum(axis=1) / np.maximum(orders, 1), 0.0)
    shape = (len(filled), len(RATES))
    return np.broadcast_to(size[:, None], shape), np.broadcast_to(gap[:, None], shape)


def _repeat(level: FloatArray, squares: FloatArray, steps: int) -> FloatArray:
    best = level[np.arange(len(level)), squares.argmin(axis=1)]
    return np.repeat(best[:, None], steps, axis=1)

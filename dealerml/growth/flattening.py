"""Histories of dealers on one scale and without their season, and the way back to amounts."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dealerml.growth.season import FloatArray, Season, fit_season, lowest

# Months that levels and trends are read from; seasons are read from all that is given.
RECENT: Final = 48


@dataclass(frozen=True)
class Flat:
    """Histories that only level and trend are left of.

    Parameters
    ----------
    values
        n x the last months, divided by the dealer's largest month and freed of its season; NaN
        before the first month.
    unit
        n x 1; the largest month, 1 for dealers without any.
    season
        What was taken out, on the same scale.
    floor
        n x 1; no forecast lies below it.
    """

    values: FloatArray
    unit: FloatArray
    season: Season
    floor: FloatArray

    def restore(self, level: FloatArray) -> FloatArray:
        """What is the forecast in amounts, from levels of n x steps?"""
        above: FloatArray = np.maximum(self.season.restore(level), self.floor) * self.unit
        return above


def flatten(y: FloatArray) -> Flat:
    """What is left of each history, n x months, once size and season are out?

    Examples
    --------
    >>> flatten(np.array([[2.0, 4.0, 4.0]])).values
    array([[0.5, 1. , 1. ]])
    """
    # Amounts are divided by the dealer's largest month: squares of huge sums stay finite.
    largest = np.where(np.isfinite(y), np.abs(y), 0.0).max(axis=1, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)[:, None]
    scaled = y / unit
    season = _season(y, unit, largest)
    return Flat(season.remove(scaled)[:, -RECENT:], unit, season, lowest(scaled)[:, None])


def known_months(values: FloatArray) -> FloatArray:
    """How many months of each dealer are known? At least one."""
    count: FloatArray = np.maximum(np.isfinite(values).sum(axis=1), 1).astype(np.float64)
    return count


def _season(y: FloatArray, unit: FloatArray, largest: FloatArray) -> Season:
    # Dealers weigh in the pooled shape by the root of their size: no giant makes it alone.
    weight = np.sqrt(np.where(largest > 0, largest, 1.0))[:, None]
    season = fit_season(y / weight)
    back = weight / unit
    shape = np.where(season.multiplies[:, None], season.shape, season.shape * back)
    return Season(shape, season.multiplies)

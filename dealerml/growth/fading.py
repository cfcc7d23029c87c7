"""How far forecasts of the past came true, for dealers as young and as quiet as these."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.season import FloatArray

# A dealer is put beside those with as many silent months and as many months since the first order:
# whoever has just begun is known by its orders alone, so that its history promises too much.
SILENT_MONTHS: Final = (1, 2, 3)
MONTHS_SINCE_FIRST: Final = (4, 13)
AGES: Final = len(MONTHS_SINCE_FIRST) + 1
GROUPS: Final = (len(SILENT_MONTHS) + 1) * AGES
# Forecasts that move a factor half of the way from one; and how far it may go.
HALFWAY: Final = 50
LOWEST_FACTOR, HIGHEST_FACTOR = 0.1, 1.5


@dataclass(frozen=True)
class Outcomes:
    """Sums of past forecasts and of what came: origins x groups x steps.

    Parameters
    ----------
    said, came
        Amounts; zero where the month is not known yet.
    count
        Forecasts in them.
    ends
        Origins x steps; number of months known once the step is over.
    """

    said: FloatArray
    came: FloatArray
    count: FloatArray
    ends: npt.NDArray[np.int64]


def fade_backcasts(y: FloatArray, made: Backcasts, *, block: int) -> Backcasts:
    """What would have been forecast, had the forecasts before been held against what came?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    block
        Steps that share a factor.

    Returns
    -------
    Backcasts
        Each origin corrected by errors that were known at that origin, and by no others.
    """
    outcomes = read_outcomes(y, made)
    means = made.means.copy()
    for k, origin in enumerate(made.origins):
        factors = learn_factors(outcomes, month=origin, block=block)
        means[k] *= factors[place(y[:, :origin])]
    return replace(made, means=means)


def fade_means(y: FloatArray, means: FloatArray, made: Backcasts, *, block: int) -> FloatArray:
    """What is left of a forecast, n x 12, by the experience with past ones?"""
    factors = learn_factors(read_outcomes(y, made), month=y.shape[1], block=block)
    return means * factors[place(y)]


def place(y: FloatArray) -> npt.NDArray[np.int64]:
    """In which group is each dealer, by silent months and months since the first order?

    Examples
    --------
    >>> y = np.array([[5.0] * 14, [np.nan] * 11 + [5.0, 0.0, 0.0]])
    >>> place(y).tolist()
    [2, 6]
    """
    bought = np.where(np.isfinite(y), y, 0.0)[:, ::-1] > 0
    silent = np.where(bought.any(axis=1), bought.argmax(axis=1), y.shape[1])
    since = np.isfinite(y).sum(axis=1)
    ages = np.digitize(since, MONTHS_SINCE_FIRST)
    group: npt.NDArray[np.int64] = np.digitize(silent, SILENT_MONTHS) * AGES + ages
    return group


def read_outcomes(y: FloatArray, made: Backcasts) -> Outcomes:
    """How much was said, and how much came, in each group at each past origin?"""
    steps = made.means.shape[2]
    shape = (len(made.origins), GROUPS, steps)
    said, came, count = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for k, origin in enumerate(made.origins):
        rows = made.active[k]
        group = place(y[rows, :origin])
        for step in range(min(steps, y.shape[1] - origin)):
            forecast, actual = made.means[k, rows, step], y[rows, origin + step]
            said[k, :, step] = np.bincount(group, forecast, GROUPS)
            came[k, :, step] = np.bincount(group, actual, GROUPS)
            count[k, :, step] = np.bincount(group, minlength=GROUPS)
    ends = np.array(made.origins, dtype=np.int64)[:, None] + np.arange(1, steps + 1)
    return Outcomes(said, came, count, ends.reshape(len(made.origins), steps))


def learn_factors(outcomes: Outcomes, *, month: int, block: int) -> FloatArray:
    """By which factor did forecasts come true, as far as was known after so many months?

    Returns
    -------
    FloatArray
        Groups x steps, 0.1-1.5; one where nothing was known. Steps never seen take the factor of
        the last ones seen.
    """
    steps = outcomes.ends.shape[1]
    known = (outcomes.ends <= month)[:, None, :]
    starts = np.arange(0, steps, block)
    said, came, count = (
        np.add.reduceat(np.where(known, part, 0.0).sum(axis=0), starts, axis=1)
        for part in (outcomes.said, outcomes.came, outcomes.count)
    )
    usable = said > 0
    ratio = np.clip(came / np.where(usable, said, 1.0), LOWEST_FACTOR, HIGHEST_FACTOR)
    factors = 1 + count / (count + HALFWAY) * (ratio - 1)
    for number in range(len(starts)):
        before = factors[:, number - 1] if number else 1.0
        factors[:, number] = np.where(usable[:, number], factors[:, number], before)
    return np.repeat(factors, block, axis=1)[:, :steps]

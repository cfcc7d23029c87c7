"""What all dealers together teach of one: boosted trees that correct a smoothed forecast."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dealerml.growth.backcasts import STEPS, Backcasts
from dealerml.growth.season import SEASON, BoolArray, FloatArray, row_mean

IntArray = npt.NDArray[np.int64]

# Forecasts of the past learnt from at most: more cost time and gained nothing on real series.
MOST_ROWS: Final = 10_000
FEWEST_ROWS: Final = 1_000
TREES: Final = 60
# Past origins that share one model; each learns only from what was known at the oldest of them.
SHARED_ORIGINS: Final = 6
# A month of so many usual months teaches no more than one of this size.
LARGEST: Final = 5.0


@dataclass(frozen=True)
class Pool:
    """Past forecasts, each with what was known and what came.

    Parameters
    ----------
    facts
        Rows x facts, all free of the dealer's size.
    missed
        What came minus what was said, in usual months of the dealer.
    """

    facts: FloatArray
    missed: FloatArray


def boost_backcasts(y: FloatArray, base: Backcasts, *, random_state: int = 0) -> Backcasts:
    """What would have been forecast at past origins, corrected by all dealers' earlier errors?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    base
        Past forecasts that are corrected.

    Returns
    -------
    Backcasts
        Each origin by a model that knew nothing later; as they were where too little was known.
    """
    means = base.means.copy()
    _correct_origins(y, base, means, random_state)
    return replace(base, means=means)


def boost_means(
    y: FloatArray, means: FloatArray, active: BoolArray, base: Backcasts, *, random_state: int = 0
) -> FloatArray:
    """What will each dealer buy, n x 12, corrected by all dealers' past errors?"""
    boosted = means.copy()
    model = _fit(y, base, month=y.shape[1], random_state=random_state)
    boosted[active] = _correct(y[active], means[active], model)
    return boosted


def _correct_origins(y: FloatArray, base: Backcasts, means: FloatArray, random_state: int) -> None:
    for start in range(0, len(base.origins), SHARED_ORIGINS):
        shared = range(start, min(start + SHARED_ORIGINS, len(base.origins)))
        model = _fit(y, base, month=base.origins[shared[-1]], random_state=random_state)
        for k in shared:
            rows = base.active[k]
            history = y[rows, : base.origins[k]]
            means[k, rows] = _correct(history, base.means[k, rows], model)


def _fit(y: FloatArray, base: Backcasts, *, month: int, random_state: int) -> Any:
    """A model of past errors known after so many months; None where they are too few.

    References
    ----------
    Montero-Manso & Hyndman (2021), Principles and algorithms for forecasting groups of time series,
    https://doi.org/10.1016/j.ijforecast.2021.03.004
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    pool = _gather(y, base, month=month, random_state=random_state)
    if len(pool.missed) < FEWEST_ROWS:
        return None
    trees = HistGradientBoostingRegressor(
        loss="absolute_error",
        learning_rate=0.1,
        max_iter=TREES,
        max_leaf_nodes=8,
        min_samples_leaf=100,
        early_stopping=False,
        random_state=random_state,
    )
    with threadpool_limits(1):  # sums of several threads would differ in their last digits
        return trees.fit(pool.facts, pool.missed)


def _gather(y: FloatArray, base: Backcasts, *, month: int, random_state: int) -> Pool:
    known = [k for k, origin in enumerate(base.origins) if origin < month]
    rng, parts = np.random.default_rng(random_state), []
    for k in known:
        origin, rows = base.origins[k], np.flatnonzero(base.active[k])
        steps = min(STEPS, month - origin)
        usual = usual_month(y[rows, :origin])
        drawn = _draw(rng, np.repeat(usual, steps), MOST_ROWS // len(known))
        row, step, unit = rows[drawn // steps], drawn % steps, usual[drawn // steps]
        history = y[row, :origin]
        said = base.means[k, row, step] / unit
        came = np.clip(y[row, origin + step] / unit, -LARGEST, LARGEST)
        parts.append((_facts(history, unit, said, step=step), came - said))
    if not parts:
        return Pool(np.empty((0, 0)), np.empty(0))
    facts, missed = (np.concatenate(part) for part in zip(*parts, strict=True))
    facts[:, np.isnan(facts).all(axis=0)] = 0.0  # trees refuse a fact that is known of nobody
    return Pool(facts, missed)


def _draw(rng: np.random.Generator, weight: FloatArray, most: int) -> IntArray:
    """Places drawn in proportion to their money, so that a missed one counts as such."""
    if not len(weight):
        return np.empty(0, dtype=np.int64)
    return np.sort(rng.choice(len(weight), min(most, len(weight)), p=weight / weight.sum()))


def _correct(y: FloatArray, means: FloatArray, model: Any) -> FloatArray:
    """Forecasts plus what the model says they miss; never below zero unless they were."""
    if model is None or not len(y):
        return means
    unit = usual_month(y)
    corrected = means.copy()
    for step in range(means.shape[1]):
        said = means[:, step] / unit
        facts = _facts(y, unit, said, step=np.full(len(y), step))
        corrected[:, step] = (said + model.predict(facts)) * unit
    return np.maximum(corrected, np.minimum(means, 0.0))


def usual_month(y: FloatArray) -> FloatArray:
    """How much does a month of the last year bring? Above zero for every dealer."""
    mean = row_mean(np.abs(y[:, -SEASON:]))
    return np.where(mean > 0, mean, 1.0)


def _facts(y: FloatArray, unit: FloatArray, said: FloatArray, *, step: Any) -> FloatArray:
    """What is known of each dealer for a step ahead, free of its size; NaN where it is not."""
    rows = np.arange(len(y))
    # Three years back at most; shorter histories are unknown before they begin.
    back = np.full((len(y), 3 * SEASON), np.nan)
    width = min(y.shape[1], 3 * SEASON)
    back[:, 3 * SEASON - width :] = y[:, y.shape[1] - width :] / unit[:, None]
    year = back[:, -SEASON:]
    same = [back[rows, ends - SEASON + step] for ends in (3 * SEASON, 2 * SEASON, SEASON)]
    around = back[rows, np.maximum(2 * SEASON + step - 1, 0)]
    recent = year[:, -3:].mean(axis=1)
    before = back[:, -SEASON - 3 : -SEASON].mean(axis=1)
    columns = (
        *year[:, :-4:-1].T,
        recent,
        year[:, -6:].mean(axis=1),
        back[:, SEASON : 2 * SEASON].mean(axis=1),
        year.std(axis=1),
        (year == 0).sum(axis=1),
        np.isfinite(y).sum(axis=1),
        np.log(unit),
        recent / np.where(before > 0, before, np.nan),
        *same,
        (around + same[0]) / 2,
        said,
        step,
        (y.shape[1] + step) % SEASON,
    )
    return np.column_stack(columns)

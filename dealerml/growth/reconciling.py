"""Forecasts of dealers brought into line with what regions and the total say of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dealerml.growth.backcasts import STEPS, Backcasts, Effects, Rules, without_effect
from dealerml.growth.forecasters import seasonal_naive, theta
from dealerml.growth.intervals import usual_change
from dealerml.growth.levels import Level
from dealerml.growth.season import FloatArray
from dealerml.growth.smoothing import seasonal_smoothing

# What sums are forecast by on their own: the mean of unlike methods misses by less than each.
ON_SUMS: Final = (seasonal_naive, seasonal_smoothing, theta)
# Past origins needed before anything is moved, and how far a region may be moved.
FEWEST_ORIGINS: Final = 4
LOWEST, HIGHEST = 0.7, 1.4


@dataclass(frozen=True)
class Voices:
    """What dealers added up, regions and the total say of the same sums at one origin.

    Parameters
    ----------
    said
        Voices x 12: sums of dealers by region, regions on their own, the total on its own.
    unit
        Usual change of each; errors are counted in it.
    """

    said: FloatArray
    unit: FloatArray


def reconcile_backcasts(
    y: FloatArray, made: Backcasts, levels: Sequence[Level], *, rules: Rules, effects: Effects
) -> Backcasts:
    """What would have been forecast at past origins, had it been reconciled by earlier errors?"""
    finest = _finest(levels)
    voices = _past_voices(y, made, finest, rules=rules, effects=effects)
    means = made.means.copy()
    for k, origin in enumerate(made.origins):
        factor = _factors(y, made, voices, voices[k], level=finest, month=origin)
        means[k] *= factor[finest.codes]
    return replace(made, means=means)


def reconcile_means(
    y: FloatArray,
    means: FloatArray,
    made: Backcasts,
    levels: Sequence[Level],
    *,
    rules: Rules,
    effects: Effects,
) -> FloatArray:
    """What do dealers, n x 12, come to once regions and total have had their say?

    The least-squares reconciliation that leaves the smallest error variance (MinT), with the
    covariance of past errors shrunken towards its diagonal: dealers added up, regions on their own
    and the total on its own are weighed by how they erred together. The dealers of a region are
    then scaled alike, so that everything adds up.

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    means, made
        Forecast of the dealers, and the same method's past ones.

    References
    ----------
    Wickramasuriya, Athanasopoulos & Hyndman (2019), Optimal forecast reconciliation for
    hierarchical and grouped time series through trace minimization,
    https://doi.org/10.1080/01621459.2018.1448825
    Schäfer & Strimmer (2005), A shrinkage approach to large-scale covariance matrix estimation,
    https://doi.org/10.2202/1544-6115.1175
    """
    finest = _finest(levels)
    past = _past_voices(y, made, finest, rules=rules, effects=effects)
    now = _voices(y, means, finest, rules=rules, effects=effects)
    factor = _factors(y, made, past, now, level=finest, month=y.shape[1])
    scaled: FloatArray = means * factor[finest.codes]
    return scaled


def _finest(levels: Sequence[Level]) -> Level:
    """Regions where there are any, else the total."""
    return next(level for level in levels if level.name != "dealer")


def _past_voices(
    y: FloatArray, made: Backcasts, level: Level, *, rules: Rules, effects: Effects
) -> list[Voices]:
    return [
        _voices(y[:, :origin], made.means[k], level, rules=rules, effects=effects)
        for k, origin in enumerate(made.origins)
    ]


def _voices(
    y: FloatArray, means: FloatArray, level: Level, *, rules: Rules, effects: Effects
) -> Voices:
    begun = np.isfinite(y[:, -1:])
    single = level.total(np.where(begun, y, np.nan))
    sums = np.concatenate([single, single.sum(axis=0, keepdims=True)])
    history, put_back = without_effect(sums, effects, rules.history_months)
    alone = np.mean([method(history, STEPS) for method in ON_SUMS], axis=0) * put_back
    unit = usual_change(sums)
    regions = len(level.keys)
    return Voices(
        np.concatenate([level.total(means), alone]), np.concatenate([unit[:regions], unit])
    )


def _factors(
    y: FloatArray,
    made: Backcasts,
    past: Sequence[Voices],
    now: Voices,
    *,
    level: Level,
    month: int,
) -> FloatArray:
    """By how much is each region scaled, regions x 12, by errors known after so many months?"""
    regions = len(level.keys)
    errors = [
        _errors(y, voices, level, origin=origin, month=month)
        for voices, origin in zip(past, made.origins, strict=True)
        if origin < month
    ]
    if len(errors) < FEWEST_ORIGINS:
        return np.ones((regions, STEPS))
    spread = _shrunken(np.concatenate(errors, axis=1)) * np.outer(now.unit, now.unit)
    told = _agree(now.said, spread, regions)
    added = now.said[:regions]
    ratio = np.where(added > 0, told / np.where(added > 0, added, 1.0), 1.0)
    factor: FloatArray = np.clip(ratio, LOWEST, HIGHEST)
    return factor


def _errors(y: FloatArray, voices: Voices, level: Level, *, origin: int, month: int) -> FloatArray:
    """Errors in usual changes, voices x months known."""
    known = min(STEPS, month - origin)
    begun = np.isfinite(y[:, origin - 1 : origin])
    came = level.total(np.where(begun, y[:, origin : origin + known], np.nan))
    actual = np.concatenate([came, came, came.sum(axis=0, keepdims=True)])
    unit = np.where(voices.unit > 0, voices.unit, 1.0)[:, None]
    gap: FloatArray = (voices.said[:, :known] - actual) / unit
    return gap


def _shrunken(errors: FloatArray) -> FloatArray:
    """Second moments of errors, voices x voices, shrunken towards their diagonal.

    Not centred: a voice that is always too low is a bad one, however steadily.
    """
    count = errors.shape[1]
    size = np.sqrt((errors**2).mean(axis=1))
    size = np.where(size > 0, size, 1e-6)
    scaled = errors / size[:, None]
    together = scaled @ scaled.T / count
    products = scaled[:, None, :] * scaled[None, :, :]
    noise = ((products - together[:, :, None]) ** 2).sum(axis=2) / (count * (count - 1))
    off = ~np.eye(len(errors), dtype=bool)
    strength = (together[off] ** 2).sum()
    share = float(np.clip(noise[off].sum() / strength, 0.0, 1.0)) if strength > 0 else 1.0
    mixed = np.where(off, (1 - share) * together, 1.0)
    shrunken: FloatArray = mixed * np.outer(size, size)
    return shrunken


def _agree(said: FloatArray, spread: FloatArray, regions: int) -> FloatArray:
    """The regions, regions x 12, that all voices together point to."""
    single = np.eye(regions)
    adds_up = np.concatenate([single, single, np.ones((1, regions))])
    # Rows of no size would leave the matrix without an inverse.
    spread = spread + np.eye(len(spread)) * max(float(np.diag(spread).max()), 1e-12) * 1e-9
    weighed = np.linalg.solve(spread, adds_up).T
    told: FloatArray = np.linalg.solve(weighed @ adds_up, weighed @ said)
    return told

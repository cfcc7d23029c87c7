"""Forecasts of dealers brought into line with what regions and the total say of themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dealerml.growth.backcasts import (
    STEPS,
    Backcasts,
    Effects,
    Rules,
    past_origins,
    without_effect,
)
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
class Alone:
    """What sums say of themselves at one origin, whatever is said of their dealers.

    Parameters
    ----------
    said
        (Regions + 1) x 12: forecasts of regions and total, each by its own past.
    unit
        Usual change of each; errors are counted in it.
    """

    said: FloatArray
    unit: FloatArray


@dataclass(frozen=True)
class Sums:
    """Regions, or the total where there are none, and what they say of themselves.

    Parameters
    ----------
    level
        The sums that are reconciled.
    alone
        By number of months known.
    """

    level: Level
    alone: Mapping[int, Alone]


def forecast_sums(
    y: FloatArray, levels: Sequence[Level], *, rules: Rules, effects: Effects
) -> Sums:
    """What do regions and total forecast of themselves, now and at past origins?

    Sums of the dealers that had begun by then, by the mean of three methods.

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    effects
        What the calendar does, by months known.
    """
    level = next(level for level in levels if level.name != "dealer")
    origins = (*past_origins(y.shape[1], rules=rules), y.shape[1])
    return Sums(level, {o: _alone(y[:, :o], level, rules, effects) for o in origins})


def reconcile_backcasts(y: FloatArray, made: Backcasts, sums: Sums) -> Backcasts:
    """What would have been forecast at past origins, had it been reconciled by earlier errors?"""
    means = made.means.copy()
    errors = _past_errors(y, made, sums)
    for k, origin in enumerate(made.origins):
        factor = _factors(errors, means[k], sums, month=origin)
        means[k] *= factor[sums.level.codes]
    return replace(made, means=means)


def reconcile_means(y: FloatArray, means: FloatArray, made: Backcasts, sums: Sums) -> FloatArray:
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
    factor = _factors(_past_errors(y, made, sums), means, sums, month=y.shape[1])
    scaled: FloatArray = means * factor[sums.level.codes]
    return scaled


def _alone(y: FloatArray, level: Level, rules: Rules, effects: Effects) -> Alone:
    begun = np.isfinite(y[:, -1:])
    single = level.total(np.where(begun, y, np.nan))
    sums = np.concatenate([single, single.sum(axis=0, keepdims=True)])
    history, put_back = without_effect(sums, effects, rules.history_months)
    said = np.mean([method(history, STEPS) for method in ON_SUMS], axis=0) * put_back
    return Alone(said, usual_change(sums))


def _voices(means: FloatArray, sums: Sums, origin: int) -> tuple[FloatArray, FloatArray]:
    """Dealers added up by region, regions alone, total alone: what they say, and their units."""
    alone, regions = sums.alone[origin], len(sums.level.keys)
    said = np.concatenate([sums.level.total(means), alone.said])
    return said, np.concatenate([alone.unit[:regions], alone.unit])


def _past_errors(y: FloatArray, made: Backcasts, sums: Sums) -> dict[int, FloatArray]:
    """By origin: errors in usual changes, voices x months known by now."""
    errors = {}
    for k, origin in enumerate(made.origins):
        said, unit = _voices(made.means[k], sums, origin)
        begun = np.isfinite(y[:, origin - 1 : origin])
        came = sums.level.total(np.where(begun, y[:, origin : origin + STEPS], np.nan))
        actual = np.concatenate([came, came, came.sum(axis=0, keepdims=True)])
        errors[origin] = (said[:, : actual.shape[1]] - actual) / np.where(unit > 0, unit, 1.0)[
            :, None
        ]
    return errors


def _factors(
    errors: Mapping[int, FloatArray], means: FloatArray, sums: Sums, *, month: int
) -> FloatArray:
    """By how much is each region scaled, regions x 12, by errors known after so many months?"""
    regions = len(sums.level.keys)
    known = [each[:, : month - origin] for origin, each in errors.items() if origin < month]
    if len(known) < FEWEST_ORIGINS:
        return np.ones((regions, STEPS))
    said, unit = _voices(means, sums, month)
    spread = _shrunken(np.concatenate(known, axis=1)) * np.outer(unit, unit)
    told = _agree(said, spread, regions)
    added = said[:regions]
    ratio = np.where(added > 0, told / np.where(added > 0, added, 1.0), 1.0)
    factor: FloatArray = np.clip(ratio, LOWEST, HIGHEST)
    return factor


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

"""One forecast from several: each dealer leans on those that missed less for it and its like."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.fading import GROUPS, place
from dealerml.growth.season import FloatArray

# Past months of a dealer that count as much as all of its group.
OWN_MONTHS: Final = 100
# How strongly a smaller error is rewarded: weights are relative errors to this power.
SHARPNESS: Final = 8.0


def combine_backcasts(y: FloatArray, made: Mapping[str, Backcasts]) -> Backcasts:
    """What would the combination have forecast at past origins, by errors known at each?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    made
        Past forecasts by method, all with the same origins.
    """
    first = next(iter(made.values()))
    means = [
        _mix(
            np.stack([backcasts.means[k] for backcasts in made.values()]),
            weigh_methods(y, made, month=origin),
        )
        for k, origin in enumerate(first.origins)
    ]
    return replace(first, means=np.array(means).reshape(first.means.shape))


def combine_means(
    y: FloatArray, means: Mapping[str, FloatArray], made: Mapping[str, Backcasts]
) -> FloatArray:
    """What do the methods together forecast, n x 12, by all that is known of their errors?"""
    weights = weigh_methods(y, made, month=y.shape[1])
    return _mix(np.stack([means[name] for name in made]), weights)


def weigh_methods(y: FloatArray, made: Mapping[str, Backcasts], *, month: int) -> FloatArray:
    """How much does each dealer lean on each method, by errors known after so many months?

    Returns
    -------
    FloatArray
        Methods x n, adding up to one; equal where nothing is known.

    References
    ----------
    Bates & Granger (1969), The combination of forecasts, https://doi.org/10.1057/jors.1969.103
    """
    missed = np.zeros((len(made), len(y)))
    count = np.zeros(len(y))
    for at, backcasts in enumerate(made.values()):
        for k, origin in enumerate(backcasts.origins):
            known = min(backcasts.means.shape[2], month - origin)
            if known <= 0:
                continue
            rows = backcasts.active[k]
            gap = np.abs(backcasts.means[k, rows, :known] - y[rows, origin : origin + known])
            missed[at, rows] += gap.sum(axis=1)
            count[rows] += known * (at == 0)
    group = place(y[:, :month])
    sums = [np.bincount(group, row, GROUPS).astype(np.float64) for row in missed]
    pooled = np.stack(sums)[:, group]
    own, like = _relative(missed), _relative(pooled)
    share = count / (count + OWN_MONTHS)
    weights = np.maximum(share * own + (1 - share) * like, 0.01) ** -SHARPNESS
    total: FloatArray = weights / weights.sum(axis=0)
    return total


def _relative(missed: FloatArray) -> FloatArray:
    """Errors beside the mean of all methods; one where nothing was missed."""
    mean = missed.mean(axis=0)
    return np.where(mean > 0, missed / np.where(mean > 0, mean, 1.0), 1.0)


def _mix(means: FloatArray, weights: FloatArray) -> FloatArray:
    mixed: FloatArray = (means * weights[:, :, None]).sum(axis=0)
    return mixed

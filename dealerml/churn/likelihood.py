"""Maximum likelihood of a few positive parameters: several starts, and never a silent failure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

# Logarithms of the parameters stay within: beyond, a distribution is a point or flat.
BOUND: Final = 14.0
# Gradient per unit of weight below which a hill has been climbed.
FLAT: Final = 1e-5
NEARLY_FLAT: Final = 1e-2  # from here on Newton's steps are shorter
STEP: Final = 1e-5
MOST_STEPS: Final = 12

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Optimum:
    """The highest point found.

    Parameters
    ----------
    parameters
        Positive, in the order of the objective.
    covariance
        Of the parameters, by the inverse of the curvature; NaN where it is not that of a hilltop.
    log_likelihood
        There.
    converged
        Whether it is a hilltop inside the bounds, from which it goes down on all sides.
    """

    parameters: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    converged: bool


def maximise(
    objective: Objective,
    starts: Sequence[Sequence[float]],
    *,
    weight: float,
    thinned: tuple[Objective, float] | None = None,
) -> Optimum:
    """Where is the likelihood highest?

    Parameters
    ----------
    objective
        Logarithms of the parameters → log-likelihood and its gradient by them.
    starts
        Positive parameters to begin from, tried in turn until one ends on a hilltop.
    weight
        Number of observations, to judge how flat a top is.
    thinned
        The same on a part of many rows, and its weight: the top is looked for there, and then
        approached on all rows by the curvature found there, which takes a handful of evaluations.
    """
    rough, part = thinned or (objective, weight)
    found = []
    for start in starts:
        found.append(_climb(rough, np.log(np.asarray(start, dtype=float)), part))
        if found[-1][2]:
            break
    logs, value, converged = max(found, key=lambda each: (each[2], each[1]))
    nothing = np.full((len(logs),) * 2, np.nan)
    curvature = _curvature(rough, logs) * (weight / part) if converged else nothing
    if np.isfinite(curvature).all():
        logs, value, converged = _approach(objective, logs, curvature, weight)
    if not np.isfinite(curvature).all() or not converged:
        logs, value, converged = _climb(objective, logs, weight, flat=FLAT)
        curvature = _curvature(objective, logs) if converged else nothing
    parameters, sure = np.exp(logs), bool(np.isfinite(curvature).all())
    covariance = np.linalg.inv(curvature) if sure else nothing
    return Optimum(
        parameters, covariance * np.outer(parameters, parameters), value, converged and sure
    )


def _approach(
    objective: Objective, logs: np.ndarray, curvature: np.ndarray, weight: float
) -> tuple[np.ndarray, float, bool]:
    """Newton's steps with a curvature that is nearly right."""
    value, gradient = objective(logs)
    for _ in range(MOST_STEPS):
        if np.abs(gradient).max() < FLAT / 100 * weight:
            return logs, value, bool((np.abs(logs) < BOUND).all())
        logs = logs + np.clip(np.linalg.solve(curvature, gradient), -1, 1)
        value, gradient = objective(logs)
    return logs, value, False


def _climb(
    objective: Objective, start: np.ndarray, weight: float, *, flat: float = NEARLY_FLAT
) -> tuple[np.ndarray, float, bool]:
    from scipy.optimize import minimize

    def downhill(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = objective(logs)
        if not np.isfinite(value):
            return 1e300, np.zeros_like(logs)
        return -value / weight, -gradient / weight

    options = {"maxiter": 500, "ftol": 1e-15, "gtol": flat / 10}
    end = minimize(
        downhill, start, jac=True, method="L-BFGS-B", bounds=[(-BOUND, BOUND)] * len(start),
        options=options,
    )  # fmt: skip
    logs = np.asarray(end.x)
    inside = bool((np.abs(logs) < BOUND - 1e-6).all())
    top = bool(np.abs(end.jac).max() < flat) and end.fun < 1e299
    return logs, -float(end.fun) * weight, inside and top


def _curvature(objective: Objective, logs: np.ndarray) -> np.ndarray:
    """How sharply the likelihood falls from its top; NaN where it does not on all sides."""
    size, here = len(logs), objective(logs)[1]
    ahead = np.array([objective(logs + step)[1] for step in STEP * np.eye(size)])
    curvature = (here - ahead) / STEP
    curvature = (curvature + curvature.T) / 2
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).min() <= 0:
        return np.full_like(curvature, np.nan)
    return np.asarray(curvature)

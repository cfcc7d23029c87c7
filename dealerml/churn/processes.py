"""The processes behind buy-till-you-die models: likelihood, its gradient, and what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

NODES: Final = 24
MOST_POWER: Final = 20  # of the variable of integration: 24 nodes are exact for polynomials of 47
# The sum of an array without the detour over its method, which small arrays feel.
add = np.add.reduce


class Rows(NamedTuple):
    """Different dealers: repeat orders, age at the last one, age now, and how many are alike.

    ``counts`` are the numbers of orders there are, ``place`` which of them each row has, and
    ``alike`` how many dealers have each: what depends on the number alone is computed once.
    """

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    weight: np.ndarray
    counts: np.ndarray
    place: np.ndarray
    alike: np.ndarray


def make_rows(
    frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, weight: np.ndarray
) -> Rows:
    """Rows of a process from the numbers of each dealer."""
    counts, place = np.unique(frequency, return_inverse=True)
    alike = np.bincount(place, weights=weight, minlength=len(counts))
    return Rows(frequency, recency, age, weight, counts, place, alike)


@dataclass(frozen=True)
class Process:
    """What a kind of buying says of each row under its parameters.

    Parameters
    ----------
    names, in_time
        Of the parameters, and which of them are measured in time.
    starts
        In units of the mean age.
    log_likelihood, alive, expect
        Per row: log-density, chance of being alive, and repeat orders within a horizon.
    gradient
        Weighted sum of the log-likelihood, and its gradient by the parameters.
    """

    names: tuple[str, ...]
    in_time: tuple[bool, ...]
    starts: tuple[tuple[float, ...], ...]
    log_likelihood: Callable[[np.ndarray, Rows], np.ndarray]
    gradient: Callable[[np.ndarray, Rows], tuple[float, np.ndarray]]
    alive: Callable[[np.ndarray, Rows], np.ndarray]
    expect: Callable[[np.ndarray, Rows, float], np.ndarray]


def _bg_common(values: np.ndarray, rows: Rows) -> np.ndarray:
    """What both ends have in common, for each number of orders."""
    from scipy.special import gammaln

    r, alpha, a, b = values
    n = rows.counts
    alone = r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
    return np.asarray(gammaln(r + n) + gammaln(b + n) - gammaln(a + b + n) + alone)


def _bg_ends(values: np.ndarray, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Logs of being alive, and of having stopped after the last order."""
    r, alpha, a, b = values
    n = rows.counts
    stop = np.where(n > 0, np.log(a) - np.log(np.where(n > 0, b + n - 1, 1)), -np.inf)
    power = r + rows.frequency
    alive = -power * np.log(alpha + rows.age)
    return alive, stop[rows.place] - power * np.log(alpha + rows.recency)


def _bg_likelihood(values: np.ndarray, rows: Rows) -> np.ndarray:
    alive, stopped = _bg_ends(values, rows)
    return np.asarray(_bg_common(values, rows)[rows.place] + np.logaddexp(alive, stopped))


def _bg_alive(values: np.ndarray, rows: Rows) -> np.ndarray:
    alive, stopped = _bg_ends(values, rows)
    return np.asarray(1 / (1 + np.exp(np.clip(stopped - alive, None, 700))))


def _bg_gradient(values: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
    from scipy.special import psi

    r, alpha, a, b = values
    n, weight, alike = rows.counts, rows.weight, rows.alike
    until, last, power = alpha + rows.age, alpha + rows.recency, r + rows.frequency
    log_until, log_last = np.log(until), np.log(last)
    # Odds of having stopped after the last order to being alive.
    before = np.where(n > 0, b + n - 1, np.inf)
    log_odds = np.minimum(power * (log_until - log_last), 600)
    odds = (a / before)[rows.place] * np.exp(log_odds)
    ended = weight * (odds / (1 + odds))
    lives = weight - ended
    ends = weight * np.log1p(odds) - power * (weight * log_until)
    value = add(alike * _bg_common(values, rows)) + add(ends)
    ended_by = np.bincount(rows.place, weights=ended, minlength=len(n))
    # One call for all that is needed of the digamma function.
    of_r, of_ab, of_b, (at_r, at_ab, at_b) = np.split(
        psi(np.concatenate([r + n, a + b + n, b + n, [r, a + b, b]])),
        (len(n), 2 * len(n), 3 * len(n)),
    )
    gradient = [
        add(alike * (of_r - at_r + np.log(alpha))) - add(lives * log_until + ended * log_last),
        add(alike) * r / alpha - add(power * (lives / until + ended / last)),
        add(alike * (at_ab - of_ab)) + add(ended_by) / a,
        add(alike * (at_ab - of_ab + of_b - at_b)) - add(ended_by / before),
    ]
    return float(value), np.array(gradient)


def _bg_expect(values: np.ndarray, rows: Rows, horizon: float) -> np.ndarray:
    from scipy.special import hyp2f1

    r, alpha, a, b = values
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6  # the limit is finite, its formula is not
    x = rows.frequency
    share = horizon / (alpha + rows.age + horizon)
    # Euler's transformation of the published form: its power and its series rarely overflow.
    with np.errstate(all="ignore"):
        series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, share)
        factor = (a + b + x - 1) / (a - 1)
        grown = (1 - np.exp((a - 1) * np.log1p(-share)) * series) * factor
    lost = ~np.isfinite(grown)
    if lost.any():
        grown[lost] = _bg_mean(values, x[lost], rows.age[lost], horizon)
    return np.asarray(np.clip(grown, 0, None) * _bg_alive(values, rows))


def _bg_mean(values: np.ndarray, x: np.ndarray, age: np.ndarray, horizon: float) -> np.ndarray:
    """The same as a mean over chances p of stopping, on the quantiles of their distribution."""
    from scipy.special import betaincinv

    r, alpha, a, b = values
    places, weights = _nodes()
    p = np.maximum(betaincinv(a, b + x[:, None], places), 1e-12)
    power, until = (r + x)[:, None], (alpha + age)[:, None]
    orders = -np.expm1(-power * np.log1p(p * horizon / until)) / p
    return np.asarray((orders * weights).sum(axis=1))


@lru_cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    places, weights = np.polynomial.legendre.leggauss(NODES)
    return (places + 1) / 2, weights / 2


def _pareto_parts(values: np.ndarray, rows: Rows) -> tuple[np.ndarray, ...]:
    """Log of being alive and of having died; times of death on the nodes, and their weights.

    The integral over the time t of death from the last order to now is taken over a power of
    w = (α + recency) ÷ (α + t): w itself, in which the integrand is smooth, and for many orders a
    higher one, because w is then crowded near 1.
    """
    r, alpha, s, beta = values
    x, start = rows.frequency, alpha + rows.recency
    power = r + x + s
    alive = -(r + x) * np.log(alpha + rows.age) - s * np.log(beta + rows.age)
    raised = np.where(power < 1, power, np.maximum(1, power / MOST_POWER))
    lowest = np.exp(raised * (np.log(start) - np.log(alpha + rows.age)))
    places, weights = _nodes()
    log_z = np.log(lowest[:, None] + (1 - lowest)[:, None] * places)
    base = start[:, None] * np.exp(-log_z / raised[:, None])  # α + t
    other = base + (beta - alpha)  # β + t
    logs = (s + 1) * (np.log(base) - np.log(other)) + np.log(weights)
    logs = logs + (power / raised - 1)[:, None] * log_z
    top = logs.max(axis=1)
    parts = np.exp(logs - top[:, None])
    total = parts.sum(axis=1)
    # With no time since the last order there was none to die in.
    room = np.log(np.where(lowest < 1, 1 - lowest, 1))
    died = np.log(s) - np.log(raised) - power * np.log(start) + room + top + np.log(total)
    died = np.where(lowest < 1, died, -np.inf)
    return alive, died, base, other, parts / total[:, None]


def _pareto_common(values: np.ndarray, rows: Rows) -> np.ndarray:
    from scipy.special import gammaln

    r, alpha, s, beta = values
    counted = gammaln(r + rows.counts) - gammaln(r)
    return np.asarray(counted[rows.place] + r * np.log(alpha) + s * np.log(beta))


def _pareto_likelihood(values: np.ndarray, rows: Rows) -> np.ndarray:
    alive, died, *_ = _pareto_parts(values, rows)
    return np.asarray(_pareto_common(values, rows) + np.logaddexp(alive, died))


def _pareto_alive(values: np.ndarray, rows: Rows) -> np.ndarray:
    alive, died, *_ = _pareto_parts(values, rows)
    return np.asarray(1 / (1 + np.exp(np.clip(died - alive, None, 700))))


def _pareto_gradient(values: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
    from scipy.special import psi

    r, alpha, s, beta = values
    x, weight = rows.frequency, rows.weight
    alive, died, base, other, parts = _pareto_parts(values, rows)
    common = _pareto_common(values, rows)
    value = float((weight * (common + np.logaddexp(alive, died))).sum())
    lives = weight / (1 + np.exp(np.clip(died - alive, None, 700)))
    ended = weight - lives
    of_r = psi(r + rows.counts) - psi(r) + np.log(alpha)
    log_base, log_other = ((parts * np.log(each)).sum(axis=1) for each in (base, other))
    per_base, per_other = ((parts / each).sum(axis=1) for each in (base, other))
    until, until_other = alpha + rows.age, beta + rows.age
    gradient = [
        (rows.alike * of_r).sum() - (lives * np.log(until) + ended * log_base).sum(),
        (weight * (r / alpha) - (r + x) * (lives / until + ended * per_base)).sum(),
        (weight * np.log(beta) - lives * np.log(until_other) + ended * (1 / s - log_other)).sum(),
        (weight * (s / beta) - lives * s / until_other - ended * (s + 1) * per_other).sum(),
    ]
    return value, np.array(gradient)


def _pareto_expect(values: np.ndarray, rows: Rows, horizon: float) -> np.ndarray:
    r, alpha, s, beta = values
    log = np.log1p(horizon / (beta + rows.age))
    # (1 − q^(s − 1)) ÷ (s − 1), whose limit at s = 1 is the logarithm.
    grown = log if abs(s - 1) < 1e-9 else -np.expm1(-(s - 1) * log) / (s - 1)
    rate = (r + rows.frequency) * (beta + rows.age) / (alpha + rows.age)
    return np.asarray(rate * grown * _pareto_alive(values, rows))


def _nbd_likelihood(values: np.ndarray, rows: Rows) -> np.ndarray:
    from scipy.special import gammaln

    r, alpha = values
    x = rows.frequency
    counted = gammaln(r + rows.counts) - gammaln(r) + r * np.log(alpha)
    return np.asarray(counted[rows.place] - (r + x) * np.log(alpha + rows.age))


def _nbd_gradient(values: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
    from scipy.special import psi

    r, alpha = values
    x, weight = rows.frequency, rows.weight
    until = alpha + rows.age
    value = float((weight * _nbd_likelihood(values, rows)).sum())
    of_r = (rows.alike * (psi(r + rows.counts) - psi(r) + np.log(alpha))).sum()
    of_alpha = r / alpha - (r + x) / until
    return value, np.array([of_r - (weight * np.log(until)).sum(), (weight * of_alpha).sum()])


def _nbd_expect(values: np.ndarray, rows: Rows, horizon: float) -> np.ndarray:
    r, alpha = values
    return np.asarray((r + rows.frequency) / (alpha + rows.age) * horizon)


def _always(values: np.ndarray, rows: Rows) -> np.ndarray:
    return np.ones(len(rows.frequency))


def _poisson_likelihood(values: np.ndarray, rows: Rows) -> np.ndarray:
    return np.asarray(rows.frequency * np.log(values[0]) - values[0] * rows.age)


def _poisson_gradient(values: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
    value = float((rows.weight * _poisson_likelihood(values, rows)).sum())
    return value, np.array([(rows.weight * (rows.frequency / values[0] - rows.age)).sum()])


def _poisson_expect(values: np.ndarray, rows: Rows, horizon: float) -> np.ndarray:
    return np.full(len(rows.frequency), values[0] * horizon)


PROCESSES: Final[dict[str, Process]] = {
    "bg_nbd": Process(
        ("r", "alpha", "a", "b"), (False, True, False, False),
        ((0.5, 0.2, 0.5, 1.5), (1.0, 0.1, 0.1, 2.0), (5.0, 1.0, 0.05, 0.5), (0.1, 0.5, 1.0, 5.0)),
        _bg_likelihood, _bg_gradient, _bg_alive, _bg_expect,
    ),
    "pareto_nbd": Process(
        ("r", "alpha", "s", "beta"), (False, True, False, True),
        ((0.5, 0.3, 0.5, 0.3), (1.0, 0.1, 0.5, 2.0), (5.0, 1.0, 1.0, 5.0), (0.1, 0.5, 0.2, 0.2)),
        _pareto_likelihood, _pareto_gradient, _pareto_alive, _pareto_expect,
    ),
    "nbd": Process(
        ("r", "alpha"), (False, True), ((0.5, 0.2), (3.0, 1.0)),
        _nbd_likelihood, _nbd_gradient, _always, _nbd_expect,
    ),
    "poisson": Process(
        ("rate",), (False,), ((1.0,),),
        _poisson_likelihood, _poisson_gradient, _always, _poisson_expect,
    ),
}  # fmt: skip

"""How good are predicted risks, and how sure is that, counted by dealer?"""

from typing import Final

import numpy as np

METRICS: Final = ("pr_auc", "roc_auc", "log_loss", "brier", "lift_10")
CAPACITY: Final = 0.10  # share of the dealers that sales can call on
INTERVAL: Final = (2.5, 97.5)
CHUNK: Final = 100  # replicates at a time, to bound the memory
EDGE: Final = 1e-12  # a risk of exactly 0 or 1 would make one surprise infinitely bad

Metrics = dict[str, np.ndarray]


def dealer_weights(dealers: np.ndarray, *, replicates: int, random_state: int) -> np.ndarray:
    """How often is each row drawn when whole dealers are drawn with replacement?

    The slices of a dealer depend on each other, so they enter a replicate together or not at all.

    Returns
    -------
    Whole numbers, replicates × rows.
    """
    names, code = np.unique(dealers, return_inverse=True)
    rng = np.random.default_rng(random_state)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=replicates)
    return np.asarray(counts[:, code], dtype=np.int16)


def rate_risks(churned: np.ndarray, risk: np.ndarray, weights: np.ndarray | None = None) -> Metrics:
    """How good are the risks under each set of weights?

    Parameters
    ----------
    churned, risk
        Label 0 or 1 and predicted probability, one per row.
    weights
        Replicates × rows; one replicate of equal weights if absent.

    Returns
    -------
    One number per replicate, NaN where a replicate has only one kind of dealer:
        ``pr_auc``    average precision; that of a blind guess is the base rate
        ``roc_auc``   chance that a churner is placed above a dealer who stays; ties count half
        ``log_loss``  mean surprise in nats
        ``brier``     mean squared error of the risk
        ``lift_10``   churn among the riskiest 10 % ÷ churn among all; edge ties in proportion

    Examples
    --------
    One churner is found first; the other comes third, behind one dealer that stays.

    >>> rated = rate_risks(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1]))
    >>> {name: round(float(values[0]), 3) for name, values in rated.items()}
    {'pr_auc': 0.833, 'roc_auc': 0.75, 'log_loss': 0.544, 'brier': 0.188, 'lift_10': 2.0}
    """
    rows = np.ones((1, len(churned))) if weights is None else weights
    order = np.argsort(-risk, kind="stable")
    churned, risk = churned[order].astype(float), risk[order]
    parts = [
        _rate_chunk(churned, risk, rows[start : start + CHUNK, order].astype(float))
        for start in range(0, len(rows), CHUNK)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in METRICS}


def interval(replicates: np.ndarray) -> tuple[float, float]:
    """Between which values do 95 % of the replicates lie?"""
    known = replicates[~np.isnan(replicates)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, INTERVAL)
    return float(low), float(high)


def _rate_chunk(churned: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> Metrics:
    # Risks that are equal cannot be told apart, so curves have points only where ties end.
    ends = np.flatnonzero(np.append(np.diff(risk) != 0, True))
    flagged = np.cumsum(weights, axis=1)[:, ends]
    caught = np.cumsum(weights * churned, axis=1)[:, ends]
    total, events = flagged[:, -1], caught[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        gained = np.diff(caught, axis=1, prepend=0)
        precision = np.where(flagged > 0, caught / flagged, 0.0)
        alarms = flagged - caught
        steps = np.diff(alarms, axis=1, prepend=0)
        area = (steps * (caught - gained / 2)).sum(axis=1)
        result = {
            "pr_auc": (gained * precision).sum(axis=1) / events,
            "roc_auc": area / (events * alarms[:, -1]),
            "lift_10": _caught_at(flagged, caught, CAPACITY * total) / events / CAPACITY,
        }
    return result | _losses(churned, risk, weights)


def _caught_at(flagged: np.ndarray, caught: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    pairs = zip(flagged, caught, capacity, strict=True)
    return np.array(
        [np.interp(k, np.append(0.0, f), np.append(0.0, c)) for f, c, k in pairs], dtype=float
    )


def _losses(churned: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> Metrics:
    safe = np.clip(risk, EDGE, 1 - EDGE)
    surprise = -(churned * np.log(safe) + (1 - churned) * np.log(1 - safe))
    total = weights.sum(axis=1)
    # Summed row by row: a matrix product would depend on the number of threads.
    return {
        "log_loss": (weights * surprise).sum(axis=1) / total,
        "brier": (weights * (risk - churned) ** 2).sum(axis=1) / total,
    }

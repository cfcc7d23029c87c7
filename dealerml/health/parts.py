"""The parts of the score: from a raw metric to 0-100 by fixed anchors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dealerml.errors import PolicyError
from dealerml.health.metrics import NOT_IN_PAUSE, in_pause, read_metric
from dealerml.health.standing import find_rows

FULL = 100.0


@dataclass(frozen=True)
class Part:
    """One part of the score, as the policy has it.

    Parameters
    ----------
    metrics
        The metric read, then its fallbacks in order.
    bad, good
        Values that give 0 and 100 points; `bad` may be the larger one.
    """

    name: str
    metrics: tuple[str, ...]
    weight: float
    bad: float
    good: float
    needed: bool
    anchors: tuple["Anchors", ...] = ()


@dataclass(frozen=True)
class Anchors:
    """Other bad and good values of a part, for the dealers of a role, a tier or both."""

    role: str
    tier: str
    bad: float
    good: float


@dataclass(frozen=True)
class ScoredParts:
    """Each part of each dealer: three frames with the dealers as rows and the parts as columns.

    Parameters
    ----------
    scores
        0 to 100; NaN where no metric of the part has a value.
    measured
        The metric's value behind the score.
    metrics
        The metric's name; missing where the score is.
    """

    scores: pd.DataFrame
    measured: pd.DataFrame
    metrics: pd.DataFrame


def read_parts(
    rows: Iterable[Mapping[str, Any]],
    *,
    known: tuple[str, ...],
    anchors: Iterable[Mapping[str, Any]] = (),
) -> tuple[Part, ...]:
    """Which parts does the policy name, in its order?

    Parameters
    ----------
    rows
        Rows of the policy's ``health.parts``.
    known
        Metrics that may be named.
    anchors
        Rows of the policy's ``health.anchors``.

    Raises
    ------
    PolicyError
        If weights do not sum to 100, anchors are equal or a metric is unknown; all at once.
    """
    special = [*anchors]
    parts = tuple(_read_part(row, special) for row in rows)
    problems = [text for part in parts for text in _problems(part, known)]
    total = sum(part.weight for part in parts)
    if abs(total - FULL) > 1e-9:
        problems.append(f"health.parts: the weights add up to {total:g}; they must add up to 100.")
    if problems:
        raise PolicyError(problems)
    return parts


def score_value(values: pd.Series, *, bad: float, good: float) -> pd.Series:
    """How many of 100 points is each value worth between two fixed anchors?

    Parameters
    ----------
    values
        Any unit.
    bad, good
        Values worth 0 and 100 points, in proportion between them and constant beyond them.

    Examples
    --------
    On time is 1 and four times the usual gap is far too late:

    >>> score_value(pd.Series([0.5, 1.0, 2.5, 9.0]), bad=4.0, good=1.0).tolist()
    [100.0, 100.0, 50.0, 0.0]
    """
    # Clipped before scaling: only then no rounding can make a better value worth less.
    inside = values.clip(min(bad, good), max(bad, good))
    return (inside - bad) / (good - bad) * FULL + 0.0  # minus zero becomes zero


def score_parts(x: pd.DataFrame, parts: tuple[Part, ...]) -> ScoredParts:
    """How many of 100 points has each dealer in each part, and by which metric?"""
    pause = in_pause(x)
    scores, values, metrics = {}, {}, {}
    for part in parts:
        value, metric = _first_known(x, part, pause)
        values[part.name], metrics[part.name] = value, metric
        scores[part.name] = _score(x, value, part)
    frames = (pd.DataFrame(data, index=x.index) for data in (scores, values, metrics))
    return ScoredParts(*frames)


def _score(x: pd.DataFrame, value: pd.Series, part: Part) -> pd.Series:
    """Points by the part's anchors, or by the last that fit the dealer's role and tier."""
    points = score_value(value, bad=part.bad, good=part.good)
    for own in part.anchors:
        rows = find_rows(x, role=own.role, tier=own.tier)
        points = points.mask(rows, score_value(value, bad=own.bad, good=own.good))
    return points


def _first_known(x: pd.DataFrame, part: Part, pause: pd.Series) -> tuple[pd.Series, pd.Series]:
    value = pd.Series(float("nan"), index=x.index)
    metric = pd.Series(None, index=x.index, dtype="str")
    for name in part.metrics:
        candidate = read_metric(x, name)
        if name in NOT_IN_PAUSE:
            candidate = candidate.mask(pause)
        fresh = value.isna() & candidate.notna()
        value, metric = value.mask(fresh, candidate), metric.mask(fresh, name)
    return value, metric


def _read_part(row: Mapping[str, Any], anchors: list[Mapping[str, Any]]) -> Part:
    return Part(
        name=row["name"],
        metrics=(row["metric"], *row.get("fallbacks", ())),
        weight=float(row["weight"]),
        bad=float(row["bad"]),
        good=float(row["good"]),
        needed=bool(row["needed"]),
        anchors=tuple(
            Anchors(str(own["role"]), str(own["tier"]), float(own["bad"]), float(own["good"]))
            for own in anchors
            if own["part"] == row["name"]
        ),
    )


def _problems(part: Part, known: tuple[str, ...]) -> list[str]:
    where = f"health.parts {part.name!r}"
    problems = [
        f"{where}: metric {name!r} is unknown. Known: {', '.join(known)}."
        for name in part.metrics
        if name not in known
    ]
    if part.bad == part.good:
        problems.append(f"{where}: bad and good are both {part.bad:g}; they must differ.")
    if part.weight < 0:
        problems.append(f"{where}: weight is {part.weight:g}; it must not be negative.")
    return problems

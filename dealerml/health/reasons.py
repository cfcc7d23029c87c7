"""Why a score is what it is: the parts that cost most, in words, with the numbers behind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dealerml.health.facts import quote_facts
from dealerml.words import Sentence, has_entry

MOST_REASONS: Final = 3
# A part that costs less than one point of a hundred is no reason to talk about.
LEAST_POINTS: Final = 1.0
SEPARATOR: Final = ";"


def choose_reasons(costs: pd.DataFrame, metrics: pd.DataFrame | None = None) -> pd.Series:
    """Which up to three parts cost each dealer most?

    Parameters
    ----------
    costs
        Dealer × part, points of 100; NaN without a score.
    metrics
        The metric behind each: of two parts that read the same one only the costlier is named.

    Returns
    -------
    Names joined by ``;``, the costliest first, ties in the order of the policy; missing without a
    score, empty where nothing costs a point.

    Examples
    --------
    >>> costs = pd.DataFrame({"trend": [5.0], "rhythm": [20.0], "returns": [0.4]}, index=["A"])
    >>> choose_reasons(costs).tolist()
    ['rhythm;trend']
    """
    names = [str(name) for name in costs.columns]
    points = costs.fillna(0.0).to_numpy().tolist()
    read = [names] * len(points) if metrics is None else metrics[names].to_numpy().tolist()
    codes = [_costliest(row, names, of) for row, of in zip(points, read, strict=True)]
    reasons = pd.Series(codes, index=costs.index, dtype="str", name="reasons")
    return reasons.where(costs.notna().any(axis=1))


def split_reasons(codes: object) -> tuple[str, ...]:
    """Which parts does a cell of ``reasons`` name?

    Examples
    --------
    >>> split_reasons("rhythm;trend"), split_reasons(""), split_reasons(float("nan"))
    (('rhythm', 'trend'), (), ())
    """
    return tuple(codes.split(SEPARATOR)) if isinstance(codes, str) and codes else ()


def explain_part(facts: Mapping[Any, Any], *, metric: str, good: float) -> Sentence:
    """How is the number behind one part said?

    Parameters
    ----------
    facts
        Numbers of one dealer.
    metric
        The metric that was read for the part.
    good
        The value that would give all points.
    """
    key = f"health.reason.{metric}"
    args = {**quote_facts(facts, metric=metric, kind=metric), "good": good}
    return Sentence(key if has_entry(key) else "health.reason.other", args)


def _costliest(costs: Sequence[float], names: Sequence[str], metrics: Sequence[str]) -> str:
    ranked = sorted(range(len(names)), key=lambda i: (-costs[i], i))
    first = {metrics[i]: i for i in reversed(ranked) if costs[i] >= LEAST_POINTS}
    chosen = sorted(first.values(), key=ranked.index)[:MOST_REASONS]
    return SEPARATOR.join(names[i] for i in chosen)

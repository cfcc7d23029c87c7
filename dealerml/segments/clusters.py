"""Segments learnt from behaviour: which kinds of dealers there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.behaviour import (
    COLUMNS,
    Scaling,
    apply_scaling,
    learn_scaling,
    read_behaviour,
)
from dealerml.segments.choice import choose_number, fit_centres, nearest, try_numbers
from dealerml.segments.columns import (
    ORDERING_STATUSES,
    code_series,
    find_short_history,
    need_columns,
)
from dealerml.segments.naming import describe_segment, is_numbered, name_segments
from dealerml.words import Sentence, Spoken

LARGEST_SAMPLE = 20_000  # dealers the centres are learnt from; all others are then assigned
PROFILE_COLUMNS = ("dealers", "dealer_share", *COLUMNS.values(), "amount", "amount_share")


@dataclass(frozen=True)
class SegmentModel:
    """What is needed to place a dealer: the scale, the centres on it, and their names.

    Empty ``names`` mean that no segments were learnt.
    """

    scaling: Scaling
    centres: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Segments(Spoken):
    """Segments by dealer, what each is like, and why there are so many.

    ``table`` is indexed by dealer_id; missing for dealers without orders in ``active_days``:
        ``segment``   code of the name, such as ``large_frequent``; ``describe_segment`` says it
        ``distance``  float >= 0, distance to the middle of the segment; large is untypical
    ``profile`` has one row per segment, largest first: ``dealers``, ``dealer_share``, the medians
    ``net_amount_365d``, ``order_days_365d``, ``net_amount_per_order_day_365d``,
    ``products_365d``, and ``amount``, ``amount_share`` of 12 months. ``choice`` is the table of
    ``try_numbers`` with ``named`` (words alone tell the segments apart) and ``chosen``.
    ``points`` holds what the dealers were compared by (see ``read_behaviour``), and ``model``
    places new dealers.
    """

    profile: pd.DataFrame
    choice: pd.DataFrame
    points: pd.DataFrame
    model: SegmentModel


def fit_segments(
    x: pd.DataFrame, *, random_state: int = 0, policy: Policy | None = None
) -> Segments:
    """Which kinds of dealers are there, judged by how they order?

    Dealers with orders in ``active_days`` are grouped by the logs of order days, amount per order
    day and products of 12 months. The number of groups is the largest that comes out the same when
    dealers are resampled and that words can tell apart; groups are ordered by their median amount
    and named by what sets them apart.

    Parameters
    ----------
    x
        Features, one row per dealer; ``products_365d`` may be absent.
    random_state
        Seed of resamples and starts.
    policy
        ``segments``: range of numbers, wanted stability, smallest share, fewest dealers.

    Raises
    ------
    TableError
        If status, amount, order days or amount per order day are not among the features.

    References
    ----------
    Lloyd, S. P. (1982), Least squares quantization in PCM,
    https://doi.org/10.1109/TIT.1982.1056489

    Examples
    --------
    Two dozen dealers are too few to learn from, and that is said.

    >>> x = pd.DataFrame(index=[f"D{n:02d}" for n in range(24)]).assign(
    ...     status="active",
    ...     net_amount_365d=40.0,
    ...     order_days_365d=4,
    ...     net_amount_per_order_day_365d=10.0,
    ... )
    >>> fit_segments(x).text
    'No segments were learnt: dealers that order: 24; needed: at least 30, and not all alike.'
    """
    rules = (policy or load_policy()).segments
    need_columns(x, ["status", *(COLUMNS[axis] for axis in ("size", "rhythm", "order"))])
    points = read_behaviour(x)[x["status"].isin(ORDERING_STATUSES)].sort_index()
    scaling = learn_scaling(points)
    sample = _sample(apply_scaling(points, scaling), random_state)
    if short := find_short_history(x):
        return _nothing(x, points, Sentence("segments.segments_too_short", short))
    if len(points) < int(rules["min_dealers"]) or len(np.unique(sample, axis=0)) <= 2:
        values = {"n": len(points), "needed": int(rules["min_dealers"])}
        return _nothing(x, points, Sentence("segments.segments_nothing", values))
    models, choice = _try_models(sample, points, scaling, rules, random_state)
    k = choose_number(choice, rules)
    choice["chosen"] = choice.index == k
    table = _place(points, models[k], x.index)
    profile = profile_segments(table["segment"], points, models[k].names)
    return Segments(table, _say(profile, choice, k, rules), profile, choice, points, models[k])


def assign_segments(segments: Segments, x: pd.DataFrame) -> pd.DataFrame:
    """Which of the learnt segments do these dealers belong to?

    Returns
    -------
    Indexed like ``x``: ``segment`` and ``distance`` as in ``Segments.table``.
    """
    points = read_behaviour(x)[x["status"].isin(ORDERING_STATUSES)]
    return _place(points, segments.model, x.index)


def profile_segments(
    segment: pd.Series, points: pd.DataFrame, names: tuple[str, ...]
) -> pd.DataFrame:
    """What is the middle dealer of each segment like, and what does the segment bring?"""
    groups = points.groupby(segment.reindex(points.index))
    profile = groups.median().reindex(list(names)).rename(columns=COLUMNS)
    profile.insert(0, "dealers", groups.size().reindex(list(names), fill_value=0))
    profile.insert(1, "dealer_share", profile["dealers"] / max(len(points), 1))
    profile["amount"] = groups["size"].sum().reindex(list(names))
    total = float(profile["amount"].sum())
    profile["amount_share"] = profile["amount"] / total if total > 0 else float("nan")
    return profile[list(PROFILE_COLUMNS)].rename_axis("segment")


def _sample(points: np.ndarray, random_state: int) -> np.ndarray:
    if len(points) <= LARGEST_SAMPLE:
        return points
    draws = np.random.default_rng(random_state)
    return points[np.sort(draws.choice(len(points), LARGEST_SAMPLE, replace=False))]


def _try_models(
    sample: np.ndarray,
    points: pd.DataFrame,
    scaling: Scaling,
    rules: Mapping[str, Any],
    random_state: int,
) -> tuple[dict[int, SegmentModel], pd.DataFrame]:
    # Two is always looked at: it is what remains where nothing finer is stable.
    most = min(int(rules["k_max"]), len(np.unique(sample, axis=0)) - 1)
    centres = {k: fit_centres(sample, k, random_state=random_state) for k in range(2, most + 1)}
    models = {k: _order_and_name(points, scaling, found) for k, found in centres.items()}
    choice = try_numbers(sample, centres, rules, random_state=random_state)
    named = {k: not any(map(is_numbered, model.names)) for k, model in models.items()}
    choice["named"] = pd.Series(named)
    return models, choice


def _order_and_name(points: pd.DataFrame, scaling: Scaling, centres: np.ndarray) -> SegmentModel:
    labels, _ = nearest(apply_scaling(points, scaling), centres)
    medians = points.groupby(labels).median().reindex(range(len(centres)))
    # The position itself ends every tie: two segments can never share a place and merge.
    keys = [(*(-medians.loc[label].fillna(0.0)), label) for label in medians.index]
    order = [int(key[-1]) for key in sorted(keys)]
    names = name_segments(medians.loc[order], points)
    ordered = tuple(tuple(float(value) for value in centres[label]) for label in order)
    return SegmentModel(scaling, ordered, tuple(names))


def _place(points: pd.DataFrame, model: SegmentModel, index: pd.Index) -> pd.DataFrame:
    table = pd.DataFrame({"segment": code_series(index, "segment"), "distance": float("nan")})
    if len(points) and model.names:
        scaled = apply_scaling(points, model.scaling)
        labels, distance = nearest(scaled, np.array(model.centres))
        table.loc[points.index, "segment"] = [model.names[label] for label in labels]
        table.loc[points.index, "distance"] = distance
    return table


def _nothing(x: pd.DataFrame, points: pd.DataFrame, why: Sentence) -> Segments:
    model = SegmentModel(Scaling((), (), (), (), ()), (), ())
    table = _place(points, model, x.index)
    profile = profile_segments(table["segment"], points, ())
    return Segments(table, (why,), profile, pd.DataFrame(), points, model)


def _say(
    profile: pd.DataFrame, choice: pd.DataFrame, k: int, rules: Mapping[str, Any]
) -> tuple[Sentence, ...]:
    parts = [
        Sentence(
            "segments.segments_part",
            {
                "name": describe_segment(str(name)),
                "n": int(row["dealers"]),
                "share": float(row["amount_share"]),
            },
        )
        for name, row in profile.iterrows()
    ]
    values = {"n": int(profile["dealers"].sum()), "k": k, "parts": parts}
    said = [Sentence("segments.segments_summary", values)]
    stable = {"stability": float(choice["stability"][k]), "wanted": float(rules["stability"])}
    key = "segments_stable" if bool(choice["stable"][k]) else "segments_unstable"
    said.append(Sentence(f"segments.{key}", stable))
    return tuple(said)

"""Segments learnt from behaviour: which kinds of dealers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.behaviour import (
    AXES,
    COLUMNS,
    Scaling,
    apply_scaling,
    learn_scaling,
    read_behaviour,
)
from dealerml.segments.choice import agree_on_centres, choose_number, nearest, try_numbers
from dealerml.segments.columns import ORDERING_STATUSES, find_short_history, need_columns
from dealerml.segments.naming import describe_segment, is_numbered, name_by_columns, name_segments
from dealerml.segments.pinning import NO_MODEL, SegmentModel, pin_names, place_dealers
from dealerml.words import Sentence, Spoken

LARGEST_SAMPLE = 20_000  # dealers the centres are learnt from; all others are then assigned


@dataclass(frozen=True)
class Segments(Spoken):
    """Segments by dealer, what each is like, and why there are so many.

    ``table`` is indexed by dealer_id; missing for dealers without orders in ``active_days``:
        ``segment``   code of the name, such as ``large_frequent``; ``describe_segment`` says it
        ``distance``  float >= 0, distance to the middle of the segment; large is untypical
    ``profile`` has one row per segment, largest first: ``dealers``, ``dealer_share``, the medians
    ``net_amount_365d``, ``order_days_365d``, ``net_amount_per_order_day_365d``,
    ``products_365d`` and of the columns learnt from, and ``amount``, ``amount_share`` of 12 months.
    ``beside`` holds the same medians ÷ those of all other dealers that order: 2 is twice as much,
    missing where theirs is not above zero. ``choice`` is the table of
    ``try_numbers`` with ``named`` (words alone tell the segments apart) and ``chosen``.
    ``points`` holds what the dealers were compared by (see ``read_behaviour``), and ``model``
    places new dealers.
    """

    profile: pd.DataFrame
    beside: pd.DataFrame
    choice: pd.DataFrame
    points: pd.DataFrame
    model: SegmentModel


def fit_segments(
    x: pd.DataFrame,
    *,
    columns: Sequence[str] = (),
    previous: SegmentModel | None = None,
    random_state: int = 0,
    policy: Policy | None = None,
) -> Segments:
    """Which kinds of dealers are there, judged by how they order?

    Dealers with orders in ``active_days`` are grouped by the logs of order days, amount per order
    day and products of 12 months, or by the columns you name. The number of groups is the largest
    that comes out the same when dealers are resampled and that words can tell apart; groups are
    ordered by their median amount and named by what sets them apart.

    Parameters
    ----------
    x
        Features, one row per dealer; ``products_365d`` may be absent.
    columns
        Features to learn from instead, such as ``RFM_COLUMNS``; see `list_features`.
    previous
        Segments accepted earlier, from `read_segments` or ``Segments.model``: those that they
        continue keep their names.
    random_state
        Seed of resamples and starts; see `agree_on_centres` for why it hardly matters.
    policy
        ``segments``: range of numbers, wanted stability, smallest share, fewest dealers.

    Raises
    ------
    TableError
        If status, amount, order days, amount per order day or a named column are not among the
        features.

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
    usual = (COLUMNS[axis] for axis in ("size", "rhythm", "order"))
    need_columns(x, ["status", *usual, *columns])
    points = _ordering(x, columns)
    scaling = learn_scaling(points, tuple(columns) or AXES)
    sample = _sample(apply_scaling(points, scaling), random_state)
    if short := find_short_history(x):
        return _nothing(x, points, Sentence("segments.segments_too_short", short))
    if len(points) < int(rules["min_dealers"]) or len(np.unique(sample, axis=0)) <= 2:
        values = {"n": len(points), "needed": int(rules["min_dealers"])}
        return _nothing(x, points, Sentence("segments.segments_nothing", values))
    models, choice = _try_models(sample, points, scaling, rules, random_state, tuple(columns))
    k = choose_number(choice, rules)
    choice["chosen"] = choice.index == k
    model, pinned = _pin(models[k], x, points, previous)
    table = place_dealers(points, model).reindex(x.index)
    profile, beside = profile_segments(table["segment"], points, model)
    said = _say(profile, choice, k, rules)
    if previous is not None:
        said += (Sentence("segments.segments_pinned", {"pinned": pinned, "k": k}),)
    return Segments(table, said, profile, beside, choice, points, model)


def assign_segments(segments: Segments, x: pd.DataFrame) -> pd.DataFrame:
    """Which of the learnt segments do these dealers belong to?

    Returns
    -------
    Indexed like ``x``: ``segment`` and ``distance`` as in ``Segments.table``.
    """
    return place_dealers(_ordering(x, segments.model.columns), segments.model).reindex(x.index)


def profile_segments(
    segment: pd.Series, points: pd.DataFrame, model: SegmentModel
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is the middle dealer of each segment like, alone and beside all others?

    Returns
    -------
    ``Segments.profile`` and ``Segments.beside``.
    """
    names, named = list(model.names), points.rename(columns=COLUMNS)
    # A feature that is learnt from may be one that is shown anyway.
    named = named.loc[:, ~named.columns.duplicated()]
    of_dealer = segment.reindex(points.index)
    groups = named.groupby(of_dealer)
    medians = groups.median().reindex(names)
    others = pd.DataFrame({name: named[of_dealer != name].median() for name in names}).T
    others = others.reindex(columns=medians.columns).rename_axis("segment")
    profile = medians.copy()
    profile.insert(0, "dealers", groups.size().reindex(names, fill_value=0))
    profile.insert(1, "dealer_share", profile["dealers"] / max(len(points), 1))
    profile["amount"] = groups[COLUMNS["size"]].sum().reindex(names)
    total = float(profile["amount"].sum())
    profile["amount_share"] = profile["amount"] / total if total > 0 else float("nan")
    return profile.rename_axis("segment"), medians / others.where(others > 0)


def _ordering(x: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return read_behaviour(x, columns)[x["status"].isin(ORDERING_STATUSES)].sort_index()


def _pin(
    model: SegmentModel, x: pd.DataFrame, points: pd.DataFrame, previous: SegmentModel | None
) -> tuple[SegmentModel, int]:
    if previous is None or not previous.names:
        return model, 0
    need_columns(x, previous.columns)
    now = place_dealers(points, model)["segment"]
    before = place_dealers(_ordering(x, previous.columns), previous)["segment"]
    names, pinned = pin_names(model.names, now, before)
    return replace(model, names=names), pinned


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
    columns: tuple[str, ...],
) -> tuple[dict[int, SegmentModel], pd.DataFrame]:
    # Two is always looked at: it is what remains where nothing finer is stable.
    most = min(int(rules["k_max"]), len(np.unique(sample, axis=0)) - 1)
    centres = agree_on_centres(sample, most, random_state=random_state)
    models = {k: _order_and_name(points, scaling, found, columns) for k, found in centres.items()}
    choice = try_numbers(sample, centres, rules, random_state=random_state)
    named = {k: not any(map(is_numbered, model.names)) for k, model in models.items()}
    choice["named"] = pd.Series(named)
    return models, choice


def _order_and_name(
    points: pd.DataFrame, scaling: Scaling, centres: np.ndarray, columns: tuple[str, ...]
) -> SegmentModel:
    labels, _ = nearest(apply_scaling(points, scaling), centres)
    medians = points.groupby(labels).median().reindex(range(len(centres)))
    # The position itself ends every tie: two segments can never share a place and merge.
    sizes = medians[list(COLUMNS)]
    keys = [(*(-sizes.loc[label].fillna(0.0)), label) for label in sizes.index]
    order = [int(key[-1]) for key in sorted(keys)]
    ranked = medians.loc[order]
    named = name_by_columns(ranked[list(columns)], points) if columns else []
    names = named or name_segments(ranked, points)
    ordered = tuple(tuple(float(value) for value in centres[label]) for label in order)
    return SegmentModel(scaling, ordered, tuple(names), columns)


def _nothing(x: pd.DataFrame, points: pd.DataFrame, why: Sentence) -> Segments:
    table = place_dealers(points, NO_MODEL).reindex(x.index)
    profile, beside = profile_segments(table["segment"], points, NO_MODEL)
    return Segments(table, (why,), profile, beside, pd.DataFrame(), points, NO_MODEL)


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

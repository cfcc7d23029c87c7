"""The same names next quarter: segments learnt anew keep the names of those they continue."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dealerml.errors import TableError
from dealerml.segments.behaviour import NO_SCALING, Scaling, apply_scaling
from dealerml.segments.choice import nearest
from dealerml.segments.naming import numbered_by

# A segment continues another if more than half of the dealers of either are in both.
PINNED = 0.5


@dataclass(frozen=True)
class SegmentModel:
    """What is needed to place a dealer: the scale, the centres on it, and their names.

    ``columns`` are the features learnt from beyond the usual ones. Empty ``names`` mean that no
    segments were learnt.
    """

    scaling: Scaling
    centres: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]
    columns: tuple[str, ...] = ()


NO_MODEL = SegmentModel(NO_SCALING, (), ())


def place_dealers(points: pd.DataFrame, model: SegmentModel) -> pd.DataFrame:
    """Into which segment of a model does each dealer fall, and how typical is it of it?

    Parameters
    ----------
    points
        As ``read_behaviour`` gives them, with the columns of the model.

    Returns
    -------
    On the same index ``segment``, missing without segments, and ``distance`` to its middle.
    """
    table = pd.DataFrame(index=points.index, columns=["segment", "distance"])
    table = table.astype({"segment": "str", "distance": "float64"})
    if len(points) and model.names:
        scaled = apply_scaling(points, model.scaling)
        labels, distance = nearest(scaled, np.array(model.centres))
        table["segment"] = pd.Series([model.names[n] for n in labels], points.index, dtype="str")
        table["distance"] = distance
    return table


def pin_names(
    names: Sequence[str], now: pd.Series, before: pd.Series
) -> tuple[tuple[str, ...], int]:
    """Which segments keep a name they had, because most of their dealers would have shared it?

    Parameters
    ----------
    names
        Of the segments as they were learnt anew.
    now, before
        Dealer → segment: as learnt anew, and where the earlier model puts the same dealers.

    Returns
    -------
    The names in the same order, all distinct, and how many were kept. A segment keeps a name where
    the dealers in both are more than half of those in either; pairs are matched so that these
    shares add up to the most.

    References
    ----------
    Kuhn, H. W. (1955), The Hungarian method for the assignment problem,
    https://doi.org/10.1002/nav.3800020109

    Examples
    --------
    >>> now = pd.Series(["large", "large", "small", "small"])
    >>> before = pd.Series(["giants", "giants", "small", "giants"])
    >>> pin_names(("large", "small"), now, before)
    (('giants', 'small_2'), 1)
    """
    from scipy.optimize import linear_sum_assignment

    both = pd.crosstab(now, before).reindex(index=list(names), fill_value=0)
    either = both.sum(axis=1).to_numpy()[:, None] + both.sum(axis=0).to_numpy()[None, :] - both
    likeness = (both / either.where(either > 0)).fillna(0.0).to_numpy()
    kept = {
        int(row): str(both.columns[column])
        for row, column in zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
        if likeness[row, column] > PINNED
    }
    # A name that another segment keeps, or had before, would say of this one what it is not.
    taken = {*kept.values(), *map(str, both.columns)}
    pinned = []
    for number, name in enumerate(names):
        chosen = kept.get(number) or _free(name, taken)
        taken.add(chosen)
        pinned.append(chosen)
    return tuple(pinned), len(kept)


def rename_segments(model: SegmentModel, names: Mapping[str, str]) -> SegmentModel:
    """Which names are the segments given, by those who work with them?

    Parameters
    ----------
    names
        Present name → the one to be used from now on; others stay.

    Raises
    ------
    TableError
        If a name is not among the segments, or two would be called the same.
    """
    unknown = [name for name in names if name not in model.names]
    renamed = tuple(names.get(name, name) for name in model.names)
    if unknown or len(set(renamed)) < len(renamed):
        problem = f"{unknown[0]!r} is no segment" if unknown else "names must be distinct"
        message = f"segments: {problem}. There are {', '.join(model.names)}."
        raise TableError(message)
    return replace(model, names=renamed)


def write_segments(model: SegmentModel, path: str | Path) -> None:
    """Keep the segments that were accepted, to be read by `read_segments` next quarter."""
    text = json.dumps(asdict(model), ensure_ascii=False, indent=1, sort_keys=True)
    Path(path).write_text(text + "\n", encoding="utf-8")


def read_segments(path: str | Path) -> SegmentModel:
    """Which segments were accepted before?

    Raises
    ------
    TableError
        If the file is not what `write_segments` wrote.
    """
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        scaling = {name: tuple(values) for name, values in told["scaling"].items()}
        centres = tuple(tuple(map(float, centre)) for centre in told["centres"])
        model = SegmentModel(
            Scaling(**scaling), centres, tuple(told["names"]), tuple(told["columns"])
        )
        _check(model)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} holds no segments ({error}). Write them with write_segments."
        raise TableError(message) from error
    return model


def _check(model: SegmentModel) -> None:
    scale = asdict(model.scaling)
    sizes = {len(values) for values in scale.values()} | {len(centre) for centre in model.centres}
    is_named = len(set(model.names)) == len(model.names) == len(model.centres)
    numbers: list[Any] = [
        *(value for name, values in scale.items() if name != "axes" for value in values),
        *(value for centre in model.centres for value in centre),
    ]
    if len(sizes) > 1 or not is_named or not np.isfinite(np.array(numbers, dtype="float64")).all():
        message = "its parts do not fit together"
        raise ValueError(message)


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}{numbered_by(name)}{number}"
    return free

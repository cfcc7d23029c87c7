"""What dealers are compared by when segments are learnt: how much, how often, how broadly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.segments.columns import read_numbers

# Axis → column. The three say little about each other's cause and managers know all three.
AXES = {"size": "net_amount_365d", "rhythm": "order_days_365d", "breadth": "products_365d"}
# Beyond these quantiles a dealer is extreme enough; a few giants would otherwise be a segment.
EDGES = (0.01, 0.99)


@dataclass(frozen=True)
class Scaling:
    """How amounts and counts become comparable numbers, learnt once and kept for new dealers.

    ``axes`` names the rows in use; ``lowest`` and ``highest`` are the values at which a dealer
    counts as extreme; ``centre`` and ``spread`` are the median and the middle half of the logs.
    """

    axes: tuple[str, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]


def read_behaviour(x: pd.DataFrame) -> pd.DataFrame:
    """How much, how often and how broadly does each dealer order?

    Returns
    -------
    One row per dealer, columns ``size`` (amount), ``rhythm`` (order days) and ``breadth``
    (products), all of 12 months; missing where the feature is.
    """
    return pd.DataFrame({axis: read_numbers(x, column) for axis, column in AXES.items()})


def learn_scaling(behaviour: pd.DataFrame) -> Scaling:
    """On which scale are these dealers to be compared?

    Axes on which all dealers are alike, or that the export does not fill, are left out. Only
    ratios between dealers matter, so another currency changes nothing.

    Examples
    --------
    >>> size = [10.0, 20.0, 40.0, 80.0, 160.0]
    >>> learn_scaling(pd.DataFrame({"size": size, "rhythm": [3.0] * 5})).axes
    ('size',)
    """
    rows: dict[str, tuple[float, float, float, float]] = {}
    for axis in behaviour.columns:
        values = behaviour[axis].to_numpy(dtype="float64")
        values = values[values > 0]
        if not len(values):
            continue
        low, high = (float(edge) for edge in np.quantile(values, EDGES))
        logs = np.log(np.clip(values, low, high))
        lower, middle, upper = np.quantile(logs, (0.25, 0.5, 0.75))
        spread = float(upper - lower) or float(logs.std())
        if spread > 0:
            rows[str(axis)] = (low, high, float(middle), spread)
    lowest, highest, centre, spreads = zip(*rows.values(), strict=True) if rows else ((),) * 4
    return Scaling(tuple(rows), lowest, highest, centre, spreads)


def apply_scaling(behaviour: pd.DataFrame, scaling: Scaling) -> np.ndarray:
    """Where does each dealer lie on the scale?

    Returns
    -------
    float array (dealers, axes): 0 is the middle dealer, 1 is one middle half above it. Nothing or
    less counts as the lowest value, a missing value as the middle.

    Examples
    --------
    >>> scaling = Scaling(("size",), (1.0,), (float(np.exp(3)),), (2.0,), (1.0,))
    >>> apply_scaling(pd.DataFrame({"size": [1e6, np.exp(2), None, -5.0]}), scaling).tolist()
    [[1.0], [0.0], [0.0], [-2.0]]
    """
    values = behaviour[list(scaling.axes)].to_numpy(dtype="float64")
    clipped = np.clip(values, scaling.lowest, scaling.highest)
    scaled = (np.log(clipped) - np.array(scaling.centre)) / np.array(scaling.spread)
    return np.asarray(np.nan_to_num(scaled, nan=0.0))

"""What dealers are compared by when segments are learnt: how often, how much, how broadly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.segments.columns import read_numbers

# Axis → column. Size is rhythm times order: it names and orders segments, but grouping by it as
# well would count money twice and cut dealers into slices of size alone.
COLUMNS = {
    "size": "net_amount_365d",
    "rhythm": "order_days_365d",
    "order": "net_amount_per_order_day_365d",
    "breadth": "products_365d",
}
AXES = ("rhythm", "order", "breadth")
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
    One row per dealer, all of 12 months; missing where the feature is:
        ``size``     float, money; net amount
        ``rhythm``   float, order days
        ``order``    float, money; net amount per order day
        ``breadth``  float, different products
    """
    return pd.DataFrame({axis: read_numbers(x, column) for axis, column in COLUMNS.items()})


def learn_scaling(behaviour: pd.DataFrame) -> Scaling:
    """On which scale are these dealers to be compared?

    Axes on which all dealers are alike, or that the export does not fill, are left out. Only
    ratios between dealers matter, so another currency changes nothing.

    Examples
    --------
    >>> order = [10.0, 20.0, 40.0, 80.0, 160.0]
    >>> learn_scaling(pd.DataFrame({"order": order, "rhythm": [3.0] * 5})).axes
    ('order',)
    """
    rows: dict[str, tuple[float, float, float, float]] = {}
    for axis in (axis for axis in AXES if axis in behaviour.columns):
        values = behaviour[axis].to_numpy(dtype="float64")
        values = values[values > 0]
        if not len(values):
            continue
        low, high = (float(edge) for edge in np.quantile(values, EDGES))
        logs = np.log(np.clip(values, low, high))
        lower, middle, upper = np.quantile(logs, (0.25, 0.5, 0.75))
        spread = float(upper - lower) or float(logs.std())
        if spread > 0:
            rows[axis] = (low, high, float(middle), spread)
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
    >>> scaling = Scaling(("order",), (1.0,), (float(np.exp(3)),), (2.0,), (1.0,))
    >>> apply_scaling(pd.DataFrame({"order": [1e6, np.exp(2), None, -5.0]}), scaling).tolist()
    [[1.0], [0.0], [0.0], [-2.0]]
    """
    values = behaviour[list(scaling.axes)].to_numpy(dtype="float64")
    clipped = np.clip(values, scaling.lowest, scaling.highest)
    scaled = (np.log(clipped) - np.array(scaling.centre)) / np.array(scaling.spread)
    return np.asarray(np.nan_to_num(scaled, nan=0.0))

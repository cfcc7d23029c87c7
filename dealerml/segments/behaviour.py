"""What dealers are compared by when segments are learnt: how often, how much, how broadly."""

from collections.abc import Sequence
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
# The three numbers that managers know, to be passed as the columns to learn from.
RFM_COLUMNS = ("recency_days", "order_days_365d", "net_amount_365d")
# Beyond these quantiles a dealer is extreme enough; a few giants would otherwise be a segment.
EDGES = (0.01, 0.99)


@dataclass(frozen=True)
class Scaling:
    """How amounts and counts become comparable numbers, learnt once and kept for new dealers.

    ``axes`` names the columns in use, and ``logs`` says of which the logarithm is taken; ``lowest``
    and ``highest`` are the values at which a dealer counts as extreme; ``centre`` and ``spread``
    are the median and the middle half on that scale.
    """

    axes: tuple[str, ...]
    logs: tuple[bool, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]


NO_SCALING = Scaling((), (), (), (), (), ())


def read_behaviour(x: pd.DataFrame, columns: Sequence[str] = ()) -> pd.DataFrame:
    """How much, how often and how broadly does each dealer order?

    Parameters
    ----------
    columns
        Further features to learn from.

    Returns
    -------
    One row per dealer, all of 12 months; missing where the feature is:
        ``size``     float, money; net amount
        ``rhythm``   float, order days
        ``order``    float, money; net amount per order day
        ``breadth``  float, different products
    and each further column under its own name.
    """
    named = COLUMNS | {column: column for column in columns}
    return pd.DataFrame({axis: read_numbers(x, column) for axis, column in named.items()})


def learn_scaling(behaviour: pd.DataFrame, axes: Sequence[str] = AXES) -> Scaling:
    """On which scale are these dealers to be compared?

    Amounts, counts and days by their ratios, so that another currency changes nothing; what can be
    below zero, and shares, as they are. Axes on which all dealers are alike, or that the export
    does not fill, are left out.

    Examples
    --------
    >>> order = [10.0, 20.0, 40.0, 80.0, 160.0]
    >>> learn_scaling(pd.DataFrame({"order": order, "rhythm": [3.0] * 5})).axes
    ('order',)
    """
    rows = []
    for axis in (axis for axis in axes if axis in behaviour.columns):
        values = behaviour[axis].dropna().to_numpy(dtype="float64")
        # A returned order makes an amount negative here and there; that is no scale through zero.
        signed = float((values < 0).mean()) if len(values) else 1.0
        by_ratio = signed < EDGES[0] and float(values.max()) > 1
        values = values[values > 0] if by_ratio else values
        if not len(values):
            continue
        low, high = (float(edge) for edge in np.quantile(values, EDGES))
        placed = np.clip(values, low, high)
        placed = np.log(placed) if by_ratio else placed
        lower, middle, upper = np.quantile(placed, (0.25, 0.5, 0.75))
        spread = float(upper - lower) or float(placed.std())
        if spread > 0:
            rows.append((axis, by_ratio, low, high, float(middle), spread))
    return Scaling(*zip(*rows, strict=True)) if rows else NO_SCALING


def apply_scaling(behaviour: pd.DataFrame, scaling: Scaling) -> np.ndarray:
    """Where does each dealer lie on the scale?

    Returns
    -------
    float array (dealers, axes): 0 is the middle dealer, 1 is one middle half above it. Nothing or
    less counts as the lowest value, a missing value as the middle.

    Examples
    --------
    >>> scaling = Scaling(("order",), (True,), (1.0,), (float(np.exp(3)),), (2.0,), (1.0,))
    >>> apply_scaling(pd.DataFrame({"order": [1e6, np.exp(2), None, -5.0]}), scaling).tolist()
    [[1.0], [0.0], [0.0], [-2.0]]
    """
    values = behaviour[list(scaling.axes)].to_numpy(dtype="float64")
    clipped = np.clip(values, scaling.lowest, scaling.highest)
    logs = np.array(scaling.logs, dtype="bool")
    placed = np.log(clipped, where=logs, out=clipped.copy())
    scaled = (placed - np.array(scaling.centre)) / np.array(scaling.spread)
    return np.asarray(np.nan_to_num(scaled, nan=0.0))

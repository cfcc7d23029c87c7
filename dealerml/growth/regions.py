"""The region of each dealer, as dated on its order lines."""

from typing import TYPE_CHECKING

import pandas as pd

from dealerml.features.regions import dated_regions

if TYPE_CHECKING:
    from dealerml.tables import Snapshot


def dealer_regions(snapshot: "Snapshot", dealers: "pd.Index[str]") -> pd.Series:
    """In which region did each dealer last order?

    Returns
    -------
    pd.Series
        Text by dealer id; missing where order lines carry no region.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> dealer_regions(example_tables().as_of("2025-06-30"), pd.Index(["A", "B"])).isna().tolist()
    [True, True]
    """
    as_of = pd.Timestamp(snapshot.dates[-1]).as_unit("s")
    index = pd.MultiIndex.from_product([[as_of], dealers], names=["as_of", "dealer_id"])
    return dated_regions(snapshot.at(snapshot.as_of), index).droplevel("as_of")

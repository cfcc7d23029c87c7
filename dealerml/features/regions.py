"""The region and the owner a dealer had on a date, read from its order lines."""

from typing import Any

import narwhals as nw
import pandas as pd

from dealerml.dates import to_day
from dealerml.tables import Snapshot


def dated_regions(snapshot: Snapshot, index: "pd.Index[Any]") -> pd.Series:
    """In which region was each dealer at each as-of date?

    The region of its latest order line known by then; of two on one day, the first by name. The
    dealer list is not asked: it tells today's region, which a past date could not know.

    Returns
    -------
    Text on the given ``(as_of, dealer_id)`` index; missing where order lines carry no region.
    """
    return _dated(snapshot, index, "region")


def dated_owners(snapshot: Snapshot, index: "pd.Index[Any]") -> pd.Series:
    """Who of us was in charge of each dealer at each as-of date, by its latest order line?

    Against an earlier date it tells hand-overs, which the dealer list has forgotten.

    Returns
    -------
    Text on the given ``(as_of, dealer_id)`` index; missing where order lines carry no owner.
    """
    return _dated(snapshot, index, "owner")


def _dated(snapshot: Snapshot, index: "pd.Index[Any]", column: str) -> pd.Series:
    empty = pd.Series(None, index=index, dtype="str")
    if f"order_lines.{column}" not in snapshot.supplied:
        return empty
    days = snapshot.keep(
        f"{column}_days",
        lambda: (
            snapshot.lines.filter(~nw.col(column).is_null())
            .group_by("dealer_id", column, "known_day")
            .agg(day=nw.col("day").max())
        ),
    )
    rows = days.collect("pandas").to_native().sort_values(["day", column], ascending=[True, False])
    values = []
    for date in snapshot.dates:
        known = rows[rows["known_day"] <= to_day(date)]
        latest = known.drop_duplicates("dealer_id", keep="last").set_index("dealer_id")[column]
        values.append(pd.concat({pd.Timestamp(date).as_unit("s"): latest}, names=["as_of"]))
    dated: pd.Series[str] = pd.concat(values).reindex(index).astype("str")
    return dated

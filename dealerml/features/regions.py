"""The region a dealer belonged to on a date, read from its order lines."""

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
    empty = pd.Series(None, index=index, dtype="str")
    if "order_lines.region" not in snapshot.supplied:
        return empty
    days = snapshot.keep(
        "region_days",
        lambda: (
            snapshot.lines.filter(~nw.col("region").is_null())
            .group_by("dealer_id", "region", "known_day")
            .agg(day=nw.col("day").max())
        ),
    )
    rows = (
        days.collect("pandas").to_native().sort_values(["day", "region"], ascending=[True, False])
    )
    regions = []
    for date in snapshot.dates:
        known = rows[rows["known_day"] <= to_day(date)]
        latest = known.drop_duplicates("dealer_id", keep="last").set_index("dealer_id")["region"]
        regions.append(pd.concat({pd.Timestamp(date).as_unit("s"): latest}, names=["as_of"]))
    dated: pd.Series[str] = pd.concat(regions).reindex(index).astype("str")
    return dated

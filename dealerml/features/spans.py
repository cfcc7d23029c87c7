"""The day table between the edges of windows: from many as-of dates, windows are whole spans.

A window is a sum over days. Twenty windows seen from thirty dates would sum the same days hundreds
of times, so days are first summed between the edges of all windows, once for each as-of date.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import narwhals as nw

from dealerml.dates import to_day
from dealerml.features.orders import KEYS
from dealerml.tables import Lazy, Snapshot
from dealerml.tables.columns import AMOUNT
from dealerml.tables.dated import rows_of
from dealerml.tables.days import sum_days


def within(column: str, first: int | nw.Expr, days: int | nw.Expr) -> nw.Expr:
    """Sum of a column over the days from `first` up to `first + days` before the as-of date."""
    ago = nw.col("days_ago")
    inside = (ago >= first) & (ago < first + days)
    return nw.when(inside).then(nw.col(column)).otherwise(0).sum()


def date_constants(snapshot: Snapshot, values: Mapping[dt.date, Mapping[str, int]]) -> Lazy:
    """A frame of one row per as-of date: ``as_of_day`` and what is given for it."""
    rows = ({"as_of_day": to_day(date), **given} for date, given in values.items())
    literals = [
        {name: nw.lit(value, dtype=nw.Int64()) for name, value in row.items()} for row in rows
    ]
    return rows_of(snapshot.base_days, literals)


def sum_spans(snapshot: Snapshot, name: str, edges_of: Callable[[dt.date], Sequence[int]]) -> Lazy:
    """What did each dealer do between the edges of windows, seen from each as-of date?

    Parameters
    ----------
    name
        Under which the result is kept; other edges need another name.
    edges_of
        As-of date → days before it at which a window begins or ends, rising. The first span begins
        at the as-of date itself, the last one holds everything older than the last edge.

    Returns
    -------
    One row per as-of date, dealer and span with any line: lines and amounts of the day table,
        ``days_ago``      days from the as-of date to the latest day that the span can hold
        ``order_days``    order days within
        ``oldest_ago``    days from the as-of date to the oldest day with a line
    """
    dates = ",".join(map(str, snapshot.dates))
    return snapshot.keep(f"spans_{name}_{dates}", lambda: _sum(snapshot, edges_of))


def _sum(snapshot: Snapshot, edges_of: Callable[[dt.date], Sequence[int]]) -> Lazy:
    each = snapshot.base_days.group_by("day").agg(rows=nw.len()).drop("rows")
    spans = nw.concat([_place(each, date, edges_of(date)) for date in snapshot.dates])
    seen = snapshot.base_days.join(spans, on="day", how="inner")
    if snapshot.late_lines:
        # A line posted late is known from a later date on, and may fall on a day known before.
        known = seen.filter(nw.col("known_day") <= nw.col("as_of_day"))
        seen = sum_days(known, [*KEYS, "day", "days_ago"])
    is_order_day = nw.when(nw.col("orders") > 0).then(1).otherwise(0)
    ago = nw.col("as_of_day") - nw.col("day")
    told, untold = _told(snapshot)
    sums = (
        seen.with_columns(is_order_day=is_order_day, ago=ago)
        .group_by(*KEYS, "days_ago")
        .agg(
            *(nw.col(column).sum() for column in told),
            lines=nw.col("lines").sum(),
            order_days=nw.col("is_order_day").sum(),
            oldest_ago=nw.col("ago").max(),
        )
    )
    counts, money = nw.col("lines", "order_days", "oldest_ago"), nw.col(*told)
    zeros = {column: nw.lit(0).cast(AMOUNT) for column in untold}
    return sums.with_columns(counts.cast(nw.Int64()), money.cast(AMOUNT), **zeros)


def _told(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Which sums can differ from zero, and which cannot: adding up zeros takes as long."""
    has_cost = "order_lines.cost_amount" in snapshot.supplied
    can_be = {
        "net_amount": True,
        "returns_amount": snapshot.has_returns,
        "quantity": "order_lines.quantity" in snapshot.supplied,
        "cost_amount": has_cost,
        "costed_amount": has_cost,
    }
    told = [name for name, can in can_be.items() if can]
    return told, [name for name in can_be if name not in told]


def _place(days: Lazy, date: dt.date, edges: Sequence[int]) -> Lazy:
    """Each day with the latest edge that is not older than it is."""
    as_of = to_day(date)
    ago = nw.lit(as_of, dtype=nw.Int64()) - nw.col("day")
    steps = [
        nw.when(ago >= edge).then(edge - before).otherwise(0)
        for before, edge in pairwise((0, *edges))
    ]
    return days.filter(nw.col("day") <= as_of).with_columns(
        as_of_day=nw.lit(as_of, dtype=nw.Int64()),
        days_ago=nw.sum_horizontal(*steps).cast(nw.Int64()),
    )

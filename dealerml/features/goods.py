"""Lines of goods as features of products read them: bought, not returned, between dates.

Order lines are first reduced to one row per dealer, product or category, and stretch of days
between the edges of all windows asked for. Windows then are whole stretches, so many as-of dates
cost little more than one, and every result is exact.
"""

import narwhals as nw

from dealerml.dates import from_day
from dealerml.tables import Lazy, Snapshot


def bought_lines(snapshot: Snapshot, *, since: int | None = None) -> Lazy:
    """Lines of goods that were ordered and not returned, after a day."""
    goods = (nw.col("line_kind") == "goods") & (nw.col("net_amount") > 0)
    if since is not None:
        goods = goods & (nw.col("order_date") > nw.lit(from_day(since)))
    return snapshot.lines.filter(goods)


def with_stretches(snapshot: Snapshot, lines: Lazy, edges: list[int], *, name: str) -> Lazy:
    """Lines with the number of edges before ``day`` and before ``known_day``.

    Joined from a table of the few thousand days there are, not computed for millions of lines.
    """
    table = snapshot.keep(f"stretches_{name}_{edges}", lambda: _stretches(snapshot, edges))
    calendar = snapshot.calendar.join(table, on="day")
    placed = lines.drop("day").join(calendar, on="order_date", how="inner")
    if not snapshot.late_lines:
        return placed.with_columns(known_stretch=nw.col("stretch"))
    known = table.rename({"day": "known_day", "stretch": "known_stretch"})
    return placed.join(known, on="known_day", how="inner")


def _stretches(snapshot: Snapshot, edges: list[int]) -> Lazy:
    days = snapshot.base_days
    both = nw.concat([days.select("day"), days.select(day=nw.col("known_day"))])
    each = both.group_by("day").agg(rows=nw.len()).drop("rows")
    before = [nw.when(nw.col("day") > edge).then(1).otherwise(0) for edge in edges]
    return each.with_columns(stretch=nw.sum_horizontal(*before))

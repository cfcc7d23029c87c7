"""Lines of goods as features of products read them: bought, not returned, between dates.

Order lines are first reduced to one row per dealer, product or category, and stretch of days
between the edges of all windows asked for. Windows then are whole stretches, so many as-of dates
cost little more than one, and every result is exact.
"""

import narwhals as nw

from dealerml.dates import from_day, to_day
from dealerml.tables import Lazy, Snapshot
from dealerml.tables.columns import AMOUNT

YEAR = 365


def goods_by_stretch(snapshot: Snapshot) -> tuple[Lazy, list[int]]:
    """What did each dealer buy of each product, between the as-of dates and a year before each?

    Returns
    -------
    One row per dealer, product, stretch and stretch in which it became known: ``last_day``, and of
    lines with a quantity ``paid`` and ``quantity``; and the edges of the stretches.
    """
    dates = [to_day(date) for date in snapshot.dates]
    edges = sorted({day - back for day in dates for back in (0, YEAR)})
    bought = bought_lines(snapshot, since=edges[0]).filter(~nw.col("product_id").is_null())
    counts = nw.when(nw.col("quantity") > 0)
    zero = nw.lit(0).cast(AMOUNT)
    bought = bought.with_columns(
        paid=counts.then(nw.col("net_amount")).otherwise(zero),
        units=counts.then(nw.col("quantity")).otherwise(zero),
    )
    reduced = with_stretches(snapshot, bought, edges, name="goods")
    kept = snapshot.keep(
        f"goods_{dates}",
        lambda: reduced.group_by("dealer_id", "product_id", "stretch", "known_stretch").agg(
            last_day=nw.col("day").max(),
            paid=nw.col("paid").sum().cast(AMOUNT),
            quantity=nw.col("units").sum().cast(AMOUNT),
        ),
    )
    return kept, edges


def goods_of_year(kept: Lazy, edges: list[int], as_of_day: int) -> Lazy:
    """The rows of `goods_by_stretch` that an as-of date knew of its last 365 days."""
    posted = nw.col("known_stretch") <= edges.index(as_of_day)
    return kept.filter(posted & (nw.col("stretch") > edges.index(as_of_day - YEAR)))


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

"""The dealer-day table: what each dealer did on each day, from which pace and amounts are read."""

import narwhals as nw

from dealerml.dates import day_number
from dealerml.tables.columns import AMOUNT
from dealerml.tables.engine import Lazy

DAY_SUMS = (
    "orders",
    "net_amount",
    "returns_amount",
    "quantity",
    "lines",
    "cost_amount",
    "costed_amount",
)
COUNTS = ("orders", "lines")


def derive_days(lines: Lazy, supplied: frozenset[str]) -> Lazy:
    """What did each dealer order and return on each day, as it became known?

    Parameters
    ----------
    lines
        Order lines in canonical columns.
    supplied
        ``table.column`` of every column the export really had.

    Returns
    -------
    One row per dealer, ``day`` and ``known_day``:
        ``orders``          qualifying orders: those with a positive line of goods; 0 on a day of
                            returns or gifts only, so that ``orders`` > 0 marks an order day
        ``net_amount``      all money of the day, returns and freight included
        ``returns_amount``  money of returned goods, ≥ 0
        ``quantity``        units, returns subtracted; lines that do not tell them add nothing
        ``lines``           order lines
        ``cost_amount``, ``costed_amount``
                            cost, and the money of the lines that have one: margin is the
                            difference, and their share of ``net_amount`` says how far to trust it
    """
    orders = ["order_id"] if "order_lines.order_id" in supplied else []
    posted = ["known_date"] if "order_lines.posted_date" in supplied else []
    lines = _with_parts(lines).with_columns(known_date=known_date(supplied))
    by_order = lines.group_by("dealer_id", "order_date", *posted, *orders).agg(
        orders=nw.col("qualifies").max(),
        net_amount=nw.col("net_amount").sum(),
        returns_amount=nw.col("returned").sum(),
        quantity=nw.col("quantity").sum(),
        lines=nw.len(),
        cost_amount=nw.col("cost_sum").sum(),
        costed_amount=nw.col("costed_sum").sum(),
    )
    # Days are numbered after the sums: for thousands of dealer-days, not for millions of lines.
    by_order = number_days(by_order, supplied)
    if posted:
        by_order = _count_at_first_posting(by_order, ["dealer_id", "day", *orders])
    keys = ["dealer_id", "day", "known_day"]
    # Where orders have no id, all lines of a dealer-day are one order, and summed already.
    return sum_days(by_order, keys) if orders else _finish(by_order, keys)


def _with_parts(lines: Lazy) -> Lazy:
    """Lines with what each adds to its dealer-day."""
    amount, zero = nw.col("net_amount"), nw.lit(0).cast(AMOUNT)
    goods = nw.col("line_kind") == "goods"
    costed = ~nw.col("cost_amount").is_null()
    return lines.with_columns(
        qualifies=nw.when(goods & (amount > 0)).then(1).otherwise(0),
        returned=nw.when(goods & (amount < 0)).then(zero - amount).otherwise(zero),
        costed_sum=nw.when(costed).then(amount).otherwise(zero),
        cost_sum=nw.when(costed).then(nw.col("cost_amount")).otherwise(zero),
    )


def known_date(supplied: frozenset[str]) -> nw.Expr:
    """When did an order line become known: on the later of its business and its posting date?"""
    date = nw.col("order_date")
    if "order_lines.posted_date" not in supplied:
        return date
    return nw.max_horizontal(date, nw.coalesce(nw.col("posted_date"), date))


def number_days(frame: Lazy, supplied: frozenset[str]) -> Lazy:
    """Rows with ``order_date`` and ``known_date`` also as integers, ``day`` and ``known_day``."""
    frame = frame.with_columns(day=day_number(nw.col("order_date")).cast(nw.Int64()))
    if "order_lines.posted_date" not in supplied:
        return frame.with_columns(known_day=nw.col("day"))
    return frame.with_columns(known_day=day_number(nw.col("known_date")).cast(nw.Int64()))


def _count_at_first_posting(by_order: Lazy, order: list[str]) -> Lazy:
    """An order whose lines were posted on two days counts once, when it first became known."""
    known = nw.when(nw.col("orders") > 0).then(nw.col("known_day"))
    frame = by_order.with_columns(qualified_on=known)
    first = nw.col("qualified_on").min().over(*order)
    frame = frame.with_columns(first_qualified=first)
    counts = nw.col("qualified_on") == nw.col("first_qualified")
    return frame.with_columns(orders=nw.when(counts).then(1).otherwise(0))


def sum_days(frame: Lazy, keys: list[str]) -> Lazy:
    """What do several rows of the day table with equal keys add up to?"""
    sums = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in DAY_SUMS))
    return _finish(sums, keys)


def _finish(sums: Lazy, keys: list[str]) -> Lazy:
    money = [name for name in DAY_SUMS if name not in COUNTS]
    return sums.select(
        *keys, nw.col(*COUNTS).cast(nw.Int64()), *(nw.col(name).cast(AMOUNT) for name in money)
    )

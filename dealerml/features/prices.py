"""Prices and discounts: what each dealer pays, against the list and against all others."""

import narwhals as nw

from dealerml.dates import day_number, to_day
from dealerml.features.goods import (
    bought_lines,
    goods_by_stretch,
    goods_of_year,
    with_stretches,
)
from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot
from dealerml.tables.columns import AMOUNT

YEAR, QUARTER = 365, 90
# Sold for less than this part of the list price: below it by more than rounding.
DISCOUNTED = 0.99
MEAN_PRICE = nw.Decimal(20, 10)


def price_index(snapshot: Snapshot) -> Lazy | None:
    """Does each dealer pay more or less than others do for the same products?

    Returns
    -------
    One row per as-of date and dealer; absent where order lines have no products or no quantities:
        ``price_index_365d``  ratio, > 0; money paid ÷ what its quantities cost at the mean price of
                              all dealers in the same 365 days, products that two or more bought;
                              above 1 pays more
    """
    if not {"order_lines.product_id", "order_lines.quantity"} <= snapshot.supplied:
        return None
    kept, edges = goods_by_stretch(snapshot)
    return nw.concat([_compare(kept, edges, to_day(date)) for date in snapshot.dates])


def _compare(kept: Lazy, edges: list[int], as_of_day: int) -> Lazy:
    year = goods_of_year(kept, edges, as_of_day).filter(nw.col("quantity") > 0)
    amount, quantity = nw.col("paid"), nw.col("quantity")
    own = year.group_by("dealer_id", "product_id").agg(
        paid=amount.sum().cast(AMOUNT), quantity=quantity.sum().cast(AMOUNT)
    )
    every = own.group_by("product_id").agg(
        dealers=nw.len(), amount=amount.sum(), units=quantity.sum()
    )
    # A decimal, so that sums over products are exact whatever their order.
    mean = divide(nw.col("amount"), nw.col("units")).cast(MEAN_PRICE)
    shared = every.filter(nw.col("dealers") > 1).select("product_id", mean_price=mean)
    compared = own.join(shared, on="product_id", how="inner").with_columns(
        expected=quantity * nw.col("mean_price")
    )
    sums = compared.group_by("dealer_id").agg(paid=amount.sum(), expected=nw.col("expected").sum())
    return sums.select(
        "dealer_id",
        as_of_day=nw.lit(as_of_day, dtype=nw.Int64()),
        price_index_365d=divide(nw.col("paid"), nw.col("expected")),
    )


def discounts(snapshot: Snapshot) -> Lazy | None:
    """How far below the list does each dealer buy, and below the floor does it sell?

    List prices are those for all tiers and regions on the day of the order.

    Returns
    -------
    One row per as-of date and dealer; absent without a table of prices, and where order lines have
    no products or no quantities:
        ``discount_share_365d``    share, ≤ 1; 1 − money paid ÷ list value, lines with a list price
        ``discount_share_change``  share; that of the last 90 days minus that of the 275 before
        ``discounted_share_365d``  share, 0–1; list value of lines sold more than 1 % below it ÷ all
        ``below_floor_share_365d``  share, 0–1; money of goods sold on below the floor price ÷ of
                                    all that have one, absent without money of sell-out
    """
    needed = {"order_lines.product_id", "order_lines.quantity", "prices.list_price"}
    if not needed <= snapshot.supplied or snapshot.table("prices") is None:
        return None
    dates = [to_day(date) for date in snapshot.dates]
    edges = sorted({day - back for day in dates for back in (0, QUARTER, YEAR)})
    kept = snapshot.keep(f"discounts_{dates}", lambda: _reduce(snapshot, edges))
    table = nw.concat([_discounts(kept, edges, day) for day in dates])
    floors = _below_floor(snapshot)
    return table if floors is None else table.join(floors, on=list(KEYS), how="left")


def _reduce(snapshot: Snapshot, edges: list[int]) -> Lazy:
    """Money paid and list value of each dealer between the edges."""
    lines = bought_lines(snapshot, since=edges[0]).filter(nw.col("quantity") > 0)
    priced = _with_price(snapshot, lines, nw.col("order_date"), "list_price")
    listed = nw.col("list_price") * nw.col("quantity")
    below = nw.when(nw.col("net_amount") < listed * DISCOUNTED).then(listed).otherwise(0)
    priced = priced.with_columns(listed=listed, below=below).drop("sold_day")
    reduced = with_stretches(snapshot, priced, edges, name="discounts")
    sums = {name: nw.col(name).sum() for name in ("net_amount", "listed", "below")}
    return reduced.group_by("dealer_id", "stretch", "known_stretch").agg(**sums)


def _discounts(kept: Lazy, edges: list[int], as_of_day: int) -> Lazy:
    posted = nw.col("known_stretch") <= edges.index(as_of_day)
    year = kept.filter(posted & (nw.col("stretch") > edges.index(as_of_day - YEAR)))
    recent = nw.col("stretch") > edges.index(as_of_day - QUARTER)
    sums = {}
    for name in ("net_amount", "listed", "below"):
        sums[name] = nw.col(name).sum()
        sums[f"{name}_90"] = nw.when(recent).then(nw.col(name)).otherwise(0).sum()
        sums[f"{name}_275"] = nw.when(recent).then(0).otherwise(nw.col(name)).sum()

    def paid(window: str) -> nw.Expr:
        return divide(nw.col(f"net_amount{window}"), nw.col(f"listed{window}"))

    return (
        year.group_by("dealer_id")
        .agg(**sums)
        .select(
            "dealer_id",
            as_of_day=nw.lit(as_of_day, dtype=nw.Int64()),
            discount_share_365d=1 - paid(""),
            discount_share_change=paid("_275") - paid("_90"),
            discounted_share_365d=divide(nw.col("below"), nw.col("listed")),
        )
    )


def _with_price(snapshot: Snapshot, rows: Lazy, date: nw.Expr, price: str) -> Lazy:
    """Rows whose product had a price on their date, with it and ``sold_day``."""
    joined = rows.with_columns(sold_day=day_number(date)).join(
        _general_prices(snapshot, price), on="product_id", how="inner"
    )
    day = nw.col("sold_day")
    holds = (day >= nw.col("first")) & ((day <= nw.col("last")) | nw.col("last").is_null())
    current = (day < nw.col("following")) | nw.col("following").is_null()
    return joined.filter(holds & current).drop("first", "last", "following")


def _general_prices(snapshot: Snapshot, price: str) -> Lazy:
    """Prices for all tiers and regions: ``first`` and ``last`` day, and where the next begins."""
    known = snapshot.table("prices")
    assert known is not None
    known = known.filter(~nw.col(price).is_null())
    for narrow in ("tier", "region"):
        if f"prices.{narrow}" in snapshot.supplied:
            known = known.filter(nw.col(narrow).is_null())
    last: nw.Expr = nw.lit(None, dtype=nw.Int64())
    if "prices.until_date" in snapshot.supplied:
        last = day_number(nw.col("until_date"))
    known = known.with_columns(first=day_number(nw.col("from_date")), last=last)
    # Of two prices from one day on the higher one holds.
    known = known.group_by("product_id", "first").agg(
        **{price: nw.col(price).max(), "last": nw.col("last").max()}
    )
    following = nw.col("first").shift(-1).over("product_id", order_by="first")
    return known.with_columns(following=following)


def _below_floor(snapshot: Snapshot) -> Lazy | None:
    needed = {"sell_out.product_id", "sell_out.sold_amount", "prices.floor_price"}
    rows = snapshot.dated("sell_out")
    if rows is None or not needed <= snapshot.supplied:
        return None
    sold = rows.filter((nw.col("quantity") > 0) & (nw.col("days_ago") < YEAR))
    priced = _with_price(snapshot, sold, nw.col("sold_date"), "floor_price")
    amount = nw.col("sold_amount")
    below = amount < nw.col("floor_price") * nw.col("quantity")
    sums = priced.with_columns(below=nw.when(below).then(amount).otherwise(0))
    sums = sums.group_by(*KEYS).agg(below=nw.col("below").sum(), sold=amount.sum())
    share = divide(nw.col("below"), nw.col("sold"))
    return sums.select(*KEYS, below_floor_share_365d=share)

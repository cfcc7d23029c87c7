"""Breadth and mix: how many products and categories each dealer buys, and which it gave up."""

import narwhals as nw

from dealerml.dates import to_day
from dealerml.features.goods import (
    bought_lines,
    goods_by_stretch,
    goods_of_year,
    with_stretches,
)
from dealerml.features.orders import divide
from dealerml.tables import Lazy, Snapshot

YEAR = 365
LOST_AFTER, LOST_BEFORE = 180, 545


def products(snapshot: Snapshot) -> Lazy | None:
    """How many different products does each dealer buy?

    Returns
    -------
    One row per as-of date and dealer with a product bought in 365 days; absent where the export
    has no products:
        ``products_90d``, ``products_365d``  count, ≥ 0; different products ordered in the window
        ``new_product_share_365d``  share, 0–1; of the products of 365 days, those that nobody had
                                    ordered before these 365 days; null until the export reaches
                                    back a year further

    Notes
    -----
    A product belongs to a window exactly when its last order day does.
    """
    if "order_lines.product_id" not in snapshot.supplied:
        return None
    kept, edges = goods_by_stretch(snapshot)
    dates = [to_day(date) for date in snapshot.dates]
    launched = snapshot.keep("launches", lambda: _launches(snapshot))
    return nw.concat([_count_products(kept, launched, edges, day) for day in dates])


def _launches(snapshot: Snapshot) -> Lazy:
    """On which day was each product first ordered by anybody, as each as-of date knew it?"""
    bought = bought_lines(snapshot).filter(~nw.col("product_id").is_null())
    if not snapshot.late_lines:
        first = bought.group_by("product_id").agg(order_date=nw.col("order_date").min())
        return (
            first.join(snapshot.calendar, on="order_date", how="inner")
            .select("product_id", first_day=nw.col("day"))
            .with_columns(known_day=nw.lit(0, dtype=nw.Int64()))
        )
    return bought.group_by("product_id", "known_day").agg(first_day=nw.col("day").min())


def _count_products(kept: Lazy, launched: Lazy, edges: list[int], as_of_day: int) -> Lazy:
    last = nw.col("last_day")
    seen = goods_of_year(kept, edges, as_of_day)
    known = launched.filter(nw.col("known_day") <= as_of_day)
    first = known.group_by("product_id").agg(first_day=nw.col("first_day").min())
    per_product = seen.group_by("dealer_id", "product_id").agg(last_day=last.max())
    recent = nw.when(last > as_of_day - 90).then(1).otherwise(0)
    new = nw.when(nw.col("first_day") > as_of_day - YEAR).then(1).otherwise(0)
    counts = (
        per_product.join(first, on="product_id", how="inner")
        .with_columns(recent=recent, new=new)
        .group_by("dealer_id")
        .agg(products_90d=nw.col("recent").sum(), products_365d=nw.len(), new=nw.col("new").sum())
    )
    return counts.with_columns(
        as_of_day=nw.lit(as_of_day, dtype=nw.Int64()),
        new_product_share_365d=divide(nw.col("new"), nw.col("products_365d")),
    ).drop("new")


def categories(snapshot: Snapshot) -> Lazy | None:
    """How many categories does each dealer buy, how one-sided is it, and what did it give up?

    Returns
    -------
    One row per as-of date and dealer with a category bought in 545 days; absent where the export
    has no categories:
        ``categories_180d``, ``categories_365d``  count, ≥ 0; known categories ordered in the window
        ``categories_lost``          count, ≥ 0; known categories ordered on two or more days 180
                                     to 544 days ago, and not since
        ``categories_won``           count, ≥ 0; known categories ordered on two or more days of the
                                     last 180, and on none 180 to 544 days ago
        ``top_category_share_365d``  share, 0–1; largest known category ÷ all amounts ordered, 365
                                     days, returns not subtracted
    """
    if not {"order_lines.product_id", "products.category"} <= snapshot.supplied:
        return None
    dates = [to_day(date) for date in snapshot.dates]
    edges = sorted({day - back for day in dates for back in (0, YEAR, LOST_BEFORE)})
    bought = bought_lines(snapshot, since=edges[0])
    named = with_category(snapshot, bought).with_columns(category=nw.col("category").fill_null(""))
    reduced = with_stretches(snapshot, named, edges, name="categories")
    kept = snapshot.keep(
        f"categories_{dates}",
        lambda: reduced.group_by("dealer_id", "category", "stretch", "known_stretch").agg(
            first_day=nw.col("day").min(),
            last_day=nw.col("day").max(),
            net_amount=nw.col("net_amount").sum(),
        ),
    )
    return nw.concat([_count_categories(kept, edges, day) for day in dates])


def _count_categories(kept: Lazy, edges: list[int], as_of_day: int) -> Lazy:
    stretch, amount = nw.col("stretch"), nw.col("net_amount")
    posted = nw.col("known_stretch") <= edges.index(as_of_day)
    window = kept.filter(posted & (stretch > edges.index(as_of_day - LOST_BEFORE)))
    in_year = stretch > edges.index(as_of_day - YEAR)
    per_category = (
        window.with_columns(year_amount=nw.when(in_year).then(amount).otherwise(0))
        .group_by("dealer_id", "category")
        .agg(
            first_day=nw.col("first_day").min(),
            last_day=nw.col("last_day").max(),
            year_amount=nw.col("year_amount").sum(),
        )
    )
    ago = nw.lit(as_of_day, dtype=nw.Int64()) - nw.col("last_day")
    known = nw.col("category") != ""
    # Two different days are a first and a last one that differ.
    twice = nw.col("first_day") < nw.col("last_day")
    lost = (nw.col("ago") >= LOST_AFTER) & twice
    won = (nw.lit(as_of_day, dtype=nw.Int64()) - nw.col("first_day") < LOST_AFTER) & twice
    flagged = per_category.with_columns(ago=ago).with_columns(
        in_180=nw.when(known & (nw.col("ago") < 180)).then(1).otherwise(0),
        in_365=nw.when(known & (nw.col("ago") < YEAR)).then(1).otherwise(0),
        lost=nw.when(known & lost).then(1).otherwise(0),
        won=nw.when(known & won).then(1).otherwise(0),
        known_amount=nw.when(known).then(nw.col("year_amount")),
    )
    return _sum_categories(flagged, as_of_day)


def _sum_categories(flagged: Lazy, as_of_day: int) -> Lazy:
    counts = flagged.group_by("dealer_id").agg(
        categories_180d=nw.col("in_180").sum(),
        categories_365d=nw.col("in_365").sum(),
        categories_lost=nw.col("lost").sum(),
        categories_won=nw.col("won").sum(),
        largest=nw.col("known_amount").max(),
        total=nw.col("year_amount").sum(),
    )
    return counts.with_columns(
        as_of_day=nw.lit(as_of_day, dtype=nw.Int64()),
        top_category_share_365d=divide(nw.col("largest"), nw.col("total")),
    ).drop("largest", "total")


def with_category(snapshot: Snapshot, lines: Lazy) -> Lazy:
    """Lines with the ``category`` of their product; null where it is not known."""
    if snapshot.products is None:
        return lines.with_columns(category=nw.lit(None, dtype=nw.String()))
    categories = snapshot.products.select("product_id", "category")
    return lines.join(categories, on="product_id", how="left")

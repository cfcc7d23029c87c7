"""Breadth and mix: how many products and categories each dealer buys, and which it gave up."""

import datetime as dt

import narwhals as nw

from dealerml.dates import to_day
from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot

LOST_AFTER, LOST_BEFORE = 180, 545


def products(snapshot: Snapshot) -> Lazy | None:
    """How many different products does each dealer buy?

    Returns
    -------
    One row per as-of date and dealer with a product bought in 365 days; absent where the export
    has no products:
        ``products_90d``, ``products_365d``  count, ≥ 0; different products ordered in the window

    Notes
    -----
    A product belongs to a window exactly when its last order day does, so lines are first reduced
    to one last day per dealer, product and as-of date that got to know it first.
    """
    if "order_lines.product_id" not in snapshot.supplied:
        return None
    reduced = _last_days(snapshot)
    frames = [_count_one(reduced, n, to_day(date)) for n, date in enumerate(snapshot.dates)]
    return nw.concat(frames)


def _last_days(snapshot: Snapshot) -> Lazy:
    known, dates = nw.col("known_day"), [to_day(date) for date in snapshot.dates]
    first_seen_at = nw.sum_horizontal(
        *(nw.when(known > date).then(1).otherwise(0) for date in dates)
    )
    since = snapshot.dates[0] - dt.timedelta(days=365)
    goods = (nw.col("line_kind") == "goods") & (nw.col("net_amount") > 0)
    recent = nw.col("order_date") > nw.lit(since)
    lines = snapshot.lines.filter(recent & goods & ~nw.col("product_id").is_null())
    reduced = (
        lines.with_columns(first_seen_at=first_seen_at)
        .group_by("dealer_id", "product_id", "first_seen_at")
        .agg(last_day=nw.col("day").max())
    )
    name = f"products_{dates[0]}_{dates[-1]}_{len(dates)}"
    return snapshot.keep(name, lambda: reduced)


def _count_one(reduced: Lazy, number: int, as_of_day: int) -> Lazy:
    last = nw.col("last_day")
    seen = (
        reduced.filter((nw.col("first_seen_at") <= number) & (last > as_of_day - 365))
        .group_by("dealer_id", "product_id")
        .agg(last_day=last.max())
        .with_columns(recent=nw.when(last > as_of_day - 90).then(1).otherwise(0))
    )
    counts = seen.group_by("dealer_id").agg(
        products_90d=nw.col("recent").sum(), products_365d=nw.len()
    )
    as_of = nw.lit(as_of_day, dtype=nw.Int64())
    return counts.with_columns(as_of_day=as_of).select(*KEYS, "products_90d", "products_365d")


def categories(snapshot: Snapshot) -> Lazy | None:
    """How many categories does each dealer buy, how one-sided is it, and what did it give up?

    Returns
    -------
    One row per as-of date and dealer with a category bought in 545 days; absent where the export
    has no categories:
        ``categories_180d``, ``categories_365d``  count, ≥ 0; known categories ordered in the window
        ``categories_lost``          count, ≥ 0; known categories ordered on two or more days 180
                                     to 544 days ago, and not since
        ``top_category_share_365d``  share, 0–1; largest known category ÷ the amounts of all, 365
                                     days; a category returned on balance adds nothing
    """
    if not {"order_lines.product_id", "products.category"} <= snapshot.supplied:
        return None
    ago = nw.col("days_ago")
    year = nw.when(ago < 365).then(nw.col("net_amount")).otherwise(0)
    since = snapshot.dates[0] - dt.timedelta(days=LOST_BEFORE)
    bought = category_days(snapshot, since=since).filter(nw.col("bought") > 0)
    per_category = (
        snapshot.cut(bought, since_days=LOST_BEFORE)
        .group_by(*KEYS, "category")
        .agg(
            latest=ago.min(),
            year_amount=year.sum(),
            days=nw.col("day").n_unique(),
        )
    )
    return _category_counts(per_category)


def _category_counts(per_category: Lazy) -> Lazy:
    latest, amount = nw.col("latest"), nw.col("year_amount")
    known = nw.col("category") != ""
    lost = known & (latest >= LOST_AFTER) & (nw.col("days") >= 2)
    counts = (
        per_category.with_columns(
            in_180=nw.when(known & (latest < 180)).then(1).otherwise(0),
            in_365=nw.when(known & (latest < 365)).then(1).otherwise(0),
            lost=nw.when(lost).then(1).otherwise(0),
            known_amount=nw.when(known).then(amount),
            positive_amount=nw.when(amount > 0).then(amount).otherwise(0),
        )
        .group_by(*KEYS)
        .agg(
            categories_180d=nw.col("in_180").sum(),
            categories_365d=nw.col("in_365").sum(),
            categories_lost=nw.col("lost").sum(),
            largest=nw.col("known_amount").max(),
            total=nw.col("positive_amount").sum(),
        )
    )
    share = divide(nw.col("largest"), nw.col("total"))
    return counts.with_columns(top_category_share_365d=share).drop("largest", "total")


def category_days(snapshot: Snapshot, *, since: dt.date) -> Lazy:
    """How much of each category did each dealer buy on each day after a date?

    Returns
    -------
    One row per dealer, ``category`` ("" where unknown), ``day`` and ``known_day``: ``net_amount``,
    ``quantity``, and ``bought``, the number of qualifying lines.
    """
    return snapshot.keep(f"category_days_{since}", lambda: _derive_category_days(snapshot, since))


def _derive_category_days(snapshot: Snapshot, since: dt.date) -> Lazy:
    lines = snapshot.lines.filter(nw.col("order_date") > nw.lit(since))
    if snapshot.products is None:
        named = lines.with_columns(category=nw.lit(""))
    else:
        categories = snapshot.products.select("product_id", "category")
        named = lines.join(categories, on="product_id", how="left")
    goods = (nw.col("line_kind") == "goods") & (nw.col("net_amount") > 0)
    return (
        named.with_columns(
            category=nw.col("category").fill_null(""),
            is_bought=nw.when(goods).then(1).otherwise(0),
        )
        .group_by("dealer_id", "category", "day", "known_day")
        .agg(
            net_amount=nw.col("net_amount").sum(),
            quantity=nw.col("quantity").sum(),
            bought=nw.col("is_bought").sum(),
        )
    )

"""Stock and sell-out: what lies at each dealer, and how quickly it sells on."""

import narwhals as nw

from dealerml.features.events import sum_within
from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import within
from dealerml.features.windows import window_sums
from dealerml.tables import Lazy, Snapshot

QUARTER = 90


def stock(snapshot: Snapshot) -> Lazy | None:
    """How much stock lies at each dealer, and for how long will it last?

    Returns
    -------
    One row per as-of date and dealer that was counted; absent without a table of inventory counts:
        ``stock_quantity``      units, ≥ 0; all products of the last day on which it was counted
        ``stock_age_days``      days, ≥ 0; from that day to the as-of date
        ``stock_cover_days``    days, ≥ 0; that stock ÷ units sold on in a day, last 90 days; ÷
                                units ordered in a day where no sell-out is known; null where there
                                were none, or the count is older than 90 days
    """
    rows = snapshot.dated("inventory_counts")
    if rows is None:
        return None
    ago = nw.col("days_ago")
    last = rows.filter(ago == ago.min().over(*KEYS))
    counted = last.group_by(*KEYS).agg(
        stock_quantity=nw.col("quantity").sum(), stock_age_days=ago.min()
    )
    sold = _sold(snapshot)
    pace = _ordered(snapshot, "pace") if sold is None else sold.with_columns(pace=nw.col("sold"))
    joined = counted.join(pace.select(*KEYS, "pace"), on=list(KEYS), how="left")
    cover = divide(nw.col("stock_quantity"), nw.col("pace")) * QUARTER
    fresh = nw.when(nw.col("stock_age_days") < QUARTER)
    return joined.with_columns(stock_cover_days=fresh.then(cover)).drop("pace")


def sell_out(snapshot: Snapshot) -> Lazy | None:
    """Does each dealer sell on what it buys, and through how many outlets?

    Returns
    -------
    One row per as-of date and dealer that sold on; absent without a table of sell-out:
        ``sell_out_quantity_90d``   units; sold on in 90 days, returns subtracted
        ``sell_out_trend_ratio_90d``  ratio; the same ÷ the 90 days before
        ``sell_through_ratio_90d``  ratio; units sold on ÷ units ordered, 90 days; below 1 stock
                                    grows; absent where orders have no quantities
        ``outlets_365d``            count, ≥ 0; outlets sold to in 365 days, absent where sell-out
                                    names none, as are the next two
        ``outlets_active_share``    share, 0–1; of them, those sold to in the last 90 days
        ``top_outlet_share_365d``   share, 0–1; units of the largest outlet ÷ of all that are named,
                                    365 days
    """
    rows = snapshot.dated("sell_out")
    if rows is None:
        return None
    sums = _sold(snapshot)
    assert sums is not None
    table = sums.select(
        *KEYS,
        sell_out_quantity_90d=nw.col("sold"),
        sell_out_trend_ratio_90d=divide(nw.col("sold"), nw.col("sold_before")),
    )
    if "order_lines.quantity" in snapshot.supplied:
        table = table.join(_ordered(snapshot, "ordered"), on=list(KEYS), how="left")
        through = divide(nw.col("sell_out_quantity_90d"), nw.col("ordered"))
        table = table.with_columns(sell_through_ratio_90d=through).drop("ordered")
    if "sell_out.outlet_id" in snapshot.supplied:
        table = table.join(_outlets(rows), on=list(KEYS), how="left")
    return table


def _sold(snapshot: Snapshot) -> Lazy | None:
    rows = snapshot.dated("sell_out")
    if rows is None:
        return None
    ago, quantity = nw.col("days_ago"), nw.col("quantity")
    before = (ago >= QUARTER) & (ago < 2 * QUARTER)
    return rows.group_by(*KEYS).agg(
        sold=sum_within(quantity, QUARTER),
        sold_before=nw.when(before).then(quantity).otherwise(0).sum(),
    )


def _ordered(snapshot: Snapshot, name: str) -> Lazy:
    return window_sums(snapshot).group_by(*KEYS).agg(**{name: within("quantity", 0, QUARTER)})


def _outlets(rows: Lazy) -> Lazy:
    year = rows.filter(~nw.col("outlet_id").is_null() & (nw.col("days_ago") < 365))
    outlets = year.group_by(*KEYS, "outlet_id").agg(
        ago=nw.col("days_ago").min(), sold=nw.col("quantity").sum()
    )
    recent = nw.when(nw.col("ago") < QUARTER).then(1).otherwise(0)
    counted = (
        outlets.with_columns(recent=recent)
        .group_by(*KEYS)
        .agg(
            outlets_365d=nw.len(),
            recent=nw.col("recent").sum(),
            largest=nw.col("sold").max(),
            all=nw.col("sold").sum(),
        )
    )
    return counted.select(
        *KEYS,
        "outlets_365d",
        outlets_active_share=divide(nw.col("recent"), nw.col("outlets_365d")),
        top_outlet_share_365d=divide(nw.col("largest"), nw.col("all")),
    )

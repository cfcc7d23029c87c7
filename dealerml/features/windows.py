"""Sums over windows of days before the as-of date."""

import narwhals as nw

from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot

WINDOWS = (30, 90, 180, 365)
LAST_YEAR = 364  # 52 whole weeks, so that the same weekdays are compared


def within(column: str, first: int, days: int) -> nw.Expr:
    """Sum of a column over the days from `first` up to `first + days` before the as-of date."""
    ago = nw.col("days_ago")
    inside = (ago >= first) & (ago < first + days)
    return nw.when(inside).then(nw.col(column)).otherwise(0).sum()


def counted_days(snapshot: Snapshot) -> Lazy:
    """The day table with ``is_order_day`` as 1 or 0, to be summed over windows."""
    flag = nw.when(nw.col("orders") > 0).then(1).otherwise(0)
    return snapshot.days.with_columns(is_order_day=flag)


def amounts(snapshot: Snapshot) -> Lazy:
    """How much, how often and how profitably did each dealer buy lately?

    Returns
    -------
    One row per as-of date and dealer with any line; a window is of 30, 90, 180 or 365 days:
        ``net_amount_30d``, ``net_amount_90d``, ``net_amount_180d``, ``net_amount_365d``
            money; net amount within the window, returns subtracted
        ``order_days_30d``, ``order_days_90d``, ``order_days_180d``, ``order_days_365d``
            count, ≥ 0; order days within the window
        ``net_amount_ever``                money; net amount so far
        ``quantity_365d``                  units; ordered in the last 365 days, returns subtracted,
                                           null where the export has no quantities
        ``lines_per_order_day_365d``       count; order lines ÷ order days, last 365 days
        ``net_amount_per_order_day_365d``  money; net amount ÷ order days, last 365 days
        ``margin_365d``                    money; net amount minus cost where the cost is known,
                                           last 365 days, null without any cost
        ``margin_share_365d``              share, ≤ 1; margin ÷ the amount it is known for, last
                                           365 days
        ``costed_share_365d``              share; amount of lines with a cost ÷ net amount, last
                                           365 days
    """
    windows = {f"net_amount_{w}d": within("net_amount", 0, w) for w in WINDOWS}
    counts = {f"order_days_{w}d": within("is_order_day", 0, w) for w in WINDOWS}
    sums = (
        counted_days(snapshot)
        .group_by(*KEYS)
        .agg(
            **windows,
            **counts,
            net_amount_ever=nw.col("net_amount").sum(),
            quantity_365d=within("quantity", 0, 365),
            lines_365d=within("lines", 0, 365),
            cost_365d=within("cost_amount", 0, 365),
            costed_365d=within("costed_amount", 0, 365),
        )
    )
    if "order_lines.quantity" not in snapshot.supplied:
        sums = sums.with_columns(quantity_365d=nw.lit(None, dtype=nw.Float64()))
    return _per_order(sums, tuple(windows) + tuple(counts))


def _per_order(sums: Lazy, windows: tuple[str, ...]) -> Lazy:
    costed, cost = nw.col("costed_365d"), nw.col("cost_365d")
    margin = nw.when((cost != 0) | (costed != 0)).then(costed - cost)
    orders = nw.col("order_days_365d")
    return sums.with_columns(margin_365d=margin).select(
        *KEYS,
        *windows,
        *("net_amount_ever", "quantity_365d", "margin_365d"),
        lines_per_order_day_365d=divide(nw.col("lines_365d"), orders),
        net_amount_per_order_day_365d=divide(nw.col("net_amount_365d"), orders),
        margin_share_365d=divide(nw.col("margin_365d"), costed),
        costed_share_365d=divide(costed, nw.col("net_amount_365d")),
    )


def trend(snapshot: Snapshot) -> Lazy:
    """Is each dealer buying more or less than just before, and than a year ago?

    Returns
    -------
    One row per as-of date and dealer with any line; a ratio is null where its base is ≤ 0:
        ``net_amount_previous_90d``   money; net amount 90 to 179 days ago
        ``order_days_previous_90d``   count; order days 90 to 179 days ago
        ``net_amount_90d_last_year``  money; net amount of the same 90 days last year, 364 days back
        ``order_days_90d_last_year``  count; order days of the same 90 days last year
        ``net_amount_365d_last_year`` money; net amount of the 365 days that ended 364 days ago
        ``trend_ratio_90d``           ratio; last 90 days ÷ the 90 days before, in money
        ``order_trend_ratio_90d``     ratio; last 90 days ÷ the 90 days before, in order days
        ``year_ratio_90d``            ratio; last 90 days ÷ the same days last year, in money
        ``year_ratio_365d``           ratio; last 365 days ÷ the same days last year, in money
    """
    sums = (
        counted_days(snapshot)
        .group_by(*KEYS)
        .agg(
            amount_now=within("net_amount", 0, 90),
            days_now=within("is_order_day", 0, 90),
            year_now=within("net_amount", 0, 365),
            net_amount_previous_90d=within("net_amount", 90, 90),
            order_days_previous_90d=within("is_order_day", 90, 90),
            net_amount_90d_last_year=within("net_amount", LAST_YEAR, 90),
            order_days_90d_last_year=within("is_order_day", LAST_YEAR, 90),
            net_amount_365d_last_year=within("net_amount", LAST_YEAR, 365),
        )
    )
    return sums.with_columns(
        trend_ratio_90d=divide(nw.col("amount_now"), nw.col("net_amount_previous_90d")),
        order_trend_ratio_90d=divide(nw.col("days_now"), nw.col("order_days_previous_90d")),
        year_ratio_90d=divide(nw.col("amount_now"), nw.col("net_amount_90d_last_year")),
        year_ratio_365d=divide(nw.col("year_now"), nw.col("net_amount_365d_last_year")),
    ).drop("amount_now", "days_now", "year_now")


def returns(snapshot: Snapshot) -> Lazy | None:
    """How much does each dealer send back?

    Returns
    -------
    One row per as-of date and dealer with any line; absent where the export has no return at all,
    since then nobody can know whether goods come back:
        ``returns_amount_90d``, ``returns_amount_365d``
            money, ≥ 0; goods returned within the window, booked on the day of the return
        ``returns_share_90d``, ``returns_share_365d``
            share, ≥ 0; returned ÷ ordered money within the window, null where nothing was ordered
    """
    if not snapshot.has_returns:
        return None
    sums = snapshot.days.group_by(*KEYS).agg(
        returns_amount_90d=within("returns_amount", 0, 90),
        returns_amount_365d=within("returns_amount", 0, 365),
        net_90=within("net_amount", 0, 90),
        net_365=within("net_amount", 0, 365),
    )
    back_90, back_365 = nw.col("returns_amount_90d"), nw.col("returns_amount_365d")
    return sums.with_columns(
        returns_share_90d=divide(back_90, nw.col("net_90") + back_90),
        returns_share_365d=divide(back_365, nw.col("net_365") + back_365),
    ).drop("net_90", "net_365")


def season(snapshot: Snapshot) -> Lazy:
    """What did each dealer do at this time of past years, and how even are its amounts?

    Returns
    -------
    One row per as-of date and dealer with any line:
        ``order_days_ahead_last_year``  count; order days in the 90 days that followed the same
                                        day last year
        ``net_amount_ahead_last_year``  money; net amount of the 90 days that followed the same
                                        day last year
        ``seasonal_pause``              1 or 0; silent for six weeks now, and in the same six weeks
                                        of both past years, though ordering in between
        ``amount_cv_365d``              ratio, ≥ 0; spread ÷ mean of the last twelve 30-day sums,
                                        null for a dealer first seen within them
    """
    pause = 42
    silent = {f"days_{n}": within("is_order_day", n * LAST_YEAR, pause) for n in range(3)}
    between = {
        f"between_{n}": within("is_order_day", n * LAST_YEAR + pause, LAST_YEAR - pause)
        for n in range(2)
    }
    months = {f"sum_{n}": within("net_amount", 30 * n, 30) for n in range(12)}
    sums = (
        counted_days(snapshot)
        .group_by(*KEYS)
        .agg(
            oldest=nw.col("days_ago").max(),
            order_days_ahead_last_year=within("is_order_day", LAST_YEAR - 90, 90),
            net_amount_ahead_last_year=within("net_amount", LAST_YEAR - 90, 90),
            **silent,
            **between,
            **months,
        )
    )
    paused = nw.col("oldest") >= 2 * LAST_YEAR + pause
    for name in silent:
        paused = paused & (nw.col(name) == 0)
    for name in between:
        paused = paused & (nw.col(name) > 0)
    values = [nw.col(name).cast(nw.Float64()) for name in months]
    return (
        sums.with_columns(mean=sum(values[1:], values[0]) / len(values))
        .with_columns(
            seasonal_pause=nw.when(paused).then(1).otherwise(0), amount_cv_365d=_variation(values)
        )
        .drop(*silent, *between, *months, "oldest", "mean")
    )


def _variation(values: list[nw.Expr]) -> nw.Expr:
    mean = nw.col("mean")
    squares = [(value - mean) * (value - mean) for value in values]
    spread = (sum(squares[1:], squares[0]) / len(values)).sqrt()
    return nw.when(nw.col("oldest") >= 360).then(divide(spread, mean))

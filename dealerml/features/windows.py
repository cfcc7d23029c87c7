"""Sums over windows of days before the as-of date."""

import datetime as dt

import narwhals as nw

from dealerml.dates import SPRING_FESTIVAL, period_bounds
from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import date_constants, sum_spans, within
from dealerml.tables import Lazy, Snapshot

MONEY_WINDOWS = (30, 90, 365)
DAY_WINDOWS = (30, 90, 180, 365)
WEEK, LAST_YEAR = 7, 364  # 52 whole weeks, so that the same weekdays are compared
QUARTER, YEAR = 90, 365
PAUSE, MONTH, MONTHS = 42, 30, 12
# Loading: the last days of a quarter, the days after it, and how many quarters are looked at.
LAST_DAYS, DAYS_AFTER, QUARTERS = 10, 30, 6
# Of last year and the year before: the days ahead, the same day, and where a pause begins.
SEASON_EDGES = (
    LAST_YEAR - QUARTER,
    LAST_YEAR,
    LAST_YEAR + PAUSE,
    2 * LAST_YEAR,
    2 * LAST_YEAR + PAUSE,
)
# Dealers stock up for so many days before the festival and catch up for so many after it.
STOCKING_DAYS, CATCHING_UP_DAYS = 30, 30


def last_year(date: dt.date, *, align_festival: bool) -> int:
    """How many days before a date did the days begin with which its last 90 are compared?

    52 weeks. Where the Spring Festival is to be aligned and its weeks reach into the last 90 days,
    as many whole weeks as lie between this festival and the one before, so that stocking up,
    silence and catching up are compared with their like and Mondays still with Mondays.

    Examples
    --------
    The festivals of 2024 and 2025 lie 354 days apart, nearly 51 weeks.

    >>> march = dt.date(2025, 3, 31)
    >>> last_year(march, align_festival=False), last_year(march, align_festival=True)
    (364, 357)
    >>> last_year(dt.date(2025, 6, 30), align_festival=True)
    364
    """
    if not align_festival:
        return LAST_YEAR
    for year in (date.year, date.year + 1):
        festival, before = SPRING_FESTIVAL.get(year), SPRING_FESTIVAL.get(year - 1)
        if festival is None or before is None:
            continue
        if -STOCKING_DAYS <= (date - festival).days < QUARTER + CATCHING_UP_DAYS:
            return WEEK * round((festival - before).days / WEEK)
    return LAST_YEAR


def window_sums(snapshot: Snapshot) -> Lazy:
    """The day table in spans of which all windows of the families below are made.

    Adds, for each as-of date, ``last_year``: how many days before it last year's window began; and
    ``end_0`` to ``end_5``: how many days before it the last six complete fiscal quarters ended.
    """
    align = bool(snapshot.definitions["align_festival"])
    start = int(snapshot.definitions["fiscal_year_start"])
    constants = {
        date: {"last_year": last_year(date, align_festival=align), **quarter_ends(date, start)}
        for date in snapshot.dates
    }

    def edges(date: dt.date) -> list[int]:
        shift, *ends = constants[date].values()
        months = range(MONTH, MONTHS * MONTH + 1, MONTH)
        last = (shift, shift + QUARTER, shift + YEAR)
        loading = (edge for end in ends for edge in (end - DAYS_AFTER, end, end + LAST_DAYS))
        found = {*months, *DAY_WINDOWS, PAUSE, *last, *SEASON_EDGES, *loading}
        return sorted(edge for edge in found if edge > 0)

    sums = sum_spans(snapshot, f"windows_{align}_{start}", edges)
    return sums.join(date_constants(snapshot, constants), on="as_of_day", how="inner")


def quarter_ends(date: dt.date, fiscal_year_start: int) -> dict[str, int]:
    """How many days before a date did the last six complete fiscal quarters end?

    Examples
    --------
    >>> quarter_ends(dt.date(2025, 7, 2), 1)["end_0"]
    2
    """
    ends, day = {}, date
    for number in range(QUARTERS):
        first, last = period_bounds(day, fiscal_year_start=fiscal_year_start)
        ends[f"end_{number}"] = (date - last).days
        day = first - dt.timedelta(days=1)
    return ends


def amounts(snapshot: Snapshot) -> Lazy:
    """How much, how often and how profitably did each dealer buy lately?

    Returns
    -------
    One row per as-of date and dealer with any line; a window is of 30, 90, 180 or 365 days:
        ``net_amount_30d``, ``net_amount_90d``, ``net_amount_365d``
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
    windows = {f"net_amount_{w}d": within("net_amount", 0, w) for w in MONEY_WINDOWS}
    counts = {f"order_days_{w}d": within("order_days", 0, w) for w in DAY_WINDOWS}
    sums = (
        window_sums(snapshot)
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
        ``net_amount_90d_last_year``  money; net amount of the same 90 days last year, 364 days
                                      back, or by the Spring Festival where the policy aligns it
        ``order_days_90d_last_year``  count; order days of the same 90 days last year
        ``net_amount_365d_last_year`` money; net amount of the 365 days that ended then
        ``trend_ratio_90d``           ratio; last 90 days ÷ the 90 days before, in money
        ``order_trend_ratio_90d``     ratio; last 90 days ÷ the 90 days before, in order days
        ``year_ratio_90d``            ratio; last 90 days ÷ the same days last year, in money
        ``year_ratio_365d``           ratio; last 365 days ÷ the same days last year, in money
    """
    shift = nw.col("last_year")
    sums = (
        window_sums(snapshot)
        .group_by(*KEYS)
        .agg(
            amount_now=within("net_amount", 0, 90),
            days_now=within("order_days", 0, 90),
            year_now=within("net_amount", 0, 365),
            net_amount_previous_90d=within("net_amount", 90, 90),
            order_days_previous_90d=within("order_days", 90, 90),
            net_amount_90d_last_year=within("net_amount", shift, QUARTER),
            order_days_90d_last_year=within("order_days", shift, QUARTER),
            net_amount_365d_last_year=within("net_amount", shift, YEAR),
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
    sums = (
        window_sums(snapshot)
        .group_by(*KEYS)
        .agg(
            returns_amount_90d=within("returns_amount", 0, 90),
            returns_amount_365d=within("returns_amount", 0, 365),
            net_90=within("net_amount", 0, 90),
            net_365=within("net_amount", 0, 365),
        )
    )
    back_90, back_365 = nw.col("returns_amount_90d"), nw.col("returns_amount_365d")
    return sums.with_columns(
        returns_share_90d=divide(back_90, nw.col("net_90") + back_90),
        returns_share_365d=divide(back_365, nw.col("net_365") + back_365),
    ).drop("net_90", "net_365")

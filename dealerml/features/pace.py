"""Recency and pace: how often each dealer orders, and how long it has been silent."""

import narwhals as nw

from dealerml.features.orders import KEYS, divide, order_days
from dealerml.tables import Lazy, Snapshot


def recency(snapshot: Snapshot) -> Lazy:
    """How long has each dealer been silent, and for how long has it been with us?

    Returns
    -------
    One row per as-of date and dealer with an order day:
        ``recency_days``  days, ≥ 0; days from the last order day to the as-of date
        ``tenure_days``   days, ≥ 0; days from the first order day to the as-of date
        ``order_days``    count; order days so far

    Examples
    --------
    Dealer A ordered on 1, 11 and 31 May: on 30 June it is 30 days silent.

    >>> from dealerml.tables import example_tables
    >>> recency(example_tables().as_of("2025-06-30")).filter(
    ...     nw.col("dealer_id") == "A"
    ... ).collect("pandas").to_native().drop(columns="as_of_day")
      dealer_id  recency_days  tenure_days  order_days
    0         A            30           60           3
    """
    days = order_days(snapshot).group_by(*KEYS)
    return days.agg(
        recency_days=nw.col("days_ago").min(),
        tenure_days=nw.col("days_ago").max(),
        order_days=nw.len(),
    )


def pace(snapshot: Snapshot) -> Lazy:
    """How often does each dealer usually order, and how overdue is the next order?

    Returns
    -------
    One row per as-of date and dealer with an order day; null with a single order day:
        ``gap_days``              days; mean gap between order days
        ``gap_sd_days``           days, ≥ 0; standard deviation of the gaps, from two gaps on
        ``gap_median_days``       days; median gap
        ``gap_p90_days``          days; gap that nine in ten of the dealer's own gaps stay below
        ``gap_max_days``          days; longest gap so far
        ``gap_recent_days``       days; mean of the last five gaps
        ``overdue_ratio``         ratio, ≥ 0; recency ÷ mean gap, above 2 is unusual
        ``overdue_recent_ratio``  ratio, ≥ 0; recency ÷ mean of the last five gaps
        ``gap_trend_ratio``       ratio; mean of the last five gaps ÷ mean gap, above 1 is slowing

    Notes
    -----
    Order days, not orders: three orders on one day are one. Same-day gaps would pull the mean
    to zero.

    Examples
    --------
    Dealer A ordered on 1, 11 and 31 May, so its usual gap is 15 days; on 30 June it is 30 days
    silent.

    >>> from dealerml.tables import example_tables
    >>> pace(example_tables().as_of("2025-06-30")).filter(nw.col("dealer_id") == "A").select(
    ...     "dealer_id", "gap_days", "gap_median_days", "overdue_ratio"
    ... ).collect("pandas").to_native()
      dealer_id  gap_days  gap_median_days  overdue_ratio
    0         A      15.0             15.0            2.0
    """
    gap = nw.col("gap_days")
    latest = nw.when(nw.col("is_latest"))
    sums = (
        order_days(snapshot)
        .with_columns(gap_squared=gap * gap)
        .group_by(*KEYS)
        .agg(
            recency=nw.col("days_ago").min(),
            gaps=gap.count(),
            gap_sum=gap.sum(),
            gap_square_sum=nw.col("gap_squared").sum(),
            gap_median_days=gap.median(),
            gap_p90_days=gap.quantile(0.9, interpolation="linear"),
            gap_max_days=gap.max(),
            recent_sum=latest.then(nw.col("recent_gap_days")).max(),
            recent_count=latest.then(nw.col("recent_gaps")).max(),
        )
    )
    return _ratios(sums)


def _ratios(sums: Lazy) -> Lazy:
    n, total = nw.col("gaps"), nw.col("gap_sum").cast(nw.Float64())
    spread = nw.col("gap_square_sum").cast(nw.Float64()) - total * total / n
    frame = sums.with_columns(
        gap_days=divide(total, n),
        gap_sd_days=nw.when(n > 1).then(nw.max_horizontal(spread, nw.lit(0.0)) / (n - 1)).sqrt(),
        gap_recent_days=divide(nw.col("recent_sum"), nw.col("recent_count")),
    )
    return frame.select(
        *KEYS,
        *("gap_days", "gap_sd_days", "gap_median_days", "gap_p90_days", "gap_max_days"),
        "gap_recent_days",
        overdue_ratio=divide(nw.col("recency"), nw.col("gap_days")),
        overdue_recent_ratio=divide(nw.col("recency"), nw.col("gap_recent_days")),
        gap_trend_ratio=divide(nw.col("gap_recent_days"), nw.col("gap_days")),
    )

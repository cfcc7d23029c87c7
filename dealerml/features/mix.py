"""The bridge to mix: what each dealer bought of each category or product in named periods."""

import datetime as dt
from collections.abc import Mapping

import narwhals as nw
import pandas as pd

from dealerml.features.breadth import with_category
from dealerml.tables import Lazy, Snapshot

YEAR = 365
KEYS_OF = {"category": "category", "product": "product_id"}


def build_mix(
    snapshot: Snapshot,
    periods: Mapping[str, tuple[dt.date, dt.date]] | None = None,
    *,
    by: str = "category",
) -> pd.DataFrame:
    """How much of each category or product did each dealer buy in each period?

    Parameters
    ----------
    periods
        Name → first and last day, both included. Periods may overlap. Where None: ``now``, the last
        365 days, and ``before``, the 365 before them.
    by
        ``category`` or ``product``.

    Returns
    -------
    Columns ``dealer_id, key, period, net_amount, quantity``, in this order of rows; ``key`` is ""
    where the category or product is unknown, so that a period adds up to all its money.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> june = {"june": (dt.date(2025, 6, 1), dt.date(2025, 6, 30))}
    >>> build_mix(example_tables().as_of("2025-06-30"), june)
      dealer_id     key period  net_amount  quantity
    0         B  cement   june       385.0      35.0
    """
    spans = periods or last_two_years(snapshot.as_of)
    frames = [_one(snapshot, name, span, by) for name, span in spans.items()]
    table: pd.DataFrame = nw.concat(frames).collect("pandas").to_native()
    return table.sort_values(["dealer_id", "key", "period"]).reset_index(drop=True)


def build_months(snapshot: Snapshot, span: tuple[dt.date, dt.date]) -> pd.DataFrame:
    """How much of each category did each dealer buy in each month between two days, both included?

    Returns
    -------
    Columns ``dealer_id, month`` (text, 2025-06), ``category`` ("" where unknown) and
    ``net_amount``, in this order of rows: a table for pivots.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> june = (dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    >>> build_months(example_tables().as_of("2025-06-30"), june)
      dealer_id    month category  net_amount
    0         B  2025-06   cement       385.0
    """
    date = nw.col("order_date")
    lines = snapshot.lines.filter((date >= nw.lit(span[0])) & (date <= nw.lit(span[1])))
    sums = (
        with_category(snapshot, lines)
        .with_columns(
            category=nw.col(KEYS_OF["category"]).fill_null(""),
            year=date.dt.year().cast(nw.Int64()),
            number=date.dt.month().cast(nw.Int64()),
        )
        .group_by("dealer_id", "year", "number", "category")
        .agg(net_amount=nw.col("net_amount").sum().cast(nw.Float64()))
    )
    table: pd.DataFrame = sums.collect("pandas").to_native()
    month = table["year"].astype("str") + "-" + table["number"].astype("str").str.zfill(2)
    table = table.assign(month=month)[["dealer_id", "month", "category", "net_amount"]]
    return table.sort_values(["dealer_id", "month", "category"]).reset_index(drop=True)


def last_two_years(as_of: dt.date) -> dict[str, tuple[dt.date, dt.date]]:
    """Which days are the last 365, and which the 365 before?

    Examples
    --------
    >>> str(last_two_years(dt.date(2025, 6, 30))["now"][0])
    '2024-07-01'
    """
    middle = as_of - dt.timedelta(days=YEAR)
    return {
        "now": (middle + dt.timedelta(days=1), as_of),
        "before": (middle - dt.timedelta(days=YEAR - 1), middle),
    }


def _one(snapshot: Snapshot, name: str, span: tuple[dt.date, dt.date], by: str) -> Lazy:
    date = nw.col("order_date")
    lines = snapshot.lines.filter((date >= nw.lit(span[0])) & (date <= nw.lit(span[1])))
    if by == "category":
        lines = with_category(snapshot, lines)
    sums = (
        lines.with_columns(key=nw.col(KEYS_OF[by]).fill_null(""))
        .group_by("dealer_id", "key")
        .agg(
            net_amount=nw.col("net_amount").sum().cast(nw.Float64()),
            quantity=nw.col("quantity").sum().cast(nw.Float64()),
        )
    )
    named = sums.with_columns(period=nw.lit(name))
    return named.select("dealer_id", "key", "period", "net_amount", "quantity")

"""The bridge to forecasts: one row of monthly amounts per dealer."""

import datetime as dt
from typing import Final

import narwhals as nw
import numpy as np
import pandas as pd

from dealerml.dates import add_months, month_end
from dealerml.tables import Snapshot

LATEST_START: Final = 10  # day of the month


def build_series(snapshot: Snapshot) -> pd.DataFrame:
    """How much did each dealer buy in each whole month up to the as-of date?

    Returns
    -------
    Net amount as float, index ``dealer_id`` in order, one column per month (``Period``), from the
    first whole month of the export to the last that is over. NaN before the dealer's first order
    month, 0.0 in a silent month. A dealer without an order day is absent; so is a month not yet
    over.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> series = build_series(example_tables().as_of("2025-06-29"))
    >>> series.iloc[:, -2:]
               2025-04  2025-05
    dealer_id
    A              NaN    310.0
    B              0.0      0.0
    C              0.0      0.0
    """
    date = nw.col("order_date")
    number = 12 * date.dt.year() + date.dt.month() - 1
    months = snapshot.calendar.select("day", month=number.cast(nw.Int64()))
    sums = (
        snapshot.base_days.join(months, on="day")
        .group_by("dealer_id", "month")
        .agg(
            net_amount=nw.col("net_amount").sum().cast(nw.Float64()),
            ordered=nw.col("orders").sum(),
        )
    )
    return pivot_months(sums.collect("pandas").to_native(), snapshot)


def whole_months(snapshot: Snapshot) -> pd.PeriodIndex:
    """Which months of the export are over at the as-of date?"""
    last = snapshot.as_of
    if last != month_end(last):
        last = add_months(last, -1)
    return pd.period_range(first_whole_month(snapshot.begin), last, freq="M")


def first_whole_month(begin: dt.date) -> dt.date:
    """From which month on does an export cover whole months, given its first day?

    A month whose first days hold no line may be whole; one that begins later than `LATEST_START` is
    cut, and would look like a month of poor sales.

    Examples
    --------
    >>> str(first_whole_month(dt.date(2024, 4, 2))), str(first_whole_month(dt.date(2024, 4, 28)))
    ('2024-04-01', '2024-05-01')
    """
    return add_months(begin, 0 if begin.day <= LATEST_START else 1)


def pivot_months(sums: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Rows of dealer, month number, amount and order days as one row of months per dealer."""
    months = whole_months(snapshot)
    epoch = np.datetime64("1970-01", "M")
    first_days = epoch + (sums["month"].to_numpy() - 1970 * 12).astype("timedelta64[M]")
    period = pd.DatetimeIndex(first_days.astype("datetime64[s]")).to_period("M")
    rows = sums.assign(month=period)
    first = rows[rows["ordered"] > 0].groupby("dealer_id")["month"].min()
    table = rows.pivot_table(index="dealer_id", columns="month", values="net_amount", aggfunc="sum")
    table = table.reindex(index=first.index, columns=months).fillna(0.0)
    ordinals = pd.Series(months.asi8, index=months)
    started = ordinals.to_numpy()[None, :] >= pd.PeriodIndex(first).asi8[:, None]
    series = table.where(started)
    return series[series.notna().any(axis=1)].sort_index().rename_axis(columns=None)

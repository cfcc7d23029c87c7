"""What followed: the only place that looks past an as-of date, and never past the snapshot."""

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from dealerml.dates import add_months, as_date, month_end, to_day
from dealerml.errors import HistoryError
from dealerml.features.build import build_many, collect
from dealerml.features.orders import KEYS
from dealerml.tables import LEAVING_NOTES, Lazy, Snapshot

if TYPE_CHECKING:
    from dealerml.policy import Policy

YEAR = 365


def build_panel(
    snapshot: Snapshot,
    dates: Iterable[str | dt.date],
    *,
    horizon: int = 90,
    policy: "Policy | None" = None,
) -> pd.DataFrame:
    """What was known of each dealer on past dates, and what did it do next?

    Parameters
    ----------
    snapshot
        The tables as known today; nothing beyond its as-of date is used.
    dates
        As-of dates of the past, each with its horizon and the posting lag complete by today.
    horizon
        Days looked ahead, 1 or more: (as_of, as_of + horizon].

    Returns
    -------
    The columns of `build_features` on an index ``(as_of, dealer_id)``, and:
        ``churned``              1 or 0; 1 without an order day within the horizon, NaN outside the
                                 cohort and for a dealer closed by us within the horizon
        ``orders_next``          count, ≥ 0; order days within the horizon
        ``net_amount_next``      money; net amount within the horizon
        ``net_amount_next_365d`` money; net amount of the next 365 days, NaN where not over yet
        ``days_to_next``         days, ≥ 1; to the next order day, NaN where none is known yet
        ``days_seen``            days, ≥ horizon; from the date to the last day whose lines have
                                 arrived: whoever has no next order day was silent for as long

    Raises
    ------
    HistoryError
        If a date is not complete by the snapshot's as-of date.

    Examples
    --------
    On 15 December dealer C had ordered once in the last days and did so again on the 21st.

    >>> from dealerml.tables import example_tables
    >>> panel = build_panel(example_tables().as_of("2025-06-30"), ["2024-12-15"], horizon=90)
    >>> panel[["status", "orders_next", "net_amount_next"]].droplevel("as_of")
               status  orders_next  net_amount_next
    dealer_id
    B          active            0              0.0
    C             new            1             40.0
    """
    days = sorted({as_date(date) for date in dates})
    refuse_incomplete(snapshot, days, horizon)
    return _follow(snapshot, days, build_many(snapshot.at(*days), policy=policy), horizon)


def build_with_past(
    snapshot: Snapshot,
    dates: Iterable[str | dt.date],
    *,
    horizon: int = 90,
    policy: "Policy | None" = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What do we know of each dealer today, and what was known on past dates and came of it?

    Returns
    -------
    What `build_features` and `build_panel` return, from one pass over the lines instead of two.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> x, panel = build_with_past(example_tables().as_of("2025-06-30"), ["2024-12-15"])
    >>> len(x), len(panel)
    (3, 2)
    """
    days = sorted({as_date(date) for date in dates})
    refuse_incomplete(snapshot, days, horizon)
    known = build_many(snapshot.at(*days, snapshot.as_of), policy=policy)
    today = known.index.get_level_values("as_of") == pd.Timestamp(snapshot.as_of)
    past = known[~today]
    past.index = past.index.remove_unused_levels()  # type: ignore[attr-defined]
    return known[today].droplevel("as_of"), _follow(snapshot, days, past, horizon)


def _follow(
    snapshot: Snapshot, days: list[dt.date], panel: pd.DataFrame, horizon: int
) -> pd.DataFrame:
    """Add to what was known on past dates what came of it."""
    past = snapshot.at(*days)
    following = _following(past, days, horizon).reindex(panel.index).fillna(0)
    panel = panel.assign(
        orders_next=following["orders"].astype("int64"),
        net_amount_next=following["net_amount"],
        net_amount_next_365d=_year_ahead(past, panel.index),
        days_to_next=_days_to_next(past, days).reindex(panel.index),
        days_seen=_days_seen(snapshot, panel.index),
    )
    return panel.assign(churned=_churned(past, panel, horizon))


def posting_lag(snapshot: Snapshot) -> int:
    """After how many days are 99 in 100 dealer-days posted? 0 without posting dates."""
    if not snapshot.late_lines:
        return 0
    lag = snapshot.base_days.select(lag=nw.col("known_day") - nw.col("day"))
    value = lag.select(nw.col("lag").quantile(0.99, interpolation="linear"))
    days: float = value.collect("pandas").to_native().iloc[0, 0]
    return math.ceil(days)


def complete_dates(
    snapshot: Snapshot, *, horizon: int, step_months: int = 3, history_days: int = YEAR
) -> list[dt.date]:
    """Which past month ends, going back from the as-of date, can be learnt from?

    Returns
    -------
    Month ends `step_months` apart whose horizon and posting lag are over, oldest first; each with
    at least `history_days` of history up to it.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> dates = complete_dates(example_tables().as_of("2025-06-30"), horizon=90, history_days=90)
    >>> [str(date) for date in dates]
    ['2024-09-30', '2024-12-31', '2025-03-31']
    """
    limit = snapshot.as_of - dt.timedelta(days=horizon + posting_lag(snapshot))
    earliest = snapshot.begin + dt.timedelta(days=history_days - 1)
    date, dates = add_months(limit + dt.timedelta(days=1), 0) - dt.timedelta(days=1), []
    while date >= earliest:
        dates.append(date)
        date = month_end(add_months(date, -step_months))
    return dates[::-1]


def refuse_incomplete(snapshot: Snapshot, dates: list[dt.date], horizon: int) -> None:
    """Are these dates so long past that what followed is known?"""
    lag = posting_lag(snapshot)
    limit = snapshot.as_of - dt.timedelta(days=horizon + lag)
    late = [date for date in dates if date > limit]
    if late or not dates:
        message = (
            f"{len(late)} of {len(dates)} dates are too recent to know what followed: with a "
            f"horizon of {horizon} days and a posting lag of {lag}, the last possible date before "
            f"{snapshot.as_of} is {limit} (first: {late[0] if late else 'no date given'})."
        )
        raise HistoryError(message)


def _following(snapshot: Snapshot, dates: list[dt.date], days_ahead: int) -> pd.DataFrame:
    """Order days and net amount of each dealer in the days that followed each date."""
    per_day = snapshot.base_days.group_by("dealer_id", "day").agg(
        orders=nw.col("orders").sum(), net_amount=nw.col("net_amount").sum()
    )
    flagged = per_day.with_columns(order_day=nw.when(nw.col("orders") > 0).then(1).otherwise(0))
    frames = [_ahead(flagged, to_day(date), days_ahead) for date in dates]
    return collect(nw.concat(frames))


def _ahead(days: Lazy, as_of_day: int, days_ahead: int) -> Lazy:
    day = nw.col("day")
    ahead = days.filter((day > as_of_day) & (day <= as_of_day + days_ahead))
    marked = ahead.with_columns(as_of_day=nw.lit(as_of_day, dtype=nw.Int64()))
    return marked.group_by(*KEYS).agg(
        orders=nw.col("order_day").sum(), net_amount=nw.col("net_amount").sum()
    )


def _year_ahead(snapshot: Snapshot, index: "pd.Index[Any]") -> pd.Series:
    limit = snapshot.as_of - dt.timedelta(days=YEAR)
    dates = [date for date in snapshot.dates if date <= limit]
    empty = pd.Series(float("nan"), index=index)
    if not dates:
        return empty
    amount = _following(snapshot, dates, YEAR)["net_amount"].reindex(index).fillna(0.0)
    mature = index.get_level_values("as_of") <= pd.Timestamp(limit)
    return amount.where(mature, empty)


def _days_to_next(snapshot: Snapshot, dates: list[dt.date]) -> pd.Series:
    ordered = snapshot.base_days.filter(nw.col("orders") > 0)
    frames = []
    for date in dates:
        as_of_day = nw.lit(to_day(date), dtype=nw.Int64())
        ahead = ordered.filter(nw.col("day") > as_of_day).with_columns(as_of_day=as_of_day)
        next_day = ahead.group_by(*KEYS).agg(next_day=nw.col("day").min())
        days = (nw.col("next_day") - nw.col("as_of_day")).cast(nw.Int64())
        frames.append(next_day.select(*KEYS, days_to_next=days))
    return collect(nw.concat(frames))["days_to_next"]


def _days_seen(snapshot: Snapshot, index: "pd.Index[Any]") -> pd.Series:
    last = pd.Timestamp(snapshot.as_of - dt.timedelta(days=posting_lag(snapshot)))
    seen = (last - pd.DatetimeIndex(index.get_level_values("as_of"))).days
    return pd.Series(seen, index=index, dtype="int64")


def _churned(snapshot: Snapshot, panel: pd.DataFrame, horizon: int) -> pd.Series:
    """1 or 0 for the cohort; unknown for others and for dealers that left by a note since."""
    churned = (panel["orders_next"] == 0).astype("float64").where(panel["cohort"])
    as_of = pd.DatetimeIndex(panel.index.get_level_values("as_of"))
    dealer = panel.index.get_level_values("dealer_id")
    for note in snapshot.notes:
        if note["kind"] in LEAVING_NOTES:
            ahead = -(as_of - pd.Timestamp(note["from_date"])).days
            closed = (dealer == note["dealer_id"]) & (ahead > 0) & (ahead <= horizon)
            churned = churned.mask(closed)
    return churned

"""Order days with the silence before each: what every feature of pace is read from."""

import narwhals as nw

from dealerml.tables import Lazy, Snapshot

KEYS = ("as_of_day", "dealer_id")
RECENT_GAPS = 5


def order_days(snapshot: Snapshot) -> Lazy:
    """On which days did each dealer order, and how long had it been silent before?

    Returns
    -------
    One row per as-of date, dealer and order day; `gap_days` is null on the first:
        ``days_ago``         days before the as-of date, ≥ 0
        ``gap_days``         days since the order day before
        ``recent_gap_days``  sum of the last five gaps up to this day; ``recent_gaps`` their number
        ``is_latest``        whether it is the last order day known at the as-of date

    Notes
    -----
    Without late postings the gaps are the same seen from every date, so they are computed once.
    A line posted late can fall between two order days, so then each date has gaps of its own.
    """
    has_orders = nw.col("orders") > 0
    if snapshot.late_lines:
        ordered = snapshot.days.filter(has_orders).select(*KEYS, "day", "days_ago")
        frame = _with_gaps(ordered, KEYS)
    else:
        ordered = snapshot.base_days.filter(has_orders).select("dealer_id", "day", "known_day")
        kept = snapshot.keep("order_days", lambda: _with_gaps(ordered, ("dealer_id",)))
        frame = snapshot.cut(kept)
    next_day = nw.col("next_day")
    return frame.with_columns(is_latest=next_day.is_null() | (next_day > nw.col("as_of_day")))


def _with_gaps(frame: Lazy, keys: tuple[str, ...]) -> Lazy:
    day = nw.col("day")
    gaps = frame.with_columns(
        gap_days=day - day.shift(1).over(*keys, order_by="day"),
        next_day=day.shift(-1).over(*keys, order_by="day"),
    ).with_columns(is_gap=nw.when(nw.col("gap_days").is_null()).then(0).otherwise(1))
    rolling = {
        "recent_gap_days": nw.col("gap_days").fill_null(0),
        "recent_gaps": nw.col("is_gap"),
    }
    return gaps.with_columns(
        **{
            name: value.rolling_sum(RECENT_GAPS, min_samples=1).over(*keys, order_by="day")
            for name, value in rolling.items()
        }
    )


def divide(over: nw.Expr, under: nw.Expr) -> nw.Expr:
    """A ratio that is null, never infinite, where its base is not above zero."""
    over, under = over.cast(nw.Float64()), under.cast(nw.Float64())
    return nw.when(under > 0).then(over / under)

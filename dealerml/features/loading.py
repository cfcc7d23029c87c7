"""Channel loading: orders pushed into the last days of a quarter, and the dip that follows."""

import datetime as dt

import narwhals as nw

from dealerml.dates import period_bounds
from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import sum_spans
from dealerml.tables import Lazy, Snapshot

LAST_DAYS, DAYS_AFTER = 10, 30
PAST_QUARTERS = 4


def loading(snapshot: Snapshot) -> Lazy:
    """Does each dealer order more in the last days of a quarter than it used to, and less after?

    Quarters are those of the fiscal year.

    Returns
    -------
    One row per as-of date and dealer with any line:
        ``quarter_end_share``        share; ordered in the last ten days of the last complete
                                     quarter ÷ in the whole of it, in money, returns subtracted;
                                     about 0.11 where orders come evenly, null where the quarter
                                     brought nothing
        ``quarter_end_share_usual``  share; the same over the four quarters before
        ``quarter_end_excess``       share; the one minus the other, above 0 is loading
        ``after_quarter_end_ratio``  ratio; money of the 30 days after a quarter's end ÷ the usual
                                     30 days of the four quarters up to it, for the last quarter
                                     end with 30 days after it
    """
    shares = _quarter_ends(snapshot)
    return shares.join(_afterwards(snapshot), on=list(KEYS), how="left").select(
        *KEYS,
        "quarter_end_share",
        "quarter_end_share_usual",
        quarter_end_excess=nw.col("quarter_end_share") - nw.col("quarter_end_share_usual"),
        after_quarter_end_ratio=nw.col("after_quarter_end_ratio"),
    )


def _quarter_ends(snapshot: Snapshot) -> Lazy:
    # Spans 1, 3, 5… hold the last days of a quarter, spans 2, 4, 6… the rest of it.
    def edges(date: dt.date) -> list[int]:
        *ends, oldest = _days_since_ends(date, snapshot)
        return [*(edge for end in ends for edge in (end, end + LAST_DAYS)), oldest]

    sums = sum_spans(snapshot, f"quarter_ends_{_start(snapshot)}", edges)
    span, amount = nw.col("span"), nw.col("net_amount")
    is_past = (span >= 3) & (span <= 2 * (PAST_QUARTERS + 1))
    parts = {
        "last": span == 1,
        "quarter": (span == 1) | (span == 2),
        "last_past": is_past & (span % 2 == 1),
        "quarter_past": is_past,
    }
    added = {name: nw.when(holds).then(amount).otherwise(0).sum() for name, holds in parts.items()}
    return (
        sums.group_by(*KEYS)
        .agg(**added)
        .select(
            *KEYS,
            quarter_end_share=divide(nw.col("last"), nw.col("quarter")),
            quarter_end_share_usual=divide(nw.col("last_past"), nw.col("quarter_past")),
        )
    )


def _afterwards(snapshot: Snapshot) -> Lazy:
    def edges(date: dt.date) -> list[int]:
        ends = _days_since_ends(date, snapshot)
        newest = 0 if ends[0] >= DAYS_AFTER else 1
        end, oldest = ends[newest], ends[newest + PAST_QUARTERS]
        return [end - DAYS_AFTER, end, oldest]

    sums = sum_spans(snapshot, f"after_quarter_ends_{_start(snapshot)}", edges)
    span, amount = nw.col("span"), nw.col("net_amount")
    added = {
        name: nw.when(span == number).then(amount).otherwise(0).sum()
        for name, number in (("after", 1), ("year", 2))
    }
    ratio = divide(nw.col("after"), nw.col("year")) * (365 / DAYS_AFTER)
    return sums.group_by(*KEYS).agg(**added).select(*KEYS, after_quarter_end_ratio=ratio)


def _days_since_ends(date: dt.date, snapshot: Snapshot) -> list[int]:
    """Days from the ends of the last six complete fiscal quarters to the as-of date, rising."""
    ends, day = [], date
    for _ in range(PAST_QUARTERS + 2):
        first, last = period_bounds(day, fiscal_year_start=_start(snapshot))
        ends.append((date - last).days)
        day = first - dt.timedelta(days=1)
    return ends


def _start(snapshot: Snapshot) -> int:
    return int(snapshot.definitions["fiscal_year_start"])

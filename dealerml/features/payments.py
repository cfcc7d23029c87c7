"""Payments: how late each dealer pays, and whether it gets worse."""

import narwhals as nw

from dealerml.dates import day_number
from dealerml.features.events import extended, sum_within
from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import within
from dealerml.features.windows import window_sums
from dealerml.tables import Lazy, Snapshot

YEAR, HALF, QUARTER = 365, 180, 90


def payments(snapshot: Snapshot) -> Lazy | None:
    """How many days beyond the terms does each dealer pay, and does it pay what it orders?

    Returns
    -------
    One row per as-of date and dealer that paid; absent without a table of payments. What was paid
    back to a dealer is left out, and of lateness what has no due date; the four figures of it are
    absent where no payment has one:
        ``days_beyond_terms_365d``  days; mean of the day paid minus the day due, weighted by money,
                                    below 0 early
        ``days_beyond_terms_change``  days; the same of 180 days minus that of the 180 days before
        ``late_paid_share_365d``    share, 0–1; money that came after it was due ÷ all with a due
                                    date
        ``late_paid_share_90d``     share, 0–1; the same of 90 days
        ``paid_ratio_365d``         ratio, ≥ 0; money paid ÷ net amount ordered, 365 days; above 1
                                    by the tax that payments include
        ``payment_recency_days``    days, ≥ 0; from the last payment to the as-of date
    """
    rows = snapshot.dated("payments")
    if rows is None:
        return None
    rows = rows.filter(nw.col("paid_amount") > 0)
    amount, ago = nw.col("paid_amount"), nw.col("days_ago")
    sums = {"paid": sum_within(amount, YEAR), "payment_recency_days": ago.min()}
    ratios = {}
    if "payments.due_date" in snapshot.supplied:
        late = day_number(nw.col("paid_date")) - day_number(nw.col("due_date"))
        due = nw.when(~late.is_null())
        rows = rows.with_columns(
            owed=due.then(amount).otherwise(0),
            waited=due.then(amount * late).otherwise(0),
            overdue=nw.when(late > 0).then(amount).otherwise(0),
        )
        sums |= _lateness()
        ratios = _shares()
    counted = extended(rows.group_by(*KEYS).agg(**sums), ratios)
    ordered = window_sums(snapshot).group_by(*KEYS).agg(ordered=within("net_amount", 0, YEAR))
    counted = counted.join(ordered, on=list(KEYS), how="inner")
    ratio = divide(nw.col("paid"), nw.col("ordered"))
    return counted.select(*KEYS, *ratios, "payment_recency_days", paid_ratio_365d=ratio)


def _lateness() -> dict[str, nw.Expr]:
    before = (nw.col("days_ago") >= HALF) & (nw.col("days_ago") < 2 * HALF)
    sums: dict[str, nw.Expr] = {}
    for name in ("owed", "waited", "overdue"):
        sums |= {f"{name}_{w}": sum_within(nw.col(name), w) for w in (YEAR, HALF, QUARTER)}
        sums[f"{name}_before"] = nw.when(before).then(nw.col(name)).otherwise(0).sum()
    return sums


def _shares() -> dict[str, nw.Expr]:
    def beyond(window: int | str) -> nw.Expr:
        return divide(nw.col(f"waited_{window}"), nw.col(f"owed_{window}"))

    return {
        "days_beyond_terms_365d": beyond(YEAR),
        "days_beyond_terms_change": beyond(HALF) - beyond("before"),
        "late_paid_share_365d": divide(nw.col(f"overdue_{YEAR}"), nw.col(f"owed_{YEAR}")),
        "late_paid_share_90d": divide(nw.col(f"overdue_{QUARTER}"), nw.col(f"owed_{QUARTER}")),
    }

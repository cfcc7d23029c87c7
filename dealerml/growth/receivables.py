"""What dealers owe, for how long, and whether it gets worse."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import numpy as np
import pandas as pd

from dealerml.dates import add_months, month_end
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

# Days beyond the terms; the last bucket has no end.
BUCKETS: Final = {
    "not_due": (-np.inf, 0),
    "overdue_30": (0, 30),
    "overdue_60": (30, 60),
    "overdue_90": (60, 90),
    "overdue_older": (90, np.inf),
}
OVERDUE: Final = tuple(BUCKETS)[1:]
COLUMNS: Final = (
    "receivable_amount",
    *BUCKETS,
    "overdue_amount",
    "prepaid_amount",
    "overdue_share",
    "sales_outstanding_days",
)
QUARTERS: Final = 8
SALES_DAYS: Final = 90


@dataclass(frozen=True)
class Receivables(Spoken):
    """What is owed at the as-of date and at the ends of the quarters before.

    Parameters
    ----------
    table
        Index ``dealer_id``, all that owe or paid ahead: ``receivable_amount``, its ages
        ``not_due, overdue_30, overdue_60, overdue_90, overdue_older`` (days beyond the terms),
        ``overdue_amount``, ``prepaid_amount``, ``sales_outstanding_days`` (receivable ÷ billed of
        the last 90 days × 90). The most overdue first.
    trend
        Index ``date``, quarter ends up to the as-of date: the same sums, ``overdue_share`` and
        ``sales_outstanding_days``.
    """

    trend: pd.DataFrame


def age_receivables(snapshot: "Snapshot", *, policy: "Policy | None" = None) -> Receivables:
    """Who owes how much, since when, and is it more than a quarter ago?

    Orders are billed on their date, with ``tax_share`` of the policy on top, and due after
    ``terms_days``. Payments settle the oldest bill first; what was open before the export began is
    not known, so the first months understate what is owed.

    Returns
    -------
    Empty, and said why, without a table of payments.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> age_receivables(example_tables().as_of("2025-06-30")).text
    'What is owed is not known: supply payments (table payments).'
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    ledger = _read_ledger(snapshot, float(policy.definitions["tax_share"]))
    if ledger is None:
        empty = pd.DataFrame(columns=list(COLUMNS), dtype="float64")
        said = (Sentence("growth.receivables_nothing"),)
        return Receivables(empty.rename_axis("dealer_id"), said, empty.rename_axis("date"))
    terms = int(policy.definitions["terms_days"])
    dates = _quarter_ends(snapshot)
    frames = {date: _age(ledger, date, terms) for date in dates}
    trend = pd.DataFrame([_sum_up(frames[date]) for date in dates], index=dates)
    now = frames[snapshot.as_of]
    table = now[(now["receivable_amount"] > 0) | (now["prepaid_amount"] > 0)]
    table = table.sort_index().sort_values(
        ["overdue_amount", "receivable_amount"], ascending=False, kind="stable"
    )
    trend = trend.rename_axis("date")
    return Receivables(table.drop(columns="billed_amount"), _said(table, trend), trend)


def _read_ledger(snapshot: "Snapshot", tax: float) -> pd.DataFrame | None:
    """One row per dealer and day: ``billed`` and ``paid``; None without payments."""
    payments = snapshot.table("payments")
    if payments is None:
        return None
    billed = _by_day(snapshot.lines, "order_date", "net_amount") * (1 + tax)
    paid = _by_day(payments, "paid_date", "paid_amount")
    ledger = pd.concat([billed.rename("billed"), paid.rename("paid")], axis=1).fillna(0.0)
    return ledger.sort_index().reset_index()


def _by_day(rows: Any, date: str, amount: str) -> pd.Series:
    sums = rows.group_by("dealer_id", date).agg(amount=nw.col(amount).sum().cast(nw.Float64()))
    table: pd.DataFrame = sums.collect("pandas").to_native()
    day = pd.to_datetime(table[date]).dt.as_unit("s")
    index = pd.MultiIndex.from_arrays([table["dealer_id"], day], names=["dealer_id", "day"])
    return pd.Series(table["amount"].to_numpy(dtype=np.float64), index=index).sort_index()


def _quarter_ends(snapshot: "Snapshot") -> list[dt.date]:
    ends = [snapshot.as_of]
    while len(ends) < QUARTERS:
        before = month_end(add_months(ends[-1], -3))
        if before < snapshot.begin:
            break
        ends.append(before)
    return ends[::-1]


def _age(ledger: pd.DataFrame, date: dt.date, terms: int) -> pd.DataFrame:
    """Index dealer_id: what is open at the end of a day, by how long it has been due."""
    known = ledger[ledger["day"] <= pd.Timestamp(date)]
    dealers = known.groupby("dealer_id")
    paid = dealers["paid"].sum()
    # Returns lower what was billed before them, as payments do.
    bills, back = known["billed"].clip(lower=0), known["billed"].clip(upper=0)
    settled = paid - back.groupby(known["dealer_id"]).sum()
    left = bills.groupby(known["dealer_id"]).cumsum() - known["dealer_id"].map(settled)
    open_amount = left.clip(lower=0).clip(upper=bills)
    late = (pd.Timestamp(date) - known["day"]).dt.days - terms
    table = pd.DataFrame(index=paid.index)
    for name, (above, most) in BUCKETS.items():
        inside = (late > above) & (late <= most)
        table[name] = open_amount.where(inside, 0).groupby(known["dealer_id"]).sum().round(2)
    recent = known["day"] > pd.Timestamp(date) - pd.Timedelta(days=SALES_DAYS)
    total_billed = bills.groupby(known["dealer_id"]).sum()
    table["receivable_amount"] = table[list(BUCKETS)].sum(axis=1)
    table["overdue_amount"] = table[list(OVERDUE)].sum(axis=1)
    table["prepaid_amount"] = (settled - total_billed).clip(lower=0).round(2)
    table["billed_amount"] = known["billed"].where(recent, 0).groupby(known["dealer_id"]).sum()
    billed = table["billed_amount"].where(table["billed_amount"] > 0)
    return table.assign(sales_outstanding_days=table["receivable_amount"] / billed * SALES_DAYS)


def _sum_up(table: pd.DataFrame) -> dict[str, float]:
    sums = table.drop(columns="sales_outstanding_days").sum()
    owed, billed = sums["receivable_amount"], sums["billed_amount"]
    share = sums["overdue_amount"] / owed if owed > 0 else np.nan
    days = owed / billed * SALES_DAYS if billed > 0 else np.nan
    kept = sums.drop("billed_amount").to_dict()
    return kept | {"overdue_share": share, "sales_outstanding_days": days}


def _said(table: pd.DataFrame, trend: pd.DataFrame) -> tuple[Sentence, ...]:
    now = trend.iloc[-1]
    late = int((table["overdue_amount"] > 0).sum())
    facts = {name: float(now[name]) for name in ("receivable_amount", "overdue_amount")}
    facts |= {"share": float(now["overdue_share"]), "n": late}
    said = [Sentence("growth.receivables", facts)]
    if pd.notna(now["sales_outstanding_days"]):
        days: dict[str, object] = {"days": round(float(now["sales_outstanding_days"]))}
        before = trend["sales_outstanding_days"].iloc[-5] if len(trend) > 4 else np.nan
        key = "growth.receivables_days"
        if pd.notna(before):
            days["before"] = round(float(before))
            key = "growth.receivables_days_before"
        said.append(Sentence(key, days))
    return tuple(said)

"""Is contact enough, and at the right dealers: the contact policy held against what was done."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.dates import as_date
from dealerml.health.firing import find_due_date, watch_dealers
from dealerml.health.metrics import column
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

WINDOW: Final = 90
WEEK: Final = 7
STATES: Final = ("overdue", "overloaded", "kept", "never")


@dataclass(frozen=True)
class Cadence(Spoken):
    """Who is seen too seldom, who too often, and who is next.

    Parameters
    ----------
    table
        Index ``dealer_id``, dealers that buy: ``abc_class``, ``owner``, ``contact_recency_days``,
        ``contacts_90d``, ``max_days`` allowed between contacts, ``overdue_days`` beyond it (0 where
        none), ``contact_state`` (overdue, overloaded, kept, never), ``net_amount_365d``, and
        ``next_date``, the day of the next contact within what its owner can do. The next first.
    owners
        Index ``owner``, the most overdue first: ``dealers``, ``overdue``, ``overloaded``,
        ``kept_share`` (0-1 of dealers), ``kept_amount_share`` (0-1, weighted by what they buy),
        ``weeks_of_work``, weeks that the overdue ones take.
    classes
        Index ``abc_class``: the same figures.
    """

    owners: pd.DataFrame
    classes: pd.DataFrame


def check_cadence(
    x: pd.DataFrame,
    *,
    as_of: str | dt.date,
    classes: pd.Series | None = None,
    owners: pd.Series | None = None,
    notes: Iterable[Mapping[str, Any]] = (),
    policy: Policy | None = None,
) -> Cadence:
    """Are dealers in contact as often as the policy says, and who is to be seen next?

    Parameters
    ----------
    x
        Features, one row per dealer.
    classes, owners
        ``abc_class`` and our employee in charge, by dealer id.
    notes
        Rows with ``dealer_id, kind, from_date, until_date``: whom we closed, merged or excluded
        needs no visit.

    Returns
    -------
    Empty, and said why, where the export has no contacts. Dealers never contacted are overdue from
    today.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {"status": "active", "contact_recency_days": [10.0, 75.0], "contacts_90d": [3, 1]},
    ...     index=pd.Index(["A1", "A2"], name="dealer_id"),
    ... )
    >>> classes = pd.Series({"A1": "A", "A2": "A"})
    >>> table = check_cadence(x, as_of="2025-06-30", classes=classes).table
    >>> table[["contact_state", "overdue_days"]]
              contact_state  overdue_days
    dealer_id
    A2              overdue          45.0
    A1                 kept           0.0
    """
    policy, day = policy or load_policy(), as_date(as_of)
    if not column(x, "contact_recency_days").notna().any():
        return _nothing()
    served = watch_dealers(x, notes=tuple(notes), as_of=day)
    table = _judge(served, classes, owners, policy)
    table["next_date"] = _schedule(table, day, int(policy.contacts["visits_per_week"]))
    table = table.sort_index().sort_values(
        ["next_date", "abc_class", "overdue_days", "net_amount_365d"],
        ascending=[True, True, False, False],
        kind="stable",
    )
    capacity = int(policy.contacts["visits_per_week"])
    by_owner = _sum_up(table, "owner", capacity).sort_values(
        ["overdue", "dealers"], ascending=False, kind="stable"
    )
    return Cadence(table, _said(table), by_owner, _sum_up(table, "abc_class", capacity))


def _judge(
    x: pd.DataFrame, classes: pd.Series | None, owners: pd.Series | None, policy: Policy
) -> pd.DataFrame:
    rules = pd.DataFrame(policy.contacts["cadence"]).set_index("abc_class")
    last = str(rules.index[-1])
    known = pd.Series(last, index=x.index)
    if classes is not None:
        given = classes.reindex(x.index)
        known = given.where(given.isin(rules.index), last).astype("str")
    limits = rules.loc[known.tolist()].set_axis(x.index)
    since, made = column(x, "contact_recency_days"), column(x, "contacts_90d").fillna(0.0)
    overdue = (since - limits["max_days"]).clip(lower=0)
    state = np.select(
        [since.isna(), overdue > 0, made > WINDOW / limits["min_days"]],
        ["never", "overdue", "overloaded"],
        default="kept",
    )
    owner = pd.Series("", index=x.index) if owners is None else owners.reindex(x.index).fillna("")
    return pd.DataFrame(
        {
            "abc_class": known,
            "owner": owner.astype("str"),
            "contact_recency_days": since,
            "contacts_90d": made,
            "max_days": limits["max_days"].astype("float64"),
            "overdue_days": overdue.fillna(0.0),
            "contact_state": pd.Series(state, x.index, dtype="str"),
            "net_amount_365d": column(x, "net_amount_365d").fillna(0.0),
        },
        index=x.index,
    )


def _schedule(table: pd.DataFrame, day: dt.date, capacity: int) -> pd.Series:
    """The day each dealer is due, moved on where its owner has no room in that week."""
    left = (table["max_days"] - table["contact_recency_days"]).clip(lower=0).fillna(0.0)
    order = table.assign(left=left).sort_index()
    order = order.sort_values(
        ["left", "abc_class", "overdue_days", "net_amount_365d"],
        ascending=[True, True, False, False],
        kind="stable",
    )
    planned: dict[tuple[str, int], int] = {}
    dates: dict[Any, dt.date] = {}
    for dealer, owner, days in zip(order.index, order["owner"], order["left"], strict=True):
        week = int(days) // WEEK
        while planned.get((owner, week), 0) >= capacity:
            week += 1
        planned[owner, week] = planned.get((owner, week), 0) + 1
        dates[dealer] = find_due_date(day, days=max(int(days), week * WEEK) + 1)
    return pd.Series(dates, dtype="object").reindex(table.index)


def _sum_up(table: pd.DataFrame, by: str, capacity: int) -> pd.DataFrame:
    state, amount = table["contact_state"], table["net_amount_365d"]
    late, kept = state.isin(["overdue", "never"]), state == "kept"
    parts = pd.DataFrame(
        {
            "dealers": 1,
            "overdue": late.astype("int64"),
            "overloaded": (state == "overloaded").astype("int64"),
            "kept": kept.astype("int64"),
            "amount": amount,
            "kept_amount": amount.where(kept, 0.0),
        }
    )
    sums = parts.groupby(table[by]).sum()
    return pd.DataFrame(
        {
            "dealers": sums["dealers"],
            "overdue": sums["overdue"],
            "overloaded": sums["overloaded"],
            "kept_share": sums["kept"] / sums["dealers"],
            "kept_amount_share": sums["kept_amount"] / sums["amount"].where(sums["amount"] > 0),
            "weeks_of_work": np.ceil(sums["overdue"] / capacity),
        }
    )


def _said(table: pd.DataFrame) -> tuple[Sentence, ...]:
    counts = table["contact_state"].value_counts().reindex(list(STATES)).fillna(0).astype("int64")
    amount = table["net_amount_365d"]
    late = table["contact_state"].isin(["overdue", "never"])
    share = float(amount[late].sum() / amount.sum()) if amount.sum() > 0 else 0.0
    facts = {name: int(counts[name]) for name in STATES}
    return (Sentence("health.cadence", {**facts, "n": len(table), "share": share}),)


def _nothing() -> Cadence:
    empty = pd.DataFrame()
    return Cadence(empty, (Sentence("health.cadence_nothing"),), empty, empty)

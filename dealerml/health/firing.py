"""Which rules hold for which dealers, who is left out, and what comes first."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dealerml.health.metrics import column, in_pause
from dealerml.health.rules import SEVERITIES, Rule, find_dealers
from dealerml.tables import LEAVING_NOTES

# Lapsed dealers are listed apart: a warning that comes half a year late is none.
WATCHED: Final = ("active", "new")
SEASONAL_NOTE: Final = "seasonal"


def watch_dealers(
    frame: pd.DataFrame, *, notes: Sequence[Mapping[str, Any]], as_of: dt.date
) -> pd.DataFrame:
    """Which dealers may get alerts?

    Parameters
    ----------
    frame
        Features and joined columns, one row per dealer.
    notes
        Rows with ``dealer_id, kind, from_date, until_date``.

    Returns
    -------
    Rows of `frame` that are active or new and not closed by a note, in order of dealer_id. A
    seasonal note with a last day that covers the date counts as a seasonal pause.
    """
    closed = noted_dealers(notes, kinds=LEAVING_NOTES, as_of=as_of)
    watched = ~frame.index.isin(sorted(closed))
    if "status" in frame.columns:
        watched &= frame["status"].isin(WATCHED).to_numpy()
    x = frame[watched].sort_index()
    # Without a last day a note says that a dealer pauses every year, not that it does so now.
    dated = [note for note in notes if note["until_date"] is not None]
    pausing = noted_dealers(dated, kinds=(SEASONAL_NOTE,), as_of=as_of)
    pause = in_pause(x) | x.index.isin(sorted(pausing))
    return x.assign(seasonal_pause=pause.astype("float64"))


def noted_dealers(
    notes: Iterable[Mapping[str, Any]], *, kinds: Sequence[str], as_of: dt.date
) -> set[str]:
    """Which dealers have a note of one of these kinds in force?

    Examples
    --------
    >>> note = {"dealer_id": "A", "kind": "excluded", "from_date": dt.date(2025, 1, 1),
    ...         "until_date": None}
    >>> noted_dealers([note], kinds=["excluded"], as_of=dt.date(2025, 6, 30))
    {'A'}
    """
    return {
        note["dealer_id"]
        for note in notes
        if note["kind"] in kinds
        and note["from_date"] <= as_of
        and (note["until_date"] is None or note["until_date"] >= as_of)
    }


def fire_rules(x: pd.DataFrame, rules: Sequence[Rule]) -> list[tuple[str, Rule]]:
    """Which rules hold for which dealers, the most urgent first?

    Returns
    -------
    Pairs of dealer_id and rule, ordered by severity, loss expected (largest first, unknown last),
    dealer_id and the order of the policy.
    """
    loss = column(x, "loss_expected").fillna(float("-inf"))
    fired = [
        (SEVERITIES.index(rule.severity), -loss[dealer_id], dealer_id, position)
        for position, rule in enumerate(rules)
        for dealer_id in x.index[find_dealers(x, rule)]
    ]
    return [(str(dealer_id), rules[position]) for _, _, dealer_id, position in sorted(fired)]


def count_paused(x: pd.DataFrame, rules: Sequence[Rule]) -> int:
    """How many dealers get no alert only because they are in a seasonal pause?"""
    awake = x.assign(seasonal_pause=0.0)
    spared = pd.Series(data=False, index=x.index)
    for rule in rules:
        spared |= find_dealers(awake, rule) & ~find_dealers(x, rule)
    return int(spared.sum())


def find_due_date(as_of: dt.date, *, days: int) -> dt.date:
    """On which day is an alert due, moved from a weekend to Monday?

    Examples
    --------
    Five days after Monday, 30 June 2025 is a Saturday:

    >>> find_due_date(dt.date(2025, 6, 30), days=5)
    datetime.date(2025, 7, 7)
    """
    due = as_of + dt.timedelta(days=days)
    return due + dt.timedelta(days=7 - due.weekday()) if due.weekday() >= 5 else due


def spread_due_dates(
    fired: Sequence[tuple[str, Rule]], owners: Sequence[str], *, as_of: dt.date
) -> list[dt.date]:
    """When is each alert due, if nobody is to do more of a kind in a week than the rule lets?

    Parameters
    ----------
    fired
        The most urgent first: who comes later waits longer.
    owners
        Who acts; those of a role share its weeks.
    """
    taken: dict[tuple[str, str, int], int] = {}
    dates = []
    for (_, rule), owner in zip(fired, owners, strict=True):
        week = 0
        while rule.most_per_week and taken.get((owner, rule.kind, week), 0) >= rule.most_per_week:
            week += 1
        taken[owner, rule.kind, week] = taken.get((owner, rule.kind, week), 0) + 1
        dates.append(find_due_date(as_of, days=rule.due_days + 7 * week))
    return dates

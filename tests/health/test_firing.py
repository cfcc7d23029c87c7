import datetime as dt

import pandas as pd
import pytest

from dealerml.health.firing import (
    count_paused,
    find_due_date,
    fire_rules,
    noted_dealers,
    watch_dealers,
)
from dealerml.health.rules import Condition, Rule

AS_OF = dt.date(2025, 6, 30)


def rule(kind="late", severity="high", metric="overdue_ratio"):
    return Rule(kind, (Condition(metric, "above", 2.0),), 0.0, severity, "owner", 7, False, kind)


def note(dealer_id, kind, start="2025-01-01", until=None):
    end = dt.date.fromisoformat(until) if until else None
    start = dt.date.fromisoformat(start)
    return {"dealer_id": dealer_id, "kind": kind, "from_date": start, "until_date": end}


@pytest.mark.parametrize(
    ("days", "due"),
    [(4, "2025-07-04"), (5, "2025-07-07"), (6, "2025-07-07"), (7, "2025-07-07")],
)
def test_nothing_is_due_on_a_weekend(days, due):
    assert find_due_date(AS_OF, days=days) == dt.date.fromisoformat(due)


def test_only_active_and_new_dealers_are_watched():
    x = pd.DataFrame({"status": ["lapsed", "new", "active", "never"]}, index=list("DCBA"))
    assert watch_dealers(x, notes=(), as_of=AS_OF).index.tolist() == ["B", "C"]


def test_a_note_counts_from_its_first_to_its_last_day():
    notes = [
        note("A", "closed_by_us"),
        note("B", "excluded", until="2025-06-29"),
        note("C", "excluded", until="2025-06-30"),
        note("D", "excluded", start="2025-07-01"),
        note("E", "strategic"),
    ]
    assert noted_dealers(notes, kinds=("closed_by_us", "excluded"), as_of=AS_OF) == {"A", "C"}


def test_a_seasonal_note_is_a_pause_only_while_its_dates_last():
    x = pd.DataFrame({"status": "active"}, index=list("ABC"))
    notes = [
        note("A", "seasonal", start="2025-06-01", until="2025-08-31"),
        note("B", "seasonal"),
        note("C", "seasonal", until="2025-03-31"),
    ]
    watched = watch_dealers(x, notes=notes, as_of=AS_OF)
    assert watched["seasonal_pause"].tolist() == [1.0, 0.0, 0.0]


def test_the_most_urgent_comes_first_then_the_largest_loss_then_the_dealer():
    x = pd.DataFrame(
        {
            "overdue_ratio": [3.0, 3.0, 3.0, 3.0],
            "returns_share_90d": [3.0, 0.0, 0.0, 0.0],
            "loss_expected": [None, 5.0, 9.0, 5.0],
        },
        index=list("ABCD"),
    )
    rules = [rule("returned", "medium", "returns_share_90d"), rule()]
    found = [(dealer, found.kind) for dealer, found in fire_rules(x, rules)]
    assert found == [
        ("C", "late"),
        ("B", "late"),
        ("D", "late"),
        ("A", "late"),
        ("A", "returned"),
    ]


def test_dealers_spared_by_a_pause_are_counted_once():
    x = pd.DataFrame({"overdue_ratio": [3.0, 3.0, 1.0], "seasonal_pause": [1.0, 0.0, 1.0]})
    assert count_paused(x, [rule(), rule("again")]) == 1

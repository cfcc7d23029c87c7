import datetime as dt
from dataclasses import replace

import narwhals as nw
import pytest

from dealerml.dates import to_day
from dealerml.errors import HistoryError, TableError

LATE = """\
order_id dealer_id order_date posted_date net_amount
o1       A         2025-05-01 2025-05-01    10
o2       A         2025-05-20 2025-06-10    20
o2       A         2025-05-20 2025-06-15     5
o3       A         2025-06-01 2025-06-01    30"""
PLAIN = """\
dealer_id order_date net_amount
A         2025-05-01   10
B         2025-06-01   20
B         2025-06-02    5
C         2025-06-02    1"""


def amounts(snapshot, *, of="days"):
    """Dealer and days ago → net amount, as a number."""
    rows = getattr(snapshot, of).collect("pyarrow").to_native().to_pylist()
    return {(row["dealer_id"], row["days_ago"]): int(row["net_amount"]) for row in rows}


def test_the_span_runs_from_the_first_to_the_last_business_day(tables_of):
    assert tables_of(order_lines=LATE).span() == (dt.date(2025, 5, 1), dt.date(2025, 6, 1))


def test_an_export_without_lines_says_so(tables_of):
    tables = tables_of(order_lines=PLAIN)
    lines = tables.order_lines.filter(nw.col("dealer_id") == "nobody")
    with pytest.raises(HistoryError, match="no usable order line"):
        replace(tables, order_lines=lines).span()


def test_a_date_before_all_lines_is_refused_with_the_span(tables_of):
    early = tables_of(order_lines=PLAIN).as_of("2025-04-30")
    with pytest.raises(HistoryError, match=r"by 2025-04-30\. .* from 2025-05-01 to 2025-06-02"):
        _ = early.begin


def test_the_as_of_date_is_inclusive(tables_of):
    tables = tables_of(order_lines=PLAIN)
    assert amounts(tables.as_of("2025-06-01")) == {("A", 31): 10, ("B", 0): 20}
    assert amounts(tables.as_of("2025-05-31")) == {("A", 30): 10}
    assert amounts(tables.as_of("2025-04-30")) == {}


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2025-06-09", {("A", 39): 10, ("A", 8): 30}),
        ("2025-06-10", {("A", 40): 10, ("A", 21): 20, ("A", 9): 30}),
        ("2025-06-15", {("A", 45): 10, ("A", 26): 25, ("A", 14): 30}),
    ],
)
def test_a_line_counts_from_the_day_it_was_posted(tables_of, as_of, known):
    assert amounts(tables_of(order_lines=LATE).as_of(as_of)) == known


def test_the_day_of_an_order_posted_twice_is_one_order_day(tables_of):
    days = tables_of(order_lines=LATE).as_of("2025-06-15").days
    rows = days.filter(nw.col("days_ago") == 26).collect("pyarrow").to_native().to_pylist()
    assert [(row["orders"], row["lines"]) for row in rows] == [(1, 2)]


def test_one_snapshot_carries_several_earlier_dates(tables_of):
    snapshot = tables_of(order_lines=LATE).as_of("2025-06-30").at("2025-06-10", "2025-05-02")
    assert snapshot.as_of == dt.date(2025, 6, 30)
    assert snapshot.dates == (dt.date(2025, 5, 2), dt.date(2025, 6, 10))
    rows = snapshot.days.collect("pyarrow").to_native().to_pylist()
    seen = {(row["as_of_day"] - to_day("2025-05-01"), row["days_ago"]) for row in rows}
    assert seen == {(1, 1), (40, 40), (40, 21), (40, 9)}


def test_no_date_may_be_later_than_the_snapshot(tables_of):
    snapshot = tables_of(order_lines=PLAIN).as_of("2025-06-01")
    with pytest.raises(HistoryError, match="2025-06-02 is later than the snapshot's 2025-06-01"):
        snapshot.at("2025-05-01", "2025-06-02")


def test_a_cut_keeps_days_up_to_its_border(tables_of):
    snapshot = tables_of(order_lines=PLAIN).as_of("2025-06-01")
    for since, n in ((31, 1), (32, 2)):
        cut = snapshot.cut(snapshot.base_days, since_days=since)
        assert len(cut.collect("pyarrow")) == n


def test_late_lines_are_seen(tables_of):
    assert tables_of(order_lines=LATE).late_lines
    assert not tables_of(order_lines=PLAIN).late_lines
    early = LATE.replace("2025-06-1", "2025-05-1")
    assert not tables_of(order_lines=early).late_lines


def test_history_begins_where_it_was_known_to(tables_of):
    """A line of April that is posted in June must not tell anything to May."""
    tables = tables_of(
        order_lines="""\
        dealer_id order_date posted_date net_amount
        A         2025-05-01 2025-05-01    10
        A         2025-04-01 2025-06-01    10"""
    )
    assert tables.as_of("2025-05-31").begin == dt.date(2025, 5, 1)
    assert tables.as_of("2025-06-01").begin == dt.date(2025, 4, 1)


CHAIN = """\
dealer_id successor_id from_date
A         B            2025-06-01
B         C            2025-06-15"""


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2025-06-14", {("B", 44): 10, ("B", 13): 20, ("B", 12): 5, ("C", 12): 1}),
        ("2025-06-15", {("C", 45): 10, ("C", 14): 20, ("C", 13): 6}),
    ],
)
def test_a_new_code_continues_the_old_history_from_the_day_it_is_known(tables_of, as_of, known):
    snapshot = tables_of(order_lines=PLAIN, successors=CHAIN).as_of(as_of)
    assert amounts(snapshot) == known
    dealers = snapshot.lines.collect("pyarrow")["dealer_id"].to_list()
    assert set(dealers) == {dealer for dealer, _ in known}


def test_days_of_an_old_and_a_new_code_merge_into_one_row(tables_of):
    snapshot = tables_of(order_lines=PLAIN, successors=CHAIN).as_of("2025-06-30")
    rows = snapshot.base_days.collect("pyarrow").to_native().to_pylist()
    (merged,) = [row for row in rows if row["day"] == to_day("2025-06-02")]
    assert (merged["dealer_id"], merged["orders"], merged["lines"]) == ("C", 2, 2)


def test_codes_that_succeed_one_another_in_a_ring_are_refused_by_name(tables_of):
    ring = CHAIN + "\nC A 2025-06-16"
    tables = tables_of(order_lines=PLAIN, successors=ring)
    assert tables.as_of("2025-06-15").successors == {"A": "C", "B": "C"}
    with pytest.raises(TableError, match="the codes A, B, C succeed one another in a ring"):
        _ = tables.as_of("2025-06-16").days


NOTES = """\
dealer_id kind    from_date  until_date note
B         text    2025-06-02 .          late
A         text    2025-06-02 .          early
C         moved   2025-05-01 2025-05-02 x"""


def test_notes_are_known_from_their_date_in_a_fixed_order(tables_of):
    tables = tables_of(order_lines=PLAIN, notes=NOTES)
    assert [row["dealer_id"] for row in tables.as_of("2025-06-01").notes] == ["C"]
    assert [row["dealer_id"] for row in tables.as_of("2025-06-02").notes] == ["C", "A", "B"]
    assert tables_of(order_lines=PLAIN).as_of("2025-06-02").notes == ()


def test_a_note_about_an_old_code_is_read_under_the_present_one(tables_of):
    tables = tables_of(order_lines=PLAIN, notes=NOTES, successors=CHAIN)
    assert [row["dealer_id"] for row in tables.as_of("2025-06-15").notes] == ["C", "C", "C"]


def test_what_is_kept_is_computed_once(tables_of):
    tables, calls = tables_of(order_lines=PLAIN), []

    def build():
        calls.append(1)
        return tables.lines

    first, second = (tables.as_of("2025-06-01").keep("x", build) for _ in range(2))
    assert first is second
    tables.as_of("2025-06-02").keep("x", build)
    assert len(calls) == 2

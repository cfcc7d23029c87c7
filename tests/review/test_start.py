import datetime as dt

import pytest

from dealerml.errors import HistoryError, PolicyError
from dealerml.review.start import (
    find_last_day,
    gather_panel,
    last_complete_month,
    settle_terms,
    start_analysis,
)

HEAD = "order_id,dealer_id,order_date,net_amount\n"
DAYS = ("2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10", "2025-06-30")


@pytest.fixture
def folder(tmp_path):
    lines = [f"{n},A,{day},10.00\n" for n, day in enumerate(DAYS)]
    (tmp_path / "order_lines.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return tmp_path


def test_a_start_says_what_is_in_force(folder):
    start = start_analysis(folder, as_of="2025-06-30", active_days=120, horizon=30)
    assert (start.as_of, start.horizon) == (dt.date(2025, 6, 30), 30)
    in_force = dict(zip(start.table["definition"], start.table["value"], strict=True))
    assert (in_force["as_of"], in_force["active_days"]) == ("2025-06-30", "120")
    assert "5 order lines from 2025-01-10 to 2025-06-30" in start.text
    assert "2025-06-30" in start.text_in("zh")


def test_without_a_date_the_last_whole_month_is_taken(folder):
    assert start_analysis([folder]).as_of == dt.date(2025, 6, 30)


def test_going_back_stops_where_the_export_begins(folder):
    start = start_analysis(str(folder), as_of="2025-06-30")
    assert start.back(months=3).as_of == dt.date(2025, 3, 31)
    assert start.back(months=12).as_of == dt.date(2025, 1, 31)
    early = start_analysis(folder, as_of="2025-01-20")
    assert early.back(months=12).as_of == dt.date(2025, 1, 10)


def test_what_cannot_be_used_is_refused(folder):
    with pytest.raises(HistoryError, match="lies after the export, which ends on 2025-06-30"):
        start_analysis(folder, as_of="2025-09-30")
    with pytest.raises(HistoryError, match="There is no order line by 2024-12-31"):
        start_analysis(folder, as_of="2024-12-31")
    with pytest.raises(PolicyError):
        start_analysis(folder, active_days=-1)


def test_a_horizon_that_was_asked_for_is_not_raised(example):
    # Nine in ten gaps of the running example reach far beyond 30 days.
    _, raised, said = settle_terms(example, as_of="2025-06-30")
    _, kept, fewer = settle_terms(example, as_of="2025-06-30", horizon=30)
    assert raised.definitions["horizon"] > 90
    assert kept.definitions["horizon"] == 30
    assert {s.key for s in said} - {s.key for s in fewer} == {"review.horizon_raised"}


def test_too_short_a_history_makes_a_panel_without_rows(example):
    panel = gather_panel(example.as_of("2024-08-01"))
    assert panel.empty
    assert panel.index.names == ["as_of", "dealer_id"]


def test_a_mistyped_year_does_not_move_the_end_of_the_export(tables_of):
    right = "\n".join(f"A 2025-0{month}-15 10" for month in range(1, 7))
    tables = tables_of(order_lines=f"dealer_id order_date net_amount\n{right}\nB 2052-06-30 5")
    last, stray = find_last_day(tables)
    assert (str(last), [str(day) for day in stray]) == ("2025-06-15", ["2052-06-30"])
    assert str(last_complete_month(tables)) == "2025-05-31"
    assert [said.key for said in settle_terms(tables)[2]] == ["review.stray_days"]
    with pytest.raises(HistoryError, match="ends on 2025-06-15"):
        settle_terms(tables, as_of="2030-01-01")


def test_a_date_beyond_the_last_line_is_said(tables_of):
    tables = tables_of(order_lines="dealer_id order_date net_amount\nA 2025-06-05 10")
    said = settle_terms(tables, as_of="2025-06-30")[2]
    assert [(s.key, s.args["days"]) for s in said] == [("review.days_missing", 25)]
    assert settle_terms(tables, as_of="2025-06-12")[2] == ()


def test_late_posting_is_said(tables_of):
    lines = "dealer_id order_date posted_date net_amount\nA 2025-06-20 2025-06-30 10"
    said = settle_terms(tables_of(order_lines=lines), as_of="2025-06-30")[2]
    assert ("review.late_posting", 10) in [(s.key, s.args.get("lag")) for s in said]

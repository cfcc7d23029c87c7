import datetime as dt

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest

from dealerml.dates import (
    SPRING_FESTIVAL,
    add_months,
    as_date,
    day_number,
    from_day,
    month_end,
    period_bounds,
    quarter_ends,
    same_period_last_year,
    to_day,
)
from dealerml.errors import HistoryError
from dealerml.tables import open_connection


@pytest.mark.parametrize(
    "value", ["2025-06-30", dt.date(2025, 6, 30), pd.Timestamp("2025-06-30 23:59")]
)
def test_a_day_may_be_given_as_text_date_or_moment(value):
    assert as_date(value) == dt.date(2025, 6, 30)


@pytest.mark.parametrize("value", ["30.06.2025", "2025-02-29", ""])
def test_what_is_no_date_is_refused_with_the_way_to_write_one(value):
    with pytest.raises(HistoryError, match="year-month-day, for example 2025-06-30"):
        as_date(value)


@pytest.mark.parametrize(
    ("date", "day"),
    [("1969-12-31", -1), ("1970-01-01", 0), ("1970-02-01", 31), ("2000-03-01", 11017)],
)
def test_days_are_counted_from_1970_and_back(date, day):
    assert to_day(date) == day
    assert str(from_day(day)) == date


def test_a_lazy_column_of_dates_counts_the_same_days_as_python():
    edges = [(1, 1), (2, 28), (3, 1), (12, 31)]
    dates = [dt.date(year, *edge) for year in range(1890, 2110) for edge in edges]
    frame = nw.from_native(open_connection().from_arrow(pa.table({"date": dates})))
    counted = frame.select("date", day=day_number(nw.col("date"))).collect("pyarrow").to_native()
    assert len(counted) == len(dates)
    assert all(row["day"] == to_day(row["date"]) for row in counted.to_pylist())


@pytest.mark.parametrize(
    ("date", "end"),
    [("2024-02-10", "2024-02-29"), ("2025-02-28", "2025-02-28"), ("2025-12-01", "2025-12-31")],
)
def test_a_month_ends_on_its_last_day(date, end):
    assert str(month_end(date)) == end


@pytest.mark.parametrize(
    ("months", "first"),
    [(0, "2025-01-01"), (11, "2025-12-01"), (12, "2026-01-01"), (-13, "2023-12-01")],
)
def test_months_are_added_across_years(months, first):
    assert str(add_months(dt.date(2025, 1, 31), months)) == first


def test_quarters_end_within_both_months_included():
    assert [str(day) for day in quarter_ends("2024-12", "2025-06")] == [
        "2024-12-31",
        "2025-03-31",
        "2025-06-30",
    ]
    assert quarter_ends("2025-04", "2025-05") == []
    assert quarter_ends("2025-06", "2024-12") == []


@pytest.mark.parametrize(
    ("as_of", "kind", "fiscal_start", "period"),
    [
        ("2025-06-30", "month", 1, "2025-06-01 2025-06-30"),
        ("2025-06-29", "month", 1, "2025-05-01 2025-05-31"),
        ("2025-01-15", "month", 1, "2024-12-01 2024-12-31"),
        ("2025-06-30", "quarter", 1, "2025-04-01 2025-06-30"),
        ("2025-08-31", "quarter", 1, "2025-04-01 2025-06-30"),
        ("2025-06-30", "quarter", 2, "2025-02-01 2025-04-30"),
        ("2025-06-30", "year", 1, "2024-01-01 2024-12-31"),
        ("2025-12-31", "year", 1, "2025-01-01 2025-12-31"),
        ("2025-06-30", "year", 4, "2024-04-01 2025-03-31"),
        ("2025-06-30", "year", 7, "2024-07-01 2025-06-30"),
    ],
)
def test_a_period_is_the_last_that_is_over(as_of, kind, fiscal_start, period):
    bounds = period_bounds(as_of, kind=kind, fiscal_year_start=fiscal_start)
    assert " ".join(map(str, bounds)) == period


def test_an_unknown_period_is_refused_with_the_known_ones():
    with pytest.raises(HistoryError, match="'week' is unknown; use one of month, quarter, year"):
        period_bounds("2025-06-30", kind="week")


def test_last_years_period_has_the_same_months_even_across_a_leap_day():
    start, end = same_period_last_year(dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert (str(start), str(end)) == ("2024-02-01", "2024-02-29")


def test_the_spring_festival_falls_between_21_january_and_20_february():
    assert list(SPRING_FESTIVAL) == list(range(1996, 2041))
    assert str(SPRING_FESTIVAL[2025]) == "2025-01-29"
    for year, day in SPRING_FESTIVAL.items():
        assert dt.date(year, 1, 21) <= day <= dt.date(year, 2, 20)

import datetime as dt

import pytest

from dealerml.exports import read_export
from dealerml.exports.inspecting.silences import find_silences

HEAD = "dealer_id,order_date,net_amount\n"


def lines(days) -> str:
    return HEAD + "".join(f"A,{day},1\n" for day in days)


def workdays(first: str, last: str):
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    while day <= end:
        if day.weekday() < 5:
            yield day
        day += dt.timedelta(days=1)


@pytest.fixture
def silences(write):
    def find(**files):
        for name, days in files.items():
            folder = write(f"{name}.csv", lines(days))
        found = find_silences(read_export(folder).ingest, least_days=10)
        dates = (found[name].dt.strftime("%m-%d") for name in ("from_date", "until_date"))
        return list(zip(found["file"], found["gap"], *dates, found["workdays"], strict=True))

    return find


def test_a_run_of_working_days_is_a_gap_from_the_limit_on(silences):
    ten = [*workdays("2025-03-03", "2025-03-14"), *workdays("2025-03-31", "2025-04-25")]
    assert silences(lines=ten) == [("lines.csv", "workdays", "03-15", "03-30", 10)]


def test_nine_working_days_are_none(silences):
    nine = [*workdays("2025-03-03", "2025-03-14"), *workdays("2025-03-28", "2025-04-25")]
    assert silences(lines=nine) == []


def test_a_month_between_monthly_rows_is_missing_and_its_working_days_are_counted(silences):
    ends = ["2025-01-31", "2025-02-28", "2025-04-30", "2025-05-31"]
    assert silences(lines=ends) == [("lines.csv", "month", "03-01", "03-31", 21)]


def test_a_file_that_is_mostly_silent_is_sparse(silences):
    assert silences(lines=["2025-01-31", "2025-06-30", "2025-12-31"]) == []


def test_a_file_that_nobody_exported_shows_in_all_files_together(silences):
    first, third = workdays("2025-01-01", "2025-01-31"), workdays("2025-03-03", "2025-03-31")
    assert silences(first=first, third=third) == [("", "month", "02-01", "02-28", 20)]

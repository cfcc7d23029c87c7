import datetime as dt

import pytest

from dealerml.exports.layout import (
    guess_header,
    list_headers,
    parse_month,
    read_titles,
    titles_factor,
)


@pytest.mark.parametrize(
    ("label", "year", "end", "measure"),
    [
        ("2025-01", None, "2025-01-31", ""),
        ("2025/2", None, "2025-02-28", ""),
        ("2024年2月", None, "2024-02-29", ""),
        ("202512", None, "2025-12-31", ""),
        ("2025年3月金额", None, "2025-03-31", "金额"),
        ("Jan-25", None, "2025-01-31", ""),
        ("Sep 2024 qty", None, "2024-09-30", "qty"),
        ("12月", 2025, "2025-12-31", ""),
        ("May", 2025, "2025-05-31", ""),
        ("2025-01-01", None, "2025-01-31", ""),
    ],
)
def test_months_are_read_however_they_are_written(label, year, end, measure):
    month = parse_month(label, year)
    assert (month.end, month.measure) == (dt.date.fromisoformat(end), measure)


@pytest.mark.parametrize("label", ["1月", "金额", "2025", "20250131", "13月", "Marketing", ""])
def test_what_names_no_month_is_none(label):
    assert parse_month(label, None) is None


def test_a_header_of_two_rows_carries_its_upper_cells_over_the_blanks():
    head = [("客户编码", "2025年1月", "", "2025年2月", ""), ("", "数量", "金额", "数量", "金额")]
    both = next(header for header in list_headers(head) if header.last == 1)
    assert both.labels[0] == "客户编码"
    assert [month.measure for month in both.months.values()] == ["数量", "金额"] * 2


def test_titles_are_the_filled_lines_above_the_header():
    head = [("销售明细表 2025年",), ("",), ("单位：万元", ""), ("客户", "金额")]
    header = next(header for header in list_headers(head) if header.first == 3)
    titles = read_titles(head, header)
    assert titles == ("销售明细表 2025年", "单位：万元")
    assert titles_factor(titles) == 10_000


def test_the_guess_takes_names_and_not_values_for_a_header():
    assert guess_header([("a report", ""), ("dealer", "date"), ("A", "2025-01-31")]) == 1
    assert guess_header([]) == 0

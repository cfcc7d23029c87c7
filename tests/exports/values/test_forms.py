from decimal import Decimal

import duckdb
import pytest

from dealerml.errors import ExportError
from dealerml.exports.values.forms import (
    PLAIN,
    Column,
    Form,
    find_forms,
    has_offsets,
    is_typed_safe,
)


class Recorder:
    """A workspace of one table, which counts the questions asked of it."""

    def __init__(self, columns):
        self.engine, self.asked = duckdb.connect(), 0
        rows = max(map(len, columns.values()))
        names = ", ".join(f"{name} VARCHAR" for name in columns)
        self.engine.execute(f"CREATE TABLE t ({names})")
        for at in range(rows):
            row = [cells[at] if at < len(cells) else None for cells in columns.values()]
            self.engine.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)

    def rows(self, query):
        self.asked += 1
        return self.engine.execute(query).fetchall()


def _find(kind, zone="", asked=(), dtype="VARCHAR", factor=Decimal(1), **columns):
    """The forms of columns of one kind; what the mapping asks is asked of `x`."""
    asked_columns = {
        name: Column(
            f"CAST({name} AS {dtype})",
            dtype,
            kind,
            f"f.csv, {name}",
            dict(asked) if name == "x" else {},
            factor,
        )
        for name in columns
    }
    recorder = Recorder(columns)
    return find_forms(recorder, "t", asked_columns, zone), recorder.asked


def _form(kind, cells, **how):
    return _find(kind, x=cells, **how)[0]["x"]


def _problem(kind, cells, **how):
    with pytest.raises(ExportError) as caught:
        _find(kind, x=cells, **how)
    return str(caught.value)


@pytest.mark.parametrize(
    "cells",
    [
        *[["1,5"], ["1.234,56"], ["0,500"], ["1.234.567"], ["1 234,5"], ["1’234,50"], ["1234,567"]],
        *[["(1.234,50)"], ["1.234,5-"], ["12,5 €"], ["１，５"], ["1,234", "1,5"], ["1.234", ",25"]],
    ],
)
def test_a_comma_that_can_only_be_decimal_makes_the_column_so(cells):
    assert _form("decimal", cells) == Form(decimal=",")


@pytest.mark.parametrize(
    "cells",
    [
        *[["1.5"], ["1,234.56"], ["0.500"], ["1,234,567"], ["12,34,567"], ["1'234.50"], ["1.2345"]],
        *[["1,234"], ["1.234"], ["1,234", "1.234"], ["1234"], ["-", "无", "", None], ["1.5E+03"]],
    ],
)
def test_a_column_of_points_or_without_evidence_has_the_point(cells):
    assert _form("decimal", cells) == PLAIN


def test_a_column_with_both_marks_is_asked_about_with_counts_and_examples():
    problem = _problem("decimal", ["7", "1,5", "2,5", "1.25"])
    assert "f.csv, x: a comma stands before the decimals in 2 values (first 1,5)" in problem
    assert "a point in 1 value (first 1.25)" in problem
    assert 'reads.x = { decimal = "," }' in problem


def test_what_a_column_leaves_open_its_file_decides():
    assert _find("decimal", x=["1.234"], y=["1,5"])[0]["x"] == Form(decimal=",")
    assert _find("decimal", x=["1,234"], y=["1,5"])[0]["x"] == Form(decimal=",")
    assert _find("decimal", x=["1.234"], y=["1.5"])[0]["x"] == PLAIN


def test_a_file_that_has_both_marks_decides_nothing():
    with pytest.raises(ExportError, match=r"f.csv, x: 1 value .first 1.234. could be thousands"):
        _find("decimal", x=["1.234"], y=["1,5"], z=["1.5"])


def test_what_the_mapping_says_counts_and_needs_no_scan():
    forms, scans = _find("decimal", x=["1,5", "1.5"], asked={"decimal": ","})
    assert (forms["x"], scans) == (Form(decimal=","), 0)
    assert _form("decimal", ["1"], asked={"factor": 0.01}).factor == Decimal("0.01")
    assert _form("decimal", ["1"], factor=Decimal(10000)).factor == 10000


def test_what_the_mapping_may_say_is_limited():
    assert 'decimal is one of ".", ","' in _problem("decimal", ["1"], asked={"decimal": ";"})
    assert 'date_order is one of "dmy"' in _problem("date", ["1"], asked={"date_order": "ydm"})
    for factor in ("0", "-1", "12345678901", "nan", "0.0000000001"):
        assert "the factor" in _problem("decimal", ["1"], factor=Decimal(factor))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/4/2025", "31/12/2025"], "dmy"),
        (["3/4/2025 8:05", "12/31/2025"], "mdy"),
        (["31.12.2025", "3.4.2025"], ""),
        (["2025-01-31", "20250131", "45688"], ""),
        (["1/1/2025"], "dmy"),
        (["25/1/5"], "ymd"),
        (["31/12/25", "1/12/25"], "dmy"),
        (["12/31/25"], "mdy"),
        (["31/31/2025", "12/31/2025"], "mdy"),
    ],
)
def test_the_order_of_a_date_is_found_by_what_is_impossible(cells, order):
    assert _form("date", cells) == Form(date_order=order)


def test_dates_that_leave_a_choice_are_asked_about():
    problem = _problem("date", ["2025-01-31", "3/4/2025", "4/5/2025"])
    assert "2 values (first 3/4/2025) could be day/month/year or month/day/year" in problem
    assert 'reads.x = { date_order = "dmy" } or { date_order = "mdy" }' in problem
    assert "day/month/year or year/month/day" in _problem("date", ["25-01-31"])


def test_dates_that_contradict_each_other_are_asked_about():
    problem = _problem("date", ["31/12/2025", "12/31/2025", "30/12/2025"])
    assert "2 values (first 31/12/2025) can only be day/month/year" in problem
    assert "1 value (first 12/31/2025) can only be month/day/year" in problem
    assert _form("date", ["31/12/2025", "12/31/2025"], asked={"date_order": "mdy"}).date_order


def test_counted_seconds_need_a_time_zone():
    assert "time_zone" in _problem("date", ["1738252800000"])
    assert "time_zone" in _problem("date", ["1738252800"], dtype="BIGINT")
    assert _form("date", ["1738252800000"], zone="Asia/Shanghai") == Form(zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["12%", "0.12"], Form()),
        (["0.13", "0"], Form()),
        (["13", "0"], Form(percent=True)),
        (["１３"], Form(percent=True)),
        (["12,5"], Form(decimal=",", percent=True)),
        (["0,12"], Form(decimal=",")),
        (["150%"], Form()),
        (["无"], Form()),
    ],
)
def test_percent_points_show_by_their_size(cells, form):
    assert _form("percent", cells) == form


def test_typed_percent_points_show_too_and_the_mapping_may_say_so():
    assert _form("percent", ["12.5"], dtype="DOUBLE").percent
    assert not _form("percent", ["0.125"], dtype="DOUBLE").percent
    assert _form("percent", ["1"], asked={"percent": True}).percent


@pytest.mark.parametrize(
    ("cells", "ticked"),
    [
        (["X", None], True),
        (["√", ""], True),
        (["√", "×"], False),
        (["√", "X"], False),
        (["是", "否"], False),
        (["Y", "X"], False),
        (["", None], False),
    ],
)
def test_a_column_of_one_mark_is_ticked(cells, ticked):
    assert _form("boolean", cells).ticked is ticked


def test_a_file_is_scanned_once_and_not_at_all_where_nothing_is_asked():
    assert _find("decimal", x=["1,5"], y=["1"], z=["2,5"])[1] == 1
    for kind, dtype in (("text", "VARCHAR"), ("time", "VARCHAR"), ("decimal", "DOUBLE")):
        assert _find(kind, dtype=dtype, x=["1"])[1] == 0
    assert _find("date", dtype="DATE", x=["2025-01-31"])[1] == 0


def test_all_problems_of_a_file_come_at_once():
    with pytest.raises(ExportError) as caught:
        _find("date", x=["3/4/2025"], y=["4/5/2025"])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("kind", "values", "safe"),
    [
        ("text", ["x"], True),
        ("date", ["2025-01-31", "2025-1-31 8:05", "", " "], True),
        ("date", ["2025-01-31T20:00:00.000"], True),
        ("date", ["2025-01-31T20:00:00Z"], False),
        ("date", ["2025-01-31 20:00:00+08:00"], False),
        ("date", ["2025/1/31"], False),
        ("date", ["2025-01"], False),
        ("date", ["31/12/2025"], False),
        ("decimal", ["1", "-2.50", ""], True),
        ("decimal", ["1.234"], False),
        ("decimal", ["1.234", "1.5"], True),
        ("decimal", ["1,5"], False),
        ("decimal", ["1,234.50"], False),
        ("decimal", ["无"], False),
        ("percent", ["0.12"], False),
        ("boolean", ["1"], False),
        ("time", ["10:00"], False),
    ],
)
def test_only_plain_columns_may_be_read_into_their_types_at_once(kind, values, safe):
    assert is_typed_safe(values, kind) is safe


def test_offsets_are_noticed():
    for text in ("2025-01-31T20:00Z", "2025-01-31 20:00:00.5 +0800", "31/1/2025 20:00:00-05"):
        assert has_offsets(["", text])
    assert not has_offsets(["2025-01-31", "2025-01-31 20:00:00", "2025-01-31-05", ""])

import datetime as dt

import duckdb
import pytest

from dealerml.exports.values.days import is_no_day, read_day

DAY = dt.date(2025, 1, 31)


def _ask(sql, texts, dtype):
    engine = duckdb.connect()
    # The zone of the session must never matter.
    engine.execute("SET TimeZone = 'America/New_York'")
    query = f"SELECT {sql} FROM (SELECT CAST(unnest(?) AS {dtype}) AS raw)"
    return [row[0] for row in engine.execute(query, [list(texts)]).fetchall()]


def _days(texts, **how):
    return _ask(read_day("raw", "VARCHAR", **how), texts, "VARCHAR")


def _day(text, dtype="VARCHAR", **how):
    return _ask(read_day("raw", dtype, **how), [text], dtype)[0]


def test_days_are_read_as_they_are_written():
    texts = [
        *["2025-01-31", "2025/1/31", "2025.01.31", "2025.1.31", "20250131", "2025年1月31日"],
        *["2025年 1月 31日", "2025年1月31日 星期五", "25年1月31日", "31.1.2025", "31.01.2025 8:05"],
        *["Jan 31, 2025", "January 31 2025", "Jan 31,2025", "Jan 31st, 2025", "31 Jan 2025"],
        *["31-Jan-25", "31-JAN-2025", "Fri, 31 Jan 2025 10:00 AM", "2025-Jan-31", "31Jan2025"],
        *["2025-01-31 00:00:00", "2025-01-31 23:59:59.999", "2025/1/31 8:05", "2025-1-31 8:05:00"],
        *["2025/1/31 下午8:05", "2025年1月31日8时05分", "2025年1月31日 上午 08:05:00"],
        *["2025-01-31T20:00:00", "2025-01-31T20:00:00.000Z", "2025-01-31 20:00:00+08:00"],
        *["2025-01-31 20:00:00 +0800", "2025-01-31 02:00:00-05", "2025-01-31 11:59 PM"],
        *["45688", "45688.5", "45688.0", "20250131080500", "2025年１月31日"],
        *["２０２５－０１－３１", "2025−01−31", " 2025-01-31\u3000", "2025-01-31\r\n"],
    ]
    assert dict(zip(texts, _days(texts), strict=True)) == dict.fromkeys(texts, DAY)


def test_a_month_stands_for_its_last_day():
    texts = [
        *[
            "2025-01",
            "2025/1",
            "2025年1月",
            "2025年1月份",
            "2025.01",
            "202501",
            "25年1月",
            "01/2025",
        ],
        *["Jan-25", "Jan'25", "Jan/25", "Jan 2025", "January 2025", "2025-Jan"],
    ]
    assert dict(zip(texts, _days(texts), strict=True)) == dict.fromkeys(texts, DAY)


def test_what_is_no_day_or_leaves_a_choice_is_not_read():
    texts = [
        *["2025-02-30", "2025-13-01", "202513", "2025.1", "2025", "25-Jan", "Jan 25", "epoch"],
        *["infinity", "19999", "80001", "2200-01-01", "1899-05-05", "2025-01-31 25:99"],
        *["2025-01-31 (BC)", "2025-01-31 x", "31/12/2025", "12/31/2025", "25-01-31", "31.12.25"],
        *["1735660800000", "1735660800", "10:30", "Foo 12, 2025", "2025-01-3118:05"],
    ]
    assert dict(zip(texts, _days(texts), strict=True)) == dict.fromkeys(texts, None)


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("dmy", "31/12/2025", (2025, 12, 31)),
        ("dmy", "3-4-2025", (2025, 4, 3)),
        ("dmy", "3/4/2025 8:05 PM", (2025, 4, 3)),
        ("dmy", "31.12.25", (2025, 12, 31)),
        ("dmy", "31/12/99", (1999, 12, 31)),
        ("mdy", "12/31/2025", (2025, 12, 31)),
        ("mdy", "3/4/2025 00:00", (2025, 3, 4)),
        ("mdy", "12/31/25", (2025, 12, 31)),
        ("mdy", "31.12.2025", (2025, 12, 31)),
        ("ymd", "25-01-31", (2025, 1, 31)),
        ("ymd", "25.1.5", (2025, 1, 5)),
        ("ymd", "99/12/31", (1999, 12, 31)),
        ("dmy", "2025-01-31", (2025, 1, 31)),
    ],
)
def test_the_order_of_the_column_decides(order, text, day):
    assert _day(text, order=order) == dt.date(*day)


def test_a_day_that_the_order_makes_impossible_is_not_read():
    assert _day("12/31/2025", order="dmy") is None
    assert _day("31/12/2025", order="mdy") is None


def test_a_moment_has_the_day_of_the_zone_asked_for():
    days = {
        "2025-01-30T20:00:00.000Z": 31,
        "2025-01-30T20:00:00+0000": 31,
        "2025-01-30 20:00:00+00:00": 31,
        "2025-01-30 20:00 UTC": 31,
        "2025/1/30 20:00:00 +02": 31,
        "2025-01-30 20:00:00,5 GMT+02:00": 31,
        "2025-01-30 20:00:00+08:00": 30,
        "2025-01-30 20:00:00": 30,
        "1738252800000": 31,
        "1738252800": 31,
        "1738252800000.0": 31,
    }
    read = _days(days, zone="Asia/Shanghai")
    assert read == [dt.date(2025, 1, day) for day in days.values()]


def test_a_moment_in_an_order_with_an_offset_is_not_guessed():
    assert _day("30/01/2025 20:00 +02:00", order="dmy", zone="Asia/Shanghai") is None


def test_numbers_are_days_too():
    assert (
        _day(45688, "BIGINT") == _day(45688.5, "DOUBLE") == _day("45688.5", "DECIMAL(9,2)") == DAY
    )
    assert _day(20250131, "INTEGER") == _day(202501, "DOUBLE") == DAY
    assert _day(1738252800000, "BIGINT", zone="Asia/Shanghai") == DAY
    assert _day(1738252800000, "BIGINT") is None
    assert _day(12.5, "DOUBLE") is None


def test_typed_moments_are_read_in_the_zone_asked_for():
    moment = "2025-01-30 20:00:00+00"
    assert _day(moment, "TIMESTAMP WITH TIME ZONE", zone="Asia/Shanghai") == DAY
    assert _day(moment, "TIMESTAMP WITH TIME ZONE") == dt.date(2025, 1, 30)
    assert _day("2025-01-31 20:00:00", "TIMESTAMP", zone="Asia/Shanghai") == DAY
    assert _day("2025-01-31", "DATE", zone="Asia/Shanghai") == DAY


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        *[(t, "VARCHAR") for t in ("0", "0000-00-00 00:00:00", "00000000", "1900-01-00")],
        *[(t, "VARCHAR") for t in ("1900/1/0", "1900-01-01", "0001-01-01", "1753-01-01")],
        *[(t, "VARCHAR") for t in ("9999-12-31", "99991231", "31.12.9999", "12/31/9999")],
        *[("1900-01-01", "DATE"), ("9999-12-31 00:00:00", "TIMESTAMP"), ("0", "DOUBLE")],
    ],
)
def test_what_systems_write_for_no_day_is_known(text, dtype):
    assert _ask(is_no_day("raw", dtype), [text], dtype) == [True]
    assert _day(text, dtype) is None


def test_a_real_day_is_not_taken_for_none():
    texts = ["2025-01-31", "1900-01-02", "10", "1.1.2000", "1999-12-31", "x"]
    assert _ask(is_no_day("raw", "VARCHAR"), texts, "VARCHAR") == [False] * len(texts)

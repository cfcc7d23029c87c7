import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from dealerml.exports.values import clean_text, is_unreadable, read_value


def _read(kind, text, dtype="VARCHAR"):
    sql = f"SELECT {read_value('raw', dtype, kind)}, {is_unreadable('raw', dtype, kind)} "
    return (
        duckdb.connect()
        .execute(sql + f"FROM (SELECT CAST(? AS {dtype}) AS raw)", [text])
        .fetchone()
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" -3.5 ", "-3.5"),
        ("1,234.50", "1234.50"),
        ("1e3", "1000"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read(text, number):
    assert _read("decimal", text) == (Decimal(number), False)


@pytest.mark.parametrize("text", ["1,5", "12,34", "x", "nan", "inf", "0x1F", "1_000", "1" * 20])
def test_what_is_no_number_is_said_to_be_unreadable(text):
    assert _read("decimal", text) == (None, True)


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\t", None])
def test_blanks_are_missing_not_unreadable(text):
    assert _read("decimal", text) == (None, False)
    assert _read("date", text) == (None, False)


@pytest.mark.parametrize(
    "text",
    ["2025-01-31", "2025/1/31", "2025.01.31", "20250131", "2025年1月31日", "2025-01-31 23:59:59"],
)
def test_dates_are_read(text):
    assert _read("date", text) == (dt.date(2025, 1, 31), False)


@pytest.mark.parametrize(
    "text", ["2025-02-30", "31/1/2025", "0000-00-00", "epoch", "infinity", "45688"]
)
def test_what_is_no_date_is_said_to_be_unreadable(text):
    assert _read("date", text) == (None, True)


def test_typed_values_are_read_too():
    assert _read("decimal", "2.5", "DOUBLE") == (Decimal("2.5"), False)
    assert _read("decimal", "inf", "DOUBLE") == (None, True)
    assert _read("decimal", "3", "INTEGER") == (Decimal(3), False)
    assert _read("text", "17850", "DOUBLE")[0] == "17850"
    assert _read("date", "2025-01-31 10:00:00", "TIMESTAMP")[0] == dt.date(2025, 1, 31)
    assert _read("date", "infinity", "TIMESTAMP") == (None, True)


def test_text_is_cleaned_and_renamed():
    how = {"strip_prefix": ["zcrm_"], "strip_decimal": True}
    sql = clean_text("raw", how, {"Kein's": "none"})
    texts = ["zcrm_12", "17850.0", "KEIN'S", "A.0"]
    cleaned = [
        duckdb.connect().execute(f"SELECT {sql} FROM (SELECT ? AS raw)", [t]).fetchone()
        for t in texts
    ]
    assert cleaned == [("12",), ("17850",), ("none",), ("A.0",)]

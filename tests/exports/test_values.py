import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealerml.exports.forms import PLAIN, Form
from dealerml.exports.values import USUAL_DATE, clean_text, is_unreadable, read_value

ENGINE = duckdb.connect()
DAY = dt.date(2025, 1, 31)


def _read(kind, text, dtype="VARCHAR", form=PLAIN, **how):
    """The value and whether it is unreadable."""
    value = read_value("raw", dtype, kind, form, **how)
    unreadable = is_unreadable("raw", dtype, kind, form, **how)
    query = f"SELECT {value}, {unreadable} FROM (SELECT CAST(? AS {dtype}) AS raw)"
    return ENGINE.execute(query, [text]).fetchone()


def _clean(text, how, values=()):
    sql = clean_text("raw", how, dict(values))
    return ENGINE.execute(f"SELECT {sql} FROM (SELECT ? AS raw)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A1", "A1"),
        (" \tA1\u00a0\r\n", "A1"),
        ("\ufeffA1\u200b", "A1"),
        ("恒达\r\n贸易", "恒达 贸易"),
        ("恒达 \n 贸易", "恒达 贸易"),
        ("Ａ０１（华东）", "A01（华东）"),
        ("李\u3000明", "李\u3000明"),
        ("NA", "NA"),
        ("Nan", "Nan"),
        ("未知", "未知"),
    ],
)
def test_text_loses_what_nobody_sees_and_nothing_else(text, left):
    assert _read("text", text) == (left, False)


def test_ids_become_half_width_with_their_brackets():
    assert _read("id", "ＸＳ－０１（华东）\u3000")[0] == "XS-01(华东)"
    assert _read("id", "XS-01")[0] == "XS-01"


MISSING = ["无", "暂无", "--", "/", "N/A", "n/a", "NULL", "null", "None", "nan", "#N/A", "#REF!"]
MISSING += ["#VALUE!", "#DIV/0!", "#NAME?", "待定", "空", "(空)", "（空）", " 无 ", "\u3000N/A\t"]


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\t", None, *MISSING])
@pytest.mark.parametrize("kind", ["text", "id", "decimal", "percent", "date", "time", "boolean"])
def test_words_for_nothing_are_missing_not_unreadable(kind, text):
    if (kind, text) == ("boolean", "无") or (kind, text) == ("boolean", " 无 "):
        assert _read(kind, text) == ("false", False)
    else:
        assert _read(kind, text) == (None, False)


@pytest.mark.parametrize("kind", ["decimal", "date", "time", "boolean"])
@pytest.mark.parametrize("text", ["未知", "NA", "不适用", "TBD"])
def test_numbers_and_dates_have_more_words_for_nothing(kind, text):
    assert _read(kind, text) == (None, False)


@pytest.mark.parametrize("kind", ["decimal", "percent", "date", "time", "boolean"])
@pytest.mark.parametrize("text", ["abc", "########", "1 2 3 4", "见备注"])
def test_what_is_of_another_kind_is_said_to_be_unreadable(kind, text):
    assert _read(kind, text) == (None, True)


def test_a_number_that_does_not_fit_is_unreadable():
    assert _read("decimal", "1" * 15) == (None, True)
    assert _read("decimal", "1" * 15 + ".5", scale=2) == (Decimal("1" * 15 + ".5"), False)
    assert _read("decimal", "1e400") == (None, True)


def test_a_rate_keeps_eight_decimals():
    assert _read("decimal", "7.12345678", scale=8)[0] == Decimal("7.12345678")
    assert _read("decimal", 7.12345678, "DOUBLE", scale=8)[0] == Decimal("7.12345678")


def test_typed_values_are_read_too():
    assert _read("decimal", "2.5", "DOUBLE") == (Decimal("2.5"), False)
    assert _read("decimal", "inf", "DOUBLE") == (None, True)
    assert _read("decimal", "nan", "DOUBLE") == (None, False)
    assert _read("decimal", "3", "INTEGER") == (Decimal(3), False)
    assert _read("decimal", "true", "BOOLEAN") == (None, True)
    assert _read("text", "17850", "DOUBLE")[0] == "17850"
    assert _read("text", "17850.5", "DOUBLE")[0] == "17850.5"
    assert _read("text", "nan", "DOUBLE") == (None, False)
    assert _read("date", "2025-01-31 10:00:00", "TIMESTAMP") == (DAY, False)
    assert _read("date", "infinity", "TIMESTAMP") == (None, True)
    assert _read("date", "9999-12-31", "DATE") == (None, False)
    assert _read("date", "2200-01-01", "DATE") == (None, True)
    assert _read("date", "10:00:00", "TIME") == (None, True)


def test_days_that_need_no_check_are_read_as_they_are():
    assert read_value("raw", USUAL_DATE, "date") == "raw"
    assert is_unreadable("raw", USUAL_DATE, "date") == "false"
    assert read_value("raw", "DECIMAL(18,4)", "decimal") == "TRY_CAST(raw AS DECIMAL(18, 4))"


@pytest.mark.parametrize(
    "text", ["0000-00-00", "0", "00000000", "1900-01-00", "1900-01-01 00:00:00", "99991231"]
)
def test_days_that_systems_write_for_no_day_are_missing(text):
    assert _read("date", text) == (None, False)


def test_a_time_is_unreadable_only_if_it_is_no_moment_at_all():
    assert _read("time", "2025-01-31") == (None, False)
    assert _read("time", "31/12/2025") == (None, False)
    assert _read("time", "00:00") == (None, False)
    assert _read("time", "soon") == (None, True)
    assert _read("time", 3.5, "DOUBLE") == (None, True)


def test_the_form_of_a_column_is_followed():
    assert _read("decimal", "1.234,5", form=Form(decimal=","))[0] == Decimal("1234.5")
    assert _read("date", "3/4/2025", form=Form(date_order="dmy"))[0] == dt.date(2025, 4, 3)
    assert _read("date", "3/4/2025", form=Form(date_order="mdy"))[0] == dt.date(2025, 3, 4)
    assert _read("date", "3/4/2025") == (None, True)
    assert _read("percent", "12", form=Form(percent=True))[0] == Decimal("0.12")
    assert _read("boolean", "", form=Form(ticked=True)) == ("false", False)
    night = Form(zone="Asia/Shanghai")
    assert _read("date", "2025-01-30T20:00:00Z", form=night)[0] == DAY
    assert _read("time", "2025-01-30T20:00:00Z", form=night)[0] == "04:00"


DIRT = {
    "blanks": lambda text: f" \u00a0{text}\u3000",
    "unseen": lambda text: f"\ufeff{text}\u200b",
    "return": lambda text: f"{text}\r\n",
    "full width": lambda text: text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
}
NUMBERS = {"-1,234.50": "-1234.5", "(1,234.50)": "-1234.5", "1,234.50-": "-1234.5", "¥12": "12"}
NUMBERS |= {"1.5万": "15000", "12,34,567": "1234567", "1.5E+03": "1500", "1'234.5": "1234.5"}
DAYS = ["2025-01-31", "2025/1/31", "20250131", "31.1.2025", "Jan 31, 2025", "2025-01-31 08:05"]


@pytest.mark.parametrize("first", DIRT)
@pytest.mark.parametrize("second", DIRT)
def test_dirt_on_dirt_is_read(first, second):
    for text, number in NUMBERS.items():
        assert _read("decimal", DIRT[second](DIRT[first](text))) == (Decimal(number), False)
    for text in DAYS:
        assert _read("date", DIRT[second](DIRT[first](text))) == (DAY, False)
    assert _read("id", DIRT[second](DIRT[first]("XS-01"))) == ("XS-01", False)
    assert _read("boolean", DIRT[second](DIRT[first]("Y"))) == ("true", False)


@given(st.text(max_size=30))
def test_any_text_is_read_or_counted_never_an_error(text):
    for form in (PLAIN, Form(",", "dmy", Decimal(10000), True, "Asia/Shanghai", True)):
        for kind in ("text", "id", "decimal", "percent", "date", "time", "boolean"):
            value, unreadable = _read(kind, text.replace("\0", ""), form=form)
            assert value is None or not unreadable


def test_text_is_cleaned_and_renamed():
    how = {"strip_prefix": ["zcrm_"], "strip_decimal": True}
    texts = ["zcrm_12", "17850.0", "KEIN'S", "A.0", "zcrm_"]
    cleaned = [_clean(text, how, {"Kein's": "none"}) for text in texts]
    assert cleaned == ["12", "17850", "none", "A.0", None]


def test_suffixes_go_whichever_brackets_they_have():
    how = {"strip_suffix": ["(停用)", "*"]}
    assert [_clean(text, how) for text in ("恒达(停用)", "恒达 （停用）", "恒达*", "恒达")] == [
        "恒达"
    ] * 4


def test_short_numbers_are_padded_and_nothing_else():
    padded = [_clean(text, {"pad_zeros": 4}) for text in ("12", "1234", "12345", "A12", None)]
    assert padded == ["0012", "1234", "12345", "A12", None]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("A001 恒达公司", "A001", "恒达公司"),
        ("A001 3M 公司", "A001", "3M 公司"),
        ("[A001]恒达公司", "A001", "恒达公司"),
        ("A001：恒达公司", "A001", "恒达公司"),
        ("SH-07-恒达公司", "SH-07", "恒达公司"),
        ("0000012345 - Hengda", "0000012345", "Hengda"),
        ("恒达公司（A001）", "A001", "恒达公司"),
        ("Hengda Trading", "Hengda Trading", "Hengda Trading"),
        ("恒达公司(停用)", "恒达公司(停用)", "恒达公司(停用)"),
        ("A001", "A001", "A001"),
        ("A001-B", "A001-B", "A001-B"),
    ],
)
def test_a_code_and_a_name_in_one_cell_are_told_apart(text, code, name):
    assert _clean(text, {"code": True}) == code
    assert _clean(text, {"without_code": True}) == name

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealerml.exports.values.forms import PLAIN, Form
from dealerml.exports.values.values import USUAL_DATE, clean_text, is_unreadable, read_value

DAY = dt.date(2025, 1, 31)
KINDS = ("text", "id", "decimal", "percent", "date", "time", "boolean")


def _read_all(kind, texts, dtype="VARCHAR", form=PLAIN, **how):
    """Of each text its value, and whether it is unreadable."""
    value = read_value("raw", dtype, kind, form, **how)
    unreadable = is_unreadable("raw", dtype, kind, form, **how)
    query = f"SELECT {value}, {unreadable} FROM (SELECT CAST(unnest(?) AS {dtype}) AS raw)"
    return duckdb.connect().execute(query, [list(texts)]).fetchall()


def _read(kind, text, dtype="VARCHAR", form=PLAIN, **how):
    return _read_all(kind, [text], dtype, form, **how)[0]


def _clean(texts, how, values=()):
    sql = clean_text("raw", how, dict(values))
    query = f"SELECT {sql} FROM (SELECT unnest(?) AS raw)"
    return [row[0] for row in duckdb.connect().execute(query, [list(texts)]).fetchall()]


def test_text_loses_what_nobody_sees_and_nothing_else():
    left = {
        "A1": "A1",
        " \tA1\u00a0\r\n": "A1",
        "\ufeffA1\u200b": "A1",
        "恒达\r\n贸易": "恒达 贸易",
        "恒达 \n 贸易": "恒达 贸易",
        "Ａ０１（华东）": "A01（华东）",
        "李\u3000明": "李\u3000明",
    }
    assert _read_all("text", left) == [(text, False) for text in left.values()]


def test_answers_and_names_that_look_like_nothing_stay():
    texts = ["NA", "Nan", "未知", "0", "-1", "N/A2"]
    assert _read_all("text", texts) == [(text, False) for text in texts]


def test_ids_become_half_width_with_their_brackets():
    ids = ["ＸＳ－０１（华东）\u3000", "XS-01", " XS-01 "]
    assert [value for value, _ in _read_all("id", ids)] == ["XS-01(华东)", "XS-01", "XS-01"]


MISSING = ["", "  ", "\u3000", "\t", None, "暂无", "--", "——", "/", "N/A", "n/a", "NULL", "null"]
MISSING += ["None", "nan", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "待定", "空", "(空)"]
MISSING += ["（空）", " 待定 ", "\u3000N/A\t", "ＮＵＬＬ"]


@pytest.mark.parametrize("kind", KINDS)
def test_words_for_nothing_are_missing_not_unreadable(kind):
    assert _read_all(kind, MISSING) == [(None, False)] * len(MISSING)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "boolean"])
def test_none_is_nothing_but_in_a_flag(kind):
    assert _read(kind, "无") == (None, False)
    assert _read("boolean", "无") == ("false", False)


@pytest.mark.parametrize("kind", ["decimal", "percent", "date", "time", "boolean"])
def test_numbers_and_dates_have_more_words_for_nothing(kind):
    assert _read_all(kind, ["未知", "NA", "不适用", "TBD"]) == [(None, False)] * 4


@pytest.mark.parametrize("kind", ["decimal", "percent", "date", "time", "boolean"])
def test_what_is_of_another_kind_is_said_to_be_unreadable(kind):
    assert _read_all(kind, ["abc", "########", "1 2 3 4", "见备注"]) == [(None, True)] * 4


def test_a_dash_is_zero_in_a_column_of_numbers_and_missing_elsewhere():
    assert _read("decimal", "-") == (Decimal(0), False)
    assert _read("text", "-") == _read("date", "-") == (None, False)


def test_a_number_that_does_not_fit_is_unreadable():
    assert _read_all("decimal", ["1" * 15, "1e400"]) == [(None, True)] * 2
    assert _read("decimal", "1" * 15 + ".5", scale=2) == (Decimal("1" * 15 + ".5"), False)


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


def test_columns_that_need_no_reading_stay_as_cheap_as_they_are():
    assert read_value("raw", USUAL_DATE, "date") == "raw"
    assert is_unreadable("raw", USUAL_DATE, "date") == "false"
    assert read_value("raw", "DECIMAL(18,4)", "decimal") == "TRY_CAST(raw AS DECIMAL(18, 4))"
    assert is_unreadable("raw", "INTEGER", "decimal") == "false"
    assert is_unreadable("raw", "VARCHAR", "text") == "false"


def test_days_that_systems_write_for_no_day_are_missing():
    texts = ["0000-00-00", "0", "00000000", "1900-01-00", "1900-01-01 00:00:00", "99991231"]
    assert _read_all("date", texts) == [(None, False)] * len(texts)


def test_a_time_is_unreadable_only_if_it_is_no_moment_at_all():
    assert _read_all("time", ["2025-01-31", "31/12/2025", "00:00"]) == [(None, False)] * 3
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


def _widen(text):
    return text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})


DIRT = {
    "blanks": lambda text: f" \u00a0{text}\u3000",
    "unseen": lambda text: f"\ufeff{text}\u200b",
    "return": lambda text: f"{text}\r\n",
    "full width": _widen,
}
NUMBERS = {"-1,234.50": "-1234.5", "(1,234.50)": "-1234.5", "1,234.50-": "-1234.5", "¥12": "12"}
NUMBERS |= {"1.5万": "15000", "12,34,567": "1234567", "1.5E+03": "1500", "1'234.5": "1234.5"}
DAYS = ["2025-01-31", "2025/1/31", "20250131", "31.1.2025", "Jan 31, 2025", "2025-01-31 08:05"]


@pytest.mark.parametrize("first", DIRT)
@pytest.mark.parametrize("second", DIRT)
def test_dirt_on_dirt_is_read(first, second):
    def spoil(texts):
        return [DIRT[second](DIRT[first](text)) for text in texts]

    numbers = [(Decimal(number), False) for number in NUMBERS.values()]
    assert _read_all("decimal", spoil(NUMBERS)) == numbers
    assert _read_all("date", spoil(DAYS)) == [(DAY, False)] * len(DAYS)
    assert _read("id", spoil(["XS-01"])[0]) == ("XS-01", False)
    assert _read("boolean", spoil(["Y"])[0]) == ("true", False)


SHORT_TEXTS = st.one_of(
    st.text(max_size=30), st.text("0123456789.,-+/: ()年月日%eE万TZam'", max_size=20)
)


@settings(max_examples=3, deadline=None)
@given(texts=st.lists(SHORT_TEXTS, min_size=60, max_size=100))
def test_any_text_is_read_or_counted_never_an_error(texts):
    texts = [text.replace("\0", "") for text in texts]
    for form in (PLAIN, Form(",", "dmy", Decimal(10000), True, "Asia/Shanghai", True)):
        for kind in KINDS:
            for value, unreadable in _read_all(kind, texts, form=form):
                assert value is None or not unreadable


def test_text_is_cleaned_and_renamed():
    how = {"strip_prefix": ["zcrm_"], "strip_decimal": True}
    texts = ["zcrm_12", "17850.0", "KEIN'S", "A.0", "zcrm_"]
    assert _clean(texts, how, {"Kein's": "none"}) == ["12", "17850", "none", "A.0", None]


def test_suffixes_go_whichever_brackets_they_have():
    texts = ["恒达(停用)", "恒达 （停用）", "恒达*", "恒达"]
    assert _clean(texts, {"strip_suffix": ["(停用)", "*"]}) == ["恒达"] * 4


def test_short_numbers_are_padded_and_nothing_else():
    texts = ["12", "1234", "12345", "A12", None]
    assert _clean(texts, {"pad_zeros": 4}) == ["0012", "1234", "12345", "A12", None]


def test_a_code_and_a_name_in_one_cell_are_told_apart():
    cells = {
        "A001 恒达公司": ("A001", "恒达公司"),
        "A001 3M 公司": ("A001", "3M 公司"),
        "[A001]恒达公司": ("A001", "恒达公司"),
        "A001：恒达公司": ("A001", "恒达公司"),
        "SH-07-恒达公司": ("SH-07", "恒达公司"),
        "0000012345 - Hengda": ("0000012345", "Hengda"),
        "恒达公司（A001）": ("A001", "恒达公司"),
    }
    assert _clean(cells, {"code": True}) == [code for code, _ in cells.values()]
    assert _clean(cells, {"without_code": True}) == [name for _, name in cells.values()]


def test_a_cell_without_both_is_left_whole():
    texts = ["Hengda Trading", "恒达公司(停用)", "A001", "A001-B"]
    assert _clean(texts, {"code": True}) == _clean(texts, {"without_code": True}) == texts

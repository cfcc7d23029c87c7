import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dealerml.words.formatting import SPECS, clean_text, format_value, is_missing


@pytest.mark.parametrize(
    ("amount", "en", "zh"),
    [
        (0, "0", "0"),
        (950, "950", "950"),
        (999.4, "999", "999"),
        (999.6, "1.0 K", "1,000"),
        (12_345, "12.3 K", "1.2 万"),
        (99_951, "100 K", "10.0 万"),
        (999_499, "999 K", "99.9 万"),
        (999_500, "1.0 M", "100 万"),
        (1_200_000, "1.2 M", "120 万"),
        (340_000_000, "340 M", "3.4 亿"),
        (1.2e9, "1.2 B", "12.0 亿"),
        (-50_000, "−50.0 K", "−5.0 万"),
        (-0.3, "0", "0"),
    ],
)
def test_money_is_short_in_the_units_of_each_language(amount, en, zh):
    assert format_value(amount, "money") == en
    assert format_value(amount, "money", lang="zh") == zh


@pytest.mark.parametrize(
    ("share", "percent", "change"),
    [
        (0.123, "12.3 %", "+12.3 %"),
        (-0.042, "−4.2 %", "−4.2 %"),
        (0.0, "0.0 %", "0.0 %"),
        (-0.0001, "0.0 %", "0.0 %"),
        (12.5, "1,250.0 %", "+1,250.0 %"),
    ],
)
def test_a_change_always_shows_its_direction(share, percent, change):
    assert format_value(share, "percent") == percent
    assert format_value(share, "change") == change
    assert format_value(share, "change", lang="zh") == change.replace(" ", "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (0.8, "0.80"),
        (0.0999, "0.10"),
        (0.00123, "0.0012"),
        (0.999, "1.0"),
        (1.5, "1.5"),
        (15.04, "15"),
        (99.96, "100"),
        (1234.5, "1,234"),
        (-2.347, "−2.35"),
    ],
)
def test_a_number_keeps_what_matters_of_it(number, shown):
    assert format_value(number, "number") == shown


def test_counts_have_thousands_separators():
    assert format_value(np.int64(1_234_567), "count") == "1,234,567"


@pytest.mark.parametrize(
    "day",
    [
        "2025-06-30",
        dt.date(2025, 6, 30),
        dt.datetime(2025, 6, 30, 23, 59),  # noqa: DTZ001
        pd.Timestamp("2025-06-30"),
        np.datetime64("2025-06-30"),
        pd.Period("2025-06-30", "D"),
    ],
)
def test_dates_of_every_library_read_alike(day):
    assert format_value(day, "date") == "2025-06-30"
    assert format_value(day, "month", lang="zh") == "2025年6月"


def test_a_month_needs_no_day():
    assert format_value(pd.Period("2025-06", "M"), "month") == "2025-06"


@pytest.mark.parametrize("spec", list(SPECS))
@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf"), np.nan, pd.NA, pd.NaT])
def test_what_is_missing_is_said_to_be_missing(nothing, spec):
    assert is_missing(nothing)
    assert format_value(nothing, spec) == "not known"
    assert format_value(nothing, spec, lang="zh") == "未知"


def test_lists_are_joined_as_each_language_does():
    assert format_value([1000, 2000], "count") == "1,000, 2,000"
    assert format_value(("华东", "华南"), lang="zh") == "华东、华南"


def test_text_of_an_export_cannot_disturb_the_sentence_around_it():
    assert clean_text("上海恒达建材有限公司") == "上海恒达建材有限公司"
    assert clean_text("a\nb\tc\u2028d") == "a b c d"
    assert clean_text("A\u202eB\x07C\ufeff\ud800") == "ABC"
    assert clean_text("{0.__class__} <b>") == "{0.__class__} <b>"

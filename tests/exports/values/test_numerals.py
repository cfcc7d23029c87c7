from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealerml.exports.values.numerals import factor_width, read_number, read_share


def _read_all(sql, texts, dtype="VARCHAR"):
    query = f"SELECT {sql} FROM (SELECT CAST(unnest(?) AS {dtype}) AS raw)"
    return [row[0] for row in duckdb.connect().execute(query, [list(texts)]).fetchall()]


def _numbers(texts, **how):
    return _read_all(read_number("raw", "VARCHAR", **how), texts)


def _number(text, dtype="VARCHAR", **how):
    return _read_all(read_number("raw", dtype, **how), [text], dtype)[0]


def _shares(texts, **how):
    return _read_all(read_share("raw", "VARCHAR", **how), texts)


def _share(text, dtype="VARCHAR", **how):
    return _read_all(read_share("raw", dtype, **how), [text], dtype)[0]


def test_numbers_are_read():
    numbers = {
        "12": "12",
        " -3.5 ": "-3.5",
        "1,234.50": "1234.50",
        "1e3": "1000",
        "1.5E+03": "1500",
        ".5": "0.5",
        "5.": "5",
        "１２３，４５６．００": "123456",
        "12,34,567.8": "1234567.8",
        "1 234 567.89": "1234567.89",
        "1\u00a0234\u2009567": "1234567",
        "1'234.5": "1234.5",
        "1’234’567": "1234567",
        "−5": "-5",
        "－５": "-5",
        "- 5": "-5",
        "1,234.56-": "-1234.56",
        "(1,234)": "-1234",
        "（1,234）": "-1234",
        "（¥1,234.50）": "-1234.5",
        "¥(1,234)": "-1234",
        "-": "0",
        "—": "0",
        "–": "0",
        "¥ -": "0",
        "¥12": "12",
        "￥-12.5": "-12.5",
        "$12,400.00": "12400",
        "US$ 5": "5",
        "12 €": "12",
        "£3": "3",
        "RMB 1,234.00": "1234",
        "12.5 CNY": "12.5",
        "EUR5-": "-5",
        "12元": "12",
        "5圆": "5",
        "3千": "3000",
        "1.2万": "12000",
        "1.2 万元": "12000",
        "-3亿": "-300000000",
        "2百万": "2000000",
        "1.5万亿": "1500000000000",
    }
    assert _numbers(numbers) == [Decimal(number) for number in numbers.values()]


def test_what_is_no_number_is_not_read():
    texts = [
        *["1,5", "12,34", "1,23,4", "1,234,56", "0,500", "12 34", "1_000", "0x1F", "1.2.3"],
        *[
            "(-5)",
            "--5",
            "5--",
            "-(5)",
            "(5",
            "x",
            "12%",
            "12箱",
            "1-2",
            "1.5E+03万",
            "inf",
            "1" * 20,
        ],
    ]
    assert _numbers(texts) == [None] * len(texts)


def test_a_comma_may_be_the_decimal_mark():
    numbers = {
        "12": "12",
        "1,5": "1.5",
        "1.234": "1234",
        "1.234,56": "1234.56",
        "1.234.567,89-": "-1234567.89",
        "(1.234,5)": "-1234.5",
        "1 234,56 €": "1234.56",
        "1'234,5": "1234.5",
        "1,5E+03": "1500",
        "1,2万": "12000",
        "１．２３４，５": "1234.5",
    }
    assert _numbers(numbers, decimal=",") == [Decimal(number) for number in numbers.values()]


def test_the_other_mark_is_then_not_read_as_one():
    assert _numbers(["1,234.56", "1.5", "0.500"], decimal=",") == [None] * 3


def test_a_factor_multiplies_exactly():
    assert _number("1.23456789", factor=Decimal(10000)) == Decimal("12345.6789")
    assert _number("123456789.12", "DOUBLE", factor=Decimal(10000)) == Decimal("1234567891200")
    assert _number("1,5", decimal=",", factor=Decimal("1E+4")) == 15000
    assert _number("123", factor=Decimal("0.01")) == Decimal("1.23")
    assert _number("12.5", "DECIMAL(9,2)", factor=Decimal(1000)) == 12500
    assert _number("(¥2)", factor=Decimal(10000)) == -20000


def test_a_value_that_states_its_unit_is_not_in_the_unit_of_its_column():
    assert _number("1.2亿", factor=Decimal(10000)) == 120000000
    assert _number("12元", factor=Decimal(10000)) == 12


@pytest.mark.parametrize("factor", ["0.000000001", "1", "10000", "999999999"])
def test_a_product_never_overflows(factor):
    assert _number("9" * 17 + ".5", factor=Decimal(factor)) is None or factor == "0.000000001"


def test_a_factor_is_as_wide_as_all_its_digits():
    assert [factor_width(Decimal(f)) for f in ("1", "1E+4", "0.01", "1.13")] == [1, 5, 2, 3]


def test_shares_are_read():
    numbers = {
        "12%": "0.12",
        "12.5 %": "0.125",
        "12％": "0.12",
        "０.１２": "0.12",
        "0.12": "0.12",
        "-5%": "-0.05",
        "(5%)": "-0.05",
        "5%-": "-0.05",
        "100%": "1",
    }
    assert _shares(numbers) == [Decimal(number) for number in numbers.values()]


def test_percent_points_are_hundredths_unless_a_sign_says_so_itself():
    assert _share("12", percent=True) == Decimal("0.12")
    assert _share("12%", percent=True) == Decimal("0.12")
    assert _share(12.5, "DOUBLE", percent=True) == Decimal("0.125")
    assert _share("0.1234", "DECIMAL(5,4)") == Decimal("0.1234")
    assert _share("12,5%", decimal=",") == Decimal("0.125")


def test_what_is_no_share_is_not_read():
    texts = ["12%3", "%", "5%%", "1/3", "a%"]
    assert _shares(texts) == [None] * len(texts)


def _group(text, mark, size=3):
    """Thousands set apart: the last three digits, then groups of `size`."""
    head, tail = text[:-3], text[-3:]
    parts = []
    while head:
        parts.insert(0, head[-size:])
        head = head[:-size]
    return mark.join([*parts, tail])


# How each style writes a number without its sign; the form it needs; how it writes a minus.
STYLES = {
    "plain": (lambda whole, part: f"{whole}.{part}", "."),
    "english": (lambda whole, part: f"{_group(whole, ',')}.{part}", "."),
    "german": (lambda whole, part: f"{_group(whole, '.')},{part}", ","),
    "french": (lambda whole, part: f"{_group(whole, chr(0x202F))},{part}", ","),
    "swiss": (lambda whole, part: f"{_group(whole, '’')}.{part}", "."),
    "indian": (lambda whole, part: f"{_group(whole, ',', 2)}.{part}", "."),
}
SIGNS = {"front": "-{}", "behind": "{}-", "brackets": "({})", "long": "−{}", "yuan": "¥-{}"}


EXACT = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal("99999999999999.9999"), places=4)


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=5, deadline=None)
@given(numbers=st.lists(EXACT, min_size=50, max_size=80), full=st.booleans())
def test_any_number_in_any_style_reads_back_exactly(style, numbers, full):
    write, decimal = STYLES[style]
    texts = [write(*f"{number:.4f}".split(".")) for number in numbers]
    if full:
        texts = [text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}) for text in texts]
    negative = [sign.format(text) for sign in SIGNS.values() for text in texts]
    expected = numbers + len(SIGNS) * [-number for number in numbers]
    assert _numbers(texts + negative, decimal=decimal) == expected

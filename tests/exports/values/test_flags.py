import duckdb
import pytest

from dealerml.exports.values.flags import read_flag


def _flag(text, dtype="VARCHAR", **how):
    query = f"SELECT {read_flag('raw', dtype, **how)} FROM (SELECT CAST(? AS {dtype}) AS raw)"
    return duckdb.connect().execute(query, [text]).fetchone()[0]


@pytest.mark.parametrize("text", ["是", "有", "Y", "yes", "TRUE", "T", "√", "✓", "1", " Ｙ "])
def test_yes_is_true(text):
    assert _flag(text) == "true"


@pytest.mark.parametrize("text", ["否", "无", "N", "no", "False", "F", "×", "0"])
def test_no_is_false(text):
    assert _flag(text) == "false"


@pytest.mark.parametrize("text", ["maybe", "2", "X", "", None])
def test_the_rest_is_neither(text):
    assert _flag(text) is None


def test_in_a_column_of_ticks_a_blank_is_a_no_and_the_letter_x_a_yes():
    assert [_flag(text, ticked=True) for text in ("X", "√", "", None, "N")] == [
        *["true", "true"],
        *["false", "false", "false"],
    ]


def test_typed_flags_are_read_too():
    assert _flag("true", "BOOLEAN") == "true"
    assert [_flag(n, "DOUBLE") for n in (1, 0, 2)] == ["true", "false", None]
    assert _flag("2025-01-31", "DATE") is None

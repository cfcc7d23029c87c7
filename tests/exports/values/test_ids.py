import duckdb
import pytest

from dealerml.exports.values.forms import Column
from dealerml.exports.values.ids import find_lost_zeros, find_mangled_ids, is_id


class Table:
    """A workspace of one table of ids."""

    def __init__(self, values, dtype):
        self.engine = duckdb.connect()
        self.engine.execute(f"CREATE TABLE t (x {dtype})")
        self.engine.executemany("INSERT INTO t VALUES (?)", [[value] for value in values])

    def rows(self, query):
        return self.engine.execute(query).fetchall()


def _find(values, dtype="VARCHAR"):
    columns = {"order_id": Column("x", dtype, "text", "f.csv, 订单号")}
    return find_mangled_ids(Table(values, dtype), "t", columns)


LONG = ["1234567890123456000", "1234567890123457000", "1234567890123458000"]


@pytest.mark.parametrize(
    ("values", "dtype", "says", "example"),
    [
        (["A1", "1.23457E+17"], "VARCHAR", "scientific notation", "(1, for example 1.23457E+17)"),
        (["1,23457E+17"], "VARCHAR", "scientific notation", "1,23457E+17"),
        (["A1", "#####"], "VARCHAR", "too narrow", "#####"),
        (LONG, "VARCHAR", "end in 000", "(3, for example 1234567890123456000)"),
        ([int(text) for text in LONG], "BIGINT", "end in 000", "1234567890123456000"),
        ([1.5e17, 3.0], "DOUBLE", "fewer digits", "(1, for example 1.5e+17)"),
        ([2.0**24], "FLOAT", "fewer digits", "16777216"),
    ],
)
def test_what_a_spreadsheet_lost_is_said_with_the_remedy(values, dtype, says, example):
    (problem,) = _find(values, dtype)
    assert problem.startswith("f.csv, 订单号: ")
    assert says in problem
    assert example in problem
    assert "Data > From Text" in problem


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["1234567890123456789", "SO-1+2", "#1", "1E5", None, ""], "VARCHAR"),
        ([f"zcrm_{text}" for text in LONG], "VARCHAR"),
        (["5236023000017671000"] * 5, "VARCHAR"),
        ([*LONG, "1234567890123456789"], "VARCHAR"),
        (["100000", "200000", "300000"], "VARCHAR"),
        ([1.0, 2.0], "DOUBLE"),
        ([1000, 2000, 3000], "BIGINT"),
        ([1], "INTEGER"),
        ([], "VARCHAR"),
    ],
)
def test_ids_in_order_are_left_alone(values, dtype):
    assert (_find(values, dtype) if values else find_mangled_ids(None, "t", {})) == []


def test_ids_are_known_by_their_names():
    assert [name for name in ("dealer_id", "line_no", "id", "owner") if is_id(name)] == [
        *["dealer_id", "line_no", "id"]
    ]


def test_ids_that_lost_their_zeros_are_noticed_on_either_side():
    on_lines = find_lost_zeros({"0000000123", "0000000124"}, {"123", "0000000124"})
    assert "ids on lines have lost their leading zeros (1, for example 123 for" in on_lines
    assert "clean.dealer_id = { pad_zeros = 10 }" in on_lines
    listed = find_lost_zeros({"7"}, {"007", "010"}, field="product_id")
    assert "ids listed have lost" in listed
    assert "clean.product_id = { pad_zeros = 3 }" in listed


def test_ids_that_match_or_have_no_fixed_width_are_left_alone():
    assert find_lost_zeros({"007"}, {"007", "A1"}) is None
    assert find_lost_zeros({"007", "1234"}, {"7"}) is None
    assert find_lost_zeros({"007"}, {"8"}) is None
    assert find_lost_zeros(set(), {"7"}) is None

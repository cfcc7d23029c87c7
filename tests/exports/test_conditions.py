import duckdb
import pytest

from dealerml.exports.conditions import all_hold
from dealerml.exports.mapping import Condition

ROWS = (
    "(VALUES ('TEST001', 0), ('m', -1), (NULL, NULL), ('5%off', 2), ('o''Neil', 3)) AS t(code, n)"
)


@pytest.mark.parametrize(
    ("column", "test", "value", "fitting"),
    [
        ("code", "missing", True, [None]),
        ("code", "missing", False, ["TEST001", "m", "5%off", "o'Neil"]),
        ("code", "in", ("M", "x"), ["m"]),
        ("code", "not_in", ("M",), ["TEST001", "5%off", "o'Neil"]),
        ("code", "in", ("O'NEIL",), ["o'Neil"]),
        ("code", "prefix", ("te",), ["TEST001"]),
        ("code", "suffix", ("01", "eil"), ["TEST001", "o'Neil"]),
        ("code", "matches", ("test???",), ["TEST001"]),
        ("code", "matches", ("5%*",), ["5%off"]),
        ("code", "matches", ("5_*",), []),
        ("n", "zero", True, ["TEST001"]),
        ("n", "zero", False, ["m", "5%off", "o'Neil"]),
        ("n", "negative", True, ["m"]),
        ("n", "positive", True, ["5%off", "o'Neil"]),
        ("absent", "missing", True, ["TEST001", "m", None, "5%off", "o'Neil"]),
    ],
)
def test_each_test_fits_the_rows_it_names(column, test, value, fitting):
    where = all_hold([Condition(column, test, value)], {"code": "code", "n": "n"})
    found = duckdb.connect().sql(f"SELECT code FROM {ROWS} WHERE {where}").fetchall()
    assert sorted(found, key=str) == sorted([(code,) for code in fitting], key=str)


def test_all_conditions_must_hold():
    conditions = [Condition("code", "prefix", ("t",)), Condition("n", "negative", True)]
    where = all_hold(conditions, {"code": "code", "n": "n"})
    assert duckdb.connect().sql(f"SELECT code FROM {ROWS} WHERE {where}").fetchall() == []

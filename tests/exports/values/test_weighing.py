import duckdb

from dealerml.exports.values.weighing import probe_mark, probe_order, weigh


def _rows(query):
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t AS SELECT unnest(['1.5', '1,5', '2,5', '3/4/2025', NULL]) AS x")
    return engine.execute(query).fetchall()


def test_what_values_say_is_counted_by_column():
    probes = {"a": (probe_mark("x", "VARCHAR"),), "b": (probe_order("x", "VARCHAR"),)}
    assert weigh(_rows, "t", probes) == {"a": {"point": 1, "comma": 2}, "b": {"dmy mdy": 1}}


def test_nothing_is_scanned_where_nothing_is_asked():
    assert weigh(None, "t", {}) == {}


def test_typed_columns_are_not_asked():
    assert probe_mark("x", "DOUBLE") == "NULL"
    assert probe_order("x", "DATE") == "NULL"

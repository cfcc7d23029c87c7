import datetime as dt

import pyarrow.parquet as pq

from dealerml.exports.cells import write_cells, write_rows


def test_a_column_keeps_the_type_that_all_its_cells_share(tmp_path):
    day = dt.datetime.fromisoformat("2025-01-31")
    rows = [["A", 1.5, day, 1, True], ["B", "", day.date(), 2, "x"]]
    written = write_cells(rows, 5, 2, tmp_path / "a.parquet")
    assert written.types == ("VARCHAR", "DOUBLE", "TIMESTAMP", "BIGINT", "VARCHAR")
    table = pq.read_table(tmp_path / "a.parquet").to_pydict()
    assert table["c1"] == [1.5, None]
    assert table["c2"] == [day, day]
    assert not written.has_rows


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers(tmp_path):
    written = write_cells([["A"], [""], ["B"]], 1, 5, tmp_path / "a.parquet")
    assert written.has_rows
    assert pq.read_table(tmp_path / "a.parquet")["row"].to_pylist() == [5, 7]


def test_cells_behind_the_last_column_are_kept_apart(tmp_path):
    written = write_cells([["A", "x", 2], ["B"]], 1, 1, tmp_path / "a.parquet")
    assert written.has_surplus
    assert pq.read_table(tmp_path / "a.parquet")["surplus"].to_pylist() == ["x 2", None]


def test_rows_of_text_are_brought_to_one_length(tmp_path):
    rows = iter([(3, ["A", "1"]), (5, ["B"]), (6, ["C", "2", "more"])])
    assert write_rows(rows, 2, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet").to_pydict()
    assert table == {
        "c0": ["A", "B", "C"],
        "c1": ["1", None, "2"],
        "surplus": [None, None, "more"],
        "row": [3, 5, 6],
    }

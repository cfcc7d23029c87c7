import duckdb
import pytest

from dealerml.exports import read_export
from dealerml.exports.workspace import open_workspace, readable_path


def test_the_engine_sees_the_given_files_and_nothing_else(tmp_path):
    for name in ("given", "other"):
        duckdb.connect().execute(
            f"COPY (SELECT 1 AS x) TO '{tmp_path}/{name}.parquet' (FORMAT parquet)"
        )
    workspace = open_workspace([tmp_path / "given.parquet"])
    assert workspace.rows(f"FROM read_parquet('{tmp_path}/given.parquet')") == [(1,)]
    for forbidden in (
        f"FROM read_parquet('{tmp_path}/other.parquet')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            workspace.rows(forbidden)


def test_a_name_full_of_wildcards_means_one_file_only(tmp_path):
    for name in ("a*.parquet", "ab.parquet"):
        duckdb.connect().execute(
            f"COPY (SELECT '{name}' AS x) TO '{tmp_path}/{name}' (FORMAT parquet)"
        )
    workspace = open_workspace([tmp_path / "a*.parquet"])
    path = readable_path(workspace, tmp_path / "a*.parquet")
    assert workspace.rows(f"FROM read_parquet('{path}')") == [("a*.parquet",)]


def test_the_private_folder_goes_with_the_connection(write, lines):
    tables = read_export(write("a.csv", lines))
    folder = tables.ingest.workspace.folder
    assert folder.is_dir()
    del tables
    import gc

    gc.collect()
    assert not folder.exists()

import ast
from pathlib import Path

import narwhals as nw
import pyarrow as pa
import pytest

from dealerml.tables import open_connection, persist

PACKAGE = Path(__file__).parents[2] / "dealerml"
NAMES_THE_ENGINE = ("tables/engine.py", "exports/", "simulate/")
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
ENGINES = {"duckdb", "pyspark", "polars", "ibis", "dask", "sqlframe", "sqlalchemy"}
ABOVE_THE_BRIDGE = {"pandas", "numpy"}


def imported(module):
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def attributes(module):
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_an_engine_is_named_only_where_files_become_tables():
    naming = [module for module in MODULES if ENGINES & set(imported(module))]
    assert [module for module in naming if not module.startswith(NAMES_THE_ENGINE)] == []
    assert "tables/engine.py" in naming


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("features/")])
def test_features_speak_narwhals_and_no_sql(module):
    ours = {
        "dealerml",
        "narwhals",
        "collections",
        "dataclasses",
        "datetime",
        "itertools",
        "math",
        "typing",
    }
    text_only = {
        "features/glossary.py": {"inspect", "re"},
        "features/codebook.py": {"pathlib", "sys"},
    }
    allowed = ours | ABOVE_THE_BRIDGE | text_only.get(module, set())
    assert set(imported(module)) <= allowed
    assert not attributes(module) & {"sql", "execute", "query", "implementation"}


def test_only_the_tables_ask_which_engine_runs():
    asking = [name for name in MODULES if "implementation" in attributes(name)]
    assert [name for name in asking if not name.startswith("exports/")] == ["tables/engine.py"]


def test_what_is_persisted_no_longer_depends_on_its_source():
    connection = open_connection()
    connection.execute("CREATE TABLE source AS SELECT 1 AS n")
    kept = persist(nw.from_native(connection.table("source")), connection)
    connection.execute("UPDATE source SET n = 2")
    assert kept.collect("pyarrow").to_native().to_pylist() == [{"n": 1}]


def test_two_frames_persisted_one_after_the_other_are_two_tables():
    connection = open_connection()
    frames = [nw.from_native(connection.sql(f"SELECT {n} AS n")) for n in (1, 2)]
    kept = [persist(frame, connection) for frame in frames]
    assert [frame.collect("pyarrow")["n"].to_list() for frame in kept] == [[1], [2]]


def test_an_engine_without_tables_of_its_own_gets_its_frame_back():
    class Elsewhere:
        implementation = nw.Implementation.DASK
        frame = pa.table({"n": [1]})

        def to_native(self):
            return self.frame

    assert persist(Elsewhere(), None).to_native() is Elsewhere.frame


def test_the_embedded_engine_is_silent_and_bounded():
    settings = open_connection(memory_limit="1GiB").execute(
        "SELECT current_setting('enable_progress_bar'), current_setting('memory_limit')"
    )
    assert settings.fetchone() == (False, "1.0 GiB")

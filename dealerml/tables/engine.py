"""The only lines that know which engine runs: keep a frame, open the embedded one."""

from typing import Any, TypeAlias

import narwhals as nw

Lazy: TypeAlias = nw.LazyFrame[Any]


def persist(frame: Lazy, connection: Any) -> Lazy:
    """Which rows does a lazy frame hold, computed once and kept for the queries that follow?

    The only engine-specific line of the house: a table on the one DuckDB connection, which in a
    database file of your own stays there as ``kept_…``; a cached frame on Spark; any other engine
    gets the frame back as it is.
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        name = f"kept_{len(connection.execute('SELECT 1 FROM duckdb_tables()').fetchall())}"
        native.create(name)
        native = connection.table(name)
    elif frame.implementation.is_pyspark():
        native = native.cache()
    kept: Lazy = nw.from_native(native)
    return kept


def open_connection(memory_limit: str = "1700MB") -> Any:
    """Which engine works when none is given? A DuckDB in memory, silent and bounded."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET memory_limit = ?", [memory_limit])
    return connection

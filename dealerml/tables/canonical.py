"""Frames in canonical columns become tables, or are refused with all that is wrong with them."""

from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw

from dealerml.errors import TableError
from dealerml.tables.engine import Lazy, open_connection
from dealerml.tables.schemas import NOTE_KINDS, PLACED, SCHEMAS
from dealerml.tables.snapshot import Tables

# Tables in which an id may stand once: a product listed twice would double its money, and a
# dealer with two successors has none.
KEYS: Final = {
    "products": "product_id",
    "dealers": "dealer_id",
    "successors": "dealer_id",
    "deals": "deal_id",
    "leads": "lead_id",
}


def make_tables(connection: Any = None, ingest: Any = None, **frames: Any) -> Tables:
    """Which canonical tables do frames in Python make?

    Parameters
    ----------
    connection
        The connection that lazy frames of DuckDB belong to. Eager frames (pandas, Polars, Arrow)
        are put into it, or into a new one in memory.
    frames
        ``order_lines`` and any other of ``SCHEMAS``: any frame narwhals takes, in canonical
        columns.

    Raises
    ------
    TableError
        If a table or column is unknown, a required column is missing, an id that must be unique
        is not, or a note's kind is unknown.
    """
    connection, lazies = _to_engine(connection, frames)
    problems = [p for name, frame in lazies.items() for p in _schema_problems(name, frame)]
    if "order_lines" not in lazies:
        problems.append("order_lines is missing. It is the one table that is always needed.")
    if not problems:
        problems += [p for table in KEYS for p in _repeat_problems(table, lazies.get(table))]
        problems += _kind_problems(lazies["notes"]) if "notes" in lazies else []
    if problems:
        raise TableError(problems)
    supplied = frozenset(
        f"{name}.{column}" for name, frame in lazies.items() for column in frame.collect_schema()
    )
    complete = {name: _complete(name, frame) for name, frame in lazies.items()}
    placed: dict[str, Any] = {name: complete[name] for name in PLACED if name in complete}
    others = {name: complete[name] for name in SCHEMAS if name in complete and name not in placed}
    return Tables(**placed, others=others, supplied=supplied, connection=connection, ingest=ingest)


def _to_engine(connection: Any, frames: Mapping[str, Any]) -> tuple[Any, dict[str, Lazy]]:
    lazies = {}
    for name, native in frames.items():
        frame = nw.from_native(native)
        if isinstance(frame, nw.DataFrame):
            connection = connection or open_connection()
            # The index of a pandas frame that was filtered is not a column of it.
            columns = frame.to_arrow().select(frame.columns)
            frame = nw.from_native(connection.from_arrow(columns))
        lazies[name] = frame
    return connection, lazies


def _schema_problems(table: str, frame: Lazy) -> list[str]:
    if table not in SCHEMAS:
        return [f"{table} is not a canonical table. Known are {', '.join(SCHEMAS)}."]
    known, have = SCHEMAS[table], frame.collect_schema().names()
    problems = [
        f"{table}.{name} is not a canonical column. Known are {', '.join(known)}."
        for name in have
        if name not in known
    ]
    missing = [name for name, column in known.items() if column.required and name not in have]
    return problems + [f"{table}.{name} is missing; it is always needed." for name in missing]


def _repeat_problems(table: str, frame: Lazy | None) -> list[str]:
    if frame is None:
        return []
    key = KEYS[table]
    counts = frame.group_by(key).agg(rows=nw.len()).filter(nw.col("rows") > 1).sort(key)
    repeated = counts.collect("pyarrow").to_native().column(key).to_pylist()
    if not repeated:
        return []
    return [
        f"{table}.{key}: {len(repeated)} ids have more than one row (first: {repeated[0]}). "
        "Keep one row each."
    ]


def _kind_problems(notes: Lazy) -> list[str]:
    kinds = notes.select("kind").collect("pyarrow").to_native().column("kind").to_pylist()
    unknown = [kind for kind in kinds if kind not in NOTE_KINDS]
    if not unknown:
        return []
    return [
        f"notes.kind: {len(unknown)} of {len(kinds)} notes are of an unknown kind (first: "
        f"{unknown[0]!r}). Known are {', '.join(NOTE_KINDS)}; anything else can be said as text."
    ]


def _complete(table: str, frame: Lazy) -> Lazy:
    have = frame.collect_schema().names()
    columns = [
        (nw.col(name) if name in have else nw.lit(None)).cast(column.dtype).alias(name)
        for name, column in SCHEMAS[table].items()
    ]
    complete = frame.select(*columns)
    if table != "order_lines":
        return complete
    return complete.with_columns(line_kind=nw.coalesce(nw.col("line_kind"), nw.lit("goods")))

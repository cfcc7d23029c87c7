"""How every file becomes something the engine can scan: a Parquet file, its own or a copy.

A text file is read with the types its mapping expects, which is fast. A file that does not keep to
them is read as text, and one whose rows differ in length cell by cell, so that no row is lost.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.found import Found
from dealerml.exports.labels import unique_labels
from dealerml.exports.recognition import Candidate, Recognised
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.text import TextFormat, read_rows, sniff_text, write_utf8
from dealerml.exports.values import FIRST_DATE, LAST_DATE, USUAL_DATE
from dealerml.exports.workbook import read_workbook
from dealerml.exports.workspace import Workspace, describe_parquet, readable_path

ROWS_PER_CHUNK = 50_000
# What a text cell is read as at once, by the kind of its field.
ENGINE_TYPES = {"text": "VARCHAR", "decimal": "DECIMAL(18,4)", "date": "TIMESTAMP"}
ENCODINGS_READ_DIRECTLY = ("utf-8", "utf-8-sig")
# Holds what was found beyond the last column; only where a row of the file had too many cells.
SURPLUS = "surplus"


@dataclass(frozen=True)
class Staged:
    """A recognised file as the engine reads it.

    Parameters
    ----------
    columns, types
        Names in the Parquet file, and their types, in the order of the labels; `USUAL_DATE` for
        days that need no check.
    has_surplus
        Whether a last column holds the cells of rows that were too long.
    """

    item: Recognised
    path: Path
    columns: tuple[str, ...]
    types: tuple[str, ...]
    has_surplus: bool


def inspect_file(workspace: Workspace, found: Found) -> Iterator[Candidate]:
    """Which columns does a file have? One candidate, or one for each sheet of a workbook."""
    if found.format == "workbook":
        for sheet, rows in read_workbook(found.path, found.name).items():
            labels = unique_labels(rows[0]) if rows else ()
            yield Candidate(found, f"{found.name}#{sheet}", labels, rows=tuple(rows[1:]))
    elif found.format == "parquet":
        path = readable_path(workspace, found.path)
        columns = describe_parquet(workspace, path, found.name)
        reached = Found(path, found.name, found.format)
        yield Candidate(reached, found.name, tuple(columns), types=tuple(columns.values()))
    else:
        layout = sniff_text(found.path, found.name)
        yield Candidate(found, found.name, unique_labels(list(layout.header)), layout=layout)


def stage_file(workspace: Workspace, item: Recognised, number: int) -> Staged:
    """Make a recognised file one that the engine scans; `number` tells files apart."""
    candidate = item.candidate
    if candidate.found.format == "parquet":
        _refuse_row_number(candidate)
        types = _mark_usual_dates(workspace, candidate)
        return Staged(item, candidate.found.path, candidate.labels, types, has_surplus=False)
    target = workspace.folder / f"staged_{number:05d}.parquet"
    if candidate.layout is None:
        return _stage_rows(item, candidate.rows, target)
    return _stage_text(workspace, item, candidate.layout, target)


def _refuse_row_number(candidate: Candidate) -> None:
    if "file_row_number" in (label.casefold() for label in candidate.labels):
        message = (
            f"{candidate.name} has a column file_row_number, a name the engine uses itself. "
            "Rename it."
        )
        raise ExportError(message)


def _mark_usual_dates(workspace: Workspace, candidate: Candidate) -> tuple[str, ...]:
    """The types of a Parquet file, with columns marked whose days need no check in each row."""
    dates = [
        label
        for label, dtype in zip(candidate.labels, candidate.types, strict=True)
        if dtype == "DATE"
    ]
    if not dates:
        return candidate.types
    path = quote_text(str(candidate.found.path))
    tests = ", ".join(
        f"coalesce(min({d}) >= {FIRST_DATE} AND max({d}) <= {LAST_DATE}, true)"
        for d in map(quote_name, dates)
    )
    query = f"SELECT {tests} FROM read_parquet({path}, hive_partitioning = false)"
    usual = {label for label, holds in zip(dates, workspace.rows(query)[0], strict=True) if holds}
    labelled = zip(candidate.labels, candidate.types, strict=True)
    return tuple(USUAL_DATE if label in usual else dtype for label, dtype in labelled)


def _stage_text(workspace: Workspace, item: Recognised, layout: TextFormat, target: Path) -> Staged:
    path, count = item.candidate.found.path, len(item.candidate.labels)
    kinds = {position: item.kind.field_kind(f) for f, position in item.positions.items()}
    expected = tuple(ENGINE_TYPES[kinds.get(position, "text")] for position in range(count))
    if not layout.blank_lines:
        source = _as_utf8(workspace, path, layout, target)
        for types in (expected, ("VARCHAR",) * count):
            if _copy_text(workspace, source, layout.separator, types, target):
                names = tuple(f"c{position}" for position in range(count))
                return Staged(item, target, names, types, has_surplus=False)
    return _stage_rows(item, read_rows(path, layout, item.candidate.name), target)


def _as_utf8(workspace: Workspace, path: Path, layout: TextFormat, target: Path) -> Path:
    if layout.encoding in ENCODINGS_READ_DIRECTLY:
        return readable_path(workspace, path)
    source = target.with_suffix(".csv")
    write_utf8(path, layout, source)
    return source


def _copy_text(
    workspace: Workspace, source: Path, separator: str, types: tuple[str, ...], target: Path
) -> bool:
    """Copy a text file into Parquet; False where a row has other cells than these types."""
    import duckdb

    columns = ", ".join(f"c{at}: {quote_text(dtype)}" for at, dtype in enumerate(types))
    query = (
        f"COPY (SELECT * FROM read_csv({quote_text(str(source))}, auto_detect = false, "
        f"header = true, delim = {quote_text(separator)}, quote = '\"', escape = '\"', "
        f"columns = {{{columns}}})) TO {quote_text(str(target))} (FORMAT parquet)"
    )
    try:
        workspace.connection.execute(query)
    except duckdb.Error:
        return False
    return True


def _stage_rows(item: Recognised, rows: Iterable[list[str]], target: Path) -> Staged:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = len(item.candidate.labels)
    names = (*(f"c{position}" for position in range(count)), SURPLUS)
    schema = pa.schema([(name, pa.string()) for name in names])
    rows, has_surplus = iter(rows), False
    with pq.ParquetWriter(target, schema) as writer:
        while chunk := list(itertools.islice(rows, ROWS_PER_CHUNK)):
            columns = list(zip(*(_fit(row, count) for row in chunk), strict=True))
            arrays = [pa.array(column, pa.string()) for column in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            has_surplus = has_surplus or any(columns[-1])
    return Staged(item, target, names[:-1], ("VARCHAR",) * count, has_surplus=has_surplus)


def _fit(row: list[str], count: int) -> list[str | None]:
    """A row of exactly `count` cells, and behind them what was too much."""
    cells: list[Any] = [*row[:count], *[None] * (count - len(row))]
    beyond = [cell for cell in row[count:] if cell.strip()]
    return [*cells, " ".join(beyond) or None]


def raw_columns(staged: Staged) -> list[str]:
    """The columns of a staged file in a query, each under a name that cannot clash."""
    raws = [f"{quote_name(c)} AS {raw_name(n)}" for n, c in enumerate(staged.columns)]
    surplus = quote_name(SURPLUS) if staged.has_surplus else "CAST(NULL AS VARCHAR)"
    return [*raws, f'{surplus} AS "raw:surplus"']


def raw_name(position: int) -> str:
    """What the raw column at a position is called in queries.

    Examples
    --------
    >>> raw_name(2)
    '"raw:2"'
    """
    return f'"raw:{position}"'

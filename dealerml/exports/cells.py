"""Rows of text and of typed cells, written down as Parquet for the engine to scan."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from dealerml.exports.opening.workbook import cell_text

ROWS_PER_CHUNK = 50_000
ROWS_PER_GROUP = 25_000
MISSING: Any = ""


@dataclass(frozen=True)
class Written:
    """Types of the columns that were written, and which two columns stand behind them."""

    types: tuple[str, ...]
    has_surplus: bool
    has_rows: bool


def write_rows(rows: Iterable[tuple[int, list[str]]], count: int, target: Path) -> bool:
    """Write numbered rows of text as `count` columns, what was too much, and their numbers.

    Returns
    -------
    Whether any row had more cells than there are columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [*(f"c{position}" for position in range(count)), "surplus"]
    schema = pa.schema([*((name, pa.string()) for name in names), ("row", pa.int64())])
    numbered, has_surplus = iter(rows), False
    with pq.ParquetWriter(target, schema) as writer:
        while chunk := list(itertools.islice(numbered, ROWS_PER_CHUNK)):
            columns = list(zip(*(_fit(row, count) for _, row in chunk), strict=True))
            arrays = [pa.array(column, pa.string()) for column in columns]
            arrays.append(pa.array([number for number, _ in chunk], pa.int64()))
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            has_surplus = has_surplus or any(columns[-1])
    return has_surplus


def write_cells(rows: Sequence[list[Any]], count: int, first_row: int, target: Path) -> Written:
    """Write the cells of a sheet, each column in the type that all its cells share.

    Parameters
    ----------
    rows
        Rows below the header; those without any cell are left out.
    first_row
        Number that a spreadsheet shows beside the first of them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns, numbers = _columns(rows), None
    if columns and all(MISSING in column for column in columns):
        kept = [n for n, row in enumerate(rows) if row.count(MISSING) < len(row)]
        if len(kept) < len(rows):
            numbers = [first_row + n for n in kept]
            columns = _columns([rows[n] for n in kept])
    height = len(columns[0]) if columns else 0
    columns += [[MISSING] * height] * (count - len(columns))
    typed = [_type_column(column) for column in columns[:count]]
    arrays = {f"c{n}": array for n, (array, _) in enumerate(typed)}
    surplus = _beyond(columns[count:])
    if any(surplus):
        arrays["surplus"] = pa.array(surplus, pa.string())
    if numbers is not None:
        arrays["row"] = pa.array(numbers, pa.int64())
    # Read once or twice and thrown away: pressing it together would take longer than it saves. The
    # engine gives each of its threads a group of rows.
    pq.write_table(
        pa.table(arrays),
        target,
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=False,
        compression="none",
        write_statistics=False,
    )
    return Written(tuple(dtype for _, dtype in typed), "surplus" in arrays, "row" in arrays)


def _columns(rows: Sequence[list[Any]]) -> list[list[Any]]:
    """The columns of rows; of rows of several lengths, the shorter ones end in blanks."""
    widths = set(map(len, rows))
    width = max(widths, default=0)
    if len(widths) > 1:
        rows = [[*row, *[MISSING] * (width - len(row))] for row in rows]
    return [list(map(itemgetter(place), rows)) for place in range(width)]


def _type_column(column: Sequence[Any]) -> tuple[Any, str]:
    """The cells of a column as an array of one type, and what the engine calls that type."""
    import pyarrow as pa

    found = set(map(type, column))
    missing = column.count(MISSING) if str in found else 0
    if len(found) > 1 and list(map(type, column)).count(str) == missing:
        found.discard(str)
    if found and found <= {int, float}:
        dtype, name = (pa.int64(), "BIGINT") if found == {int} else (pa.float64(), "DOUBLE")
    elif found == {dt.date}:
        dtype, name = pa.date32(), "DATE"
    elif found and found <= {dt.date, dt.datetime}:
        dtype, name = pa.timestamp("us"), "TIMESTAMP"
    else:
        texts = column if found <= {str} else list(map(cell_text, column))
        given = [text or None for text in texts] if "" in texts else texts
        return pa.array(given, pa.string()), "VARCHAR"
    cells = [None if cell == MISSING else cell for cell in column] if missing else column
    if {dt.date, dt.datetime} <= found:
        cells = list(map(_midnight, cells))
    return pa.array(cells, dtype), name


def _midnight(cell: Any) -> Any:
    return dt.datetime.combine(cell, dt.time()) if type(cell) is dt.date else cell


def _beyond(columns: Sequence[Sequence[Any]]) -> list[str | None]:
    """What stands in each row behind the last labelled column."""
    if not any(column.count(MISSING) < len(column) for column in columns):
        return []
    rows = zip(*columns, strict=True)
    texts = (" ".join(filter(None, (cell_text(cell).strip() for cell in row))) for row in rows)
    return [text or None for text in texts]


def _fit(row: list[str], count: int) -> list[str | None]:
    """A row of exactly `count` cells, and behind them what was too much."""
    cells: list[Any] = [*(c or None for c in row[:count]), *[None] * (count - len(row))]
    beyond = [cell for cell in row[count:] if cell.strip()]
    return [*cells, " ".join(beyond) or None]

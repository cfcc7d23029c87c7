"""Tables on disk: the same bytes for the same table, and nothing that a spreadsheet would run."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dealerml.exports import safe_cell


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that spreadsheets open rightly."""
    path.write_bytes(csv_bytes(table))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Which bytes does a spreadsheet open rightly? Utf-8 with a mark, texts quoted and safe.

    Numbers are written in full, dates as year-month-day, what is missing as an empty cell.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([str(name) for name in table.columns])
    for row in table.itertuples(index=False, name=None):
        writer.writerow(_cells(row))
    return buffer.getvalue().encode("utf-8-sig")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write the exact copy of a table; text as text, no pandas index, no clock."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow.replace_schema_metadata(None), path, compression="zstd")


def _cells(row: Iterable[object]) -> list[object]:
    return [_cell(value) for value in row]


def _cell(value: object) -> object:
    """Numbers as themselves, so that they stay unquoted; anything else as text that is safe."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    number = getattr(value, "item", None)
    value = number() if callable(number) else value
    return value if isinstance(value, int | float) else safe_cell(value)

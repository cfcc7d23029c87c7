"""What is known of each file that was read, and the first rows of each table as understood."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dealerml.exports.ingest import FileIngest, Ingest
from dealerml.exports.recognition import Recognised
from dealerml.exports.sql import quote_name
from dealerml.tables import SCHEMAS

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROWS: Final = 3
# Of a long note only its beginning is shown.
WIDEST: Final = 32
ROW_COLUMNS: Final = tuple(f"row_{number}" for number in range(1, FIRST_ROWS + 1))


def list_files(ingest: Ingest) -> "pd.DataFrame":
    """What was each file taken for and why, and what became of its rows?

    Returns
    -------
    One row per file or sheet, in the order of names: ``file``, ``source``, ``taken_for`` (kind of
    file), ``table``, ``needed_columns`` (count of those without which it would not be of this
    kind; all were found), ``known_columns`` and ``all_columns`` (counts of labels),
    ``header_row``, ``titles`` (lines above it), ``encoding``, ``rows``, ``rows_kept``,
    ``rows_set_aside``, ``amount``, ``amount_kept``, ``amount_set_aside`` (money; counted apart),
    ``factors`` and ``written`` (what had to be found out, as column and value), ``own_totals`` and
    ``own_totals_agree`` (counts), ``first_date``, ``last_date`` (of kept rows) and ``unused``
    (labels that no field goes by).
    """
    import pandas as pd

    kinds = {s.item.candidate.name: s.item for g in ingest.groups for s in g.files}
    table = pd.DataFrame([_facts(file, kinds[file.name]) for file in ingest.files])
    for name in ("first_date", "last_date"):
        table[name] = pd.to_datetime(table[name])
    return table


def list_first_rows(ingest: Ingest) -> "pd.DataFrame":
    """How were the first rows of each table understood?

    Returns
    -------
    One row per column that the export has: ``table``, ``column``, ``label`` (what the first file
    calls it; empty where it is worked out from others), and ``row_1`` to ``row_3``, the values of
    the first kept rows as text.
    """
    import pandas as pd

    names = ["table", "column", "label", *ROW_COLUMNS]
    rows = [row for table in SCHEMAS for row in _first_rows(ingest, table)]
    return pd.DataFrame(rows, columns=names, dtype="str")


def _facts(file: FileIngest, item: Recognised) -> dict[str, Any]:
    known = len(set(file.columns.values()))
    return {
        "file": file.name,
        "source": file.source,
        "taken_for": file.kind,
        "table": file.table,
        "needed_columns": len(item.kind.needs),
        "known_columns": known,
        "all_columns": known + len(file.unused),
        "header_row": file.header_row,
        "titles": " / ".join(file.titles),
        "encoding": file.encoding,
        "rows": file.rows,
        "rows_kept": file.rows_where(set_aside=False),
        "rows_set_aside": file.rows_where(set_aside=True),
        "amount": float(file.amount),
        "amount_kept": float(file.amount_where(set_aside=False)),
        "amount_set_aside": float(file.amount_where(set_aside=True)),
        "factors": ", ".join(f"{name} × {factor:,f}" for name, factor in file.factors.items()),
        "written": ", ".join(f"{name}: {told}" for name, told in file.written.items()),
        "own_totals": len(file.own_totals),
        "own_totals_agree": sum(total.agrees for total in file.own_totals),
        "first_date": file.first_date,
        "last_date": file.last_date,
        "unused": ", ".join(file.unused),
    }


def _first_rows(ingest: Ingest, table: str) -> Iterator[tuple[str, ...]]:
    files = [file for file in ingest.files if file.table == table]
    paths = {s.item.candidate.name: str(s.path) for g in ingest.groups for s in g.files}
    first = next((file for file in files if file.rows_where(set_aside=False)), None)
    if first is None:
        return
    columns = [row[0] for row in ingest.workspace.rows(f"DESCRIBE SELECT * FROM {table}")]
    query = (
        f"SELECT {', '.join(map(quote_name, columns))} FROM placed_{table} "
        'WHERE "judged:set_aside" IS NULL AND "at:file" = $path '
        f'ORDER BY "at:row" LIMIT {FIRST_ROWS}'
    )
    path = {"path": paths[first.name]}
    rows = ingest.workspace.connection.execute(query, path).fetchall()
    for at, name in enumerate(columns):
        texts = [_text(row[at]) for row in rows] + [""] * (FIRST_ROWS - len(rows))
        yield table, name, first.columns.get(name, ""), *texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    text = value.isoformat() if isinstance(value, dt.date) else " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"

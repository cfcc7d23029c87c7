"""Which rows do the sheets of a workbook hold, every cell as text?"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError

Sheets = dict[str, list[list[str]]]


def read_workbook(path: Path, name: str) -> Sheets:
    """Which rows does each sheet hold, from its first filled row on, blank rows left out?

    Raises
    ------
    ExportError
        If the file is no workbook, or is protected by a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            return {sheet: _rows(book, sheet) for sheet in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        message = (
            f"{name} cannot be read as a workbook ({error}). If it opens in Excel, save it again "
            "without a password as .xlsx or as CSV UTF-8."
        )
        raise ExportError(message) from error


def _rows(book: Any, sheet: str) -> list[list[str]]:
    return list(_filled(book.get_sheet_by_name(sheet).to_python(skip_empty_area=True)))


def _filled(rows: list[list[Any]]) -> Iterator[list[str]]:
    for row in rows:
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield cells


def _text(cell: Any) -> str:
    """A cell as a person would type it: no ".0" behind whole numbers, dates as year-month-day."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return str(cell)

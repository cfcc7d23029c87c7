"""Which rows do the sheets of a workbook hold?"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet, a blank one as an empty text.

    Parameters
    ----------
    first_row
        Number that a spreadsheet program shows beside the first of the rows.
    hidden
        Whether the sheet is hidden in the workbook.
    """

    rows: list[list[Any]]
    first_row: int = 1
    hidden: bool = False


def read_workbook(path: Path, name: str) -> dict[str, Sheet]:
    """Which rows does each sheet hold, from its first filled row on?

    Raises
    ------
    ExportError
        If the file is no workbook, or is protected by a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            return {sheet.name: _read_sheet(book, sheet) for sheet in book.sheets_metadata}
    except (CalamineError, OSError, ValueError) as error:
        message = (
            f"{name} cannot be read as a workbook ({error}). If it opens in Excel, save it again "
            "without a password as .xlsx or as CSV UTF-8."
        )
        raise ExportError(message) from error


def _read_sheet(book: Any, told: Any) -> Sheet:
    sheet = book.get_sheet_by_name(told.name)
    first = sheet.start[0] + 1 if sheet.start else 1
    hidden = str(told.visible) != "SheetVisibleEnum.Visible"
    return Sheet(sheet.to_python(skip_empty_area=True), first, hidden)


def cell_text(cell: Any) -> str:
    """How would a person type a cell? No ".0" behind whole numbers, dates as year-month-day.

    Examples
    --------
    >>> cell_text(12.0), cell_text(dt.date(2025, 1, 31)), cell_text(True)
    ('12', '2025-01-31', 'TRUE')
    """
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, dt.datetime):
        at = cell.replace(microsecond=0)
        return (at.date() if at.time() == dt.time() else at).isoformat()
    return str(cell)

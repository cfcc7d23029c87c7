"""Which rows do the sheets of a workbook hold?"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.opening.biff import measure_book
from dealerml.exports.opening.compound import MAGIC, locked, read_book, wrap_book
from dealerml.exports.opening.grid import refuse_vast
from dealerml.exports.opening.package import copy_package

VISIBLE = "Visible"


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

    Error values such as #N/A are blank. Of formulas the stored values are read.

    Raises
    ------
    ExportError
        If the file is no workbook, is damaged or protected by a password, holds formulas without
        stored values, or would take far more memory than its size lets one expect.
    """
    with tempfile.TemporaryDirectory(prefix="dealerml-") as folder:
        with path.open("rb") as stream:
            is_compound = stream.read(len(MAGIC)) == MAGIC
        copy = copy_book if is_compound else copy_package
        looked_through = copy(path, name, Path(folder))
        with _told(name):
            return _read_sheets(looked_through)


def copy_book(path: Path, name: str, folder: Path) -> Path:
    """Where is the copy of an .xls workbook that a reader may see? Only the cells are in it."""
    title, content = read_book(path, name)
    stream = bytearray(content)
    grid, text = measure_book(stream, name)
    refuse_vast(grid, text, path.stat().st_size, name)
    target = folder / "looked_through.xls"
    target.write_bytes(wrap_book(title, bytes(stream)))
    return target


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


def _read_sheets(path: Path) -> dict[str, Sheet]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return {told.name: _read_sheet(book, told) for told in book.sheets_metadata}


def _read_sheet(book: Any, told: Any) -> Sheet:
    sheet = book.get_sheet_by_name(told.name)
    first = sheet.start[0] + 1 if sheet.start else 1
    rows = sheet.to_python(skip_empty_area=True)
    return Sheet(rows, first, hidden=not str(told.visible).endswith(f".{VISIBLE}"))


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn whatever the reader stumbles over into one clear error."""
    from python_calamine import PasswordError

    try:
        yield
    except PasswordError as error:
        raise ExportError(locked(name)) from error
    except MemoryError as error:
        message = f"{name} does not fit into memory. Save its sheets as CSV UTF-8."
        raise ExportError(message) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the reader's panics are no Exceptions
        message = (
            f"{name} cannot be read as a workbook ({error}). If it opens in Excel, save it again "
            "as .xlsx or as CSV UTF-8."
        )
        raise ExportError(message) from error

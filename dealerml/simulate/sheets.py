"""Workbooks as systems export them: typed cells, and the same bytes for the same content."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.exports import safe_cell

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

STAMP: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - no clock: equal content has equal bytes
TEXT_FORMAT, DATE_FORMAT, TIME_FORMAT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NO_MERGES: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    merged: Mapping[str, Sequence[str]] = NO_MERGES,
) -> Path:
    """Which workbook holds these rows, every cell as what it is?

    Text stays text, codes of digits and what begins like a formula included; numbers are numbers;
    days and times of day are real dates; what is missing is an empty cell.

    Parameters
    ----------
    sheets
        Name of each sheet → its rows, the header among them.
    merged
        Name of a sheet → ranges of cells shown as one, such as ``"A2:A5"``; all cells of a range
        but its first must be empty.

    Returns
    -------
    The path.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_workbook(folder / "book.xlsx", {"数据": [["编号"], ["007"]]}).name
    'book.xlsx'
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
        # As a list: the set that openpyxl keeps has no order, and is slow to grow.
        sheet.merged_cells = list(merged.get(name, ()))
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(without_clock(buffer.getvalue()))
    return path


def without_clock(workbook: bytes) -> bytes:
    """The same workbook with every time stamp inside set to one constant."""
    stamp = f"{STAMP:%Y-%m-%dT%H:%M:%S}Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>" + stamp, data)
            fixed = zipfile.ZipInfo(info.filename, STAMP.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, data)
    return out.getvalue()


def _cell(sheet: "WriteOnlyWorksheet", value: Any) -> Any:
    if pd.isna(value) or value == "":
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, dt.date):
        return _date_cell(sheet, value)
    return value


def _text_cell(sheet: "WriteOnlyWorksheet", text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    # What looks like a formula is stored as text and marked, so that editing keeps it so.
    cell.data_type, cell.number_format = "s", TEXT_FORMAT
    if safe_cell(text) != text:
        cell.quotePrefix = True
    return cell


def _date_cell(sheet: "WriteOnlyWorksheet", value: dt.date) -> Any:
    from openpyxl.cell import WriteOnlyCell

    timed = isinstance(value, dt.datetime) and value.time() != dt.time()
    plain = value if timed else dt.date(value.year, value.month, value.day)
    cell = WriteOnlyCell(sheet, plain)
    cell.number_format = TIME_FORMAT if timed else DATE_FORMAT
    return cell

"""Workbooks as systems export them: typed cells, and the same bytes for the same content."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from dealerml.exports.books import Book, write_book

# First row, first column, last row, last column, all counted from 0.
Range = tuple[int, int, int, int]
NO_MERGES: Final[Mapping[str, Sequence[Range]]] = MappingProxyType({})


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    merged: Mapping[str, Sequence[Range]] = NO_MERGES,
) -> Path:
    """Which workbook holds these rows, every cell as what it is?

    Text stays text, codes of digits and what begins like a formula included; numbers are numbers;
    days and times of day are real dates; what is missing is an empty cell.

    Parameters
    ----------
    sheets
        Name of each sheet → its rows, the header among them.
    merged
        Name of a sheet → ranges of cells shown as one: first row, first column, last row and last
        column, counted from 0; all cells of a range but its first must be empty.

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
    with write_book(path) as book:
        for name, rows in sheets.items():
            _fill(book, name, rows, merged.get(name, ()))
    return path


def _fill(book: Book, name: str, rows: Sequence[Sequence[Any]], merged: Sequence[Range]) -> None:
    sheet = book.add_sheet(name)
    # The cells of a merged range must exist before their values: a range is written empty.
    for area in merged:
        sheet.merge_range(*area, "")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if not pd.isna(value) and value != "":
                book.put(sheet, (row, column), value)

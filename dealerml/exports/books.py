"""Workbooks whose cells stay what they are: the same content gives the same bytes."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dealerml.exports.formulas import safe_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

STAMP: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - no clock: equal content has equal bytes
TEXT_FORMAT, DATE_FORMAT, TIME_FORMAT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
# What one cell of a spreadsheet can hold, and what the name of a sheet can.
LONGEST_TEXT, LONGEST_NAME = 32_767, 31
# In memory: files on the way would carry the rights of this machine into the workbook.
OPTIONS: Final = {"in_memory": True, "nan_inf_to_errors": True}

Look = tuple[tuple[str, Any], ...]
QUOTED: Final[Look] = (("quote_prefix", True),)


class Book:
    """A workbook being written; `write_book` opens and closes it."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._formats: dict[Look, Format] = {}

    def add_sheet(self, name: str) -> "Worksheet":
        """An empty sheet behind the others."""
        return self._book.add_worksheet(name[:LONGEST_NAME])

    def put(
        self,
        sheet: "Worksheet",
        place: tuple[int, int],
        value: Any,
        *,
        number_format: str = "General",
        look: Look = (),
    ) -> None:
        """Write one cell: text as text however it begins, days and times as dates, numbers.

        Parameters
        ----------
        place
            Row and column, counted from 0.
        number_format
            How a spreadsheet shows a number; texts and dates have their own.
        look
            Further properties of the cell by XlsxWriter's names, such as ``("bold", True)``.
        """
        if isinstance(value, str):
            text = value[:LONGEST_TEXT]
            # What looks like a formula is text and marked, so that editing keeps it so.
            if safe_cell(text) != text:
                look += QUOTED
            sheet.write_string(*place, text, self._format(TEXT_FORMAT, look))
        elif isinstance(value, dt.date):
            timed = isinstance(value, dt.datetime) and value.time() != dt.time()
            plain = dt.datetime(*value.timetuple()[:6])  # noqa: DTZ001 - a cell has no time zone
            shown = TIME_FORMAT if timed else DATE_FORMAT
            sheet.write_datetime(*place, plain, self._format(shown, look))
        elif isinstance(value, bool):
            sheet.write_boolean(*place, value, self._format(number_format, look))
        else:
            sheet.write_number(*place, value, self._format(number_format, look))

    def _format(self, number_format: str, look: Look) -> "Format":
        key = (("num_format", number_format), *look)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(key))
        return self._formats[key]


@contextmanager
def write_book(path: Path) -> Iterator[Book]:
    """Which workbook holds what is put into it? It is written when the block ends.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "book.xlsx"
    >>> with write_book(path) as book:
    ...     book.put(book.add_sheet("数据"), (0, 0), "007")
    >>> path.is_file()
    True
    """
    from xlsxwriter import Workbook

    written = io.BytesIO()
    with Workbook(written, OPTIONS) as book:
        yield Book(book)
    path.write_bytes(without_clock(written.getvalue()))


def without_clock(document: bytes) -> bytes:
    """The same workbook or slides with every time stamp inside set to one constant."""
    stamp = f"{STAMP:%Y-%m-%dT%H:%M:%S}Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>" + stamp, data)
            fixed = zipfile.ZipInfo(info.filename, STAMP.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, data)
    return out.getvalue()

"""The workbook people live in: the tables of the review with filters, widths and formats."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.exports import safe_cell
from dealerml.review.dealers import dealers_in
from dealerml.review.gaps import RESULTS
from dealerml.review.run import Review
from dealerml.review.showing import format_of
from dealerml.words import column_label, say

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

STAMP: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - no clock: equal reviews have equal bytes
WIDEST: Final = 60
NUMBER_FORMATS: Final = {
    "money": "#,##0",
    "percent": "0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "count": "#,##0",
    "number": "#,##0.00",
}


def write_workbook(review: Review, path: Path, *, lang: str = "en") -> None:
    """Write overview, dealers, alerts, forecast, set-aside rows and definitions as one workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, table in _sheets(review, lang).items():
        _add_sheet(book, say(f"review.sheet.{name}", lang), table, lang)
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(without_clock(buffer.getvalue()))


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


def _sheets(review: Review, lang: str) -> dict[str, pd.DataFrame]:
    sheets = {
        "overview": _overview(review, lang),
        "dealers": dealers_in(review, lang),
        "alerts": review.alerts.table_in(lang),
        "forecast": review.forecast.table[review.forecast.table["level"] != "dealer"],
    }
    if review.ingest is not None:
        sheets["set_aside"] = review.ingest.table
    sheets["definitions"] = _definitions(review)
    return sheets


def _overview(review: Review, lang: str) -> pd.DataFrame:
    said = [(say("review.sheet.notes", lang), s.text_in(lang)) for s in review.said]
    found = [
        (say(f"review.result.{name}", lang), getattr(review, name).text_in(lang))
        for name in RESULTS
    ]
    head = [(say("review.as_of", lang), review.as_of.isoformat())]
    return pd.DataFrame([*head, *said, *found], columns=["topic", "finding"])


def _definitions(review: Review) -> pd.DataFrame:
    rows = [
        (f"{topic}.{path}", value)
        for topic, values in review.policy.as_dict().items()
        for path, value in _leaves(values)
    ]
    return pd.DataFrame(rows, columns=["definition", "value"]).astype("str")


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every single value below, with the way to it: ``parts.3.weight``."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [(str(n), item) for n, item in enumerate(value, start=1)]
    else:
        return [(path, value)]
    return [leaf for name, item in items for leaf in _leaves(item, f"{path}.{name}".strip("."))]


def _add_sheet(book: "Workbook", title: str, table: pd.DataFrame, lang: str) -> None:
    sheet = book.create_sheet(title[:31])
    for place, name in enumerate(table.columns, start=1):
        _put(sheet, (1, place), column_label(str(name), lang))
    for row, values in enumerate(table.itertuples(index=False, name=None), start=2):
        for place, value in enumerate(values, start=1):
            if not pd.isna(value):
                cell = _put(sheet, (row, place), value)
                if not isinstance(value, str):
                    cell.number_format = NUMBER_FORMATS[format_of(str(table.columns[place - 1]))]
    _dress(sheet, table)


def _put(sheet: "Worksheet", place: tuple[int, int], value: object) -> Any:
    """Write one cell; text stays text, whatever it begins with."""
    cell: Any = sheet.cell(*place)
    if not isinstance(value, str | bool | int | float):
        value = value.item() if hasattr(value, "item") else str(value)[:10]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = safe_cell(value) != value
    return cell


def _dress(sheet: "Worksheet", table: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2" if "dealer_id" in table.columns else "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for place, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _widths(table: pd.DataFrame) -> Sequence[float]:
    """Wide enough for most cells; a Chinese character takes two places."""
    widths = []
    for name in table.columns:
        texts = table[name].dropna().astype("str").head(200)
        longest = max((sum(1 + (ord(c) > 0x2E80) for c in text) for text in texts), default=8)
        widths.append(float(min(WIDEST, max(11, longest + 2))))
    return widths

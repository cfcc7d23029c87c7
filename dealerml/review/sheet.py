"""One sheet of a workbook: cells that stay what they are, with formats, widths and filters."""

import datetime as dt
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.exports import safe_cell
from dealerml.review.showing import format_of
from dealerml.review.wording import text_width
from dealerml.simulate.sheets import without_clock
from dealerml.words import column_label
from dealerml.words.formatting import clean_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NARROWEST, WIDEST = 8.0, 48.0
# Rows looked at to find the width of a column.
SAMPLED: Final = 300
LINE: Final = 15.0  # points
NUMBER_FORMATS: Final = {
    "money": "#,##0",
    "percent": "0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "count": "#,##0",
    "number": "#,##0.00",
}
DATE_FORMAT, TEXT_FORMAT = "yyyy-mm-dd", "@"
FONT, HEAD_FILL, HEAD_LINES = "Calibri", "E4E7EB", 3
KEYS: Final = ("dealer_id", "dealer_name", "topic")


def save_office(document: Any, path: Path) -> None:
    """Save a workbook or slides without the time at which it was done."""
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(without_clock(buffer.getvalue()))


def fill_sheet(
    sheet: "Worksheet",
    table: pd.DataFrame,
    *,
    lang: str,
    fills: Mapping[str, str] | None = None,
    wrap: Mapping[str, float] | None = None,
) -> None:
    """Write a table with its labels; what is missing stays empty.

    Parameters
    ----------
    fills
        Text of a cell → its colour as RRGGBB.
    wrap
        Column whose text runs over several lines → its width.
    """
    for place, name in enumerate(table.columns, start=1):
        put_cell(sheet, (1, place), column_label(str(name), lang))
        values, spec = table[name].tolist(), format_of(str(name))
        for row, value in enumerate(values, start=2):
            if not pd.isna(value) and value != "":
                cell = put_cell(sheet, (row, place), value, NUMBER_FORMATS[spec])
                if fills and value in fills:
                    _paint(cell, fills[value])
    _dress(sheet, table, lang)
    for name, width in (wrap or {}).items():
        _wrap(sheet, list(table.columns).index(name) + 1, width)


def put_cell(
    sheet: "Worksheet", place: tuple[int, int], value: Any, number_format: str = TEXT_FORMAT
) -> Any:
    """Write one cell: dates as dates, numbers as numbers; text stays text, however it begins."""
    if isinstance(value, str):
        text = clean_text(value)
        cell: Any = sheet.cell(*place, text)
        # What looks like a formula is stored as text and marked, so that editing keeps it so.
        cell.data_type, cell.number_format = "s", TEXT_FORMAT
        if safe_cell(text) != text:
            cell.quotePrefix = True
        return cell
    if isinstance(value, dt.date):
        cell = sheet.cell(*place, dt.date(value.year, value.month, value.day))
        cell.number_format = DATE_FORMAT
        return cell
    cell = sheet.cell(*place, value)
    cell.number_format = number_format
    return cell


def _paint(cell: Any, colour: str) -> None:
    from openpyxl.styles import Font, PatternFill

    from dealerml.theme import ink_on

    cell.font = Font(name=FONT, size=11, color=ink_on(f"#{colour}").lstrip("#"))
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)


def _dress(sheet: "Worksheet", table: pd.DataFrame, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for cell in sheet[1]:
        cell.font = Font(name=FONT, size=11, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.fill = PatternFill("solid", start_color=HEAD_FILL, end_color=HEAD_FILL)
    keys = [place for place, name in enumerate(table.columns, start=1) if name in KEYS]
    sheet.freeze_panes = sheet.cell(2, max(keys, default=0) + 1)
    sheet.auto_filter.ref = sheet.dimensions
    lines = 1
    for place, name in enumerate(table.columns, start=1):
        column = sheet.column_dimensions[get_column_letter(place)]
        label = column_label(str(name), lang)
        column.width = _width(table[name], label)
        lines = max(lines, math.ceil(text_width(label) / (column.width - 2)))
        # A column without a value keeps its place, for formulas and pivots, but not its room.
        column.hidden = not _filled(table[name])
    sheet.row_dimensions[1].height = (lines + 0.5) * LINE
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _wrap(sheet: "Worksheet", place: int, width: float) -> None:
    """Let a column's text run over lines, and give each row the height for it."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    sheet.column_dimensions[get_column_letter(place)].width = width
    for row in sheet.iter_rows(2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.column == place, vertical="top")
        text = str(row[place - 1].value or "")
        lines = max(1, math.ceil(1.05 * text_width(text) / width))
        sheet.row_dimensions[row[0].row].height = lines * LINE


def _width(values: pd.Series, label: str) -> float:
    """Wide enough for most cells, and for the label on a few lines."""
    known = values.dropna().head(SAMPLED)
    numeric = pd.api.types.is_numeric_dtype(values)
    texts = [f"{value:,.0f}" if numeric else str(value)[:200] for value in known]
    if pd.api.types.is_datetime64_any_dtype(values):
        texts = [text[:10] for text in texts]
    longest = max(map(text_width, texts), default=0)
    head = max(map(text_width, [*label.split(), "·" * (text_width(label) // HEAD_LINES)]))
    return float(min(WIDEST, max(NARROWEST, longest + 2, head + 3)))


def _filled(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype("str") != "")).any())

"""One sheet of a workbook: cells that stay what they are, with formats, widths and filters."""

import datetime as dt
import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.exports.books import Book, Look
from dealerml.review.showing import format_of
from dealerml.review.wording import text_width
from dealerml.words import column_label
from dealerml.words.formatting import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

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
HEAD: Final[Look] = (
    *(("bold", True), ("text_wrap", True)),
    *(("valign", "vcenter"), ("bg_color", "#E4E7EB")),
)
HEAD_LINES: Final = 3
# What XlsxWriter adds to the width of a column.
PADDING: Final = 0.71
KEYS: Final = ("dealer_id", "dealer_name", "topic")


def fill_sheet(
    book: Book,
    name: str,
    table: pd.DataFrame,
    *,
    lang: str,
    fills: Mapping[str, str] | None = None,
    wrap: Mapping[str, float] | None = None,
    to_fill: Collection[str] = (),
) -> "Worksheet":
    """Add a sheet with a table and its labels; what is missing stays empty.

    Parameters
    ----------
    fills
        Text of a cell → its colour as RRGGBB.
    wrap
        Column whose text runs over several lines → its width.
    to_fill
        Columns that are for the reader to fill in: shown although they are empty.
    """
    fills, wrap = fills or {}, wrap or {}
    sheet = book.add_sheet(name)
    for column, code in enumerate(table.columns):
        label = column_label(str(code), lang)
        put_cell(book, sheet, (0, column), label, look=HEAD)
        shown = NUMBER_FORMATS[format_of(str(code))]
        place = (("valign", "top"), ("text_wrap", code in wrap)) if wrap else ()
        for row, value in enumerate(table[code].tolist(), start=1):
            if not pd.isna(value) and value != "":
                look = place + _paint(fills[value]) if value in fills else place
                put_cell(book, sheet, (row, column), value, number_format=shown, look=look)
    _set_columns(sheet, table, lang, wrap, to_fill)
    _set_heights(sheet, table, wrap)
    keys = [place for place, code in enumerate(table.columns, start=1) if code in KEYS]
    sheet.freeze_panes(1, max(keys, default=0))
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def put_cell(
    book: Book, sheet: "Worksheet", place: tuple[int, int], value: Any, **how: Any
) -> None:
    """Write one cell; of a text from an export what nothing in it can disturb."""
    if isinstance(value, dt.datetime):
        value = value.date()
    book.put(sheet, place, clean_text(value) if isinstance(value, str) else value, **how)


def _paint(colour: str) -> Look:
    from dealerml.theme import ink_on

    fill = f"#{colour}"
    return (("bg_color", fill), ("font_color", ink_on(fill)))


def _set_columns(
    sheet: "Worksheet",
    table: pd.DataFrame,
    lang: str,
    wrap: Mapping[str, float],
    to_fill: Collection[str],
) -> None:
    """Give each column the width that it needs, and its head the lines."""
    lines = 1
    for column, name in enumerate(table.columns):
        label = column_label(str(name), lang)
        width = wrap.get(name) or _width(table[name], label)
        lines = max(lines, math.ceil(text_width(label) / (width - 2)))
        # A column without a value keeps its place, for formulas and pivots, but not its room.
        hidden = not _filled(table[name]) and name not in to_fill
        sheet.set_column(column, column, width - PADDING, None, {"hidden": hidden})
    sheet.set_row(0, (lines + 0.5) * LINE)


def _set_heights(sheet: "Worksheet", table: pd.DataFrame, wrap: Mapping[str, float]) -> None:
    """Give each row the height that its longest text needs."""
    for row in range(len(table) if wrap else 0):
        texts = [(str(table[name].iloc[row] or ""), width) for name, width in wrap.items()]
        lines = [math.ceil(1.05 * text_width(text) / width) for text, width in texts]
        sheet.set_row(row + 1, max(1, *lines) * LINE)


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

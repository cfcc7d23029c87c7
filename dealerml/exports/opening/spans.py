"""How far do the tables of an .ods workbook reach, once what is repeated is written out?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from dealerml.errors import ExportError

CELLS = ("table:table-cell", "table:covered-table-cell")
REPEATED_COLUMNS, REPEATED_ROWS = "table:number-columns-repeated", "table:number-rows-repeated"
# What makes a cell one that is not empty.
FILLED = ("office:value-type", "office:value", "office:string-value", "table:formula")


@dataclass
class _Reach:
    """What was counted so far; the only thing here that changes."""

    grid: int = 0
    text: int = 0
    rows: int = 0
    columns: int = 0
    waiting_rows: int = 0
    row_repeats: int = 1
    row_text: int = 0
    at: int = 0
    last: int = 0
    cell_text: int = 0
    cell_repeats: int = 1
    in_cell: bool = False
    names: list[str] = field(default_factory=list)


def measure_tables(chunks: Iterable[bytes], name: str) -> tuple[int, int]:
    """How many cells do the tables hold, empty ones between them included, and how much text?

    Raises
    ------
    ExportError
        If the XML is damaged or declares entities.
    """
    reach = _Reach()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, told: _start(reach, tag, told)
    parser.EndElementHandler = lambda tag: _end(reach, tag)
    parser.CharacterDataHandler = lambda text: _text(reach, len(text.encode()))
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_declaration(name)
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError) as error:
        message = f"{name} is damaged ({error}). Save it again as .xlsx or CSV UTF-8."
        raise ExportError(message) from error
    return reach.grid, reach.text


def _start(reach: _Reach, tag: str, told: dict[str, Any]) -> None:
    if tag in CELLS:
        reach.in_cell = True
        reach.cell_repeats = max(1, int(told.get(REPEATED_COLUMNS, 1)))
        reach.cell_text = sum(len(value) for value in told.values())
        if any(key in told for key in FILLED):
            reach.last = reach.at + reach.cell_repeats
        reach.at += reach.cell_repeats
    elif tag == "table:table-row":
        reach.row_repeats = max(1, int(told.get(REPEATED_ROWS, 1)))
        reach.at = reach.last = reach.row_text = 0
    elif tag == "table:table":
        reach.rows = reach.columns = reach.waiting_rows = 0
    elif tag == "text:s":
        _text(reach, int(told.get("text:c", 1)))


def _text(reach: _Reach, length: int) -> None:
    if reach.in_cell:
        reach.cell_text += length


def _end(reach: _Reach, tag: str) -> None:
    if tag in CELLS:
        reach.in_cell = False
        reach.row_text += reach.cell_text * reach.cell_repeats
    elif tag == "table:table-row":
        reach.waiting_rows += reach.row_repeats
        if reach.last:
            reach.text += reach.row_text * reach.row_repeats
            reach.rows += reach.waiting_rows
            reach.columns = max(reach.columns, reach.last)
            reach.waiting_rows = 0
    elif tag == "table:table":
        reach.grid += reach.rows * reach.columns


def _refuse_declaration(name: str) -> None:
    message = (
        f"{name} declares entities, as no spreadsheet program does. It was not read: it may be "
        "made to do harm."
    )
    raise ExportError(message)

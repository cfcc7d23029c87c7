"""Which rows do the tables of a web page hold? Many an .xls is one, or the XML of Excel 2003."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from dealerml.errors import ExportError
from dealerml.exports.opening.encoding import decodes, detect_encoding
from dealerml.exports.opening.grid import MAX_CELLS
from dealerml.exports.opening.workbook import Sheet

MAX_SIZE = 256 << 20
CHUNK, START = 1 << 18, 1 << 13
# No tag, comment or style sheet is longer than this.
LONGEST_TAG = 1 << 19
# What a cell may cover; more is a slip of the pen, or meant to do harm.
MAX_COLUMNS, MAX_ROWS = 16_384, 1_048_576
CHARSET = re.compile(
    rb"<meta[^>]*charset\s*=\s*[\"']?([\w-]+)|<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)",
    re.IGNORECASE,
)
# Names under which a larger set of characters is really written.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "iso8859-1": "cp1252"}
# Tags of web pages, and those of Excel 2003 that mean the same.
ROWS, CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
BREAKS, IGNORED = frozenset({"br", "p", "div", "li"}), frozenset({"script", "style", "comment"})
ACROSS, DOWN = ("colspan", "ss:mergeacross"), ("rowspan", "ss:mergedown")


@dataclass
class _Table:
    """A table that is being read.

    Parameters
    ----------
    rows, row
        Finished rows, and the open one.
    text, spans
        Pieces of the open cell, and how many columns and rows it covers.
    covered
        Column → how many further rows a cell above reaches down into it.
    """

    title: str
    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None
    text: list[str] | None = None
    spans: tuple[int, int] = (1, 1)
    covered: dict[int, int] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects tables. The standard library's parser is made to be inherited from."""

    def __init__(self, name: str, room: int) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.room, self.title, self.ignored = name, room, "", ""
        self.tables: list[_Table] = []
        self.open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        table = self.open[-1] if self.open else None
        if tag == "worksheet":
            self.title = told.get("ss:name", "")
        elif tag in IGNORED:
            self.ignored = self.ignored or tag
        elif tag == "table":
            self.open.append(_Table(self.title))
            self.tables.append(self.open[-1])
            self.title = ""
        elif table and tag in ROWS:
            _end_row(table, self)
            _skip_rows(table, _number(told, ("ss:index",), 0, MAX_ROWS), self)
            table.row = []
        elif table and tag in CELLS:
            _start_cell(table, told, self)
        elif table and table.text is not None and tag in BREAKS:
            table.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.ignored:
            self.ignored = ""
        table = self.open[-1] if self.open else None
        if table and tag in CELLS:
            _end_cell(table, self)
        elif table and tag in (*ROWS, "table"):
            _end_row(table, self)
            if tag == "table":
                self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].text is not None and not self.ignored:
            self.open[-1].text.append(data)

    def unknown_decl(self, data: str) -> None:
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))

    def take(self, cells: int) -> None:
        """Count cells, and stop before they are too many."""
        self.room -= cells
        if self.room < 0:
            message = (
                f"{self.name} spreads its cells over more columns and rows than memory holds. "
                "Open it in Excel and save it as .xlsx."
            )
            raise ExportError(message)


def read_html(path: Path, name: str) -> dict[str, Sheet]:
    """Which rows does each table hold, by its title or number?

    Of merged cells all but the first are blank. A table inside a cell of another is a table of its
    own. A page without any gives a blank one.

    Raises
    ------
    ExportError
        If the page is damaged, in no known encoding, or asks for more memory than it should.
    """
    size = path.stat().st_size
    if size > MAX_SIZE:
        message = f"{name} is larger than {MAX_SIZE:,} bytes. Export the data as CSV or .xlsx."
        raise ExportError(message)
    reader = _Reader(name, max(MAX_CELLS, size // 4))
    try:
        with path.open(encoding=_encoding(path, name), newline="") as stream:
            while (chunk := stream.read(CHUNK)) and len(reader.rawdata) < LONGEST_TAG:
                reader.feed(chunk)
    except (AssertionError, ValueError) as error:
        if isinstance(error, ExportError):
            raise
        raise ExportError(_cut_off(name)) from error
    if "<" in reader.rawdata:
        raise ExportError(_cut_off(name))
    for table in reader.open:
        _end_row(table, reader)
    return _name_sheets(table for table in reader.tables if any(map(any, table.rows)))


def _name_sheets(tables: Iterable[_Table]) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    for number, table in enumerate(tables, start=1):
        title = table.title if table.title and table.title not in sheets else str(number)
        sheets[title] = Sheet(table.rows)
    return sheets or {"1": Sheet([])}


def _encoding(path: Path, name: str) -> str:
    """The encoding that the page says, if it is true; else the one its bytes show."""
    with path.open("rb") as stream:
        said = CHARSET.search(stream.read(START))
    if said:
        try:
            known = codecs.lookup((said[1] or said[2]).decode()).name
        except LookupError:
            return detect_encoding(path, name)
        known = WIDER.get(known, known)
        claims_other = not known.startswith("utf") and not decodes(path, name, "utf-8")
        if claims_other and decodes(path, name, known):
            return known
    return detect_encoding(path, name)


def _start_cell(table: _Table, told: dict[str, str], reader: _Reader) -> None:
    _end_cell(table, reader)
    if table.row is None:
        table.row = []
    table.text, table.spans = [], (1, 1)
    if not told:
        return
    blank = _number(told, ("ss:index",), 0, MAX_COLUMNS) - 1 - len(table.row)
    if blank > 0:
        reader.take(blank)
        table.row.extend([""] * blank)
    # Excel 2003 says how many more cells are covered, a web page how many.
    more = 1 if "ss:mergeacross" in told or "ss:mergedown" in told else 0
    across = _number(told, ACROSS, 1 - more, MAX_COLUMNS) + more
    table.spans = across, _number(told, DOWN, 1 - more, MAX_ROWS) + more


def _end_cell(table: _Table, reader: _Reader) -> None:
    if table.text is None or table.row is None:
        return
    while table.covered.get(len(table.row)):
        reader.take(1)
        table.row.append("")
    across, down = table.spans
    reader.take(across)
    for column in range(len(table.row), len(table.row) + across):
        if down > 1:
            table.covered[column] = down
    table.row.extend([" ".join("".join(table.text).split()), *[""] * (across - 1)])
    table.text = None


def _end_row(table: _Table, reader: _Reader) -> None:
    _end_cell(table, reader)
    if table.row is None:
        return
    table.rows.append(table.row)
    table.row = None
    table.covered = {column: rows - 1 for column, rows in table.covered.items() if rows > 1}


def _skip_rows(table: _Table, index: int, reader: _Reader) -> None:
    """Blank rows before one that names its place."""
    blank = index - 1 - len(table.rows)
    if blank > 0:
        reader.take(blank)
        table.rows.extend([] for _ in range(blank))


def _number(told: dict[str, str], keys: tuple[str, ...], usual: int, most: int) -> int:
    text = next((told[key] for key in keys if key in told), "").strip()
    if not text.isascii() or not text.isdecimal() or not text.strip("0"):
        return usual
    return min(int(text[:10]), most)


def _cut_off(name: str) -> str:
    return f"{name} ends in the middle of a tag or comment: it is damaged. Export it again."

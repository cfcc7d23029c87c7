"""Dirt of whole files: items 1 to 6 of the checklist."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.exports.clean import Export
from tests.exports.dirty_values import Make, both, refused, style
from tests.exports.workbooks import record, write_xls

TRADITIONAL = str.maketrans("单据编号客户码称数额达恒东贸", "單據編號客戶碼稱數額達恆東貿")


def encoded(encoding: str) -> Make:
    return lambda export: replace(export, encoding=encoding)


def _traditional(export: Export) -> Export:
    labels = {name: text.translate(TRADITIONAL) for name, text in export.labels.items()}
    names = style("dealer_name", lambda text: text.translate(TRADITIONAL).replace("喆", "哲"))
    return replace(names(export), labels=labels, encoding="big5")


def formed(form: str, suffix: str = "", separator: str = ",", encoding: str = "utf-8") -> Make:
    told = {"form": form, "suffix": suffix, "separator": separator, "encoding": encoding}
    return lambda export: replace(export, **told)


def _parts(export: Export) -> Export:
    """Two files: the first four rows, and the others."""
    rows = tuple(replace(row, part=int(n >= 4)) for n, row in enumerate(export.rows))
    return replace(export, rows=rows)


def _overlap(export: Export) -> Export:
    """The last two rows of the first file open the second one once more."""
    rows = []
    for row in _parts(export).rows:
        again = row.line is not None and row.line[0] in ("O2", "O3")
        if again:
            gone = replace(row, line=None, rule="exported_twice", amount=Decimal(row.line[5]))
            rows += [gone, replace(row, part=1)]
        else:
            rows.append(row)
    return replace(export, rows=tuple(sorted(rows, key=lambda row: row.part)))


def _whole_copy(export: Export) -> Export:
    """The same file once more, byte for byte."""
    unread = (*export.unread, ("orders_2", "copy"))
    more = tuple(replace(row, line=None, rule="copy", part=1) for row in export.rows)
    return replace(export, rows=(*export.rows, *more), unread=unread)


def _through_excel(field: str, write: Callable[[str], str], error: str) -> Make:
    return both(style(field, write), refused(error))


def _lost_zeros(export: Export) -> Export:
    """The list of dealers still has the zeros that the lines have lost."""
    short = style("dealer_id", lambda text: text[-1])(export)
    listed = "客户编码,客户名称,城市\n" + "".join(f"00{n},某某{n},上海\n" for n in range(1, 5))
    found = replace(short, extra={**export.extra, "dealers.csv": listed.encode()})
    return refused(r"lost their leading zeros \(4, .*pad_zeros = 3")(found)


def _locked(_: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xls"
        return write_xls(path, extra=record(0x2F, b"\x01\0" + bytes(4))).read_bytes()


def _hidden_sheet(content: bytes) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    copy = book.copy_worksheet(book.worksheets[0])
    copy.title, copy.sheet_state = "旧", "hidden"
    return _saved(book)


def _hidden_rows(content: bytes) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet.row_dimensions[sheet.max_row].hidden = True
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.enable()
    return _saved(book)


def _saved(book) -> bytes:
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def finished(how: Callable[[bytes], bytes]) -> Make:
    return lambda export: replace(formed("xlsx")(export), finish=how)


def _beside(name: str, content: bytes, reason: str) -> Make:
    def make(export: Export) -> Export:
        unread = (*export.unread, (name, reason))
        return replace(export, extra={**export.extra, name: content}, unread=unread)

    return make


def _header_only(export: Export) -> Export:
    """No row at all: a table without any line, and nothing is lost."""
    return replace(export, rows=())


TABBED = "separator suffix form"
ITEMS: dict[str, tuple[str, Make]] = {
    "1 utf-8": ("encoding", encoded("utf-8")),
    "1 utf-8 with mark": ("encoding", encoded("utf-8-sig")),
    "1 gb18030": ("encoding", encoded("gb18030")),
    "1 gbk": ("encoding labels", encoded("gbk")),
    "1 utf-16": ("encoding", encoded("utf-16")),
    "1 utf-16 big end first": ("encoding", encoded("utf-16-be")),
    "1 big5": ("encoding labels dealer_name all", _traditional),
    "2 semicolons": (TABBED, formed("csv", separator=";")),
    "2 tabs": (TABBED, formed("csv", separator="\t")),
    "2 bars": (TABBED, formed("csv", separator="|")),
    "2 tabs named xls": (
        f"{TABBED} encoding",
        formed("csv", ".xls", separator="\t", encoding="utf-16"),
    ),
    "2 page named xls": (TABBED, formed("html", ".xls")),
    "2 workbook named csv": (f"{TABBED} encoding", formed("xlsx", ".csv")),
    "2 workbook": (f"{TABBED} encoding", formed("xlsx")),
    "3 zip of parts": ("parts", lambda e: replace(_parts(e), packed=True)),
    "3 split": ("parts", _parts),
    "3 overlap": ("parts rows", _overlap),
    "3 exported twice": ("parts rows", _whole_copy),
    "4 long codes": (
        "dealer_id all",
        _through_excel("dealer_id", lambda t: "1.23457E+17", "scientific notation.*Export the"),
    ),
    "4 rounded codes": (
        "dealer_id all",
        _through_excel("dealer_id", lambda t: f"2025010{t[-1]}12345000", "end in 000"),
    ),
    "4 narrow column": (
        "dealer_id all",
        _through_excel("dealer_id", lambda t: "#####", "column too narrow"),
    ),
    "4 lost zeros": ("dealer_id extra all", _lost_zeros),
    "5 password": (
        f"{TABBED} encoding all",
        both(
            lambda e: replace(e, suffix=".xls", finish=_locked), refused("protected by a password")
        ),
    ),
    "5 hidden sheet": (
        f"{TABBED} encoding parts",
        both(
            finished(_hidden_sheet),
            lambda e: replace(e, unread=(*e.unread, ("orders_1.xlsx#旧", "hidden_sheet"))),
        ),
    ),
    "5 hidden rows and filters": (f"{TABBED} encoding", finished(_hidden_rows)),
    "6 empty file": ("extra", _beside("empty.csv", b"", "empty")),
    "6 blank file": ("extra", _beside("blank.csv", b"\r\n", "empty")),
    "6 header only": ("all", _header_only),
}

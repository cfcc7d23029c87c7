"""Workbooks written byte by byte: small ones, and ones that no honest program writes."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dealerml.exports.opening.compound import wrap_book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SCHEMAS = "http://schemas.openxmlformats.org"
OFFICE = f"{SCHEMAS}/officeDocument/2006/relationships"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def write_xlsx(path: Path, data: str, strings: str = "", before: str = "") -> Path:
    """A workbook with one sheet S, of which these are the rows."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{SCHEMAS}/package/2006/content-types"/>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData></worksheet>'
        ),
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def shared(*texts: str) -> str:
    """The list of shared texts of an .xlsx workbook."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


def write_ods(path: Path, rows: str) -> Path:
    """An OpenDocument workbook with one sheet S."""
    spaces = " ".join(f'xmlns:{name}="{OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    manifest = f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def open_row(*cells: str, repeat: int = 1) -> str:
    """A row of an OpenDocument workbook."""
    return (
        f'<table:table-row table:number-rows-repeated="{repeat}">{"".join(cells)}</table:table-row>'
    )


def open_cell(text: str = "", repeat: int = 1) -> str:
    """A cell with text, or an empty one."""
    kind = 'office:value-type="string"' if text else ""
    inner = f"<text:p>{text}</text:p>" if text else ""
    how = f'{kind} table:number-columns-repeated="{repeat}"'
    return f"<table:table-cell {how}>{inner}</table:table-cell>"


def write_xlsb(path: Path, cells: Sequence[bytes], strings: Sequence[str] = ()) -> Path:
    """A binary workbook with one sheet S."""
    book = binary(156, struct.pack("<LL", 0, 1) + _wide("rId1") + _wide("S"))
    told = struct.pack("<LL", len(strings), len(strings))
    listed = b"".join(binary(19, b"\0" + _wide(text)) for text in strings)
    sheet = b"".join([binary(129), binary(148, bytes(16)), binary(145), *cells])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", _relations("officeDocument", "xl/workbook.bin"))
        relations = _relations("worksheet", "worksheets/sheet1.bin")
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        body = binary(131) + binary(143) + book + binary(144) + binary(132)
        archive.writestr("xl/workbook.bin", body)
        archive.writestr("xl/sharedStrings.bin", binary(159, told) + listed + binary(160))
        archive.writestr("xl/worksheets/sheet1.bin", sheet + binary(146) + binary(130))
    return path


def binary(kind: int, content: bytes = b"") -> bytes:
    """A record of a binary workbook."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + content


def binary_row(number: int) -> bytes:
    return binary(0, struct.pack("<L13x", number))


def binary_number(column: int, value: float) -> bytes:
    return binary(5, struct.pack("<LLd", column, 0, value))


def binary_shared(column: int, at: int) -> bytes:
    return binary(7, struct.pack("<LLL", column, 0, at))


def write_xls(path: Path, *cells: bytes, strings: Sequence[str] = (), extra: bytes = b"") -> Path:
    """A workbook of Excel 97 with one sheet S; `extra` are records before its list of sheets."""
    path.write_bytes(wrap_book("Workbook", book(*cells, strings=strings, extra=extra)))
    return path


def book(*cells: bytes, strings: Sequence[str] = (), extra: bytes = b"") -> bytes:
    """The records of such a workbook."""
    texts = b"".join(struct.pack("<HB", len(t), 1) + t.encode("utf-16-le") for t in strings)
    told = struct.pack("<ll", len(strings), len(strings))
    formats = b"".join(record(0xE0, struct.pack("<HH16x", 0, kind)) for kind in (0, 14))
    start = record(0x809, struct.pack("<HH12x", 0x600, 5)) + extra + formats
    rest = record(0xFC, told + texts) + record(0x0A)
    place = len(start) + 4 + 9 + len(rest)
    listed = record(0x85, struct.pack("<LBBBBc", place, 0, 0, 1, 0, b"S"))
    sheet = record(0x809, struct.pack("<HH12x", 0x600, 0x10)) + b"".join(cells) + record(0x0A)
    return start + listed + rest + sheet


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of a workbook of Excel 97."""
    return struct.pack("<HH", kind, len(content)) + content


def number(row: int, column: int, value: float, form: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, form, value))


def label(row: int, column: int, at: int) -> bytes:
    return record(0xFD, struct.pack("<HHHL", row, column, 0, at))


def claim(rows: int, columns: int) -> bytes:
    """What a sheet says of its own size."""
    return record(0x200, struct.pack("<LLHHH", 0, rows, 0, columns, 0))


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{SCHEMAS}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")

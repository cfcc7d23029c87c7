"""Exports damaged on purpose: from a number always the same mutant, of a seed in any format."""

import csv
import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.exports.workbooks import (
    binary_number,
    binary_row,
    binary_shared,
    label,
    number,
    open_cell,
    open_row,
    shared,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)

LABELS = ("order_id", "dealer_id", "order_date", "net_amount", "region")
ROWS = (
    ("O1", "A001", "2025-01-31", "1234.50", "华东"),
    ("O2", 'Smith & "Sons", Ltd', "2025-02-28", "-20.25", "华北"),
    ("O3", "上海恒达建材有限公司", "2025-03-31", "1,000,000.01", "西南"),
    ("O4", "A001", "2025-03-31", "0", "north"),
)
TEXTS = (*LABELS, *(text for row in ROWS for text in row))
SUFFIXES = (".csv", ".txt", ".tsv", ".xls", ".xlsx", ".xlsb", ".ods", ".parquet", ".html", ".zip")
# Bytes that mean something to one of the readers.
TELLING = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\r", b"\n\n", b"\t", b";", b"|", b",", b"<"),
    *(b"</table>", b"<table>", b'<td colspan="99999">', b"<!--", b"&#0;", b"&#x110000;", b"PAR1"),
    *(b"PK\x03\x04", b"PK\x05\x06", b"sep=\t\n", b"1e999", b"\xed\xa0\x80", b"\x81\x30\x81\x30"),
    *(b"9" * 40, b"-" * 9, "０".encode(), "\u2028".encode(), b"file_row_number", b"NaN", b"\x1a"),
)


@dataclass(frozen=True)
class Seed:
    """A sound export: its bytes, and the ending of its name."""

    content: bytes
    suffix: str


@dataclass(frozen=True)
class Mutant:
    """A damaged export: its bytes, the ending of its name, and what was done to which seed."""

    content: bytes
    suffix: str
    told: str


def make_mutant(seed: int) -> Mutant:
    """Which mutant goes by this number? One to three damages, and sometimes a wrong ending."""
    chance = random.Random(seed)
    name = chance.choice(sorted(seeds()))
    found = seeds()[name]
    content, told = found.content, [name]
    for _ in range(chance.choice((1, 1, 2, 3))):
        damage = chance.choice(DAMAGES)
        content = damage(content, chance)
        told.append(damage.__name__.strip("_"))
    suffix = found.suffix
    if chance.random() < 0.15:
        suffix = chance.choice(SUFFIXES)
        told.append(f"named *{suffix}")
    return Mutant(content, suffix, ", ".join(told))


@cache
def seeds() -> dict[str, Seed]:
    """The sound exports, one for each format and encoding."""
    text = _table(",")
    found = {
        "csv": Seed(text.encode(), ".csv"),
        "csv with mark": Seed(text.encode("utf-8-sig"), ".csv"),
        "csv gb18030": Seed(text.encode("gb18030"), ".csv"),
        "csv utf-16": Seed(text.encode("utf-16"), ".csv"),
        "tsv named xls": Seed(_table("\t").encode("utf-16"), ".xls"),
        "html named xls": Seed(_page().encode(), ".xls"),
        "excel 2003": Seed(_sheet_xml().encode(), ".xls"),
        "parquet": Seed(_parquet(), ".parquet"),
        "zip": Seed(_zip(text), ".zip"),
    }
    return found | _workbooks()


def _table(separator: str) -> str:
    sink = io.StringIO()
    csv.writer(sink, delimiter=separator).writerows([LABELS, *ROWS])
    return sink.getvalue()


def _page() -> str:
    rows = "".join(f"<tr>{''.join(map('<td>{}</td>'.format, row))}</tr>" for row in (LABELS, *ROWS))
    page = rows.replace("& ", "&amp; ")
    return f'<html><head><meta charset="utf-8"></head><body><table>{page}</table></body></html>'


def _sheet_xml() -> str:
    rows = "".join(
        f"<Row>{''.join(f'<Cell><Data>{cell}</Data></Cell>' for cell in row)}</Row>"
        for row in (LABELS, *ROWS)
    )
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    page = rows.replace("& ", "&amp; ")
    return f'{head}<Workbook><Worksheet ss:Name="S"><Table>{page}</Table></Worksheet></Workbook>'


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    columns = dict(zip(LABELS, map(list, zip(*ROWS, strict=True)), strict=True))
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _zip(text: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in {"a.csv": text, "notes.txt": "x\n", "b.png": "y"}.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return sink.getvalue()


def _workbooks() -> dict[str, Seed]:
    """Workbooks in all four formats; what zip files say of the time is made equal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book"
        made = {".xlsx": _xlsx, ".xls": _xls, ".xlsb": _xlsb, ".ods": _ods}
        return {
            suffix[1:]: Seed(_timeless(write(path).read_bytes()), suffix)
            for suffix, write in made.items()
        }


def _timeless(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w") as new:
        for info in old.infolist():
            member = zipfile.ZipInfo(info.filename)
            member.compress_type = info.compress_type
            new.writestr(member, old.read(info))
    return sink.getvalue()


def _cells() -> list[tuple[int, int, int]]:
    """Row, column and place among the texts of every cell."""
    width = len(LABELS)
    return [(at // width, at % width, at) for at in range(len(TEXTS))]


def _xlsx(path: Path) -> Path:
    rows = "".join(
        f'<row r="{row + 1}">'
        + "".join(
            f'<c r="{"ABCDE"[c]}{r + 1}" t="s"><v>{at}</v></c>' for r, c, at in _cells() if r == row
        )
        + "</row>"
        for row in range(1 + len(ROWS))
    )
    return write_xlsx(path, rows, strings=shared(*(t.replace("&", "&amp;") for t in TEXTS)))


def _xls(path: Path) -> Path:
    cells = [label(row, column, at) for row, column, at in _cells()]
    return write_xls(path, *cells, number(5, 3, 12.5), strings=TEXTS)


def _xlsb(path: Path) -> Path:
    cells: list[bytes] = []
    for row, column, at in _cells():
        cells += [binary_row(row)] * (column == 0) + [binary_shared(column, at)]
    return write_xlsb(path, [*cells, binary_row(5), binary_number(3, 12.5)], strings=TEXTS)


def _ods(path: Path) -> Path:
    rows = (open_row(*(open_cell(t.replace("&", "&amp;")) for t in row)) for row in (LABELS, *ROWS))
    return write_ods(path, "".join(rows))


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def _piece(content: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    return content[start : start + chance.choice((1, 4, 30, 300))]


def _truncated(content: bytes, chance: random.Random) -> bytes:
    return content[: _place(content, chance)]


def _beheaded(content: bytes, chance: random.Random) -> bytes:
    return content[min(_place(content, chance), 64) :]


def _spliced(content: bytes, chance: random.Random) -> bytes:
    other = seeds()[chance.choice(sorted(seeds()))].content
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8, 64)) if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _zeroed(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + bytes(chance.choice((1, 2, 16, 4096))) + content[at:]


def _doubled(content: bytes, chance: random.Random) -> bytes:
    at, piece = _place(content, chance), _piece(content, chance)
    return content[:at] + piece * chance.choice((2, 2, 50)) + content[at:]


def _cut_out(content: bytes, chance: random.Random) -> bytes:
    return content.replace(_piece(content, chance) or b"\0", b"", 1)


def _other_line_ends(content: bytes, chance: random.Random) -> bytes:
    new = chance.choice((b"\r", b"\n", b"\n\r", b"\r\r\n", b"\x0b", b"\x85"))
    return content.replace(chance.choice((b"\r\n", b"\n", b"\r")), new)


def _strewn(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.randbytes(chance.choice((1, 3, 40))) + content[at:]


def _told_otherwise(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    length = chance.choice((0, 1, 4))
    return content[:at] + chance.choice(TELLING) + content[at + length :]


def _inflated(content: bytes, chance: random.Random) -> bytes:
    """Four bytes that are a length or a place somewhere become a huge one."""
    at = _place(content, chance)
    huge = chance.choice((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\x10", b"\xfe\xff"))
    return content[:at] + huge + content[at + len(huge) :]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _truncated,
    _beheaded,
    _spliced,
    _flipped,
    _zeroed,
    _doubled,
    _cut_out,
    _other_line_ends,
    _strewn,
    _told_otherwise,
    _inflated,
)

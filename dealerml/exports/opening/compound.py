"""Which cells does the shell of an .xls file hold? Its chains of sectors are never trusted."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dealerml.errors import ExportError

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
MAX_SIZE = 256 << 20
END, FREE, OF_TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
FIRST_SECTORS, IN_HEADER, ENTRY = 76, 109, 128
SMALL, SMALL_SECTOR = 4096, 64
BOOKS, LOCKED = ("Workbook", "Book"), "EncryptedPackage"
STREAM, ROOT = 2, 5
# The copy is written in sectors of this size, in which a table of them fits into the header.
SECTOR = 4096


@dataclass(frozen=True)
class _Shell:
    """The bytes of a file, the size of its sectors, and which one follows each."""

    data: bytes
    size: int
    table: tuple[int, ...]

    def sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def chain(self, number: int) -> bytes:
        return b"".join(self.sector(at) for at in _follow(number, self.table))


def read_book(path: Path, name: str) -> tuple[str, bytes]:
    """What is the stream with the cells called, and what does it hold?

    Raises
    ------
    ExportError
        If the file is damaged, protected by a password, or holds no workbook.
    """
    if path.stat().st_size > MAX_SIZE:
        message = f"{name} is larger than any .xls workbook. Save it again as .xlsx."
        raise ExportError(message)
    try:
        streams = dict(_streams(path.read_bytes()))
    except (struct.error, IndexError, ValueError) as error:
        message = f"{name} is damaged. If it opens in Excel, save it again as .xlsx."
        raise ExportError(message) from error
    if LOCKED in streams:
        raise ExportError(locked(name))
    for title in BOOKS:
        if title in streams:
            return title, streams[title]
    message = f"{name} is no workbook, though it is written like one. Export it again."
    raise ExportError(message)


def locked(name: str) -> str:
    """What is said of a workbook that only opens with a password."""
    return (
        f"{name} is protected by a password. Open it in Excel, take the password off (File, Info, "
        "Protect Workbook) and save it again."
    )


def wrap_book(title: str, content: bytes) -> bytes:
    """The bytes of a file that holds this one stream and nothing else."""
    count = max(1, -(-len(content) // SECTOR))
    tables = 1
    while tables * SECTOR // 4 < count + 2 + tables:
        tables += 1
    links = [*range(1, count), END, END, END, *[OF_TABLE] * tables]
    links += [FREE] * (tables * SECTOR // 4 - len(links))
    # The root has to name a place for small streams, though there are none.
    root = _entry("Root Entry", ROOT, (count + 1, SECTOR, 1))
    return b"".join(
        (
            _header(count, tables),
            content.ljust(count * SECTOR, b"\0"),
            (root + _entry(title, STREAM, (0, count * SECTOR, FREE))).ljust(SECTOR, b"\0"),
            bytes(SECTOR),
            struct.pack(f"<{len(links)}L", *links),
        )
    )


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The streams that matter, by name."""
    version, shift = struct.unpack_from("<H2xH", data, 26)
    if shift not in (9, 12) or version not in (3, 4):
        raise ValueError(shift)
    shell = _Shell(data, 1 << shift, ())
    shell = _Shell(data, 1 << shift, tuple(_table(shell)))
    folder = shell.chain(struct.unpack_from("<L", data, 48)[0])
    root = folder[:ENTRY]
    small = _Shell(
        bytes(SMALL_SECTOR) + shell.chain(struct.unpack_from("<L", root, 116)[0]),
        SMALL_SECTOR,
        _numbers(shell.chain(struct.unpack_from("<L", data, 60)[0])),
    )
    for at in range(0, len(folder) - ENTRY + 1, ENTRY):
        length, start, size = struct.unpack_from("<64xH50xLL", folder, at)
        title = folder[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if title == LOCKED:
            yield title, b""
        elif title in BOOKS:
            yield title, (small if size < SMALL else shell).chain(start)[:size]


def _table(shell: _Shell) -> Iterator[int]:
    """Which sector follows each, out of the sectors that the header and its chain name."""
    named = list(struct.unpack_from(f"<{IN_HEADER}L", shell.data, FIRST_SECTORS))
    more = struct.unpack_from("<L", shell.data, 68)[0]
    seen: set[int] = set()
    while more not in (END, FREE):
        if more in seen:
            raise ValueError(more)
        seen.add(more)
        *listed, more = _numbers(shell.sector(more))
        named += listed
    wanted = [number for number in named if number not in (END, FREE)]
    if len(wanted) != len(set(wanted)):
        raise ValueError(wanted)
    for number in wanted:
        yield from _numbers(shell.sector(number))


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4])


def _follow(number: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain; one that comes back to itself is an error."""
    for _ in range(len(table) + 1):
        if number in (END, FREE):
            return
        yield number
        number = table[number]
    raise ValueError(number)


def _header(count: int, tables: int) -> bytes:
    fixed = struct.pack("<8s16x5H6x", MAGIC, 0x3E, 4, 0xFFFE, 12, 6)
    counts = struct.pack("<9L", 1, tables, count, 0, SMALL, END, 0, END, 0)
    named = [count + 2 + at for at in range(tables)]
    named += [FREE] * (IN_HEADER - len(named))
    return (fixed + counts + struct.pack(f"<{IN_HEADER}L", *named)).ljust(SECTOR, b"\0")


def _entry(title: str, kind: int, place: tuple[int, int, int]) -> bytes:
    start, size, child = place
    name = title.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3L16x4x16xLQ", name, len(name) + 2, kind, 1, FREE, FREE, child, start, size
    )

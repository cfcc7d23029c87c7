"""How far do the cells of a sheet in an .xlsb workbook reach? Its records are walked through."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dealerml.errors import ExportError

ROW, BLANK_CELL, SHARED, LAST_CELL = 0, 1, 7, 11
STRINGS, STRING = 159, 19
# How many bytes a record has at least.
SHORTEST = {**dict.fromkeys(range(ROW, LAST_CELL + 1), 8), ROW: 4, SHARED: 12, STRINGS: 8}
LONGEST = 1 << 20


@dataclass(frozen=True)
class Binary:
    """What a binary part holds.

    Parameters
    ----------
    rows, columns
        Largest row and column of a filled cell.
    shared
        Which shared text each such cell refers to.
    strings
        Length in bytes of each shared text that the part lists.
    """

    rows: int
    columns: int
    shared: tuple[int, ...]
    strings: tuple[int, ...]


def measure_records(chunks: Iterable[bytes], name: str) -> Binary:
    """How far do the cells of a binary part reach, and which shared texts do they hold?

    Raises
    ------
    ExportError
        If a record is longer than any honest one.
    """
    rows = columns = row = 0
    shared: list[int] = []
    strings: list[int] = []
    for kind, start, length in _walk(chunks, name):
        if length < SHORTEST.get(kind, 0):
            # A reader would take what is left of an earlier record for the missing bytes.
            message = f"{name} holds a cell that is cut off: it is damaged. Export it again."
            raise ExportError(message)
        if kind == ROW:
            row = struct.unpack_from("<L", start)[0] + 1
        elif BLANK_CELL < kind <= LAST_CELL:
            rows, columns = max(rows, row), max(columns, struct.unpack_from("<L", start)[0] + 1)
            if kind == SHARED:
                shared.append(struct.unpack_from("<L", start, 8)[0])
        elif kind == STRING:
            strings.append(length)
        elif kind == STRINGS and max(struct.unpack_from("<LL", start)) > 1 << 24:
            message = f"{name} claims more texts than any workbook holds. It was not read."
            raise ExportError(message)
    return Binary(rows, columns, tuple(shared), tuple(strings))


def _walk(chunks: Iterable[bytes], name: str) -> Iterator[tuple[int, bytes, int]]:
    """Kind, first bytes and length of each record."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        at = 0
        while (head := _head(data, at)) and head[2] + head[1] <= len(data):
            kind, length, begin = head
            yield kind, data[begin : begin + 16], length
            at = begin + length
        if head and head[1] > LONGEST:
            message = f"{name} holds a record longer than any cell. It was not read."
            raise ExportError(message)
        rest = data[at:]


def _head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind and length of the record at a position, and where its content begins."""
    if at + 6 > len(data) and at + 2 > len(data):
        return None
    kind = data[at]
    at += 1
    if kind & 0x80:
        kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
        at += 1
    length = 0
    for step in range(4):
        if at >= len(data):
            return None
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            break
    return kind, length, at

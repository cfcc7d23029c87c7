"""How far do the cells of an .xls workbook reach? Its records are walked through."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from dealerml.errors import ExportError
from dealerml.exports.opening.compound import locked

SHEET, STRINGS, MORE, PASSWORD, END = 0x85, 0xFC, 0x3C, 0x2F, 0x0A
CLAIM = 0x200
SHARED, SEVERAL = 0xFD, 0xBD
# Records with one cell each: formula, number, text, truth or error, number in short.
CELLS = frozenset({0x06, 0x203, 0x204, 0x205, 0x27E, 0xD6, SHARED, SEVERAL})
RICH, PHONETIC, WIDE = 0x08, 0x04, 0x01
two_numbers = struct.Struct("<HH").unpack_from


@dataclass
class _Seen:
    """What was found while walking."""

    grid: int = 0
    shared: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    strings: list[int] = field(default_factory=list)


def measure_book(stream: bytearray, name: str) -> tuple[int, int]:
    """How many cells do all sheets hold, empty ones included, and how much text do they share?

    What a sheet claims of its own size is made void in the stream, so that nobody relies on it.

    Raises
    ------
    ExportError
        If the workbook is protected by a password or makes impossible claims.
    """
    seen = _Seen()
    _walk_book(stream, seen, name)
    walked = 0
    for start in seen.starts:
        walked += _walk_sheet(stream, start, seen)
        if walked > len(stream):
            message = f"{name} lists the same sheet again and again. It was not read."
            raise ExportError(message)
    text = sum(seen.strings[at] for at in seen.shared if at < len(seen.strings))
    return seen.grid, text


def _walk_book(stream: bytearray, seen: _Seen, name: str) -> None:
    records = list(_records(stream, 0))
    for number, (kind, at, length) in enumerate(records):
        if kind == PASSWORD and length >= 2 and stream[at : at + 2] != b"\0\0":
            raise ExportError(locked(name))
        if kind == SHEET and length >= 4:
            seen.starts.append(struct.unpack_from("<L", stream, at)[0])
        elif kind == STRINGS and length >= 8:
            pieces = [bytes(stream[at + 8 : at + length])]
            for more, begin, size in records[number + 1 :]:
                if more != MORE:
                    break
                pieces.append(bytes(stream[begin : begin + size]))
            count = struct.unpack_from("<l", stream, at + 4)[0]
            # Each text takes three bytes at least: a claim beyond that would only take memory.
            if not 0 <= count <= sum(map(len, pieces)) // 3 + 1:
                message = f"{name} claims {count:,} texts and holds fewer. It is damaged."
                raise ExportError(message)
            seen.strings.extend(_text_lengths(pieces, count))


def _walk_sheet(stream: bytearray, start: int, seen: _Seen) -> int:
    """Add what a sheet holds; returns how many bytes it takes."""
    rows = columns = 0
    end = start
    for kind, at, length in _records(stream, start):
        end = at + length
        if kind == CLAIM:
            stream[at : at + length] = bytes(length)
        elif kind in CELLS and length >= 6:
            row, column = two_numbers(stream, at)
            if kind == SEVERAL:
                column += max(0, (length - 12) // 6)
            elif kind == SHARED and length >= 10:
                seen.shared.append(struct.unpack_from("<L", stream, at + 6)[0])
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    seen.grid += rows * columns
    return end - start


def _records(stream: bytearray, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record up to the end of a part."""
    at, last = start, len(stream) - 4
    while at <= last:
        kind, length = two_numbers(stream, at)
        yield kind, at + 4, min(length, len(stream) - at - 4)
        if kind == END:
            return
        at += 4 + length


def _text_lengths(pieces: list[bytes], count: int) -> Iterator[int]:
    """Bytes of each shared text, at most; a text may go on in the next piece."""
    piece = at = 0
    for _ in range(count):
        while piece < len(pieces) and at >= len(pieces[piece]):
            piece, at = piece + 1, at - len(pieces[piece])
        if piece >= len(pieces) or at + 3 > len(pieces[piece]):
            return
        letters, how = struct.unpack_from("<HB", pieces[piece], at)
        yield letters * 3
        at += 3
        extra = 0
        data = pieces[piece]
        if how & RICH and at + 2 <= len(data):
            extra += 4 * struct.unpack_from("<H", data, at)[0]
            at += 2
        if how & PHONETIC and at + 4 <= len(data):
            extra += struct.unpack_from("<L", data, at)[0]
            at += 4
        piece, at = _behind(pieces, (piece, at), letters, wide=bool(how & WIDE))
        at += extra


def _behind(
    pieces: list[bytes], place: tuple[int, int], letters: int, *, wide: bool
) -> tuple[int, int]:
    """Where the characters of a text end; each further piece says anew how wide they are."""
    piece, at = place
    while piece < len(pieces):
        width = 2 if wide else 1
        here = min(letters, max(0, len(pieces[piece]) - at) // width)
        letters, at = letters - here, at + here * width
        if not letters:
            break
        piece, at = piece + 1, 1
        wide = piece < len(pieces) and bool(pieces[piece][:1]) and bool(pieces[piece][0] & WIDE)
    return piece, at

"""How is a text file written: in which encoding, with which separator, and what are its rows?"""

import csv
import hashlib
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from dealerml.errors import ExportError
from dealerml.exports.opening.encoding import detect_encoding

SEPARATORS = (",", ";", "\t", "|")
# A first line in which Excel is told the separator.
DECLARED = re.compile(r'^"?sep=(.)"?\r?$', re.IGNORECASE)
HEAD_ROWS = 40
HEAD_CHARACTERS = 1 << 18
# No cell of an export is as long: a quotation mark that is never closed swallows what follows it.
LONGEST_CELL = 1 << 22
CHUNK = 1 << 20


@dataclass(frozen=True)
class TextFormat:
    """How a text file is written, and its first records.

    Parameters
    ----------
    head
        The first records, blank ones as empty tuples.
    ends
        How many lines of the file are read once each of them is read.
    """

    encoding: str
    separator: str
    head: tuple[tuple[str, ...], ...]
    ends: tuple[int, ...]


def sniff_text(path: Path, name: str) -> TextFormat:
    """In which encoding and with which separator is a file written, and how does it begin?

    Raises
    ------
    ExportError
        If the bytes are in none of the known encodings.
    """
    encoding = detect_encoding(path, name)
    with path.open(encoding=encoding, newline="") as stream:
        start, is_whole = stream.read(HEAD_CHARACTERS), not stream.read(1)
    declared = DECLARED.match(start.partition("\n")[0])
    if declared:
        separator = declared[1]
        return TextFormat(encoding, separator, *_first_records(start, separator, is_whole=is_whole))
    heads = {s: _first_records(start, s, is_whole=is_whole) for s in SEPARATORS}
    separator = max(SEPARATORS, key=lambda s: _agreement(heads[s][0]))
    return TextFormat(encoding, separator, *heads[separator])


def file_hash(path: Path) -> str:
    """What is the SHA-256 of a file?"""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_rows(
    path: Path, layout: TextFormat, name: str, skip: int
) -> Iterator[tuple[int, list[str]]]:
    """Which records follow the first `skip` ones, and the how manieth is each? No blank ones.

    Raises
    ------
    ExportError
        If a quote is never closed.
    """
    _allow_long_cells()
    row: list[str] = []
    before = 0
    with path.open(encoding=layout.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=layout.separator)
        try:
            for number, row in enumerate(reader, start=1):
                if row and number > skip:
                    yield number, row
                last, before = before, reader.line_num
        except csv.Error as error:
            raise ExportError(_never_closed(name, reader.line_num, str(error))) from error
    if before and _runs_on(row, before - last) and _is_open(path, layout, last):
        raise ExportError(_never_closed(name, last + 1, "the file ends inside a cell"))


def write_utf8(path: Path, layout: TextFormat, target: Path, *, skip_lines: int = 0) -> None:
    """Copy a text file, but for its first lines, into the encoding that the engine reads."""
    with (
        path.open(encoding=layout.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as sink,
    ):
        for _ in range(skip_lines):
            source.readline()
        while chunk := source.read(CHUNK):
            sink.write(chunk)


def _first_records(
    start: str, separator: str, *, is_whole: bool
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """The first records, and how many lines were read with each. One that is cut off is none."""
    _allow_long_cells()
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    read = [(tuple(row), reader.line_num) for row in itertools.islice(reader, HEAD_ROWS + 1)]
    if len(read) > HEAD_ROWS or (not is_whole and len(read) > 1):
        read.pop()
    return tuple(row for row, _ in read), tuple(line for _, line in read)


def _agreement(head: tuple[tuple[str, ...], ...]) -> tuple[int, int]:
    """How many records are split into the same number of cells, and into how many?

    Titles above a header and notes hold no separator, so records of one cell say nothing.
    """
    widths = Counter(len(row) for row in head if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _allow_long_cells() -> None:
    csv.field_size_limit(LONGEST_CELL)


def _runs_on(row: list[str], lines: int) -> bool:
    return lines > 1 or (row[-1:] != [] and row[-1].endswith(("\n", "\r")))


def _is_open(path: Path, layout: TextFormat, line: int) -> bool:
    """Does the file end inside a quoted cell of the record that begins behind a line?"""
    with path.open(encoding=layout.encoding, newline="") as stream:
        reader = csv.reader(_from_line(stream, line), delimiter=layout.separator, strict=True)
        try:
            for _ in reader:
                pass
        except csv.Error as error:
            return "end of data" in str(error)
    return False


def _from_line(stream: TextIO, line: int) -> Iterator[str]:
    return itertools.islice(stream, line, None)


def _never_closed(name: str, line: int, problem: str) -> str:
    return (
        f"{name}, line {line:,}: {problem}. A quotation mark is probably opened there and never "
        "closed. Export the file again."
    )

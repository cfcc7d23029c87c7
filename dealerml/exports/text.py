"""How is a text file written: in which encoding, with which separator, under which labels?"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dealerml.errors import ExportError

SEPARATORS = (",", ";", "\t", "|")
CHUNK = 1 << 20
HEADER_CHARACTERS = 1 << 16
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tried in this order. Western text is often valid GB18030 by accident, so that is believed at first
# only where nearly all its characters are common ones, and once nothing else fits.
ENCODINGS = ("utf-8", "gb18030", "cp1252")
PLAUSIBLE_SHARE = 0.9


@dataclass(frozen=True)
class TextFormat:
    """How a text file is written; `blank_lines` are those above the header."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    blank_lines: int = 0


def sniff_text(path: Path, name: str) -> TextFormat:
    """In which encoding, with which separator and under which header is a file written?

    Raises
    ------
    ExportError
        If the bytes are in none of the known encodings.
    """
    encoding = detect_encoding(path, name)
    with path.open(encoding=encoding, newline="") as stream:
        head = stream.read(HEADER_CHARACTERS)
    body = head.lstrip("\r\n")
    headers = {separator: _first_row(body, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda s: len(headers[s]))
    return TextFormat(encoding, separator, headers[separator], len(head) - len(body))


def detect_encoding(path: Path, name: str) -> str:
    """Which encoding reads every byte of a file into plausible text?"""
    with path.open("rb") as stream:
        start = stream.read(4)
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            break
    else:
        candidates = _without_mark(start)
    for encoding in candidates:
        if _reads(path, encoding, plausible=PLAUSIBLE_SHARE):
            return encoding
    if "gb18030" in candidates and _reads(path, "gb18030", plausible=0):
        return "gb18030"
    message = (
        f"{name} is written in an encoding that is not known (tried {', '.join(candidates)}). "
        "Save it again as CSV UTF-8."
    )
    raise ExportError(message)


def file_hash(path: Path) -> str:
    """What is the SHA-256 of a file?"""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_rows(path: Path, layout: TextFormat, name: str) -> Iterator[list[str]]:
    """Which rows follow the header? Empty lines are no rows.

    Raises
    ------
    ExportError
        If a quote is never closed.
    """
    with path.open(encoding=layout.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=layout.separator)
        rows = (row for row in reader if row)
        next(rows, None)
        try:
            yield from rows
        except csv.Error as error:
            message = (
                f"{name}, line {reader.line_num:,}: {error}. A quotation mark is probably opened "
                "there and never closed. Export the file again."
            )
            raise ExportError(message) from error


def write_utf8(path: Path, layout: TextFormat, target: Path) -> None:
    """Copy a text file into the encoding that the engine reads."""
    with (
        path.open(encoding=layout.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as sink,
    ):
        while chunk := source.read(CHUNK):
            sink.write(chunk)


def _without_mark(start: bytes) -> tuple[str, ...]:
    if len(start) == 4 and start[1] == start[3] == 0:
        return ("utf-16-le",)
    if len(start) == 4 and start[0] == start[2] == 0:
        return ("utf-16-be",)
    return ENCODINGS


def _reads(path: Path, encoding: str, *, plausible: float) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    foreign = common = 0
    try:
        for chunk in _chunks(path):
            text = decoder.decode(chunk)
            if encoding == "gb18030" and not text.isascii():
                beyond = [character for character in text if character > "\x7f"]
                foreign += len(beyond)
                common += len("".join(beyond).encode("gb2312", errors="ignore")) // 2
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return common >= plausible * foreign


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _first_row(head: str, separator: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), ()))
    except csv.Error:
        return ()

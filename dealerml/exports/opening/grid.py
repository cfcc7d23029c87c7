"""How far do the cells of a sheet reach? Asked of its XML before a reader makes room for them.

A reader makes room from the first to the last cell, so two cells in far corners can ask for all
the memory there is. What a sheet says of its own size is ignored: its cells are looked at.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.opening.places import Places, furthest_places

BLOCK = 1 << 18
# So many cells, empty ones between them included, fit in memory; a file that is large in itself may
# hold one for so many of its bytes. Text that cells share is copied for each of them.
MAX_CELLS, BYTES_PER_CELL = 4_000_000, 4
MAX_TEXT, TEXT_PER_BYTE = 96 << 20, 16
# A cell holds 32,767 characters at most: no text between two tags is as long.
LONGEST_TEXT = 1 << 19
# So many zeros stand behind a block, for looking ahead.
AHEAD = 16
NOWHERE = Places()
COLON, TAG_LETTERS = 58, tuple(b"crfvs")
PREFIXED = re.compile(rb"(</?)[\w.-]+:(?=(?:c|row|f|v|si)\b)")
CELL, ROW = re.compile(rb"<c[\s/>](?:r=)?"), re.compile(rb"<row[\s/>]")
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
NO_VALUE = re.compile(
    rb"<c\b([^<>]*)>\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v\b[^<>]*>\s*</v>|</c>)"
)
TEXT_FORMULA = re.compile(rb"\bt=[\"']str[\"']")
REFERENCE = re.compile(rb"\br=[\"']([^\"']+)[\"']")
EMPTY_CELL = re.compile(rb"<c\b[^<>]*(?:/>|>\s*</c>)")


@dataclass(frozen=True)
class Extent:
    """How far cells reach, and what else was seen among them.

    Parameters
    ----------
    places
        The furthest ones that cells and rows name.
    unplaced
        Number of cells that follow the one before instead of naming their place.
    lines, widest
        Number of rows at most, and of cells in the fullest of them where such cells were seen.
    unsolved, first_unsolved
        Number of formulas without a stored value, and where the first stands.
    """

    places: Places = NOWHERE
    unplaced: int = 0
    lines: int = 0
    widest: int = 0
    unsolved: int = 0
    first_unsolved: str = ""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.places.placed + self.unplaced

    @property
    def grid(self) -> int:
        """Cells from the corner to the last one, with the empty ones between them."""
        if not self.unplaced:
            return self.places.row * self.places.column
        rows = max(self.places.row, self.places.line) + self.lines
        return rows * (self.places.column + self.widest)


def measure_sheet(chunks: Iterable[bytes], name: str) -> Extent:
    """How far do the cells of a sheet reach?

    Raises
    ------
    ExportError
        If the XML declares entities, or a text is longer than any cell.
    """
    extent, in_row = Extent(), 0
    for block in whole_tags(chunks, name):
        extent, in_row = _add_block(extent, in_row, block, name)
    return extent


def is_vast(grid: int, text: int, size: int) -> bool:
    """Is a sheet far larger than its file, by its cells or by the text they share?"""
    return grid > _most_cells(size) or text > max(MAX_TEXT, TEXT_PER_BYTE * size)


def refuse_vast(grid: int, text: int, size: int, name: str) -> None:
    """Stop before a reader makes room for a sheet that is far larger than its file.

    Raises
    ------
    ExportError
        If there are too many cells, or too much text is repeated.
    """
    if not is_vast(grid, text, size):
        return
    if is_vast(grid, 0, size):
        message = (
            f"{name} has its last cells so far out that more than the {_most_cells(size):,} cells "
            "would have to be read that a file of its size may hold. Delete the empty rows and "
            "columns behind the data, or save the sheet as CSV UTF-8."
        )
        raise ExportError(message)
    message = (
        f"{name} repeats long texts in so many cells that they add up to {text:,} bytes. Save the "
        "sheet as CSV UTF-8 without those columns."
    )
    raise ExportError(message)


def _most_cells(size: int) -> int:
    return max(MAX_CELLS, size // BYTES_PER_CELL)


def without_empty_cells(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The XML of a sheet without cells that are only formatted: no reader makes room for them."""
    for block in whole_tags(chunks, name, cut=b"<c"):
        yield EMPTY_CELL.sub(b"", block)


def whole_tags(chunks: Iterable[bytes], name: str, cut: bytes = b"<") -> Iterator[bytes]:
    """The same bytes in blocks that end before a tag, so that no tag is in two of them."""
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        end = block.rfind(cut)
        if end > 0:
            yield block[:end]
            block = block[end:]
        rest = block
        if len(rest) > LONGEST_TEXT + BLOCK:
            if cut == b"<":
                message = f"{name} holds a text longer than any cell. It was not read."
                raise ExportError(message)
            yield rest
            rest = b""
    yield rest


def _add_block(extent: Extent, in_row: int, block: bytes, name: str) -> tuple[Extent, int]:
    import numpy as np

    buffer = block + bytes(AHEAD + len(block) % 2)
    padded = np.frombuffer(buffer, np.uint8)
    colons = np.flatnonzero(padded == COLON)
    if np.isin(padded[colons + 1], TAG_LETTERS).any():
        plain = PREFIXED.sub(rb"\1", block)
        if plain != block:
            return _add_block(extent, in_row, plain, name)
    pairs = np.frombuffer(buffer, "<u2"), np.frombuffer(buffer[1:-1], "<u2")
    if _count(pairs, b"<!"):
        refuse_declarations(block, name)
    places = furthest_places(padded, block, extent.places)
    loose = _count(pairs, b"<c") > places.placed - extent.places.placed and _loose_cells(block)
    extent = replace(
        extent,
        places=places,
        unplaced=extent.unplaced + loose,
        lines=extent.lines + _count(pairs, b"<r"),
    )
    if loose or in_row:
        counts = _cells_in_rows(block)
        counts[0] += in_row
        extent, in_row = replace(extent, widest=max(extent.widest, *counts)), counts[-1]
    return _add_unsolved(extent, block) if _count(pairs, b"<f") else extent, in_row


def refuse_declarations(block: bytes, name: str) -> None:
    """Stop where XML declares a document type or entities.

    Raises
    ------
    ExportError
        If it does.
    """
    if DECLARATION.search(block):
        message = (
            f"{name} declares entities, as no spreadsheet program does. It was not read: it may "
            "be made to do harm."
        )
        raise ExportError(message)


def _count(pairs: tuple[Any, Any], text: bytes) -> int:
    """How often do two bytes stand side by side?"""
    import numpy as np

    code = int.from_bytes(text, "little")
    return sum(int(np.count_nonzero(view == code)) for view in pairs)


def _loose_cells(block: bytes) -> int:
    return sum(not tag.startswith(b"<c r=") for tag in CELL.findall(block))


def _cells_in_rows(block: bytes) -> list[int]:
    """How many cells stand before the first row that begins in a block, and in each such row?"""
    return [len(CELL.findall(row)) for row in ROW.split(block)]


def _add_unsolved(extent: Extent, block: bytes) -> Extent:
    found = [m for m in NO_VALUE.finditer(block) if not TEXT_FORMULA.search(m[1])]
    if not found:
        return extent
    reference = REFERENCE.search(found[0][1])
    first = extent.first_unsolved or (reference[1].decode("ascii", "replace") if reference else "?")
    return replace(extent, unsolved=extent.unsolved + len(found), first_unsolved=first)

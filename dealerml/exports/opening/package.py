"""Which parts of a workbook may a reader see? Those that were looked through, in a copy of them.

The formats .xlsx, .xlsm, .xlsb and .ods are zip files. Only the parts that hold cells are copied,
uncompressed, while each is looked through; the reader gets the copy. So it sees exactly what was
looked at, and what it would ask for in memory is known before.
"""

import html
import re
import zipfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.opening.grid import (
    Extent,
    is_vast,
    measure_sheet,
    refuse_vast,
    without_empty_cells,
)
from dealerml.exports.opening.records import Binary, measure_records
from dealerml.exports.opening.spans import measure_tables
from dealerml.exports.opening.strings import measure_strings, shared_text
from dealerml.exports.opening.zipped import open_zip, read_chunks

# What the parts may hold together: in bytes, and times the size of the file.
HARMLESS, MAX_EXPANDED, MAX_RATIO = 128 << 20, 2_000 << 20, 60
MAX_PARTS = 5_000
CHUNK = 1 << 18
KEPT = re.compile(r"\.(xml|rels|bin)$", re.IGNORECASE)
STRINGS = re.compile(r"(^|/)sharedstrings\.xml$", re.IGNORECASE)
# Parts without cells, some of them large.
NEEDLESS = re.compile(
    r"(^|/)(pivotcache|pivottables|externallinks|drawings|charts|theme|printersettings|customxml"
    r"|media|docprops|ctrlprops|activex|embeddings|querytables|slicers|slicercaches"
    r"|threadedcomments|persons|comments\d*\.(xml|bin)|calcchain\.(xml|bin)|vba\w*\.bin)(/|$)",
    re.IGNORECASE,
)
OPEN_PARTS = frozenset({"mimetype", "content.xml", "META-INF/manifest.xml"})
SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass
class _Seen:
    """What was measured in the parts while they were copied; `room` is what may still follow."""

    room: int
    sheets: dict[str, Extent] = field(default_factory=dict)
    binaries: list[Binary] = field(default_factory=list)
    lengths: Any = None
    open_grid: int = 0
    open_text: int = 0


def copy_package(path: Path, name: str, folder: Path) -> Path:
    """Where is the copy of a workbook that a reader may see?

    Raises
    ------
    ExportError
        If the workbook is damaged, would grow beyond all measure, declares entities, or holds
        formulas whose values were never stored.
    """
    size = path.stat().st_size
    seen = _Seen(min(max(HARMLESS, MAX_RATIO * size), MAX_EXPANDED))
    with open_zip(path, name) as source:
        parts = {info.filename: info for info in source.infolist()}
        if len(parts) > MAX_PARTS:
            message = f"{name} holds more than {MAX_PARTS:,} parts. It was not read."
            raise ExportError(message)
        target = folder / f"looked_through{_suffix(parts)}"
        with zipfile.ZipFile(target, "w") as copy:
            for part, info in parts.items():
                if _is_kept(part, is_open=target.suffix == ".ods"):
                    with (
                        closing(read_chunks(source, info, name)) as chunks,
                        copy.open(zipfile.ZipInfo(part), "w") as sink,
                    ):
                        _measure(seen, part, _pass_on(seen, chunks, sink, name), name)
    _judge(seen, target, size, name)
    return target


def _suffix(parts: Mapping[str, Any]) -> str:
    if "[Content_Types].xml" not in parts:
        return ".ods"
    return ".xlsb" if "xl/workbook.bin" in parts else ".xlsx"


def _is_kept(part: str, *, is_open: bool) -> bool:
    return part in OPEN_PARTS if is_open else bool(KEPT.search(part) and not NEEDLESS.search(part))


def _pass_on(seen: _Seen, chunks: Iterator[bytes], sink: Any, name: str) -> Iterator[bytes]:
    """The bytes of a part, written to the copy as they pass."""
    for chunk in chunks:
        seen.room -= len(chunk)
        if seen.room < 0:
            message = (
                f"{name} unpacks to far more than workbooks of its size do. It was not read: it "
                "may be made to do harm. If it is an honest one, save its sheets as CSV UTF-8."
            )
            raise ExportError(message)
        sink.write(chunk)
        yield chunk


def _measure(seen: _Seen, part: str, chunks: Iterator[bytes], name: str) -> None:
    if part == "content.xml":
        seen.open_grid, seen.open_text = measure_tables(chunks, name)
    elif part.lower().endswith(".bin"):
        seen.binaries.append(measure_records(chunks, name))
    elif STRINGS.search(part):
        seen.lengths = measure_strings(chunks, name)
    else:
        seen.sheets[part] = measure_sheet(chunks, name)


def _judge(seen: _Seen, target: Path, size: int, name: str) -> None:
    """Refuse what a reader could not hold, or would read as empty."""
    grid, text = seen.open_grid, seen.open_text
    if seen.binaries:
        lengths = [length for binary in seen.binaries for length in binary.strings]
        shared = (at for binary in seen.binaries for at in binary.shared)
        grid = sum(binary.rows * binary.columns for binary in seen.binaries)
        text = sum(lengths[at] for at in shared if at < len(lengths))
    elif target.suffix == ".xlsx":
        _refuse_unsolved(seen, target, name)
        grid = sum(extent.grid for extent in seen.sheets.values())
        if is_vast(grid, 0, size):
            grid = _filled_grid(seen, target, name)
        text = _shared(seen, target, size, name)
    refuse_vast(grid, text, size, name)


def _filled_grid(seen: _Seen, target: Path, name: str) -> int:
    """The same count without cells that are only formatted, in which sheets are often framed.

    Where cells do not name their place, one that is only formatted moves those behind it.
    """
    grid = 0
    with zipfile.ZipFile(target) as copy:
        for part, extent in seen.sheets.items():
            if extent.grid and not extent.unplaced:
                with closing(_chunks(copy, part)) as chunks:
                    extent = measure_sheet(without_empty_cells(chunks, name), name)
            grid += extent.grid
    return grid


def _shared(seen: _Seen, target: Path, size: int, name: str) -> int:
    """How much text the cells share: by a bound if that is low, else cell by cell."""
    if seen.lengths is None or not len(seen.lengths):
        return 0
    bound = int(seen.lengths.max()) * sum(extent.cells for extent in seen.sheets.values())
    if not is_vast(0, bound, size):
        return bound
    total = 0
    with zipfile.ZipFile(target) as copy:
        for part in (part for part, extent in seen.sheets.items() if extent.cells):
            with closing(_chunks(copy, part)) as chunks:
                total += shared_text(chunks, seen.lengths, name)
    return total


def _chunks(copy: zipfile.ZipFile, part: str) -> Generator[bytes, None, None]:
    with copy.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _refuse_unsolved(seen: _Seen, target: Path, name: str) -> None:
    """A formula without its value would be read as an empty cell."""
    unsolved = {part: extent for part, extent in seen.sheets.items() if extent.unsolved}
    if not unsolved:
        return
    titles = _sheet_names(target)
    where = ", ".join(
        f"{titles.get(part, part)} ({extent.unsolved:,}, first in {extent.first_unsolved})"
        for part, extent in unsolved.items()
    )
    message = (
        f"{name} holds formulas whose values were never calculated, in sheet {where}. Open it in "
        "Excel and save it, or save the sheet as CSV UTF-8."
    )
    raise ExportError(message)


def _sheet_names(target: Path) -> dict[str, str]:
    """Part → name of the sheet, for those that are listed in the usual way."""
    with zipfile.ZipFile(target) as copy:
        if not {WORKBOOK, RELATIONS} <= set(copy.namelist()):
            return {}
        sheets = [dict(ATTRIBUTE.findall(told)) for told in SHEET.findall(copy.read(WORKBOOK))]
        relations = [dict(ATTRIBUTE.findall(t)) for t in RELATION.findall(copy.read(RELATIONS))]
    targets = {told.get(b"Id"): told.get(b"Target", b"") for told in relations}
    return {
        _part(targets.get(told.get(b"r:id"), b"")): html.unescape(
            told.get(b"name", b"?").decode("utf-8", "replace")
        )
        for told in sheets
    }


def _part(target: bytes) -> str:
    path = target.decode("utf-8", "replace")
    return path.lstrip("/") if path.startswith("/") else f"xl/{path}"

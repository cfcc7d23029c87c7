"""How every file becomes something the engine can scan: a Parquet file, its own or a copy.

A text file is read with the types its mapping expects, which is fast. A file that does not keep to
them is read as text, and one whose rows differ in length cell by cell, so that no row is lost. The
cells of a workbook keep their types column by column.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from dealerml.errors import ExportError
from dealerml.exports.cells import write_cells, write_rows
from dealerml.exports.labels import label_factor
from dealerml.exports.layout import read_titles, titles_factor
from dealerml.exports.mapping import FileKind
from dealerml.exports.melting import melt_rows
from dealerml.exports.opening.found import Found
from dealerml.exports.opening.markup import read_html
from dealerml.exports.opening.text import TextFormat, read_rows, sniff_text, write_utf8
from dealerml.exports.opening.workbook import Sheet, cell_text, read_workbook
from dealerml.exports.recognition import Candidate, Recognised
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.values.forms import Form, is_typed_safe
from dealerml.exports.values.values import FIRST_DATE, LAST_DATE, USUAL_DATE
from dealerml.exports.workspace import Workspace, describe_parquet, readable_path

HEAD_ROWS = 40
ENCODINGS_READ_DIRECTLY = ("utf-8", "utf-8-sig")
COUNTED_TWICE_BYTES = 4 << 20
SMALL_BYTES = 32 << 20
# Holds what was found beyond the last column; only where a row of the file had too many cells.
SURPLUS = "surplus"
# Five years of days side by side have fewer.
MAX_COLUMNS = 2_000
# Holds the number of the row in its file; only where that does not follow from the order of rows.
ROW = "row"
ONE = Decimal(1)


@dataclass(frozen=True)
class Staged:
    """A recognised file as the engine reads it.

    Parameters
    ----------
    columns, types
        Names in the Parquet file, and their types, in the order of the labels; `USUAL_DATE` for
        days that need no check.
    has_surplus
        Whether a column holds the cells of rows that were too long.
    has_rows
        Whether a column holds the number of each row in the file.
    first_row
        Otherwise the number in the file of the first row.
    titles
        The lines above the header.
    forms
        Field → how its values are written.
    tidy
        Fields of text in which there is nothing to clean away.
    """

    item: Recognised
    path: Path
    columns: tuple[str, ...]
    types: tuple[str, ...]
    has_surplus: bool = False
    has_rows: bool = False
    first_row: int = 1
    titles: tuple[str, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    tidy: frozenset[str] = frozenset()

    @property
    def size(self) -> float:
        """How many bytes are staged? A Parquet file of one's own is pressed, and none is small."""
        is_own = self.item.candidate.found.format == "parquet"
        return math.inf if is_own else self.path.stat().st_size

    @property
    def is_small(self) -> bool:
        """Whether looking at every value costs less than finding out which ones differ."""
        return self.size < SMALL_BYTES

    def factor(self, field: str) -> Decimal:
        """By what must the numbers of a field be multiplied? 10,000 where it is in 万元."""
        position = self.item.positions.get(field)
        if position is None or self.item.kind.field_kind(field) != "decimal":
            return ONE
        label = self.item.labels[position]
        own = label_factor(label)
        if own is not None:
            return own
        of_titles = titles_factor(self.titles) if self.item.kind.is_money(field) else None
        return of_titles or ONE


def inspect_file(workspace: Workspace, found: Found) -> Iterator[Candidate]:
    """How does a file begin? One candidate, or one for each sheet of a workbook.

    Raises
    ------
    ExportError
        If it has more columns than any export, which each would cost time and memory.
    """
    for candidate in _inspect(workspace, found):
        width = max(map(len, candidate.head), default=0)
        if width > MAX_COLUMNS:
            message = (
                f"{candidate.name} has {width:,} columns; up to {MAX_COLUMNS:,} are read. If they "
                "are empty, delete the columns to the right of the table and save it again."
            )
            raise ExportError(message)
        yield candidate


def _inspect(workspace: Workspace, found: Found) -> Iterator[Candidate]:
    if found.format in ("workbook", "html"):
        read = read_workbook if found.format == "workbook" else read_html
        for name, sheet in read(found.path, found.name).items():
            head = tuple(tuple(map(cell_text, row)) for row in sheet.rows[:HEAD_ROWS])
            yield Candidate(found, f"{found.name}#{name}", head, sheet=sheet)
    elif found.format == "parquet":
        path = readable_path(workspace, found.path)
        columns = describe_parquet(workspace, path, found.name)
        reached = Found(path, found.name, found.format)
        yield Candidate(reached, found.name, (tuple(columns),), types=tuple(columns.values()))
    else:
        layout = sniff_text(found.path, found.name)
        yield Candidate(found, found.name, layout.head, layout=layout)


def stage_file(workspace: Workspace, item: Recognised, number: int) -> Staged:
    """Make a recognised file one that the engine scans; `number` tells files apart."""
    candidate = item.candidate
    if candidate.found.format == "parquet":
        _refuse_row_number(candidate)
        types = _mark_usual_dates(workspace, candidate)
        return Staged(item, candidate.found.path, item.labels, types)
    target = workspace.folder / f"staged_{number:05d}.parquet"
    titles = read_titles(candidate.head, item.header)
    if item.kind.melt is not None:
        return _stage_matrix(item, target, titles)
    if candidate.sheet is not None:
        return _stage_sheet(item, candidate.sheet, target, titles)
    assert candidate.layout is not None
    return _stage_text(workspace, item, candidate.layout, target, titles)


def _refuse_row_number(candidate: Candidate) -> None:
    if "file_row_number" in (label.casefold() for label in candidate.head[0]):
        message = (
            f"{candidate.name} has a column file_row_number, a name the engine uses itself. "
            "Rename it."
        )
        raise ExportError(message)


def _mark_usual_dates(workspace: Workspace, candidate: Candidate) -> tuple[str, ...]:
    """The types of a Parquet file, with columns marked whose days need no check in each row."""
    labels = candidate.head[0]
    dates = [label for label, dtype in zip(labels, candidate.types, strict=True) if dtype == "DATE"]
    if not dates:
        return candidate.types
    path = quote_text(str(candidate.found.path))
    tests = ", ".join(
        f"coalesce(min({d}) >= {FIRST_DATE} AND max({d}) <= {LAST_DATE}, true)"
        for d in map(quote_name, dates)
    )
    query = f"SELECT {tests} FROM read_parquet({path}, hive_partitioning = false)"
    usual = {label for label, holds in zip(dates, workspace.rows(query)[0], strict=True) if holds}
    labelled = zip(labels, candidate.types, strict=True)
    return tuple(USUAL_DATE if label in usual else dtype for label, dtype in labelled)


def _stage_text(
    workspace: Workspace,
    item: Recognised,
    layout: TextFormat,
    target: Path,
    titles: tuple[str, ...],
) -> Staged:
    path, count = item.candidate.found.path, len(item.labels)
    names = tuple(f"c{position}" for position in range(count))
    skipped = item.header.last + 1
    source, has_header = _as_utf8(workspace, item, layout, target)
    for types in (_expected_types(item, titles), ("VARCHAR",) * count):
        copied = _copy_text(
            workspace, source, layout.separator, types, has_header=has_header, target=target
        )
        if copied is not None and _is_whole(item, layout, copied):
            return Staged(item, target, names, types, first_row=skipped + 1, titles=titles)
    rows = read_rows(path, layout, item.candidate.name, skipped)
    has_surplus = write_rows(rows, count, target)
    types = ("VARCHAR",) * count
    return Staged(item, target, names, types, has_surplus, has_rows=True, titles=titles)


def _expected_types(item: Recognised, titles: tuple[str, ...]) -> tuple[str, ...]:
    """The types of the columns, as far as the first rows are written the way the engine reads."""
    probe = Staged(item, Path(), (), (), titles=titles)
    rows = item.candidate.head[item.header.last + 1 :]
    types = ["VARCHAR"] * len(item.labels)
    for name, position in item.positions.items():
        values = [row[position] for row in rows if position < len(row)]
        kind = item.kind.field_kind(name)
        plain = probe.factor(name) == ONE and name not in item.kind.reads
        if plain and is_typed_safe(values, kind):
            types[position] = engine_type(item.kind, name)
    return tuple(types)


def engine_type(kind: FileKind, field: str) -> str:
    """As what is a text cell read at once, where it is written plainly?"""
    target = kind.field_kind(field)
    if target == "date":
        return "TIMESTAMP"
    if target != "decimal":
        return "VARCHAR"
    return f"DECIMAL(18,{kind.scale(field)})"


def _as_utf8(
    workspace: Workspace, item: Recognised, layout: TextFormat, target: Path
) -> tuple[Path, bool]:
    """Where the engine can read a file, and whether the header is still in it.

    Titles above the header are left out: a stray quotation mark in one would hide all rows.
    """
    path, lines = item.candidate.found.path, layout.ends[item.header.last]
    if lines == 1 and layout.encoding in ENCODINGS_READ_DIRECTLY:
        return readable_path(workspace, path), True
    source = target.with_suffix(".csv")
    write_utf8(path, layout, source, skip_lines=lines)
    return source, False


def _copy_text(
    workspace: Workspace,
    source: Path,
    separator: str,
    types: tuple[str, ...],
    *,
    has_header: bool,
    target: Path,
) -> int | None:
    """Copy a text file into Parquet; None where a row has other cells than these types.

    Returns
    -------
    How many rows were copied.
    """
    import duckdb

    columns = ", ".join(f"c{at}: {quote_text(dtype)}" for at, dtype in enumerate(types))
    query = (
        f"COPY (SELECT * FROM read_csv({quote_text(str(source))}, auto_detect = false, "
        f"header = {str(has_header).lower()}, delim = {quote_text(separator)}, quote = '\"', "
        f"escape = '\"', columns = {{{columns}}})) TO {quote_text(str(target))} (FORMAT parquet)"
    )
    try:
        return int(workspace.rows(query)[0][0])
    except duckdb.Error:
        return None


def _is_whole(item: Recognised, layout: TextFormat, copied: int) -> bool:
    """Whether every record was copied; asked of all but large files, where it would take long."""
    path = item.candidate.found.path
    if path.stat().st_size > COUNTED_TWICE_BYTES:
        return True
    rows = read_rows(path, layout, item.candidate.name, item.header.last + 1)
    return copied == sum(1 for _ in rows)


def _stage_sheet(item: Recognised, sheet: Sheet, target: Path, titles: tuple[str, ...]) -> Staged:
    first = item.header.last + 1
    count = len(item.labels)
    written = write_cells(sheet.rows[first:], count, sheet.first_row + first, target)
    names = tuple(f"c{position}" for position in range(count))
    return Staged(
        item,
        target,
        names,
        written.types,
        has_surplus=written.has_surplus,
        has_rows=written.has_rows,
        first_row=sheet.first_row + first,
        titles=titles,
    )


def _stage_matrix(item: Recognised, target: Path, titles: tuple[str, ...]) -> Staged:
    first, count = item.header.last + 1, len(item.labels)
    sheet = item.candidate.sheet
    rows: Iterator[tuple[int, list[str]]]
    if sheet is not None:
        numbered = enumerate(sheet.rows[first:], start=sheet.first_row + first)
        rows = ((number, list(map(cell_text, row))) for number, row in numbered)
    else:
        assert item.candidate.layout is not None
        path, name = item.candidate.found.path, item.candidate.name
        rows = read_rows(path, item.candidate.layout, name, first)
    has_surplus = write_rows(melt_rows(rows, item), count, target)
    names = tuple(f"c{position}" for position in range(count))
    types = ("VARCHAR",) * count
    return Staged(item, target, names, types, has_surplus, has_rows=True, titles=titles)


def raw_columns(staged: Staged) -> list[str]:
    """The columns of a staged file in a query, each under a name that cannot clash."""
    raws = [f"{quote_name(c)} AS {raw_name(n)}" for n, c in enumerate(staged.columns)]
    surplus = quote_name(SURPLUS) if staged.has_surplus else "CAST(NULL AS VARCHAR)"
    row = quote_name(ROW) if staged.has_rows else f"file_row_number + {staged.first_row}"
    return [*raws, f'{surplus} AS "raw:surplus"', f'{row} AS "raw:row"']


def is_blank(raw: str, dtype: str) -> str:
    """Does a raw cell hold nothing to be seen? As an expression of the engine.

    Examples
    --------
    >>> is_blank("c0", "DATE")
    'c0 IS NULL'
    """
    return f"trim(coalesce({raw}, '')) = ''" if dtype == "VARCHAR" else f"{raw} IS NULL"


def raw_name(position: int) -> str:
    """What the raw column at a position is called in queries.

    Examples
    --------
    >>> raw_name(2)
    '"raw:2"'
    """
    return f'"raw:{position}"'

"""The first rows of every file and sheet, column by column."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dealerml.exports.layout import Header, guess_header, list_headers
from dealerml.exports.opening.text import read_rows
from dealerml.exports.opening.workbook import cell_text
from dealerml.exports.proposal.evidence import Evidence, look_at
from dealerml.exports.proposal.knowledge import Knowledge
from dealerml.exports.recognition import Candidate
from dealerml.exports.sql import quote_text
from dealerml.exports.workspace import Workspace

# How many rows tell what a column looks like, and how many are held against those of other files.
SAMPLE_ROWS, KEY_ROWS = 500, 20_000
# No label of a header, but a value of a row that could be taken for one.
DAY = re.compile(r"(?:19|20)\d\d\D{1,3}\d{1,2}\D{1,3}\d{1,2}")
VALUE = re.compile(rf"{DAY.pattern}.*|[-+(]?[\d.,]+[)%-]?")
LEAST_MONTHS, LEAST_KNOWN = 2, 2


@dataclass(frozen=True)
class Column:
    """A column by its label, its position, and what its values look like."""

    label: str
    position: int
    evidence: Evidence


@dataclass(frozen=True)
class Sample:
    """The beginning of one file or sheet.

    Parameters
    ----------
    name
        As reports call it: the path, and ``#sheet`` behind it.
    columns
        Without those that are months of a matrix, and without blank ones.
    header
        What was taken for the header.
    """

    name: str
    columns: tuple[Column, ...]
    header: Header

    @property
    def file(self) -> str:
        """The path without the sheet."""
        return self.name.partition("#")[0]

    @property
    def sheet(self) -> str:
        """The sheet; empty for a file that has none."""
        return self.name.partition("#")[2]

    @property
    def shape(self) -> tuple[str, ...]:
        """What files of one kind have in common."""
        return self.header.labels

    @property
    def measures(self) -> tuple[str, ...]:
        """Of a month matrix: what stands in its months; empty where it is none."""
        if not _is_matrix(self.header):
            return ()
        return tuple(dict.fromkeys(month.measure for month in self.header.months.values()))


def take_sample(workspace: Workspace, candidate: Candidate, knowledge: Knowledge) -> Sample | None:
    """What do the first rows of a file show? None where it is empty or a hidden sheet."""
    hidden = candidate.sheet is not None and candidate.sheet.hidden
    if hidden or not any(any(cell.strip() for cell in row) for row in candidate.head):
        return None
    header = find_header(candidate, knowledge)
    rows = list(itertools.islice(_rows(workspace, candidate, header), KEY_ROWS))
    months = header.months if _is_matrix(header) else {}
    columns = (
        _column(label, position, rows)
        for position, label in enumerate(header.labels)
        if position not in months
    )
    return Sample(candidate.name, tuple(c for c in columns if not _is_blank(c)), header)


def find_header(candidate: Candidate, knowledge: Knowledge) -> Header:
    """Which rows are the header: those with the most known labels, or else by their shape?"""
    if candidate.types:
        return Header(0, 0, candidate.head[0], {})
    headers = list(list_headers(candidate.head))
    best = max(headers, key=lambda header: _known_labels(header, knowledge))
    if _known_labels(best, knowledge) >= LEAST_KNOWN:
        return best
    place = guess_header(candidate.head)
    return next((h for h in headers if h.first == h.last == place), headers[0])


def _known_labels(header: Header, knowledge: Knowledge) -> float:
    """How many labels of a header are known; a month counts half, as a date could be one."""
    known = sum(map(knowledge.knows, header.labels))
    values = sum(bool(VALUE.fullmatch(label.strip())) for label in header.labels)
    months = len(header.months) / 2 if _is_matrix(header) else 0
    return known + months - values


def _is_matrix(header: Header) -> bool:
    """Whether months stand in the header; days of a month are values and none of its labels."""
    labels = [header.labels[at] for at in header.months]
    ends = {month.end for month in header.months.values()}
    return len(ends) >= LEAST_MONTHS and not any(map(DAY.match, labels))


def _is_blank(column: Column) -> bool:
    unnamed = column.label == f"column {column.position + 1}"
    return unnamed and not column.evidence.filled


def _column(label: str, position: int, rows: Sequence[Sequence[str]]) -> Column:
    cells = [row[position] if position < len(row) else "" for row in rows]
    return Column(label, position, look_at(label, cells[:SAMPLE_ROWS], cells[SAMPLE_ROWS:]))


def _rows(workspace: Workspace, candidate: Candidate, header: Header) -> Iterator[Sequence[str]]:
    skipped = header.last + 1
    if candidate.types:
        yield from _parquet_rows(workspace, candidate)
    elif candidate.sheet is not None:
        for cells in candidate.sheet.rows[skipped:]:
            yield [cell_text(cell) for cell in cells]
    elif candidate.layout is not None:
        for _, row in read_rows(candidate.found.path, candidate.layout, candidate.name, skipped):
            yield row


def _parquet_rows(workspace: Workspace, candidate: Candidate) -> Iterator[Sequence[str]]:
    path = quote_text(str(candidate.found.path))
    query = (
        "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM "
        f"read_parquet({path}, hive_partitioning = false) LIMIT {KEY_ROWS}"
    )
    for row in workspace.rows(query):
        yield ["" if cell is None else cell for cell in row]

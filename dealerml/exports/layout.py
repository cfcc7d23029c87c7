"""Where does a table begin? Titles above it, headers of one or two rows, and columns of months."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from dealerml.exports.labels import normalise_label, title_factor, unique_labels

# Titles, filters and units stand above a header; nobody writes more lines of them than this.
HEADER_ROWS: Final = 30
NAMES = {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name}
_YEAR, _MONTH = r"((?:19|20)\d{2})", r"(1[0-2]|0?[1-9])"
_NAME = rf"({'|'.join(NAMES)})[a-z]*\.?"
YEAR_MONTH = re.compile(rf"{_YEAR}\s*(?:年|[-/.])?\s*{_MONTH}(?:月份?|(?=\D|$))(?:[-/.]\d\d)?")
MONTH_YEAR = re.compile(rf"{_NAME}[-\s']*({_YEAR}|\d{{2}})(?!\d)", re.IGNORECASE)
MONTH_ONLY = re.compile(rf"(?:{_MONTH}月份?|{_NAME}(?![a-z]))", re.IGNORECASE)
TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
Row = Sequence[str]


@dataclass(frozen=True)
class Month:
    """A column of a month matrix: the last day of its month, and what stands in it."""

    end: dt.date
    measure: str


@dataclass(frozen=True)
class Header:
    """A header: its rows in the head of a file, the label of each column, and months among them.

    Parameters
    ----------
    first, last
        Positions in the head; equal unless the header has two rows.
    labels
        One name per column, no two alike.
    months
        Position of the column → its month.
    """

    first: int
    last: int
    labels: tuple[str, ...]
    months: dict[int, Month]

    @property
    def positions(self) -> dict[str, int]:
        """Where does each label stand, spelt the way labels are compared? The first one counts."""
        found: dict[str, int] = {}
        for position, label in enumerate(self.labels):
            found.setdefault(normalise_label(label), position)
        return found


def list_headers(head: Sequence[Row]) -> Iterator[Header]:
    """Which rows of a head could be its header, alone or as an upper and a lower row?

    Examples
    --------
    >>> head = [("Sales 2025",), ("", "1月", ""), ("客户", "数量", "金额"), ("A", "1", "20")]
    >>> [(header.first, header.labels) for header in list_headers(head)][2]
    (1, ('客户', '1月 数量', '1月 金额'))
    """
    year = _title_year(head)
    for place, row in enumerate(head[:HEADER_ROWS]):
        if not any(cell.strip() for cell in row):
            continue
        yield _make_header(place, place, list(row), year)
        below = head[place + 1] if place + 1 < len(head) else ()
        if _spans(row) and any(cell.strip() for cell in below):
            yield _make_header(place, place + 1, _stacked(row, below), year)


def guess_header(head: Sequence[Row]) -> int:
    """Which row of a head is most likely the header, of a file whose labels nobody knows?

    The first of the rows with the most cells that are all text and all different.

    Examples
    --------
    >>> guess_header([("Report",), ("Dealer", "Date", "Sum"), ("A", "2025-01-31", "12.5")])
    1
    """
    best, most = 0, 0
    for place, row in enumerate(head[:HEADER_ROWS]):
        cells = [cell.strip() for cell in row if cell.strip()]
        named = [cell for cell in cells if not re.fullmatch(r"[-+\d.,:/\s%¥$￥]+", cell)]
        if len(set(cells)) == len(cells) == len(named) and len(cells) > most:
            best, most = place, len(cells)
    return best


def read_titles(head: Sequence[Row], header: Header) -> tuple[str, ...]:
    """What stands above a header, line by line?"""
    lines = (" ".join(cell.strip() for cell in row if cell.strip()) for row in head[: header.first])
    return tuple(line for line in lines if line)


def titles_factor(titles: Sequence[str]) -> Decimal | None:
    """Which unit do the titles name? The last that names one counts, as it is nearest."""
    named = [factor for title in titles if (factor := title_factor(title)) is not None]
    return named[-1] if named else None


def parse_month(label: str, year: int | None) -> Month | None:
    """Which month does a label name, and what is said beside it? `year` where it has none itself.

    Examples
    --------
    >>> parse_month("2025年1月 金额", None)
    Month(end=datetime.date(2025, 1, 31), measure='金额')
    >>> parse_month("Feb-24", None).end, parse_month("3月", 2025).end, parse_month("3月", None)
    (datetime.date(2024, 2, 29), datetime.date(2025, 3, 31), None)
    """
    text = label.strip()
    if found := YEAR_MONTH.match(text):
        number = int(found[1]), int(found[2])
    elif found := MONTH_YEAR.match(text):
        number = int(found[2]) % 100 + 2000 if len(found[2]) == 2 else int(found[2]), _named(found)
    elif (found := MONTH_ONLY.match(text)) and year:
        number = year, int(found[1]) if found[1] else NAMES[found[2].casefold()[:3]]
    else:
        return None
    measure = text[found.end() :].strip(" -_|/:：()（）")
    if re.match(r"\d", measure):
        return None
    end = dt.date(*number, calendar.monthrange(*number)[1])
    return Month(end, measure)


def _named(found: re.Match[str]) -> int:
    return NAMES[found[1].casefold()[:3]]


def _title_year(head: Sequence[Row]) -> int | None:
    for row in head[:HEADER_ROWS]:
        for cell in row:
            if found := TITLE_YEAR.search(cell):
                return int(found[1])
    return None


def _spans(row: Row) -> bool:
    """Whether a blank cell follows a filled one, as where a cell spans several columns."""
    cells = [bool(cell.strip()) for cell in row]
    return any(before and not after for before, after in pairwise(cells))


def _stacked(upper: Row, lower: Row) -> list[str]:
    """One label per column out of two rows; a cell of the upper one spans the blanks behind it."""
    width, carried, labels = max(len(upper), len(lower)), "", []
    for position in range(width):
        above = upper[position].strip() if position < len(upper) else ""
        below = lower[position].strip() if position < len(lower) else ""
        carried = above or (carried if below else "")
        is_month = parse_month(carried, 2000) is not None
        labels.append(f"{carried} {below}".strip() if is_month or not below else below)
    return labels


def _make_header(first: int, last: int, cells: list[str], year: int | None) -> Header:
    flat = [" ".join(cell.split()) for cell in cells]
    months = {at: month for at, cell in enumerate(flat) if (month := parse_month(cell, year))}
    return Header(first, last, unique_labels(flat), months)

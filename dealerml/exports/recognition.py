"""Which source does each file come from, and what is it? Known by columns, not by names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dealerml.errors import ExportError
from dealerml.exports.labels import normalise_label
from dealerml.exports.layout import Header, guess_header, list_headers
from dealerml.exports.mapping import UNUSED, FileKind, Mapping
from dealerml.exports.mapping_file import load_mapping
from dealerml.exports.opening.found import Found, Unread
from dealerml.exports.opening.text import TextFormat
from dealerml.exports.opening.workbook import Sheet

# Written by hand, and at home in the folder of any source.
HAND_WRITTEN = ("notes", "successors", "dealer_links", "control_totals", "fx")
SHOWN_LABELS = 8
# One month is a column like any other; two stand for a matrix.
LEAST_MONTHS = 2


@dataclass(frozen=True)
class Candidate:
    """A file, or one sheet of a workbook, with its first rows.

    Parameters
    ----------
    head
        The first rows as text, titles above the header included; of a Parquet file its labels.
    layout
        Of a text file: how it is written.
    sheet
        Of a workbook or a page: all its rows.
    types
        Of a Parquet file: the type of each column.
    """

    found: Found
    name: str
    head: tuple[tuple[str, ...], ...]
    layout: TextFormat | None = None
    sheet: Sheet | None = None
    types: tuple[str, ...] = ()

    @cached_property
    def headers(self) -> tuple[tuple[Header, dict[str, int]], ...]:
        """Every row that could be the header, and where each label stands in it."""
        found = [Header(0, 0, self.head[0], {})] if self.types else list_headers(self.head)
        return tuple((header, header.positions) for header in found)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the columns are probably called, where no kind of file says which row it is."""
        return tuple(self.head[guess_header(self.head)]) if self.head else ()


@dataclass(frozen=True)
class Recognised:
    """A candidate, what kind of file it is, and where its fields stand.

    Parameters
    ----------
    header
        The header that was found in the file.
    labels
        One per staged column: those of the header, or of a month matrix its columns that are no
        months, then the month, then the measures.
    positions
        Field → position among the labels.
    """

    candidate: Candidate
    kind: FileKind
    header: Header
    labels: tuple[str, ...]
    positions: dict[str, int]

    @property
    def score(self) -> tuple[int, ...]:
        """How much speaks for this kind: months, needed fields, all found, then few rows."""
        rows = self.header.last - self.header.first
        months = len(self.header.months) if self.kind.melt is not None else 0
        return months, len(self.kind.needs), len(self.positions), -rows


def recognise_files(
    candidates: Sequence[Candidate], mappings: Iterable[Mapping]
) -> tuple[tuple[Recognised, ...], tuple[Unread, ...]]:
    """What is each file, and of which source; and which are of no known kind?

    Files of the sources that have order lines here are looked at first: a list that two systems
    could have written belongs to the one whose orders lie beside it.

    Raises
    ------
    ExportError
        If no file holds order lines, or a file could come from two sources alike.
    """
    mappings = _with_hand_written(list(mappings))
    known = [[item for m in mappings if (item := recognise_one(c, m))] for c in candidates]
    lines = {i.kind.source for items in known for i in items if i.kind.table == "order_lines"}
    if not lines:
        raise ExportError(_nothing_known(candidates, mappings))
    recognised, unread = [], []
    problems: list[str] = []
    wins = _count_wins(known)
    for candidate, items in zip(candidates, known, strict=True):
        best = _best_of(items, lines, wins)
        if len(best) > 1:
            problems.append(_fits_several(candidate, best))
        elif not best:
            reason = "not_recognised" if any(map(any, candidate.head)) else "empty"
            unread.append(Unread(candidate.name, reason, candidate.labels))
        elif candidate.sheet is not None and candidate.sheet.hidden:
            unread.append(Unread(candidate.name, "hidden_sheet", best[0].labels))
        elif best[0].kind.table == UNUSED:
            unread.append(Unread(candidate.name, "unused", best[0].labels))
        else:
            recognised.append(best[0])
    if problems:
        raise ExportError([*problems, "Name the source, or read one system's files at a time."])
    return tuple(recognised), tuple(unread)


def recognise_one(candidate: Candidate, mapping: Mapping) -> Recognised | None:
    """Which kind of file of one source is a candidate, under which of its rows as header?"""
    best: dict[str, Recognised] = {}
    for header, positions in candidate.headers:
        for kind in mapping.files.values():
            item = _fit(candidate, kind, header, positions)
            if item and (kind.name not in best or item.score > best[kind.name].score):
                best[kind.name] = item
    fits = sorted(best.values(), key=lambda item: item.score, reverse=True)
    if len(fits) > 1 and fits[0].score == fits[1].score:
        message = (
            f"{candidate.name} could be {fits[0].kind.name} or {fits[1].kind.name} of "
            f"{mapping.source}. Name in the mapping what only one of them needs."
        )
        raise ExportError(message)
    return _with_second_names(fits[0]) if fits else None


def _fit(
    candidate: Candidate, kind: FileKind, header: Header, positions: dict[str, int]
) -> Recognised | None:
    # Every file is tried as every kind below every one of its first rows: this line runs most.
    for field in kind.needs:
        if positions.keys().isdisjoint(kind.spelt[field]):
            return None
    found = _place_fields(kind, positions)
    if kind.melt is None:
        return Recognised(candidate, kind, header, header.labels, found)
    return _fit_matrix(candidate, kind, header, found)


def _fit_matrix(
    candidate: Candidate, kind: FileKind, header: Header, found: dict[str, int]
) -> Recognised | None:
    assert kind.melt is not None
    ends = {month.end for month in header.months.values()}
    if len(ends) < LEAST_MONTHS:
        return None
    kept = [at for at in range(len(header.labels)) if at not in header.months]
    labels = [header.labels[at] for at in kept]
    place = {at: n for n, at in enumerate(kept)}
    positions = {field: place[at] for field, at in found.items() if at in place}
    if any(field not in positions for field in kind.needs):
        return None
    for field in (kind.melt.period, *kind.melt.measures):
        positions[field] = len(labels)
        labels.append(f"{field} of the month" if field != kind.melt.period else "month")
    return Recognised(candidate, kind, header, tuple(labels), positions)


def _with_second_names(item: Recognised) -> Recognised:
    """Rows right below the header that name the same columns once more belong to the header."""
    head, last = item.candidate.head, item.header.last
    while item.kind.melt is None and not item.candidate.types and last + 1 < len(head):
        below = {normalise_label(cell): at for at, cell in enumerate(head[last + 1])}
        again = _place_fields(item.kind, below)
        if any(again.get(field) != item.positions[field] for field in item.kind.needs):
            break
        last += 1
    return replace(item, header=replace(item.header, last=last))


def _place_fields(kind: FileKind, positions: dict[str, int]) -> dict[str, int]:
    found = {}
    for field, labels in kind.spelt.items():
        at = next((positions[label] for label in labels if label in positions), None)
        if at is not None:
            found[field] = at
    return found


def _with_hand_written(mappings: list[Mapping]) -> list[Mapping]:
    if any(mapping.source == "plain" for mapping in mappings):
        return mappings
    plain = load_mapping("plain")
    extra = {name: plain.files[name] for name in HAND_WRITTEN if name in plain.files}
    return [*mappings, replace(plain, files=extra)]


def _count_wins(known: Sequence[Sequence[Recognised]]) -> dict[str, int]:
    wins: dict[str, int] = {}
    for items in known:
        best = max((item.score for item in items), default=None)
        for item in items:
            wins[item.kind.source] = wins.get(item.kind.source, 0) + (item.score == best)
    return wins


def _best_of(
    items: Sequence[Recognised], lines: set[str], wins: dict[str, int]
) -> list[Recognised]:
    """The best fit; of equal ones that of the source with the most files here."""
    near = [item for item in items if item.kind.source in lines] or list(items)
    best = max((item.score for item in near), default=None)
    top = [item for item in near if item.score == best]
    most = max((wins[item.kind.source] for item in top), default=0)
    return [item for item in top if wins[item.kind.source] == most]


def _fits_several(candidate: Candidate, best: Sequence[Recognised]) -> str:
    names = ", ".join(f"{item.kind.name} of {item.kind.source}" for item in best)
    return f"{candidate.name} fits several sources equally well: {names}."


def _nothing_known(candidates: Sequence[Candidate], mappings: Sequence[Mapping]) -> list[str]:
    sources = ", ".join(mapping.source for mapping in mappings)
    problems = [f"No file holds order lines of a known source ({sources}). Seen was:"]
    for candidate in candidates:
        labels = ", ".join(candidate.labels[:SHOWN_LABELS]) or "no columns"
        problems.append(f"{candidate.name}: {labels}. {_nearest(candidate, mappings)}")
    problems.append(
        "`dealerml map EXPORTS -o mapping.toml` proposes a mapping for these columns; edit it and "
        "pass it as source."
    )
    return problems


def _nearest(candidate: Candidate, mappings: Sequence[Mapping]) -> str:
    have = {normalise_label(label) for label in candidate.labels}
    misses = []
    for mapping in mappings:
        for kind in mapping.files.values():
            missing = [
                kind.labels[field][0]
                for field in kind.needs
                if not have & {normalise_label(label) for label in kind.labels[field]}
            ]
            if kind.table == "order_lines" and len(missing) < len(kind.needs):
                misses.append((len(missing) / len(kind.needs), mapping.source, missing))
    if not misses:
        return ""
    _, source, missing = min(misses)
    return f"For {source} it lacks {', '.join(missing)}."

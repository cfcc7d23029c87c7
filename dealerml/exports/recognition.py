"""Which source do files come from, and what is each of them? Known by columns, not by names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dealerml.errors import ExportError
from dealerml.exports.found import Found, Unread
from dealerml.exports.labels import normalise_label
from dealerml.exports.mapping import UNUSED, FileKind, Mapping
from dealerml.exports.mapping_file import load_mapping
from dealerml.exports.text import TextFormat

# Written by hand, and at home in the folder of any source.
HAND_WRITTEN = ("notes", "successors")
SHOWN_LABELS = 8


@dataclass(frozen=True)
class Candidate:
    """A file, or one sheet of a workbook, with the labels of its columns.

    Parameters
    ----------
    layout
        Of a text file: how it is written.
    rows
        Of a sheet: its rows below the header.
    types
        Of a Parquet file: the type of each column.
    """

    found: Found
    name: str
    labels: tuple[str, ...]
    layout: TextFormat | None = None
    rows: tuple[list[str], ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recognised:
    """A candidate, what kind of file it is, and the position of each field's column."""

    candidate: Candidate
    kind: FileKind
    positions: dict[str, int]

    @property
    def score(self) -> tuple[int, int]:
        """How much speaks for this kind: needed fields first, then all fields found."""
        return len(self.kind.needs), len(self.positions)


def choose_mapping(candidates: Sequence[Candidate], mappings: Iterable[Mapping]) -> Mapping:
    """Which source do all the files come from?

    Raises
    ------
    ExportError
        If no file holds order lines of a known source, or files come from several sources.
    """
    scores = {}
    mappings = [_with_hand_written(mapping) for mapping in mappings]
    for mapping in mappings:
        known = [_recognise_one(candidate, mapping) for candidate in candidates]
        lines = [item for item in known if item and item.kind.table == "order_lines"]
        if lines:
            scores[mapping.source] = {item.candidate.name: item.score for item in lines}
    if not scores:
        raise ExportError(_nothing_known(candidates, mappings))
    names = {name for of_files in scores.values() for name in of_files}
    best = {name: max(s.get(name, (0, 0)) for s in scores.values()) for name in names}
    winners = [source for source, s in scores.items() if all(s.get(n) == best[n] for n in names)]
    if len(winners) != 1:
        raise ExportError(_several_known(scores))
    return next(mapping for mapping in mappings if mapping.source == winners[0])


def recognise_files(
    candidates: Sequence[Candidate], mapping: Mapping
) -> tuple[tuple[Recognised, ...], tuple[Unread, ...]]:
    """What is each file of a source, and which are of no known kind?"""
    recognised, unread = [], []
    for candidate in candidates:
        item = _recognise_one(candidate, mapping)
        if item is None:
            reason = "not_recognised" if candidate.labels else "empty"
            unread.append(Unread(candidate.name, reason, candidate.labels))
        elif item.kind.table == UNUSED:
            unread.append(Unread(candidate.name, "unused", candidate.labels))
        else:
            recognised.append(item)
    return tuple(recognised), tuple(unread)


def _with_hand_written(mapping: Mapping) -> Mapping:
    if mapping.source == "plain":
        return mapping
    plain = load_mapping("plain")
    ours = {kind.table for kind in mapping.files.values()}
    extra = {f"plain_{n}": plain.files[n] for n in HAND_WRITTEN if plain.files[n].table not in ours}
    return replace(mapping, files={**mapping.files, **extra})


def _recognise_one(candidate: Candidate, mapping: Mapping) -> Recognised | None:
    positions: dict[str, int] = {}
    for position, label in reversed(list(enumerate(candidate.labels))):
        positions[normalise_label(label)] = position
    fits = []
    for kind in mapping.files.values():
        item = Recognised(candidate, kind, _place_fields(kind, positions))
        if all(field in item.positions for field in kind.needs):
            fits.append(item)
    fits.sort(key=lambda item: item.score, reverse=True)
    if len(fits) > 1 and fits[0].score == fits[1].score:
        message = (
            f"{candidate.name} could be {fits[0].kind.name} or {fits[1].kind.name} of "
            f"{mapping.source}. Name in the mapping what only one of them needs."
        )
        raise ExportError(message)
    return fits[0] if fits else None


def _place_fields(kind: FileKind, positions: dict[str, int]) -> dict[str, int]:
    found = {}
    for field, labels in kind.labels.items():
        for label in labels:
            if normalise_label(label) in positions:
                found[field] = positions[normalise_label(label)]
                break
    return found


def _nothing_known(candidates: Sequence[Candidate], mappings: Sequence[Mapping]) -> list[str]:
    sources = ", ".join(mapping.source for mapping in mappings)
    problems = [f"No file holds order lines of a known source ({sources}). Seen was:"]
    for candidate in candidates:
        labels = ", ".join(candidate.labels[:SHOWN_LABELS]) or "no columns"
        problems.append(f"{candidate.name}: {labels}. {_nearest(candidate, mappings)}")
    problems.append("Write a mapping file for these columns and pass it as source.")
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


def _several_known(scores: dict[str, dict[str, tuple[int, int]]]) -> list[str]:
    problems = ["The files come from several sources, or fit several equally well:"]
    for source, files in scores.items():
        names = sorted(files)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        problems.append(f"{source}: {', '.join(names[:3])}{more}.")
    problems.append("Read the files of one source at a time, or name the source.")
    return problems

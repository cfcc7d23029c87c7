"""A mapping proposed for files of an unknown system, to be corrected by someone who knows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dealerml.errors import ExportError
from dealerml.exports.mapping import Mapping
from dealerml.exports.mapping_file import list_sources
from dealerml.exports.opening.archive import open_archives
from dealerml.exports.opening.found import find_files, leave_copies
from dealerml.exports.proposal.alignment import align_keys
from dealerml.exports.proposal.classification import Classified, classify
from dealerml.exports.proposal.derivations import date_orders, derive_net_amount, turn_returns
from dealerml.exports.proposal.keys import Reference, find_references
from dealerml.exports.proposal.kinds import (
    Kind,
    add_heads,
    complete,
    find_fill,
    gather_kinds,
    hold_back,
)
from dealerml.exports.proposal.knowledge import Knowledge, make_knowledge
from dealerml.exports.proposal.placement import Placed
from dealerml.exports.proposal.samples import Column, Sample, take_sample
from dealerml.exports.proposal.signatures import choose_needs
from dealerml.exports.proposal.statuses import propose_rules
from dealerml.exports.proposal.writer import write_mapping
from dealerml.exports.staging import inspect_file
from dealerml.exports.workspace import open_workspace
from dealerml.words import Sentence, Spoken, say

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("file", "sheet", "column", "field", "certainty", "level", "why", "example")
JOINT = {"en": "; ", "zh": "；"}
LEVELS = ("sure", "likely", "guess")
SHOWN = 5


@dataclass(frozen=True)
class Proposal(Spoken):
    """What each column of unknown files probably is, and the mapping file that says so.

    ``table`` has one row per column of each file: ``file``, ``sheet`` (empty: the file has none),
    ``column`` (its label), ``field`` (as ``table.field``; empty: not placed), ``certainty`` (0 to
    1; missing where not placed), ``level`` (sure, likely, guess), ``why`` and ``example`` (a value;
    ``…`` where it is about people).

    Parameters
    ----------
    kinds
        The kinds of files, in the order in which they are written.
    unknown
        Files that were taken for no table.
    unread
        Files that could not be looked at, with the reasons.
    source
        What the mapping calls the system.
    """

    kinds: tuple[Kind, ...] = field(repr=False)
    unknown: tuple[Sample, ...] = field(repr=False)
    unread: tuple[str, ...]
    source: str

    @property
    def toml(self) -> str:
        """The mapping file, with comments in English."""
        return self.toml_in("en")

    def toml_in(self, lang: str) -> str:
        """The mapping file, with comments in this language."""
        return write_mapping(self.kinds, self.unknown, source=self.source, lang=lang)

    def table_in(self, lang: str) -> "pd.DataFrame":
        """The table, with the reasons in this language."""
        return _table(self.kinds, self.unknown, lang)

    def rows_in(self, lang: str) -> Iterator[tuple[str, ...]]:
        """The rows of the table as a person reads them: file, column, field, how sure, why."""
        for row in self.table_in(lang).to_dict("records"):
            file = f"{row['file']}#{row['sheet']}" if row["sheet"] else row["file"]
            level = say(f"proposal.level.{row['level']}", lang) if row["level"] else ""
            sure = f"{level} {row['certainty']:.2f}" if level else ""
            yield file, row["column"], row["field"], sure, row["why"]

    def record_in(self, lang: str) -> dict[str, object]:
        """The proposal for machines; only the sentences are in a language."""
        table = self.table_in(lang)
        known = table["certainty"].notna()
        table = table.assign(certainty=table["certainty"].astype(object).where(known, None))
        return {
            "order_lines": self.has_lines,
            "text": self.text_in(lang),
            "columns": table.to_dict("records"),
        }

    @property
    def has_lines(self) -> bool:
        """Was everything found that order lines need?"""
        return any(kind.table == "order_lines" and kind.is_read for kind in self.kinds)


def propose_mapping(
    *paths: str | Path | Sequence[str | Path],
    known: Sequence[Mapping] | None = None,
    source: str = "mapping",
) -> Proposal:
    """What is each column of files that no mapping knows, and how sure is that?

    Parameters
    ----------
    paths
        Folders or files, or a list of them, in any format that ``read_export`` opens.
    known
        Mappings whose labels are believed, beside the synonyms; None: those of all known sources.
    source
        What the mapping will call the system.

    Returns
    -------
    Proposal whose ``toml`` is a mapping file to correct and to pass on as ``source``, and whose
    ``table`` says what was taken for what, and why.

    Raises
    ------
    ExportError
        If a path does not exist, or no file can be looked at.
    """
    knowledge = make_knowledge(list_sources() if known is None else known)
    samples, unread = _take_samples([*_flatten(paths)], knowledge)
    if not samples:
        raise ExportError(unread or ("All files are empty. Export them again.",))
    references = find_references(samples)
    kinds = tuple(_make_kinds(classify(knowledge, samples, references), references))
    placed = {part.name for kind in kinds for part in kind.parts}
    unknown = tuple(sample for sample in samples if sample.name not in placed)
    said = tuple(_sentences(kinds, unknown, unread))
    return Proposal(_table(kinds, unknown, "en"), said, kinds, unknown, tuple(unread), source)


def write_proposal(proposal: Proposal, path: str | Path, *, lang: str = "en") -> Path:
    """Write the mapping file of a proposal; a file that is there already is never replaced.

    Raises
    ------
    ExportError
        If there is such a file: it may hold somebody's corrections.
    """
    target = Path(path)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(proposal.toml_in(lang))
    except FileExistsError as error:
        message = f"{target} is there already and was not replaced. Name another file with -o."
        raise ExportError(message) from error
    return target


def _make_kinds(found: Sequence[Classified], references: Sequence[Reference]) -> list[Kind]:
    kinds = align_keys(add_heads(gather_kinds(found), found), references)
    kinds = [turn_returns(derive_net_amount(date_orders(kind))) for kind in kinds]
    kinds = [propose_rules(find_fill(kind)) for kind in kinds]
    return hold_back([complete(kind) for kind in choose_needs(kinds)])


def _flatten(paths: Sequence[str | Path | Sequence[str | Path]]) -> Iterator[str | Path]:
    for item in paths:
        yield from ([item] if isinstance(item, (str, Path)) else item)


def _take_samples(
    paths: Sequence[str | Path], knowledge: Knowledge
) -> tuple[list[Sample], list[str]]:
    """The beginnings of all files; one that cannot be read does not keep the others from it."""
    found, left = find_files(paths)
    workspace = open_workspace(file.path for file in found)
    found, _ = leave_copies(*open_archives(found, left, workspace.folder))
    samples: list[Sample] = []
    unread: list[str] = []
    for file in found:
        try:
            for candidate in inspect_file(workspace, file):
                sample = take_sample(workspace, candidate, knowledge)
                samples += [] if sample is None else [sample]
        except ExportError as error:
            unread.extend(error.problems)
    return samples, unread


def _table(kinds: Sequence[Kind], unknown: Sequence[Sample], lang: str) -> "pd.DataFrame":
    import pandas as pd

    rows = [row for kind in kinds for row in _rows(kind, lang)]
    rows += [
        _row(sample, column, None, "", lang) for sample in unknown for column in sample.columns
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(kind: Kind, lang: str) -> Iterator[tuple[object, ...]]:
    fields = {item.column.label: item for item in kind.placed.values()}
    for sample in kind.parts:
        for column in sample.columns:
            yield _row(sample, column, fields.get(column.label), kind.table, lang)


def _row(
    sample: Sample, column: Column, item: Placed | None, table: str, lang: str
) -> tuple[object, ...]:
    why = JOINT[lang].join(reason.text_in(lang) for reason in item.why) if item else ""
    place = f"{table}.{item.field}" if item else ""
    level = item.level if item else ""
    certainty = item.certainty if item else None
    example = column.evidence.example
    return sample.file, sample.sheet, column.label, place, certainty, level, why, example


def _sentences(
    kinds: Sequence[Kind], unknown: Sequence[Sample], unread: Sequence[str]
) -> Iterator[Sentence]:
    read = [kind for kind in kinds if kind.table == "order_lines" and kind.is_read]
    lines = [part.name for kind in read for part in kind.parts]
    if lines:
        yield Sentence("proposal.lines", {"files": lines[:SHOWN], "n": len(lines)})
    else:
        yield _no_lines(kinds)
    yield _counts(kinds)
    for note in dict.fromkeys(note.key for kind in kinds for note in kind.notes):
        yield from (n for kind in kinds for n in kind.notes if n.key == note)
    if unknown:
        names = [sample.name for sample in unknown]
        yield Sentence("proposal.unknown", {"files": names[:SHOWN], "n": len(names)})
    if unread:
        yield Sentence("proposal.unread", {"problems": list(unread)[:SHOWN]})


def _counts(kinds: Sequence[Kind]) -> Sentence:
    placed = [item.level for kind in kinds for item in kind.placed.values()]
    levels = {name: placed.count(name) for name in LEVELS}
    return Sentence("proposal.counts", {**levels, "left": sum(len(k.unplaced) for k in kinds)})


def _no_lines(kinds: Sequence[Kind]) -> Sentence:
    """Nearly order lines: what they lack; otherwise that there are none."""
    near = [kind for kind in kinds if kind.table == "order_lines"]
    if not near:
        return Sentence("proposal.no_lines")
    best = min(near, key=lambda kind: len(kind.missing))
    args = {"file": best.sample.name, "fields": list(best.missing)}
    return Sentence("proposal.lines_lack", args)

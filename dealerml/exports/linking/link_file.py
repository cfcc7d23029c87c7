"""The list of links that people review: its rows, their decisions, and the file it is kept in."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealerml.errors import ExportError
from dealerml.exports.formulas import FORMULA_STARTS, PLAIN_NUMBER
from dealerml.exports.linking.parties import cells_of

if TYPE_CHECKING:
    import pandas as pd

FILE_NAME: Final = "dealer_links.csv"
DECISIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "对", "√"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "否", "不是", "×"), "no"),
    "": "",
}
# A spreadsheet changes 007, 20 digits, 1-2, 3E5 and MAR1 when it opens a file; these it leaves.
SAFE_ID: Final = re.compile(r"[1-9]\d{0,14}|(?![^\W\d_]{3,9}[ -]?\d)[^\W\d_][^\t\r\n]*")
ID_COLUMNS: Final = ("dealer_id", "other_id")


@dataclass(frozen=True)
class Link:
    """One row of ``dealer_links.csv``."""

    dealer_id: str
    dealer_name: str
    other_source: str
    other_id: str
    other_name: str
    method: str
    certainty: float
    decision: str = ""

    @property
    def pair(self) -> tuple[str, str, str]:
        """Which two dealers does it link?"""
        return self.dealer_id, self.other_source, self.other_id


COLUMNS: Final = tuple(field.name for field in fields(Link))


def read_links(table: "pd.DataFrame | None", *, quoted: bool = False) -> tuple[Link, ...]:
    """Which links does a table hold, each pair once, with decisions written yes, no or empty?

    Parameters
    ----------
    table
        Any of the columns of ``dealer_links.csv``; None: no links. 是 and 否, Y and N and the like
        are understood.
    quoted
        Whether it comes from a file, in which ``write_links`` put quotes before some cells.

    Raises
    ------
    ExportError
        If a decision is neither yes nor no, if a pair has both, or if one dealer of another source
        is linked with yes to several of ours: all problems at once.
    """
    if table is None or not len(table):
        return ()
    links = [
        Link(**{**row, "certainty": _number(row["certainty"])})  # type: ignore[arg-type]
        for row in _cells(table, quoted=quoted)
        if row["dealer_id"] and row["other_id"]
    ]
    decided = [replace(link, decision=_decision(link.decision)) for link in links]
    problems = [*_unknown_words(links), *_contradictions(decided)]
    if problems:
        raise ExportError(problems)
    first: dict[tuple[str, str, str], Link] = {}
    # A decided row counts before an undecided one of the same pair.
    for link in sorted(decided, key=lambda link: not link.decision):
        first.setdefault(link.pair, link)
    return tuple(first.values())


def tabulate_links(links: Iterable[Link]) -> "pd.DataFrame":
    """How do links stand in a table: undecided first, most certain first, then by source and id?"""
    import pandas as pd

    ordered = sorted(
        links, key=lambda k: (k.decision != "", -k.certainty, *k.pair[1:], k.dealer_id)
    )
    columns = {
        name: pd.Series([getattr(link, name) for link in ordered], dtype="str") for name in COLUMNS
    }
    certainty = pd.Series([round(link.certainty, 2) for link in ordered], dtype="float64")
    return pd.DataFrame({**columns, "certainty": certainty}, columns=list(COLUMNS))


def write_links(links: "pd.DataFrame", path: str | Path) -> Path:
    """Where does the list stand that somebody is to review?

    A CSV (UTF-8 with a byte-order mark) with the columns of ``dealer_links.csv``, undecided rows
    first. Ids that a spreadsheet would change when it opens the file have a quote before them, as
    has every cell that it would take for a formula; reading takes the quotes off again.
    """
    target = Path(path)
    table = tabulate_links(read_links(links))
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for row in table.itertuples(index=False):
            cells = zip(COLUMNS, row, strict=True)
            writer.writerow(
                [quote_cell(str(cell), is_id=name in ID_COLUMNS) for name, cell in cells]
            )
    return target


def quote_cell(text: str, *, is_id: bool = False) -> str:
    """How is a cell written so that a spreadsheet neither changes it nor takes it for a formula?

    Examples
    --------
    >>> [quote_cell(text, is_id=True) for text in ("007", "1007", "D007", "=1+1", "MAR1", "'=1")]
    ["'007", '1007', 'D007', "'=1+1", "'MAR1", "''=1"]
    >>> quote_cell("-Total"), quote_cell("007")
    ("'-Total", '007')
    """
    bare = text.lstrip("'")
    formula = bare.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(bare)
    changed = is_id and bare and not SAFE_ID.fullmatch(bare)
    return f"'{text}" if formula or changed else text


def unquote_cell(text: str, *, is_id: bool = False) -> str:
    """What did a cell hold before ``quote_cell``?

    Examples
    --------
    >>> [unquote_cell(text, is_id=True) for text in ("'007", "1007", "'=1+1", "''=1", "'t Hoen")]
    ['007', '1007', '=1+1', "'=1", "'t Hoen"]
    """
    return text[1:] if text[:1] == "'" and quote_cell(text[1:], is_id=is_id) == text else text


def _cells(table: "pd.DataFrame", *, quoted: bool) -> Iterator[dict[str, str]]:
    for values in zip(*(cells_of(table, name) for name in COLUMNS), strict=True):
        row = dict(zip(COLUMNS, values, strict=True))
        if quoted:
            row = {n: unquote_cell(text, is_id=n in ID_COLUMNS) for n, text in row.items()}
        yield row


def _decision(text: str) -> str:
    return DECISIONS.get(text.casefold(), "")


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _unknown_words(links: Sequence[Link]) -> Iterator[str]:
    odd = [link for link in links if link.decision.casefold() not in DECISIONS]
    if odd:
        yield (
            f"{FILE_NAME}: {len(odd):,} decisions are neither yes nor no, first "
            f"{odd[0].decision!r} for {odd[0].dealer_id} and {odd[0].other_id}. Write yes or no, "
            "or leave the cell empty."
        )


def _contradictions(links: Sequence[Link]) -> Iterator[str]:
    said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    chosen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        said[link.pair].add(link.decision)
        if link.decision == "yes":
            chosen[link.other_source, link.other_id].add(link.dealer_id)
    for pair, words in sorted(said.items()):
        if {"yes", "no"} <= words:
            yield f"{FILE_NAME}: {pair[0]} and {pair[2]} of {pair[1]} are decided yes and no."
    for (source, other), dealers in sorted(chosen.items()):
        if len(dealers) > 1:
            yield (
                f"{FILE_NAME}: {other} of {source} is linked with yes to {len(dealers):,} dealers: "
                f"{', '.join(sorted(dealers)[:3])}. Leave yes at one of them, so that nothing is "
                "counted twice."
            )

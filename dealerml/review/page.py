"""What the page is made of, and in which order it is read: verdict, figures, then questions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.review.leading import Decision, list_decisions, say_target, say_trust
from dealerml.review.run import Review
from dealerml.review.showing import show
from dealerml.review.tiles import Tile, list_tiles
from dealerml.review.verdict import say_notices, say_verdict
from dealerml.review.wording import join_sentences
from dealerml.words import column_label, say

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_ROWS: Final = 15
LONG: Final = (
    "reasons_text",
    "reason",
    "note",
    "evidence",
    "example",
    "finding",
    "steps",
    "next_step",
)
NAMES: Final = ("dealer_name", "category", "model", "method", "definition")
CODES: Final = ("sha256", "file")
# Texts that stand to the right as numbers do: amounts to the cent, values with their interval.
FIGURES: Final = ("exact_amount", "pr_auc", "roc_auc", "log_loss", "brier", "lift_10")


@dataclass(frozen=True)
class Cell:
    """One cell or head of a table; `kind` is its class in the style sheet."""

    text: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table as it is shown; `total` sets its last row apart."""

    title: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    total: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture over half of the page or all of it; `png` draws it as pixels, with its title."""

    svg: "Markup"
    wide: bool = False
    png: Callable[[], tuple[bytes, str]] | None = None


@dataclass(frozen=True)
class Steps:
    """What to do, in order."""

    title: str
    steps: Sequence[str]


@dataclass(frozen=True)
class Section:
    """One question, what was found, pictures and tables.

    Parameters
    ----------
    tables
        Rows of one table, or of two that stand beside each other.
    """

    name: str
    title: str
    paragraphs: Sequence[str]
    pictures: Sequence[Picture] = ()
    tables: Sequence[Sequence[Table]] = ()
    playbooks: Sequence[Steps] = ()


@dataclass(frozen=True)
class Page:
    """Everything the template needs."""

    title: str
    lead: str
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    contents: str
    notices: Sequence[str] = field(default=())
    decisions: Sequence[Decision] = field(default=())
    decided: str = ""
    trust: str = ""
    appendix: Sequence[Section] = field(default=())
    behind: str = ""


def make_page(review: Review, lang: str) -> Page:
    """What does the report say, from the verdict to the small print?"""
    from dealerml.review.sections import APPENDIX, LEADING
    from dealerml.theme import set_theme

    set_theme(lang)
    return Page(
        title=say("review.title", lang, as_of=review.as_of),
        lead=join_sentences((*say_verdict(review), *say_target(review)), lang),
        tiles=list_tiles(review, lang).tiles,
        sections=[make(review, lang) for make in LEADING],
        appendix=[make(review, lang) for make in APPENDIX],
        behind=say("review.behind", lang),
        decisions=list_decisions(review, lang),
        decided=say("review.decisions", lang),
        trust=join_sentences(say_trust(review), lang),
        contents=say("review.contents", lang),
        notices=[sentence.text_in(lang) for sentence in say_notices(review)],
    )


def make_section(
    name: str,
    paragraphs: Iterable[str],
    *,
    lang: str,
    pictures: Iterable[Picture] = (),
    tables: Iterable[Sequence[Table]] = (),
    playbooks: Iterable[Steps] = (),
) -> Section:
    """One section; paragraphs without a word and tables without a row are left out."""
    said = list(dict.fromkeys(text for text in paragraphs if text))
    shown = [[table for table in row if table.rows] for row in tables]
    return Section(
        name,
        say(f"review.section.{name}", lang),
        said,
        list(pictures),
        [row for row in shown if row],
        list(playbooks),
    )


def first_of(shown: int, n: int, lang: str) -> str:
    """What stands below a table that shows only its first rows; nothing where it shows all."""
    return say("review.table_note.first", lang, shown=shown, n=n) if n > shown else ""


def name_table(
    table: pd.DataFrame, columns: Iterable[str], *, name: str, lang: str, **more: Any
) -> Table:
    """A table under the title that goes by `name`; `more` as in `show_table`."""
    return show_table(table, columns, title=say(f"review.table.{name}", lang), lang=lang, **more)


def show_table(
    table: pd.DataFrame,
    columns: Iterable[str],
    *,
    title: str,
    lang: str,
    note: str = "",
    total: bool = False,
) -> Table:
    """How does a table read? Codes are named; columns with nothing to show are left out."""
    shown = {name: [show(name, v, lang) for v in table[name]] for name in columns if name in table}
    names = [name for name, texts in shown.items() if any(texts)]
    kinds = [_kind(name, table[name]) for name in names]
    heads = [Cell(column_label(n, lang), kind) for n, kind in zip(names, kinds, strict=True)]
    rows = [
        [Cell(text, kind) for text, kind in zip(texts, kinds, strict=True)]
        for texts in zip(*(shown[name] for name in names), strict=True)
    ]
    return Table(title, heads, rows, note, total)


def _kind(column: str, values: pd.Series) -> str:
    if column in FIGURES or pd.api.types.is_numeric_dtype(values):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    for kind, columns in (("long", LONG), ("name", NAMES), ("code", CODES)):
        if column in columns:
            return kind
    return "text"

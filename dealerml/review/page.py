"""What the page shows, in which order: tiles, then one section per question."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.review.run import Review
from dealerml.review.showing import show
from dealerml.review.tiles import Tile, list_tiles
from dealerml.words import column_label, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS: Final = 15
LONG: Final = ("reasons_text", "reason", "note", "evidence", "example", "finding")


@dataclass(frozen=True)
class Cell:
    """One cell or head of a table; `kind` is its class in the style sheet."""

    text: str
    kind: str

    @property
    def label(self) -> str:
        """The text, by the name a head goes by."""
        return self.text


@dataclass(frozen=True)
class Table:
    """A table as it is shown."""

    title: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One question, what was found, pictures and tables."""

    name: str
    title: str
    paragraphs: Sequence[str]
    figures: Sequence[Any] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Page:
    """Everything the template needs."""

    title: str
    lead: str
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    contents: str
    notices: Sequence[str] = field(default=())


def make_page(review: Review, lang: str) -> Page:
    """What does the report say, from the verdict to the small print?"""
    from dealerml.review.sections import SECTIONS
    from dealerml.theme import set_theme

    set_theme(lang)
    return Page(
        title=say("review.title", lang, as_of=review.as_of),
        lead=_verdict(review, lang),
        tiles=list_tiles(review, lang).tiles,
        sections=[make(review, lang) for make in SECTIONS],
        contents=say("review.contents", lang),
        notices=[sentence.text_in(lang) for sentence in review.said],
    )


def show_table(
    table: pd.DataFrame, columns: Iterable[str], *, title: str, lang: str, note: str = ""
) -> Table:
    """How does a table read? Columns without any value are left out, codes are named."""
    names = [name for name in columns if name in table and table[name].notna().any()]
    numeric = {name: pd.api.types.is_numeric_dtype(table[name]) for name in names}
    heads = [Cell(column_label(n, lang), "number" if numeric[n] else "text") for n in names]
    kinds = [_kind(name, numeric=numeric[name]) for name in names]
    rows = [
        [
            Cell(show(name, value, lang), kind)
            for name, value, kind in zip(names, row, kinds, strict=True)
        ]
        for row in table[names].itertuples(index=False, name=None)
    ]
    return Table(title, heads, rows, note)


def draw(plot: Callable[..., "Axes"], *args: Any, lang: str, height: float = 4.2, **kw: Any) -> Any:
    """A picture for the page, its finding read out by a screen reader."""
    import matplotlib.pyplot as plt
    from markupsafe import Markup

    from dealerml.theme import figure_svg

    figure, ax = plt.subplots(figsize=(8.4, height), layout="constrained")
    plot(*args, ax=ax, lang=lang, **kw)
    svg = figure_svg(figure, ax.get_title(loc="left") or ax.get_title())
    plt.close(figure)
    return Markup(svg)


def _kind(column: str, *, numeric: bool) -> str:
    if numeric:
        return "number"
    return "long" if column in LONG else "text"


def _verdict(review: Review, lang: str) -> str:
    """The period in one sentence and what is at stake in another."""
    sales = [said for said in review.sales.said if said.key.startswith("growth.period")]
    said = [*sales, *review.losses.said[:1]]
    return ("" if lang == "zh" else " ").join(sentence.text_in(lang) for sentence in said)

"""A review to look through in a notebook: its pages, and its dealers by region, class and band."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.review.cards import Card, dealer_cards
from dealerml.review.dealers import dealers_in
from dealerml.review.leading import list_decisions, say_trust
from dealerml.review.page import Section, make_section
from dealerml.review.report import render_part
from dealerml.review.run import Review
from dealerml.review.showing import show_code
from dealerml.review.telling import show
from dealerml.review.wording import join_sentences
from dealerml.words import column_label, say

if TYPE_CHECKING:
    from ipywidgets import VBox

ALL: Final = ""
FILTERS: Final = ("region", "abc_class", "band")
SORTED_BY: Final = (
    "loss_expected", "net_amount_365d", "growth", "health", "churn_risk", "recency_days",
)  # fmt: skip
# Those where little is what one looks for first.
RISING: Final = ("growth", "health")
SHOWN: Final = ("dealer_name", "abc_class", "region", "owner", *SORTED_BY, "band")
MOST_LISTED: Final = 15
MOST_CHOSEN: Final = 200


@dataclass(frozen=True)
class Shown:
    """A page of the report or the card of a dealer, as a notebook shows it."""

    part: Section | Card
    lang: str

    def _repr_html_(self) -> str:
        return render_part(self.part, self.lang)

    def __repr__(self) -> str:
        """Read as plain text: what is said, then the tables."""
        part = self.part
        said = (
            [*part.paragraphs]
            if isinstance(part, Section)
            else [text for _, texts in part.paragraphs for text in texts]
        )
        rows = part.tables if isinstance(part, Card) else [t for row in part.tables for t in row]
        lines = [part.title, *map(str, said)]
        for table in rows:
            lines += [table.title, " | ".join(head.text for head in table.heads)]
            lines += [" | ".join(cell.text for cell in row) for row in table.rows]
        return "\n".join(lines)


def show_page(review: Review, name: str, lang: str = "en") -> Shown:
    """How does a page of the report look: verdict, change, save, back, outlook, structure, or more?

    Raises
    ------
    KeyError
        If the report has no such page, naming those it has.
    """
    from dealerml.review.sections import APPENDIX, LEADING
    from dealerml.theme import set_theme

    set_theme(lang)
    pages: dict[str, Callable[[Review, str], Section]] = {"verdict": verdict_section}
    pages |= {make.__name__.removesuffix("_section"): make for make in (*LEADING, *APPENDIX)}
    if name not in pages:
        message = f"There is no page {name!r}. Known: {', '.join(pages)}."
        raise KeyError(message)
    return Shown(pages[name](review, lang), lang)


def verdict_section(review: Review, lang: str) -> Section:
    """What is asked for, and may the figures be trusted?"""
    decisions = enumerate(list_decisions(review, lang), start=1)
    asked = [each.told(number) for number, each in decisions]
    trust = join_sentences(say_trust(review), lang)
    return make_section("verdict", [*asked, trust], lang=lang)


def show_card(review: Review, dealer_id: str, lang: str = "en") -> Shown:
    """The one-page history of a dealer."""
    return Shown(dealer_cards(review, lang, dealers=[dealer_id])[0], lang)


def explore(review: Review, *, lang: str = "en") -> "VBox":
    """Who are the dealers of a region, class or band, and what is the story of each?

    Returns
    -------
    Controls for JupyterLab: region, class and band to choose from, the column to sort by, and the
    dealers; below them the first fifteen as a table and the one-page history of the chosen one.
    """
    from ipywidgets import HTML, Dropdown, HBox, Select, VBox

    dealers = dealers_in(review, lang).set_index("dealer_id")
    filters = {name: _filter(dealers[name], name, lang) for name in FILTERS}
    order = Dropdown(
        options=[(column_label(name, lang), name) for name in SORTED_BY],
        description=say("notebook.explore.sort", lang),
    )
    chosen = Select(options=[], rows=8, description=say("notebook.explore.dealer", lang))
    table, card = HTML(), HTML()

    def refresh(_: Any = None) -> None:
        found = _choose(dealers, {name: box.value for name, box in filters.items()}, order.value)
        table.value = show(found.head(MOST_LISTED), list(SHOWN), lang)._repr_html_()
        names = found["dealer_name"].head(MOST_CHOSEN).items()
        chosen.options = [(f"{name} · {dealer}", dealer) for dealer, name in names]

    def tell(_: Any = None) -> None:
        known = chosen.value is not None
        card.value = show_card(review, str(chosen.value), lang)._repr_html_() if known else ""

    for control in (*filters.values(), order):
        control.observe(refresh, names="value")
    chosen.observe(tell, names="value")
    refresh()
    tell()
    return VBox([HBox([*filters.values(), order]), chosen, table, card])


def _filter(values: pd.Series, name: str, lang: str) -> Any:
    from ipywidgets import Dropdown

    codes = sorted(values.dropna().unique())
    everything = (say("notebook.explore.everywhere", lang), ALL)
    options = [everything, *((show_code(name, code, lang), code) for code in codes)]
    return Dropdown(options=options, description=column_label(name, lang))


def _choose(dealers: pd.DataFrame, wanted: dict[str, str], by: str) -> pd.DataFrame:
    found = dealers
    for name, value in wanted.items():
        if value != ALL:
            found = found[found[name].eq(value).fillna(value=False)]
    found = found.sort_index()
    return found.sort_values(by, ascending=by in RISING, kind="stable", na_position="last")

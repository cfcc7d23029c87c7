"""One page and one workbook for each region or owner, with nothing of any other in it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.exports.books import write_book
from dealerml.health.merging import merge_alerts
from dealerml.review.cards import Card, date_line, dealer_cards, group_cards
from dealerml.review.dealers import dealers_in
from dealerml.review.report import render_cards
from dealerml.review.run import Review
from dealerml.review.sheet import fill_sheet
from dealerml.review.workbook import named_table
from dealerml.words import say

LONGEST: Final = 60
KEYS: Final = ("region", "owner")
# What would tell of others: who could take over belongs to somebody else as well.
TELLING: Final = ("lost",)
UNSAFE: Final = re.compile(r"[^\w\u2e80-\uffff-]+")


def write_split(review: Review, folder: Path, *, by: str, lang: str = "en") -> None:
    """Write ``01-<name>.html`` and ``01-<name>.xlsx`` for each region or owner, the largest first.

    The page is the group's card and a card for each of its dealers to see; the workbook holds its
    dealers, alerts, forecast and months. Only rows of its dealers are read, so that nothing of
    another can be in it.
    """
    folder.mkdir()
    rows = dealers_in(review, lang)
    groups = group_cards(review, by, lang)
    alerts = merge_alerts(review.alerts.table_in(lang))
    date = date_line(review.as_of, lang)
    for number, group in enumerate(groups, start=1):
        name = group.title
        own = rows[rows[by] == name]
        ids = set(own["dealer_id"])
        others = set(rows["dealer_id"]) - ids
        own = own.assign(
            parent_id=own["parent_id"].where(own["parent_id"].isin(ids)),
            note=own["note"].mask(_telling(own["note"], others)),
        )
        seen = alerts["dealer_id"][alerts["dealer_id"].isin(ids)]
        cards = [_alone(card, others, lang) for card in dealer_cards(review, lang, dealers=seen)]
        stem = f"{number:02d}-{safe_name(name)}"
        html = render_cards([group, *cards], title=name, date=date, lang=lang)
        (folder / f"{stem}.html").write_text(html, encoding="utf-8", newline="\n")
        _write_book(review, own, folder / f"{stem}.xlsx", lang)


def safe_name(name: str) -> str:
    """A name as part of a file's name: letters of any language, digits and hyphens.

    Examples
    --------
    >>> safe_name("../华东: A/B")
    '_华东_A_B'
    """
    return UNSAFE.sub("_", name)[:LONGEST]


def _telling(notes: pd.Series, others: set[str]) -> pd.Series:
    return pd.Series([_tells(note, others) for note in notes], notes.index, dtype="bool")


def _tells(text: object, others: set[str]) -> bool:
    """Whether a text names a dealer of somebody else, as a note on a merger does."""
    return isinstance(text, str) and any(other in text for other in others)


def _alone(card: Card, others: set[str], lang: str) -> Card:
    """The card without what it says of dealers that may belong to others."""
    telling = {say(f"review.card.{name}", lang) for name in TELLING}
    kept = [
        (heading, [text for text in texts if not _tells(text, others)])
        for heading, texts in card.paragraphs
        if heading not in telling
    ]
    return replace(card, paragraphs=[(heading, texts) for heading, texts in kept if texts])


def _write_book(review: Review, own: pd.DataFrame, path: Path, lang: str) -> None:
    ids = own["dealer_id"]
    forecast = review.forecast.table
    alerts = review.alerts.table_in(lang)
    mine = (forecast["level"] == "dealer") & forecast["key"].isin(ids)
    tables = {
        "dealers": own,
        "alerts": alerts[alerts["dealer_id"].isin(ids)],
        "forecast": forecast[mine],
        "months": review.background.mix[review.background.mix["dealer_id"].isin(ids)],
    }
    with write_book(path) as book:
        for name, table in tables.items():
            shown = named_table(table.reset_index(drop=True), lang)
            fill_sheet(book, say(f"review.sheet.{name}", lang), shown, lang=lang)

"""What people noted about dealers, in the reader's language."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from dealerml.words import Sentence

BETWEEN: Final = "; "


def note_texts(
    notes: Iterable[Mapping[str, Any]], *, as_of: dt.date, lang: str = "en"
) -> pd.Series:
    """What is noted about each dealer and still holds at this date?

    Parameters
    ----------
    notes
        Rows with ``dealer_id, kind, from_date, until_date, note``.

    Returns
    -------
    Text by ``dealer_id``, several notes joined by ``;``; dealers without a note are absent.

    Examples
    --------
    >>> since = dt.date(2025, 1, 13)
    >>> note = {"dealer_id": "A", "kind": "moved", "from_date": since, "until_date": None}
    >>> note_texts([note | {"note": "to Ningbo"}], as_of=dt.date(2025, 6, 30))["A"]
    'moved since 2025-01-13: to Ningbo'
    """
    told = {dealer: [_say(note) for note in found] for dealer, found in _in_force(notes, as_of)}
    return _join(told, lang).rename("note")


def note_kinds(
    notes: Iterable[Mapping[str, Any]], *, as_of: dt.date, lang: str = "en"
) -> pd.Series:
    """Of which kinds are the notes about each dealer that still hold?

    Examples
    --------
    >>> note = {"dealer_id": "A", "kind": "closed_by_us", "until_date": None}
    >>> note_kinds([note, note | {"kind": "text"}], as_of=dt.date(2025, 6, 30))["A"]
    'closed by us; note'
    """
    told = {dealer: [_kind(note) for note in found] for dealer, found in _in_force(notes, as_of)}
    return _join(told, lang)


def _in_force(
    notes: Iterable[Mapping[str, Any]], as_of: dt.date
) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for note in notes:
        if note["until_date"] is None or note["until_date"] >= as_of:
            found.setdefault(note["dealer_id"], []).append(note)
    return sorted(found.items())


def _join(told: Mapping[str, Iterable[Sentence]], lang: str) -> pd.Series:
    texts = {d: BETWEEN.join(said.text_in(lang) for said in found) for d, found in told.items()}
    return pd.Series(texts, dtype="str").rename_axis("dealer_id")


def _kind(note: Mapping[str, Any]) -> Sentence:
    return Sentence(f"review.note_kind.{note['kind']}")


def _say(note: Mapping[str, Any]) -> Sentence:
    facts = {"kind": _kind(note), "since": note["from_date"]}
    if note["until_date"] is not None:
        facts["until"] = note["until_date"]
    if note["note"]:
        facts["note"] = note["note"]
    known = [name for name in ("until", "note") if name in facts]
    return Sentence("_".join(["review.noted", *known]), facts)

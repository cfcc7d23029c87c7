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
    texts: dict[str, list[str]] = {}
    for note in notes:
        if note["until_date"] is None or note["until_date"] >= as_of:
            texts.setdefault(note["dealer_id"], []).append(_say(note).text_in(lang))
    joined = {dealer: BETWEEN.join(said) for dealer, said in sorted(texts.items())}
    return pd.Series(joined, dtype="str", name="note").rename_axis("dealer_id")


def _say(note: Mapping[str, Any]) -> Sentence:
    facts = {"kind": Sentence(f"review.note_kind.{note['kind']}"), "since": note["from_date"]}
    if note["until_date"] is not None:
        facts["until"] = note["until_date"]
    if note["note"]:
        facts["note"] = note["note"]
    known = [name for name in ("until", "note") if name in facts]
    return Sentence("_".join(["review.noted", *known]), facts)

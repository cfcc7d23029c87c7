import datetime as dt

import pytest

from dealerml.review.notes import note_kinds, note_texts
from dealerml.tables import NOTE_KINDS
from dealerml.words import has_entry

AS_OF = dt.date(2025, 6, 30)


def note(kind="moved", since="2025-01-13", until=None, text=None, dealer="A"):
    return {
        "dealer_id": dealer,
        "kind": kind,
        "from_date": dt.date.fromisoformat(since),
        "until_date": until and dt.date.fromisoformat(until),
        "note": text,
    }


@pytest.mark.parametrize("kind", NOTE_KINDS)
def test_every_kind_of_note_has_a_name(kind):
    assert has_entry(f"review.note_kind.{kind}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "moved since 2025-01-13"),
        ({"text": "to Ningbo"}, "moved since 2025-01-13: to Ningbo"),
        ({"until": "2025-07-31"}, "moved from 2025-01-13 to 2025-07-31"),
        ({"until": "2025-06-30", "text": "x"}, "moved from 2025-01-13 to 2025-06-30: x"),
    ],
)
def test_a_note_is_said_with_what_it_holds(given, said):
    assert note_texts([note(**given)], as_of=AS_OF)["A"] == said


def test_notes_that_no_longer_hold_are_left_out():
    over = note(until="2025-06-29")
    assert note_texts([over], as_of=AS_OF).empty
    assert note_kinds([over], as_of=AS_OF).empty


def test_several_notes_stand_together_by_dealer():
    notes = [note(dealer="B"), note(), note("seasonal", "2022-07-01", text="冬季停工")]
    texts = note_texts(notes, as_of=AS_OF, lang="zh")
    assert list(texts.index) == ["A", "B"]
    assert texts["A"] == "已搬迁，自 2025-01-13; 季节性停单，自 2022-07-01：冬季停工"
    assert note_kinds(notes, as_of=AS_OF)["A"] == "moved; seasonal"

import pandas as pd
import pytest

from dealerml.segments.behaviour import COLUMNS
from dealerml.segments.naming import (
    RHYTHMS,
    SIZES,
    SURPRISES,
    describe_segment,
    is_numbered,
    name_segments,
)
from dealerml.words import has_entry

# Dealers 1 to 100 on every axis: the value is its own percentile.
BEHAVIOUR = pd.DataFrame({axis: [float(n) for n in range(1, 101)] for axis in COLUMNS})


def name(size, rhythm, order, breadth) -> str:
    medians = pd.DataFrame(
        {"size": [size], "rhythm": [rhythm], "order": [order], "breadth": [breadth]}
    )
    return name_segments(medians, BEHAVIOUR)[0]


@pytest.mark.parametrize(
    ("median", "expected"),
    [
        ((95, 95, 95, 95), "top_frequent"),
        ((80, 80, 80, 80), "large_frequent"),
        ((50, 50, 50, 50), "medium_regular"),
        ((20, 20, 20, 20), "small_rare"),
        ((5, 5, 5, 5), "tiny_rare"),
        # Only what the size does not lead one to expect is said.
        ((80, 80, 10, 80), "large_frequent_light"),
        ((80, 10, 90, 10), "large_rare_narrow"),
        ((50, 50, 90, 90), "medium_regular_heavy_broad"),
        ((5, 5, 90, 5), "tiny_rare_heavy"),
        ((20, 20, 50, 50), "small_rare"),
    ],
)
def test_names_say_what_sets_a_segment_apart(median, expected):
    assert name(*median) == expected


def test_segments_alike_in_words_are_numbered_in_their_order():
    medians = pd.DataFrame({"size": [82.0, 80.0, 50.0], "rhythm": [90.0, 80.0, 50.0]})
    names = name_segments(medians, BEHAVIOUR)
    assert names == ["large_frequent_1", "large_frequent_2", "medium_regular"]
    assert [is_numbered(code) for code in names] == [True, True, False]


def test_dealers_all_alike_are_in_the_middle():
    alike = pd.DataFrame({"size": [1.0, 2.0, 3.0], "rhythm": [4.0, 4.0, 4.0]})
    medians = pd.DataFrame({"size": [2.0], "rhythm": [4.0]})
    assert name_segments(medians, alike) == ["medium_regular"]


def test_an_empty_axis_is_not_named():
    empty = BEHAVIOUR.assign(breadth=float("nan"))
    medians = pd.DataFrame({"size": [95.0], "rhythm": [95.0], "breadth": [float("nan")]})
    assert name_segments(medians, empty) == ["top_frequent"]


def test_every_word_of_a_name_is_in_the_catalogue():
    words = [word for _, word in SIZES] + list(RHYTHMS)
    words += [
        word for levels in SURPRISES.values() for word in levels if word not in ("usual", "mixed")
    ]
    assert [word for word in words if not has_entry(f"segments.level.{word}")] == []


def test_names_in_both_languages():
    assert describe_segment("medium_regular_light").text == "Medium · regular · small orders"
    assert describe_segment("small_rare_2").text_in("zh") == "小户·低频（2）"

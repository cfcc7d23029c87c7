import pytest

from dealerml.features import FEATURES, build_panel, list_features
from dealerml.features.build import LABELS
from dealerml.features.glossary import question_of, read_returns
from dealerml.words import LANGUAGES, column_label

UNITS = {
    "1 or 0",
    *"bool count days grade hours money probability ratio share text units".split(),
}


def documented(snapshot):
    """What does it answer?

    Returns
    -------
    One row per dealer:
        ``a``         days, ≥ 0; first line
                      and second
        ``b``, ``c``  share; of two
        ``d``,
        ``e_90d``
            money; on a line of its own
    and something else in ``no_column``; really.

    Notes
    -----
        ``f``  days; not returned
    """


def test_entries_of_every_form_are_read():
    assert [tuple(entry) for entry in read_returns(documented)] == [
        ("a", "days, ≥ 0", "first line and second"),
        ("b", "share", "of two"),
        ("c", "share", "of two"),
        ("d", "money", "on a line of its own"),
        ("e_90d", "money", "on a line of its own"),
    ]
    assert question_of(documented) == "What does it answer?"


def test_a_function_without_a_block_or_a_docstring_describes_nothing():
    assert list(read_returns(lambda snapshot: None)) == []
    assert question_of(lambda snapshot: None) == ""


def test_every_column_of_the_sample_is_in_the_glossary_and_the_other_way_round(sample_x):
    glossary = list_features()
    assert glossary["feature"].is_unique
    assert sorted(glossary["feature"]) == sorted(sample_x.columns)


def test_families_stand_in_the_order_in_which_they_are_computed():
    families = ["build_features", *(family.__name__ for family in FEATURES), "peers"]
    assert list(dict.fromkeys(list_features()["family"])) == families


@pytest.mark.parametrize("row", list(list_features().itertuples()), ids=lambda row: row.feature)
def test_each_feature_has_a_known_unit_a_meaning_and_a_question(row):
    assert row.unit.split(", ")[0] in UNITS
    assert len(row.meaning) > 8
    assert row.question.endswith("?")
    assert "``" not in row.unit + row.meaning


def test_what_followed_is_described_as_well():
    assert {entry.name for entry in read_returns(build_panel)} == set(LABELS)
    assert all(entry.unit.split(", ")[0] in UNITS for entry in read_returns(build_panel))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_feature_has_a_label_in_both_languages(lang):
    features = list_features()["feature"]
    assert [name for name in features if column_label(name, lang) == name] == []

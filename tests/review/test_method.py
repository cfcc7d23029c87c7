import pytest

from dealerml.policy import load_policy
from dealerml.review.method import method_section
from dealerml.words import has_entry, say


@pytest.fixture(scope="module")
def section(small_review):
    return method_section(small_review, "en")


def titles(section):
    return [table.title for row in section.tables for table in row]


@pytest.mark.parametrize("name", load_policy().definitions)
def test_every_definition_has_its_words(name):
    assert has_entry(f"review.definition.{name}")


def test_the_foot_shows_where_rows_went_tests_definitions_and_hashes(section):
    names = "ingest backtest comebacks forecast_backtest definitions hashes".split()
    assert titles(section) == [say(f"review.table.{name}") for name in names]


def test_definitions_in_force_are_shown_and_an_unset_currency_is_not(section):
    table = section.tables[-1][0]
    assert table.title == "What the words mean here"
    rows = [[cell.text for cell in row] for row in table.rows]
    assert ["Stopped: no order in so many days ahead", "90"] in rows
    assert ["Period", "quarter"] in rows
    assert "Currency" not in [row[0] for row in rows]


def test_a_backtest_stands_with_its_interval_and_its_n(section, small_review):
    table = section.tables[1][0]
    best = small_review.backtest.table.iloc[0]
    text = f"{best['pr_auc']:.3f} ({best['pr_auc_lo']:.3f}–{best['pr_auc_hi']:.3f})"
    assert table.rows[0][1].text == text
    assert str(int(best["events"])) in table.note


def test_sentences_on_method_stand_here_and_nothing_twice(section, small_review):
    said = " ".join(section.paragraphs)
    method = [s for s in small_review.forecast.said if s.key == "growth.forecast_trial"]
    assert [s.text for s in method if s.text not in said] == []
    assert len(set(section.paragraphs)) == len(section.paragraphs)


def test_without_an_export_and_a_backtest_only_definitions_are_left(short_review):
    assert titles(method_section(short_review, "zh")) == ["口径"]

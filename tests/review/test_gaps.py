import json

import pytest

from dealerml.review.dealers import COLUMNS
from dealerml.review.gaps import (
    DECLARING,
    FILLED_BY,
    RESULTS,
    count_gaps,
    list_degradations,
    list_empty_columns,
)
from dealerml.review.record import make_record
from dealerml.words import has_entry


def test_every_declaring_sentence_is_in_the_catalogue():
    assert [key for key in sorted(DECLARING) if not has_entry(key)] == []


def test_every_column_is_filled_by_results_that_exist():
    assert set(FILLED_BY) <= set(COLUMNS)
    assert {name for names in FILLED_BY.values() for name in names} <= set(RESULTS)


def test_all_that_little_history_takes_away_is_declared_with_its_reason(short_review):
    codes = {item["code"] for item in list_degradations(short_review)}
    assert {
        "review.short_history",
        "growth.period_no_last_year",
        "growth.forecast_too_short",
        "churn.choice_nothing",
        "churn.loss_unknown",
        "segments.segments_too_short",
        "segments.rfm_too_short",
        "health.nobody",
    } <= codes


def test_a_reason_is_given_once(short_review):
    reasons = [item["reason"] for item in list_degradations(short_review)]
    assert len(reasons) == len(set(reasons))


def test_every_empty_column_says_why_in_both_languages(short_review):
    empty = list_empty_columns(short_review)
    assert "whole months of history" in empty["forecast_growth"]
    assert "No risk is given" in empty["churn_risk"]
    assert empty["owner"] == "The export does not supply it."
    assert "未给出停单可能" in list_empty_columns(short_review, "zh")["churn_risk"]
    filled = short_review.dealers.notna().any()
    assert not set(empty) & {"abc_class", "status", "net_amount_365d", "recency_days"}
    assert set(filled.index[~filled]) <= set(empty)


def test_dealers_without_a_figure_are_counted_by_reason(small_review):
    gaps = count_gaps(small_review)
    dealers = small_review.dealers
    assert sum(gaps["churn_risk"].values()) == dealers["churn_risk"].isna().sum()
    assert sum(gaps["health"].values()) == small_review.health.table["health"].isna().sum()
    assert set(gaps["growth"]) <= {"no_last_year", "last_year_not_positive"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_of_it_is_part_of_the_record(short_review, lang):
    record = json.loads(json.dumps(make_record(short_review, lang=lang), default=str))
    assert record["degradations"] == list_degradations(short_review, lang)
    assert record["empty_columns"] == list_empty_columns(short_review, lang)

import datetime as dt
from dataclasses import replace

import pytest

from dealerml.review import summarise_review
from dealerml.review.verdict import say_notices, say_verdict
from dealerml.words import Sentence


@pytest.fixture
def plain_review(small_review):
    """The small review without a word on definitions or dates."""
    return replace(small_review, said=())


def keys(sentences):
    return [sentence.key for sentence in sentences]


def test_the_verdict_tells_period_stake_and_outlook_in_this_order(small_review):
    assert keys(say_verdict(small_review)) == [
        "growth.period_total",
        "growth.period_last_year",
        "growth.period_previous",
        "review.where_rose",
        "review.verdict_risk",
        "review.verdict_loss",
        "review.verdict_ahead_growth",
    ]


def test_the_first_to_save_are_named(small_review):
    said = next(s for s in say_verdict(small_review) if s.key == "review.verdict_loss")
    ranked = small_review.dealers.sort_values("priority")["dealer_name"]
    assert said.args["names"] == ranked.head(3).tolist()
    assert said.args["loss"] == pytest.approx(small_review.dealers["loss_expected"].sum())


def test_what_is_not_known_is_not_told(short_review):
    assert keys(say_verdict(short_review)) == [
        "growth.period_total",
        "growth.period_no_last_year",
        "growth.period_partly_covered",
    ]
    assert keys(say_notices(short_review))[0] == "review.short_history"


def test_what_differs_from_what_was_asked_for_is_told(small_review):
    said = (Sentence("common.dealers", {"n": 1}),)
    assert say_notices(replace(small_review, said=said)) == said


def test_a_year_of_history_is_long_enough_for_twelve_months(plain_review):
    begin = plain_review.as_of - dt.timedelta(days=365)
    assert say_notices(replace(plain_review, begin=begin)) == ()
    later = replace(plain_review, begin=begin + dt.timedelta(days=1))
    assert say_notices(later)[0].args["days"] == 365


def test_made_up_data_and_broken_limits_are_told(plain_review):
    ingest = replace(plain_review.ingest, source="adventureworks", set_aside_share=0.5)
    notices = keys(say_notices(replace(plain_review, ingest=ingest)))
    assert notices == ["review.made_up", "review.breach_set_aside_share"]


def test_regions_of_today_are_told_as_such(plain_review):
    x = plain_review.x.assign(region=None)
    assert keys(say_notices(replace(plain_review, x=x))) == ["review.regions_of_today"]


def test_a_terminal_gets_a_few_lines(plain_review, short_review):
    lines = summarise_review(plain_review)
    assert lines[0] == "Dealer review as of 2025-06-30"
    assert len(lines) == 3
    assert summarise_review(short_review, "zh")[3].startswith("! 数据始于 2025-05")

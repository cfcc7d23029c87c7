import pytest

from dealerml.review.wording import (
    FIRST,
    METHOD,
    body_text,
    fold_text,
    method_text,
    text_width,
)
from dealerml.words import Sentence, has_entry


def test_every_sentence_that_is_sorted_is_in_the_catalogue():
    assert [key for key in sorted(METHOD | FIRST) if not has_entry(key)] == []


def test_body_and_foot_share_all_sentences_between_them(small_review):
    forecast = small_review.forecast
    keys = {sentence.key for sentence in forecast.said}
    assert keys & METHOD
    body, foot = body_text(forecast, "en"), method_text(forecast, "en")
    for sentence in forecast.said:
        assert (sentence.text in foot) == (sentence.key in METHOD)
        assert (sentence.text in body) == (sentence.key not in METHOD)


def test_chinese_sentences_follow_each_other_without_a_space(small_review):
    assert "。 " not in body_text(small_review.forecast, "zh")


def test_the_period_is_told_first_and_not_again(small_review):
    total = Sentence("growth.period_total", small_review.sales.said[0].args)
    assert total.text == small_review.sales.said[0].text
    assert total.text not in body_text(small_review.sales, "en")


def test_chinese_takes_two_places():
    assert text_width("恒达 A") == 6


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a b", ["a b"]),
        ("one two three", ["one two", "three"]),
        ("unbreakable", ["unbreakable"]),
        ("华东最好（十万），华北最弱", ["华东最", "好（十", "万），", "华北最", "弱"]),
        ("", [""]),
    ],
)
def test_a_text_is_folded_at_spaces_and_chinese_characters(text, lines):
    assert fold_text(text, 7).split("\n") == lines


def test_folding_loses_nothing():
    text = "Northwest表现最好（同比变动 55.9 万），Northeast最弱（−26.2 万）"
    assert fold_text(text, 20).replace("\n", "").replace(" ", "") == text.replace(" ", "")

from dealerml.review.wording import FIRST, METHOD, body_text, method_text
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

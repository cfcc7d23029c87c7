import pytest

from dealerml.words import Sentence, Spoken
from dealerml.words import catalogue as words_catalogue


@pytest.fixture
def greeting(monkeypatch):
    entries = {
        "x.loyal": {"en": "loyal", "zh": "忠诚"},
        "x.kinds": {"en": "Kinds: {kinds}.", "zh": "类型：{kinds}。"},
        "x.total": {"en": "Sold {amount:money}.", "zh": "销售{amount:money}。"},
    }
    taken_apart = {key: words_catalogue._entry(key, item) for key, item in entries.items()}
    monkeypatch.setattr(words_catalogue, "find_entry", taken_apart.__getitem__)


@pytest.mark.usefixtures("greeting")
def test_a_sentence_among_the_values_is_said_in_the_same_language():
    loyal = Sentence("x.loyal")
    assert Sentence("x.kinds", {"kinds": loyal}).text == "Kinds: loyal."
    assert Sentence("x.kinds", {"kinds": [loyal, "VIP"]}).text_in("zh") == "类型：忠诚、VIP。"


@pytest.mark.usefixtures("greeting")
def test_a_result_says_its_sentences_in_order():
    said = (Sentence("x.total", {"amount": 1_200_000}), Sentence("x.kinds", {"kinds": "A"}))
    result = Spoken(table=None, said=said)
    assert result.text == "Sold 1.2 M. Kinds: A."
    assert result.text_in("zh") == "销售120 万。类型：A。"
    assert Spoken(table=None, said=()).text == ""


def test_sentences_are_compared_by_what_they_say():
    assert Sentence("x.total", {"amount": 1}) == Sentence("x.total", {"amount": 1})
    assert Sentence("x.total", {"amount": 1}) != Sentence("x.total", {"amount": 2})

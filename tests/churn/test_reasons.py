import math

import pandas as pd
import pytest

from dealerml.churn.inputs import FAMILIES, family_of
from dealerml.churn.reasons import CODES, REASONS, name_reasons
from dealerml.words import LANGUAGES, has_entry, say

ALL = [(family, reason) for family, group in REASONS.items() for reason in group]


def reasons_of(contributions, **values):
    families = pd.DataFrame([contributions], index=["A"])
    named = name_reasons(families, pd.DataFrame([values], index=["A"]), count=3, effect=0.1)
    return [(code, sentence.text) for code, sentence in named["A"]]


@pytest.mark.parametrize(("family", "reason"), ALL, ids=[reason.key for _, reason in ALL])
def test_a_reason_shows_features_of_its_family_and_has_words(family, reason):
    shown = set(reason.args.values())
    assert any(family_of(column) == family for column in shown)
    assert has_entry(f"churn.reason.{reason.key}")


@pytest.mark.parametrize("code", CODES)
def test_every_family_has_a_reason_and_a_label(code):
    assert set(REASONS) == set(FAMILIES)
    for lang in LANGUAGES:
        assert say(f"churn.family.{code}", lang)


def test_strong_reasons_come_first_and_weak_ones_not_at_all():
    found = reasons_of(
        {"falling_amount": 0.5, "silence": 1.5, "short_history": 0.05},
        recency_days=30.0, gap_days=15.0, year_ratio_90d=0.8, tenure_days=100.0,
    )  # fmt: skip
    assert found == [
        ("silence", "last order 30 days ago, usually every 15"),
        ("falling_amount", "amount of 90 days −20.0 % on the same days last year"),
    ]


def test_a_fall_is_never_told_of_an_amount_that_rose():
    found = reasons_of({"falling_amount": 1.0}, year_ratio_90d=1.1, trend_ratio_90d=0.9)
    assert found == [("falling_amount", "amount of 90 days −10.0 % on the 90 days before")]
    assert reasons_of({"falling_amount": 1.0}, year_ratio_90d=1.1, trend_ratio_90d=1.0) == []


def test_unknown_numbers_fall_back_to_known_ones():
    found = reasons_of({"silence": 1.0}, recency_days=30.0, gap_days=math.nan)
    assert found == [("silence", "last order 30 days ago")]
    assert reasons_of({"silence": 1.0}, recency_days=math.nan) == []


def test_a_long_history_is_not_called_short():
    assert reasons_of({"short_history": 1.0}, tenure_days=1166.0) == []
    assert reasons_of({"short_history": 1.0}, tenure_days=300.0) == [
        ("short_history", "first order 300 days ago")
    ]


def test_equal_strength_is_ordered_by_name():
    found = reasons_of({"silence": 1.0, "low_volume": 1.0}, recency_days=9.0, gap_days=5.0,
                       net_amount_365d=1200.0, order_days_365d=3.0)  # fmt: skip
    assert [code for code, _ in found] == ["low_volume", "silence"]


def test_ones_own_features_are_named_as_such():
    assert reasons_of({"other": 1.0}, my_feature=3.0) == [("other", "signs in your own features")]

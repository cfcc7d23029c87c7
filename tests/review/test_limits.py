from types import SimpleNamespace

import pandas as pd
import pytest

from dealerml.policy import load_policy
from dealerml.review import find_breaches


def ingest(aside, unmatched):
    found = None if unmatched is None else SimpleNamespace(share=unmatched)
    return SimpleNamespace(set_aside_share=aside, unmatched=found)


@pytest.mark.parametrize(
    ("aside", "unmatched", "broken"),
    [
        (0.20, 0.20, []),
        (0.21, None, ["review.breach_set_aside_share"]),
        (0.0, 0.21, ["review.breach_unmatched_share"]),
        (1.0, 1.0, ["review.breach_set_aside_share", "review.breach_unmatched_share"]),
    ],
)
def test_only_what_lies_beyond_a_limit_is_a_breach(aside, unmatched, broken):
    found = find_breaches(ingest(aside, unmatched), load_policy())
    assert [sentence.key for sentence in found] == broken


def test_a_breach_names_both_shares():
    policy = load_policy().changed({"limits.set_aside_share": 0.1})
    text = find_breaches(ingest(0.25, None), policy)[0].text
    assert "25.0 %" in text
    assert "10.0 %" in text


@pytest.mark.parametrize(("share", "broken"), [(0.005, 0), (0.006, 1)])
def test_a_month_too_far_from_finance_is_a_breach(share, broken):
    row = {"month": "2025-06", "basis": "net", "amount": 1000.0, "ours": 990.0, "share": share}
    found = find_breaches(ingest(0, None), load_policy(), control=pd.DataFrame([row]))
    assert [sentence.key for sentence in found] == ["inspection.breach_control"] * broken
    assert all("2025-06 (net)" in sentence.text for sentence in found)

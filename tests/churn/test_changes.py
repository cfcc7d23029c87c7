import numpy as np
import pandas as pd
import pytest

from dealerml.churn import ChurnScores
from dealerml.churn.changes import compare_lists, judge_list, list_risks
from dealerml.words import Sentence


def scores_of(risk, **reasons):
    table = pd.DataFrame({"churn_risk": risk, "reasons": ""})
    named = {dealer: (("silence", sentence),) for dealer, sentence in reasons.items()}
    return ChurnScores(table, (), table[[]], table[[]], reasons=named)


@pytest.fixture
def x():
    dealers = pd.Index(list("ABCDEF"), name="dealer_id")
    return pd.DataFrame(
        {
            "status": ["active", "active", "active", "lapsed", "active", "active"],
            "recency_days": [50.0, 5.0, 95.0, 200.0, 10.0, 120.0],
            "net_amount_365d": [100.0, 100.0, 100.0, 50.0, -5.0, 10.0],
        },
        index=dealers,
    )


@pytest.fixture
def scores(x):
    risk = pd.Series([0.5, 0.1, 0.3, np.nan, 0.4, 0.2], x.index)
    return scores_of(risk, A=Sentence("churn.reason.recency", {"days": 50}))


def test_the_list_ranks_what_is_at_risk(x, scores):
    found = list_risks(scores, x)
    assert found["dealer_id"].tolist() == ["A", "C", "B", "F", "E"]
    assert found["list_place"].tolist() == [1, 2, 3, 4, 5]
    assert found["stake_amount"].tolist() == [100, 100, 100, 10, 0]


def before_of(**risks):
    return pd.DataFrame(
        {
            "dealer_id": list(risks), "list_place": range(1, len(risks) + 1),
            "churn_risk": list(risks.values()), "stake_amount": 100.0,
        }
    )  # fmt: skip


def compare(x, scores, policy, before, top=2):
    return compare_lists(
        before, list_risks(scores, x), x=x, scores=scores, days_between=90,
        policy=policy.changed({"churn.top_dealers": top}),
    )  # fmt: skip


def test_who_entered_and_left_and_why(x, scores, policy):
    found = compare(x, scores, policy, before_of(B=0.6, D=0.5))
    assert found.table["list_change"].to_dict() == {
        "A": "entered", "C": "entered", "B": "left", "D": "left",
    }  # fmt: skip
    text = found.reasons_text()
    assert text["A"] == "last order 50 days ago"
    assert text["C"] == "has more at stake than others at its risk"
    assert text["B"] == "ordered again 5 days ago; risk 60.0 % then, 10.0 % now"
    assert text["D"] == "has stopped: last order 200 days ago"
    assert "2 are new and 0 stayed" in found.text
    assert "退出 2 家" in found.text_in("zh")


def test_a_dealer_may_be_overtaken_fall_or_vanish(x, scores, policy):
    found = compare(x, scores, policy, before_of(F=0.2, Z=0.4))
    text = found.reasons_text()
    assert text["F"].startswith("others have more at stake")
    assert text["Z"] == "is no longer in the export"
    fell = compare(x, scores, policy, before_of(F=0.3, A=0.5)).reasons_text()
    assert fell["F"] == "risk fell from 30.0 % to 20.0 %"


def test_who_stayed_needs_no_reason(x, scores, policy):
    found = compare(x, scores, policy, before_of(A=0.4, C=0.3))
    assert (found.table["list_change"] == "stayed").all()
    assert found.reasons == {}
    assert found.table.loc["A", "churn_risk_before"] == 0.4


def test_the_first_list_has_nothing_before_it(x, scores, policy):
    found = compare(x, scores, policy, None)
    assert "no earlier list" in found.text


def test_the_last_list_is_held_against_what_happened(x):
    before = before_of(C=0.5, D=0.4, B=0.3, F=0.2, Z=0.1)
    found = judge_list(before, x, days_between=90, top=2)
    # C, D and F have not ordered for 90 days or more; Z is gone altogether.
    assert found.table["n"].to_dict() == {"named": 2, "not_named": 3}
    assert found.table["stopped"].to_dict() == {"named": 2, "not_named": 2}
    assert found.table["expected"].tolist() == pytest.approx([0.9, 0.6])
    assert "2 have not ordered since; of the 3 others, 2." in found.text

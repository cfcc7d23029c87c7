import pandas as pd
import pytest

from dealerml.errors import PolicyError
from dealerml.health.rules import Condition, find_dealers, find_unknown, read_rules

ROW = {
    "kind": "sharp_drop",
    "metric": "year_ratio_90d",
    "comparison": "below",
    "threshold": 0.5,
    "min_amount": 0.0,
    "severity": "high",
    "owner_role": "owner",
    "due_days": 14,
    "in_pause": False,
    "playbook": "sharp_drop",
}
KNOWN = ("year_ratio_90d", "order_days_90d_last_year", "net_amount_365d")


def rule(**changes):
    return read_rules([{**ROW, **changes}], known=KNOWN)[0]


def frame(**columns):
    return pd.DataFrame(columns, index=["A", "B", "C"])


def test_a_threshold_itself_is_neither_above_nor_below():
    x = frame(year_ratio_90d=[0.4, 0.5, 0.6])
    assert Condition("year_ratio_90d", "below", 0.5).holds(x).tolist() == [True, False, False]
    assert Condition("year_ratio_90d", "above", 0.5).holds(x).tolist() == [False, False, True]


def test_an_unknown_value_fires_nothing():
    x = frame(year_ratio_90d=[None, 0.1, 0.9])
    assert find_dealers(x, rule()).tolist() == [False, True, False]


def test_both_conditions_must_hold():
    also = {"also_metric": "order_days_90d_last_year", "also_comparison": "above"}
    x = frame(year_ratio_90d=0.1, order_days_90d_last_year=[1, 2, 3])
    assert find_dealers(x, rule(**also, also_threshold=2.0)).tolist() == [False, False, True]


def test_small_dealers_may_be_left_out():
    x = frame(year_ratio_90d=0.1, net_amount_365d=[99.0, 100.0, None])
    assert find_dealers(x, rule(min_amount=100.0)).tolist() == [False, True, False]


def test_a_rule_says_whether_it_speaks_during_a_seasonal_pause():
    x = frame(year_ratio_90d=0.1, seasonal_pause=[1, 0, 0])
    assert find_dealers(x, rule()).tolist() == [False, True, True]
    assert find_dealers(x, rule(in_pause=True)).all()


def test_a_metric_without_any_value_is_named():
    assert find_unknown(frame(year_ratio_90d=None), rule()) == "year_ratio_90d"
    assert find_unknown(frame(year_ratio_90d=1.0), rule()) is None


def test_all_that_is_wrong_with_the_rules_is_said_at_once():
    rows = [
        {**ROW, "metric": "mood", "comparison": "=="},
        {**ROW, "metric": "__import__('os')", "severity": "huge"},
    ]
    with pytest.raises(PolicyError) as caught:
        read_rules(rows, known=KNOWN)
    mood, comparison, code, severity = caught.value.problems
    assert "metric 'mood' is unknown. Known: year_ratio_90d, order_days" in mood
    assert "comparison is '=='; it must be above or below" in comparison
    assert "is unknown" in code
    assert "severity is 'huge'; it must be one of high, medium, low" in severity

import pandas as pd
import pytest

from dealerml.health.service import measure_satisfaction, measure_service

LINES = "order_id dealer_id order_date net_amount\n1 A 2025-06-01 100\n2 B 2025-06-01 300"
CASES = """
case_id dealer_id opened_date responded_date closed_date kind
1 A 2025-06-01 2025-06-02 2025-06-05 quality
2 A 2025-06-10 2025-06-11 2025-06-30 quality
3 B 2025-06-15 2025-06-20 . delivery
4 B 2025-06-29 . . delivery
5 B 2024-01-01 2024-01-02 2024-01-03 billing
"""
SURVEYS = """
survey_id dealer_id survey_date kind score
1 A 2025-01-10 nps 10
2 A 2025-03-10 nps 3
3 B 2025-03-11 nps 9
4 B 2024-03-11 nps 1
5 A 2025-03-11 csat 5
"""


@pytest.fixture
def snapshot(tables_of):
    return tables_of(order_lines=LINES, cases=CASES, surveys=SURVEYS).as_of("2025-06-30")


def test_open_cases_wait_and_are_not_left_out(snapshot):
    found = measure_service(snapshot)
    response = found.table.loc["response"]
    assert (response["n"], response["open"]) == (4, 1)
    # By hand: two answered after one of four days at risk; the open one leaves at one day.
    assert response["within_share"] == pytest.approx(0.5)
    assert found.table.loc["resolution", "open"] == 2
    assert found.curves.loc[("response", 1.0), "waiting_share"] == pytest.approx(0.5)


def test_kinds_come_with_what_was_raised_again(snapshot):
    kinds = measure_service(snapshot).kinds
    assert kinds["cases"].to_dict() == {"delivery": 2, "quality": 2}
    assert kinds["repeated"].to_dict() == {"delivery": 1, "quality": 1}
    assert kinds["cumulative_share"].tolist() == [0.5, 1.0]
    assert kinds.loc["quality", "median_days"] == 12


def test_of_each_dealer_the_last_answer_counts(snapshot):
    x = pd.DataFrame({"status": "active", "net_amount_365d": [100.0, 300.0]}, index=["A", "B"])
    found = measure_satisfaction(snapshot, x)
    nps, csat = found.table.loc["nps"], found.table.loc["csat"]
    assert (nps["n"], nps["score"], nps["score_before"]) == (2, 0.0, -1.0)
    assert csat["score"] == 1.0
    assert csat["answered_share"] == 0.5
    assert found.bias.loc["csat", "amount_share"] == 0.25


def test_intervals_hold_the_truth_as_often_as_they_say():
    import numpy as np

    from dealerml.health.service import _values

    rng, held = np.random.default_rng(0), []
    for _ in range(400):
        score = pd.Series(rng.choice([3, 8, 10], 120, p=[0.3, 0.3, 0.4]))
        values = _values(score, "nps")
        error = 1.96 * values.std(ddof=0) / np.sqrt(120)
        held.append(abs(values.mean() - 0.1) <= error)
    assert 0.92 <= np.mean(held) <= 0.98


def test_the_sample_is_told_in_both_languages(sample_snapshot, sample_x):
    for found in (
        measure_service(sample_snapshot),
        measure_satisfaction(sample_snapshot, sample_x),
    ):
        for lang in ("en", "zh"):
            assert "%" in found.text_in(lang)


def test_without_cases_or_surveys_nothing_is_judged(example):
    snapshot = example.as_of("2025-06-30")
    assert "no cases" in measure_service(snapshot).text
    x = pd.DataFrame({"status": []})
    assert "no surveys" in measure_satisfaction(snapshot, x).text

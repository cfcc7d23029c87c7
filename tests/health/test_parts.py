import pandas as pd
import pytest

from dealerml.errors import PolicyError
from dealerml.health.parts import Part, read_parts, score_parts, score_value

TREND = {
    "name": "trend",
    "metric": "year_ratio_90d",
    "fallbacks": ["trend_ratio_90d", "year_ratio_365d"],
    "weight": 100,
    "bad": 0.5,
    "good": 1.0,
    "needed": True,
}
KNOWN = ("year_ratio_90d", "trend_ratio_90d", "year_ratio_365d")


def test_points_rise_in_proportion_between_the_anchors_and_stay_beyond_them():
    values = pd.Series([0.1, 0.5, 0.75, 1.0, 7.0])
    assert score_value(values, bad=0.5, good=1.0).tolist() == [0, 0, 50, 100, 100]


def test_the_smaller_value_may_be_the_better_one():
    assert score_value(pd.Series([0.0, 0.1, 0.2]), bad=0.2, good=0.0).tolist() == [100, 50, 0]


def test_an_unknown_value_has_no_points():
    assert score_value(pd.Series([float("nan")]), bad=0.0, good=1.0).isna().all()


def test_a_part_reads_its_first_metric_that_the_dealer_has():
    x = pd.DataFrame(
        {
            "year_ratio_90d": [0.75, None, None],
            "trend_ratio_90d": [1.0, 1.0, None],
            "year_ratio_365d": [0.5, 0.5, 0.5],
        },
        index=["A", "B", "C"],
    )
    scored = score_parts(x, read_parts([TREND], known=KNOWN))
    assert scored.scores["trend"].tolist() == [50, 100, 0]
    assert scored.measured["trend"].tolist() == [0.75, 1.0, 0.5]
    assert scored.metrics["trend"].tolist() == list(KNOWN)


def test_in_a_seasonal_pause_nothing_is_compared_with_the_busy_weeks_before():
    x = pd.DataFrame(
        {"trend_ratio_90d": [0.0, 0.0], "year_ratio_365d": 1.0, "seasonal_pause": [1, 0]}
    )
    scored = score_parts(x, read_parts([TREND], known=KNOWN))
    assert scored.scores["trend"].tolist() == [100, 0]


def test_a_part_without_fallbacks_is_a_part():
    row = {key: value for key, value in TREND.items() if key != "fallbacks"}
    assert read_parts([row], known=KNOWN)[0] == Part("trend", KNOWN[:1], 100, 0.5, 1.0, True)


def test_all_that_is_wrong_with_the_parts_is_said_at_once():
    rows = [{**TREND, "metric": "mood"}, {**TREND, "name": "flat", "good": 0.5}]
    with pytest.raises(PolicyError) as caught:
        read_parts(rows, known=KNOWN)
    assert len(caught.value.problems) == 3
    unknown, flat, total = caught.value.problems
    assert "'trend': metric 'mood' is unknown. Known: year_ratio_90d" in unknown
    assert "'flat': bad and good are both 0.5" in flat
    assert "add up to 200" in total

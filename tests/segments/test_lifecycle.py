import numpy as np
import pandas as pd
import pytest

from dealerml.policy import load_policy
from dealerml.segments import STAGES, place_lifecycle
from dealerml.words import has_entry

STEADY = {
    "status": "active",
    "recency_days": 5.0,
    "overdue_ratio": 0.5,
    "order_days_previous_90d": 3.0,
    "gap_max_days": 40.0,
    "year_ratio_90d": 1.0,
    "trend_ratio_90d": 1.0,
    "seasonal_pause": 0,
    "net_amount_365d": 100.0,
}


def stage(**changes) -> str:
    x = pd.DataFrame([STEADY | changes], index=["d"])
    return str(place_lifecycle(x).table.loc["d", "lifecycle"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "stable"),
        ({"status": "never", "recency_days": np.nan}, "never"),
        ({"status": "lapsed", "recency_days": 200}, "lapsed"),
        ({"status": "new"}, "new"),
        ({"year_ratio_90d": 1.25}, "growing"),
        ({"year_ratio_90d": 1.24}, "stable"),
        ({"year_ratio_90d": 0.75}, "declining"),
        ({"year_ratio_90d": 0.76}, "stable"),
        # No last year: the 90 days before decide.
        ({"year_ratio_90d": np.nan, "trend_ratio_90d": 2.0}, "growing"),
        ({"year_ratio_90d": 1.0, "trend_ratio_90d": 2.0}, "stable"),
        ({"year_ratio_90d": np.nan, "trend_ratio_90d": np.nan}, "stable"),
        ({"recency_days": 60, "overdue_ratio": 3.0}, "dormant"),
        ({"recency_days": 29, "overdue_ratio": 9.0}, "stable"),
        ({"recency_days": 60, "overdue_ratio": np.nan}, "stable"),
        ({"order_days_previous_90d": 0, "gap_max_days": 181}, "won_back"),
        ({"order_days_previous_90d": 0, "gap_max_days": 180}, "stable"),
        ({"order_days_previous_90d": 1, "gap_max_days": 400}, "stable"),
        ({"recency_days": 90, "order_days_previous_90d": 0, "gap_max_days": 400}, "stable"),
        ({"seasonal_pause": 1, "recency_days": 60, "overdue_ratio": 9.0}, "seasonal_pause"),
    ],
)
def test_each_rule_at_its_border(changes, expected):
    assert stage(**changes) == expected


def test_the_first_rule_that_fits_decides():
    pausing = {"seasonal_pause": 1, "status": "lapsed"}
    assert stage(**pausing, recency_days=200) == "seasonal_pause"
    assert stage(**pausing, recency_days=300) == "lapsed"
    assert stage(status="new", year_ratio_90d=9.0) == "new"
    assert stage(recency_days=60, overdue_ratio=5.0, year_ratio_90d=0.1) == "dormant"


def test_active_days_of_the_policy_say_what_a_long_silence_is():
    policy = load_policy().changed({"definitions.active_days": 90})
    x = pd.DataFrame([STEADY | {"order_days_previous_90d": 0, "gap_max_days": 100}])
    assert place_lifecycle(x, policy=policy).table["lifecycle"].tolist() == ["won_back"]
    assert place_lifecycle(x).table["lifecycle"].tolist() == ["stable"]


def test_columns_that_an_export_does_not_fill_fit_no_rule():
    x = pd.DataFrame({"status": ["active", "lapsed"], "recency_days": [1, 500]}, index=["a", "b"])
    result = place_lifecycle(x)
    assert result.table["lifecycle"].tolist() == ["stable", "lapsed"]
    assert result.stages["amount_share"].isna().all()


def test_every_dealer_has_exactly_one_stage_and_every_stage_a_name():
    rows = [STEADY, STEADY | {"status": "never"}, STEADY | {"recency_days": 99, "overdue_ratio": 9}]
    result = place_lifecycle(pd.DataFrame(rows, index=list("abc")))
    assert result.stages["dealers"].sum() == 3
    assert result.stages.index.tolist() == list(STAGES)
    assert all(has_entry(f"segments.lifecycle.{stage}") for stage in STAGES)
    assert "The dormant ones (1) brought 100 in the last 12 months." in result.text
    assert "从未下单" in result.text_in("zh")


def test_nobody_at_all():
    result = place_lifecycle(pd.DataFrame({"status": [], "recency_days": []}))
    assert result.table.empty
    assert result.text.startswith("Of 0 dealers")

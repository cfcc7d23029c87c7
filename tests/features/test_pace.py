import math

import pytest

from dealerml.features.build import collect
from dealerml.features.pace import pace, recency
from dealerml.tables import example_tables

# A: gaps of 10, 20, 30, 40, 50 and 60 days, 15 days silent. B: one order. C: never ordered.
LINES = """\
dealer_id order_date net_amount
A         -225       1
A         -215       1
A         -195       1
A         -165       1
A         -125       1
A          -75       1
A          -15       1
B          -40       1
C          -40      -1"""


def test_recency_and_tenure_count_from_the_last_and_first_order_day(seen):
    x = seen(recency, LINES)
    assert x.loc["A"].to_dict() == {"recency_days": 15, "tenure_days": 225, "order_days": 7}
    assert x.loc["B"].to_dict() == {"recency_days": 40, "tenure_days": 40, "order_days": 1}


def test_a_dealer_that_only_sent_goods_back_never_ordered(seen):
    assert list(seen(recency, LINES).index) == ["A", "B"]


def test_an_order_on_the_as_of_date_has_recency_zero(seen):
    assert seen(recency, LINES, as_of="2025-06-15").loc["A", "recency_days"] == 0


def test_the_pace_of_six_gaps(seen):
    expected = {
        "gap_days": 35,
        "gap_sd_days": math.sqrt(350),
        "gap_median_days": 35,
        "gap_p90_days": 55,
        "gap_max_days": 60,
        "gap_recent_days": 40,
        "overdue_ratio": 15 / 35,
        "overdue_recent_ratio": 15 / 40,
        "gap_trend_ratio": 40 / 35,
    }
    assert seen(pace, LINES).loc["A"].to_dict() == pytest.approx(expected, rel=1e-12)


def test_a_single_order_day_has_no_pace(seen):
    assert seen(pace, LINES).loc["B"].isna().all()


def test_one_gap_has_a_mean_but_no_deviation(seen):
    x = seen(pace, "dealer_id order_date net_amount\nA -30 1\nA -10 1")
    assert x.loc["A", "gap_days"] == 20
    assert x.loc["A", "overdue_ratio"] == 0.5
    assert math.isnan(x.loc["A", "gap_sd_days"])


def test_even_gaps_deviate_by_nothing(seen):
    lines = "dealer_id order_date net_amount" + "".join(f"\nA -{7 * n} 1" for n in range(1, 30))
    assert seen(pace, lines).loc["A", "gap_sd_days"] == 0


def test_the_pace_of_the_running_example():
    """A ordered on 1, 11 and 31 May; B twice in June of two years; C twice in December."""
    x = collect(pace(example_tables().as_of("2025-06-30"))).droplevel("as_of")
    assert x["gap_days"].to_dict() == {"A": 15, "B": (10 + 357 + 10) / 3, "C": 20}
    assert x["overdue_ratio"].to_dict() == {"A": 2, "B": 8 / (377 / 3), "C": 191 / 20}

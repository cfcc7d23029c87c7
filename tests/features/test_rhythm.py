import math

import pytest

from dealerml.features import fit_definitions, usual_gap
from dealerml.policy import load_policy

POLICY = load_policy()


def every(gap, n=11):
    days = "".join(f"\nA -{gap * k} 10" for k in range(n))
    return "dealer_id order_date net_amount" + days


def test_the_usual_gap_is_that_of_all_dealers_together(tables_of):
    # A has ten gaps of 10 days; B has one of 100: nine in ten of eleven stay at or below 10.
    lines = every(10) + "\nB -100 1\nB -0 1"
    assert usual_gap(tables_of(order_lines=lines).as_of("2025-06-30")) == (10, 11)


def test_without_gaps_nothing_is_usual_and_nothing_changes(tables_of):
    snapshot = tables_of(order_lines=every(10, n=1)).as_of("2025-06-30")
    gap, n = usual_gap(snapshot)
    assert math.isnan(gap)
    assert n == 0
    assert fit_definitions(snapshot, POLICY) == (POLICY, ())


@pytest.mark.parametrize(
    ("gap", "horizon", "active_days"),
    [(7, 90, 180), (90, 90, 180), (91, 180, 180), (181, 270, 270), (364, 365, 365)],
)
def test_definitions_grow_by_quarters_until_a_normal_gap_fits(tables_of, gap, horizon, active_days):
    snapshot = tables_of(order_lines=every(gap)).as_of("2025-06-30")
    fitted, said = fit_definitions(snapshot, POLICY)
    assert fitted.definitions["horizon"] == horizon
    assert fitted.definitions["active_days"] == active_days
    raised = [
        name
        for name in ("horizon", "active_days")
        if f"review.{name}_raised" in {sentence.key for sentence in said}
    ]
    assert raised == [
        name
        for name, value in (("horizon", horizon), ("active_days", active_days))
        if value != POLICY.definitions[name]
    ]

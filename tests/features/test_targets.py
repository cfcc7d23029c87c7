import math

import pytest

from dealerml.features.build import collect
from dealerml.features.targets import contracts, targets

ORDERS = """\
dealer_id order_date net_amount
A         2025-03-31 7
A         2025-04-01 10
A         2025-05-15 20
A         2025-06-30 30"""
TARGETS = """\
dealer_id region from_date  until_date target_amount
A         .      2025-01-01 2025-12-31 400
A         .      2025-04-01 2025-06-30 120
A         .      2025-01-01 2025-03-31 14
.         North  2025-04-01 2025-06-30 999"""


def test_of_targets_that_run_the_shortest_period_counts(seen):
    x = seen(targets, ORDERS, targets=TARGETS).loc["A"]
    assert x.to_dict() == {
        "target_amount": 120,
        "target_attainment": 0.5,
        "target_run_rate": 0.5,
        "target_attainment_last": 0.5,
    }


def test_the_run_rate_is_measured_against_the_days_passed(tables_of):
    snapshot = tables_of(order_lines=ORDERS, targets=TARGETS).as_of("2025-06-30")
    x = collect(targets(snapshot.at("2025-05-15", "2025-06-30"))).xs("A", level="dealer_id")
    # By 15 May 45 of 91 days have passed and 30 of 120 are reached.
    assert x["target_run_rate"].iloc[0] == pytest.approx(0.25 / (45 / 91))
    assert x["target_attainment"].to_list() == [0.25, 0.5]


def test_a_target_is_not_known_before_its_period_begins(seen):
    ahead = "dealer_id from_date until_date target_amount\nA 2025-07-01 2025-09-30 50"
    assert seen(targets, ORDERS, targets=ahead).empty


def test_targets_of_regions_alone_say_nothing_of_dealers(tables_of):
    text = "region from_date until_date target_amount\nNorth 2025-01-01 2025-12-31 9"
    assert targets(tables_of(order_lines=ORDERS, targets=text).as_of("2025-06-30")) is None


def test_two_targets_of_one_period_are_one(seen):
    text = "\n".join([TARGETS, "A . 2025-04-01 2025-06-30 30"])
    assert seen(targets, ORDERS, targets=text).loc["A", "target_amount"] == 150


def test_contracts_by_hand(seen):
    text = """\
    dealer_id signed_date from_date  until_date minimum_amount
    A         2024-12-20  2025-01-01 2025-12-31 134
    A         2023-12-20  2024-01-01 2024-12-31 50"""
    x = seen(contracts, ORDERS, contracts=text).loc["A"]
    assert x["contract_days_left"] == 184
    # 67 bought of 134 when 181 of 365 days have passed.
    assert x["contract_run_rate"] == pytest.approx(0.5 / (181 / 365))


def test_a_contract_signed_later_than_it_begins_is_known_when_it_is_signed(seen):
    text = "dealer_id signed_date from_date until_date\nA 2025-07-05 2025-06-01 2025-12-31"
    assert seen(contracts, ORDERS, contracts=text).empty


def test_without_an_end_nothing_runs_out(tables_of, seen):
    text = "dealer_id from_date\nA 2025-01-01"
    assert contracts(tables_of(order_lines=ORDERS, contracts=text).as_of("2025-06-30")) is None
    open_end = "dealer_id from_date until_date\nA 2025-01-01 .\nB 2025-01-01 2025-12-31"
    x = seen(contracts, ORDERS, contracts=open_end)
    assert math.isnan(x.loc["A", "contract_days_left"])

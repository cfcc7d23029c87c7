import numpy as np
import pandas as pd
import pytest

from dealerml.churn import LossEstimate
from dealerml.churn.calls import break_even_risk, list_calls
from dealerml.churn.losses import expected_gain
from dealerml.churn.saving import estimate_save_rate


def losses_of(stake):
    return LossEstimate(pd.DataFrame({"stake_amount": stake}), (), 0.1, 0)


@pytest.fixture
def five():
    dealers = pd.Index(list("ABCDE"), name="dealer_id")
    risk = pd.Series([0.9, 0.05, 0.4, 0.2, 0.3], dealers)
    stake = pd.Series([100.0, 50_000.0, 4_000.0, 100.0, np.nan], dealers)
    return risk, losses_of(stake)


@pytest.fixture
def costly(policy):
    return policy.changed({"costs.contact_cost": 100.0, "costs.calls_per_owner": 1})


def test_expected_gain_ranks_and_a_risk_of_one_half_means_nothing(five, costly):
    table = list_calls(*five, policy=costly).table
    # A stops nearly for sure, but a call costs more than there is to save.
    assert table.index.tolist() == ["B", "C", "A", "D"]
    assert table["treatment"].tolist() == [
        "called",
        "over_capacity",
        "not_worth_it",
        "not_worth_it",
    ]
    rate = estimate_save_rate(policy=costly).rate
    assert table.loc["B", "gain_expected"] == pytest.approx(0.05 * rate * 50_000 - 100)
    assert (table["gain_low"] <= table["gain_expected"]).all()
    assert (table["gain_expected"] <= table["gain_high"]).all()


def test_each_owner_has_room_of_their_own(five, costly):
    owners = pd.Series({"B": "Li", "C": "Wang", "A": "Li"})
    table = list_calls(*five, owners, policy=costly).table
    assert table["treatment"].to_dict()["C"] == "called"
    assert table["owner"].to_dict() == {"B": "Li", "C": "Wang", "A": "Li", "D": ""}


def test_the_break_even_risk_is_where_the_gain_is_zero(costly):
    costs = costly.costs | {"offer_cost": 200.0}
    stake = pd.Series([5_000.0, 400.0, 150.0])
    risk = break_even_risk(stake, costs, save_rate=0.3)
    assert risk.isna().tolist() == [False, True, True]
    gain = expected_gain(risk, stake, costs, save_rate=0.3)
    assert gain[0] == pytest.approx(0)


def test_a_share_is_left_alone_at_random_and_always_the_same_dealers(policy):
    dealers = pd.Index([f"D{i}" for i in range(2000)], name="dealer_id")
    risk, losses = pd.Series(0.2, dealers), losses_of(pd.Series(1000.0, dealers))
    given = policy.changed({"costs.held_out_share": 0.1, "costs.calls_per_owner": 10_000})
    table = list_calls(risk, losses, policy=given).table
    alone = set(table.index[table["treatment"] == "held_out"])
    assert 150 < len(alone) < 250
    half = losses_of(losses.table["stake_amount"].iloc[:1000])
    again = list_calls(risk, half, policy=given).table
    assert set(again.index[again["treatment"] == "held_out"]) == alone & set(dealers[:1000])
    other = list_calls(risk, losses, random_state=1, policy=given).table
    assert set(other.index[other["treatment"] == "held_out"]) != alone


def test_nobody_known_is_said(policy):
    nobody = losses_of(pd.Series([np.nan], pd.Index(["A"], name="dealer_id")))
    found = list_calls(pd.Series({"A": 0.5}), nobody, policy=policy)
    assert found.table.empty
    assert "No call list" in found.text
    assert "未给出联系名单" in found.text_in("zh")

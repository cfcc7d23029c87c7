import numpy as np
import pandas as pd
import pytest

from dealerml.churn import ChurnScores, expect_loss
from dealerml.churn.losses import measure_return

DEALERS = pd.Index(["A", "B"], name="dealer_id")


@pytest.fixture
def two() -> ChurnScores:
    table = pd.DataFrame({"churn_risk": [0.5, 0.1], "reasons": ["", ""]}, index=DEALERS)
    empty = pd.DataFrame(index=DEALERS)
    return ChurnScores(table, (), empty, empty)


@pytest.fixture
def amounts() -> pd.Series:
    return pd.Series([1000.0, 2000.0], index=DEALERS)


def features(**columns) -> pd.DataFrame:
    return pd.DataFrame({"net_amount_365d": [900.0, 1800.0], **columns}, index=DEALERS)


def test_the_loss_is_the_risk_times_what_does_not_come_back(two, amounts, panel):
    # Churned dealers of the panel buy a fifth of their former amount in the year after.
    loss = expect_loss(two, features(), panel, stay_amount=amounts)
    assert loss.return_share == pytest.approx(0.2)
    assert loss.return_dealers == panel["churned"].sum()
    assert loss.table["loss_expected"].tolist() == pytest.approx([400, 160])
    assert loss.table["loss_basis"].tolist() == ["net_amount", "net_amount"]
    assert "20.0 % of their former amount" in loss.text


def test_few_churned_dealers_leave_the_assumption_of_the_policy(two, amounts, network, policy):
    loss = expect_loss(two, features(), network(churn=0.0), stay_amount=amounts, policy=policy)
    assert (loss.return_share, loss.return_dealers) == (policy.costs["return_share"], 0)
    assert "assumed" in loss.text


def test_a_year_that_is_not_over_teaches_nothing(panel, policy):
    young = panel.assign(net_amount_next_365d=np.nan)
    assert measure_return(young, costs=policy.costs)[1] == 0


def test_loss_is_in_margin_where_nearly_all_cost_is_known(two, amounts, panel):
    costed = features(margin_share_365d=[0.3, 0.1], costed_share_365d=[1.0, 0.95])
    loss = expect_loss(two, costed, panel, stay_amount=amounts).table
    assert loss["loss_basis"].tolist() == ["margin", "margin"]
    assert loss["loss_expected"].tolist() == pytest.approx([400 * 0.3, 160 * 0.1])


def test_loss_is_in_net_amount_where_cost_is_known_for_few(two, amounts, panel):
    costed = features(margin_share_365d=[0.3, 0.1], costed_share_365d=[1.0, 0.9])
    loss = expect_loss(two, costed, panel, stay_amount=amounts).table
    assert loss["loss_basis"].tolist() == ["net_amount", "net_amount"]


def test_an_unknown_margin_takes_that_of_the_others(two, amounts, panel):
    costed = pd.DataFrame(
        {
            "net_amount_365d": [9900.0, 100.0],
            "margin_share_365d": [0.3, np.nan],
            "costed_share_365d": [1.0, np.nan],
        },
        index=DEALERS,
    )
    loss = expect_loss(two, costed, panel, stay_amount=amounts).table
    assert loss["loss_expected"].tolist() == pytest.approx([400 * 0.3, 160 * 0.3])


def test_a_call_must_earn_its_cost(two, amounts, panel, policy):
    costly = policy.changed({"costs.contact_cost": 50.0, "costs.save_rate": 0.3})
    gain = expect_loss(two, features(), panel, stay_amount=amounts, policy=costly).table
    assert gain["gain_expected"].tolist() == pytest.approx([0.3 * 400 - 50, 0.3 * 160 - 50])


def test_an_offer_is_also_taken_by_those_who_would_stay(two, amounts, panel, policy):
    offer = policy.changed({"costs.offer_cost": 100.0, "costs.loyal_accept_share": 0.5})
    gain = expect_loss(two, features(), panel, stay_amount=amounts, policy=offer).table
    rate = policy.costs["save_rate"]
    expected = 0.5 * rate * (800 - 100) - 0.5 * 0.5 * 100
    assert gain.loc["A", "gain_expected"] == pytest.approx(expected)


def test_a_loss_is_never_negative_and_never_invented(two, panel):
    stay = pd.Series([-50.0], index=["A"])
    loss = expect_loss(two, features(), panel, stay_amount=stay).table
    assert loss.loc["A", "loss_expected"] == 0
    assert np.isnan(loss.loc["B", "loss_expected"])
    assert pd.isna(loss.loc["B", "loss_basis"])


def test_without_risk_there_is_no_loss(two, amounts, panel):
    unknown = ChurnScores(two.table.assign(churn_risk=np.nan), (), two.families, two.families)
    loss = expect_loss(unknown, features(), panel, stay_amount=amounts)
    assert loss.table["loss_expected"].isna().all()
    assert "No expected loss" in loss.text

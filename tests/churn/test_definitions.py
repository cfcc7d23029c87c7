"""What stopped means, by head, and how many came back."""

import numpy as np
import pandas as pd
import pytest

from dealerml.churn import backtest_churn, fit_churn, label_churn
from dealerml.churn.definitions import known_after, measure_comebacks
from dealerml.errors import PolicyError, TableError


def rows(**columns):
    n = len(next(iter(columns.values())))
    index = pd.MultiIndex.from_product(
        [[pd.Timestamp("2024-03-31")], [f"D{i}" for i in range(n)]], names=["as_of", "dealer_id"]
    )
    return pd.DataFrame({"churned": 0.0, **columns}, index=index)


@pytest.fixture
def rhythm(policy):
    return policy.changed({"churn.definition": "rhythm"})


@pytest.fixture
def partial(policy):
    return policy.changed({"churn.definition": "partial"})


def test_by_rhythm_each_dealer_has_a_clock_of_its_own(rhythm):
    panel = rows(
        days_seen=[400] * 5,
        days_to_next=[40, 40, np.nan, 29, 366],
        gap_limit_days=[35.0, 45.0, 10.0, 5.0, 1000.0],
    )
    # The fourth is held to 30 days at least, the last one to 365 at most.
    assert label_churn(panel, policy=rhythm)["churned"].tolist() == [1, 0, 1, 0, 1]


def test_by_rhythm_a_date_is_unknown_until_the_slowest_could_be_seen(rhythm, policy):
    panel = rows(days_seen=[364], days_to_next=[5.0], gap_limit_days=[35.0])
    assert label_churn(panel, policy=rhythm)["churned"].isna().all()
    assert known_after(90, rhythm) == 365
    assert known_after(90, policy) == 90


def test_by_amount_what_was_ordered_ahead_counts_as_bought_later(partial):
    panel = rows(
        net_amount_next=[40.0, 40.0, 60.0, 0.0, 40.0],
        net_amount_ahead_last_year=[100.0, 100.0, 100.0, 0.0, np.nan],
        net_amount_90d=[200.0] * 5,
        quarter_end_excess=[-0.3, 0.1, np.nan, 0.0, 0.0],
    )
    found = label_churn(panel, policy=partial)["churned"]
    # The second ordered a tenth of 200 ahead: 40 + 20 is not below half of last year's 100.
    assert found.fillna(-1).tolist() == [1, 0, 0, -1, -1]


def test_who_was_unknown_stays_unknown(rhythm):
    panel = rows(days_seen=[400], days_to_next=[np.nan], gap_limit_days=[35.0])
    assert label_churn(panel.assign(churned=np.nan), policy=rhythm)["churned"].isna().all()


def test_a_panel_without_what_the_definition_needs_is_refused(rhythm):
    with pytest.raises(TableError, match=r"'rhythm' .* needs days_to_next, gap_limit_days"):
        label_churn(rows(days_seen=[400]), policy=rhythm)


def test_an_unknown_definition_is_refused(policy):
    with pytest.raises(PolicyError, match="horizon, rhythm, partial"):
        policy.changed({"churn.definition": "never"})


def test_the_definition_in_force_is_said_and_delays_what_may_be_learnt(panel, rhythm, partial):
    model = fit_churn(panel, model="silence_rule", policy=rhythm)
    assert "95 in 100 of the dealer's own usual gaps" in model.definition.text
    model = fit_churn(panel, model="silence_rule", policy=partial)
    assert "50.0 % below" in model.definition.text
    # Labels that take a year leave fewer slices to be tested.
    late = backtest_churn(panel, {}, n_bootstrap=20, policy=rhythm)
    soon = backtest_churn(panel, {}, n_bootstrap=20)
    assert late.table["slices"].max() < soon.table["slices"].max()


def test_comebacks_are_counted_among_those_that_could_be_followed():
    panel = rows(
        days_seen=[200, 200, 130, 500, 500],
        days_to_next=[100, np.nan, np.nan, 300, 50],
        churned=[1.0, 1.0, 1.0, 1.0, 0.0],
    )
    table = measure_comebacks(panel, horizon_days=90).table
    assert table.loc[30, ["n", "came_back"]].tolist() == [4, 1]
    assert table.loc[90, ["n", "came_back"]].tolist() == [3, 1]
    assert table.loc[365, ["n", "came_back"]].tolist() == [1, 1]
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_comebacks_nobody_could_be_followed():
    found = measure_comebacks(rows(days_seen=[100], days_to_next=[np.nan]), horizon_days=90)
    assert found.table["share"].isna().all()
    assert "not known yet" in found.text
    assert "尚不知道" in found.text_in("zh")

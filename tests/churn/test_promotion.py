"""Refresh, replace, keep: the burden of proof lies where the method says it does."""

import numpy as np
import pytest
from scipy.special import expit, logit

from dealerml.churn import backtest_churn, choose_model, fit_churn
from dealerml.churn.promotion import decide_promotion
from dealerml.churn.slices import at_dates, slice_dates

RECIPES = ("silence_rule", "rfm_logistic", "penalised_logistic", "additive_boosting")


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_churn(panel, n_bootstrap=100)


@pytest.fixture(scope="module")
def choice(backtest, panel):
    return choose_model(backtest, panel)


@pytest.fixture(scope="module")
def earlier(panel):
    """What a champion of two quarters ago was trained on."""
    return at_dates(panel, slice_dates(panel)[:-2])


def test_an_empty_store_takes_the_choice(backtest, choice, panel):
    found = decide_promotion(backtest, choice, panel)
    assert (found.kind, found.recipe) == ("first", choice.name)
    assert found.calibration.loc["pooled", "slope_lo"] < 1


def test_nobody_stopped_so_nothing_is_promoted(network):
    calm = network(churn=0.0)
    trial = backtest_churn(calm)
    found = decide_promotion(trial, choose_model(trial, calm), calm)
    assert (found.kind, found.recipe) == ("none", None)


@pytest.mark.parametrize("name", RECIPES[1:])
def test_the_same_recipe_on_newer_data_is_not_frozen_out(name, backtest, choice, panel, earlier):
    champion = fit_churn(earlier, model=name)
    found = decide_promotion(backtest, choice, panel, champion=champion)
    assert found.kind in ("refresh", "replace")
    if found.kind == "replace":
        assert found.table.loc["replace", "low"] > 0
    assert found.table.loc["refresh", "n"] == 600  # the two slices it was not trained on


def test_a_surely_better_recipe_replaces_the_silence_rule(backtest, choice, panel, earlier):
    champion = fit_churn(earlier, model="silence_rule")
    found = decide_promotion(backtest, choice, panel, champion=champion)
    assert found.kind == "replace"
    assert found.recipe in ("penalised_logistic", "additive_boosting", "interacting_boosting")
    assert found.table.loc["replace", "low"] > 0
    assert "Replaced" in found.text
    assert "更换模型" in found.text_in("zh")


def test_a_worse_recipe_is_never_promoted(backtest, choice, panel, earlier):
    champion = fit_churn(earlier, model="penalised_logistic")
    found = decide_promotion(backtest, choice, panel, champion=champion)
    assert (found.kind, found.recipe) == ("refresh", "penalised_logistic")
    row = found.table.loc["replace"]
    assert row["recipe"] != "rfm_logistic"
    assert row["low"] < 0
    assert row["seen_from"] == pytest.approx((row["high"] - row["low"]) / 2)
    assert "could not have been seen" in found.text


def spoil(backtest, name, change):
    """The same backtest in which one recipe predicts as `change` says."""
    from dataclasses import replace

    predictions = backtest.predictions.copy()
    predictions[name] = change(predictions[name])
    return replace(backtest, predictions=predictions)


def test_a_refresh_that_is_surely_worse_is_held_back(backtest, choice, panel, earlier):
    champion = fit_churn(earlier, model="penalised_logistic")
    rng = np.random.default_rng(0)
    noisy = spoil(backtest, "penalised_logistic", lambda risk: rng.permutation(risk))
    # Nothing else may take its place, or it would be replaced.
    alone = choice.table.assign(verdict="worse")
    from dataclasses import replace

    found = decide_promotion(noisy, replace(choice, table=alone), panel, champion=champion)
    assert found.kind == "keep"
    assert "Kept as it is" in found.text
    assert found.table.loc["refresh", "high"] < -0.03


def test_a_refresh_whose_risks_are_off_is_held_back(backtest, choice, panel, earlier):
    champion = fit_churn(earlier, model="penalised_logistic")
    low = spoil(backtest, "penalised_logistic", lambda risk: expit(logit(risk) - 2))
    found = decide_promotion(low, choice, panel, champion=champion)
    assert found.kind == "keep"
    assert "more than chance explains" in found.text


def test_without_new_slices_there_is_nothing_to_hold_against_a_refresh(backtest, choice, panel):
    champion = fit_churn(panel, model="penalised_logistic")
    found = decide_promotion(backtest, choice, panel, champion=champion)
    assert found.kind == "refresh"
    assert "refresh" not in found.table.index


def test_shuffled_labels_promote_nothing_but_the_silence_rule(panel):
    noise = panel.assign(churned=panel["churned"].sample(frac=1, random_state=0).to_numpy())
    trial = backtest_churn(noise, n_bootstrap=100)
    champion = fit_churn(at_dates(noise, slice_dates(noise)[:-2]), model="silence_rule")
    found = decide_promotion(trial, choose_model(trial, noise), noise, champion=champion)
    assert found.recipe == "silence_rule"

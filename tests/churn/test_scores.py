import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from dealerml.churn import fit_churn, score_churn
from dealerml.errors import TableError


def test_the_cohort_and_nobody_else_has_a_risk(model, x):
    half = x.assign(cohort=[i % 2 == 0 for i in range(len(x))])
    scores = score_churn(model, half)
    assert list(scores.table.index) == list(x.index[::2])
    assert scores.table["churn_risk"].between(0, 1).all()


def test_contributions_add_up_to_the_risk(scores):
    log_odds = logit(scores.table["churn_risk"])
    assert (scores.contributions.sum(axis=1) + scores.base - log_odds).abs().max() < 1e-9
    assert (scores.families.sum(axis=1) + scores.base - log_odds).abs().max() < 1e-9


def test_the_risk_means_what_it_says(scores, panel):
    last = panel.index[-1][0]
    assert scores.table["churn_risk"].sum() == pytest.approx(
        panel.loc[last, "churned"].sum(), rel=0.3
    )


def test_reasons_are_the_strongest_families_first(scores):
    for dealer, codes in scores.table["reasons"].items():
        named = [code for code in codes.split(";") if code]
        strength = scores.families.loc[dealer, named]
        assert len(named) <= 3
        assert (strength >= 0.1).all()
        assert strength.is_monotonic_decreasing


def test_reasons_read_with_their_number_in_both_languages(model, x):
    row = x.iloc[[0]].assign(recency_days=47.0, gap_days=18.0, overdue_ratio=47 / 18)
    scores = score_churn(model, row)
    assert "last order 47 days ago, usually every 18" in scores.reasons_text()[row.index[0]]
    assert "距上次下单 47 天，平时 18 天" in scores.reasons_text("zh")[row.index[0]]


def test_scores_do_not_depend_on_who_else_is_scored(model, x, scores):
    alone = score_churn(model, x.iloc[[5]])
    pd.testing.assert_frame_equal(alone.table, scores.table.iloc[[5]])
    pd.testing.assert_frame_equal(alone.contributions, scores.contributions.iloc[[5]])


def test_nobody_in_the_cohort_is_said(model, x):
    scores = score_churn(model, x.assign(cohort=False))
    assert scores.table.empty
    assert list(scores.table.columns) == ["churn_risk", "reasons"]
    assert "none of the 300 dealers" in scores.text
    assert scores.reasons_text().empty


def test_without_a_model_the_risk_is_empty_not_zero(network, x):
    scores = score_churn(fit_churn(network(churn=0.0)), x)
    assert scores.table["churn_risk"].isna().all()
    assert (scores.table["reasons"] == "").all()
    assert "No risk is given" in scores.text


def test_all_values_missing_still_gives_a_risk(model, x):
    blind = x.copy()
    blind[list(model.fitted.columns)] = np.nan
    risk = score_churn(model, blind).table["churn_risk"]
    assert risk.between(0, 1).all()


def test_a_model_without_exact_reasons_gives_none(panel, x):
    def forest(columns, random_state):
        from sklearn.ensemble import ExtraTreesClassifier
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline

        trees = ExtraTreesClassifier(n_estimators=20, random_state=random_state)
        return make_pipeline(SimpleImputer(keep_empty_features=True), trees)

    model = fit_churn(panel, {"forest": forest}, model="forest")
    scores = score_churn(model, x)
    assert "No reasons are given" in model.text
    assert scores.contributions.shape == (300, 0)
    assert (scores.table["reasons"] == "").all()


def test_features_of_another_kind_are_refused(model, x):
    with pytest.raises(TableError, match="overdue_ratio"):
        score_churn(model, x.drop(columns="overdue_ratio"))

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
)

from dealerml.churn.metrics import dealer_weights, interval, rate_risks

CHURNED = np.array([1, 0, 1, 0])
RISK = np.array([0.9, 0.8, 0.7, 0.1])


def test_four_dealers_by_head():
    rated = rate_risks(CHURNED, RISK)
    assert rated["pr_auc"][0] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert rated["roc_auc"][0] == pytest.approx(3 / 4)
    assert rated["brier"][0] == pytest.approx((0.01 + 0.64 + 0.09 + 0.01) / 4)
    # A tenth of four dealers is 0.4 of the first one, who churned: 0.4 of 2 churners in 0.1.
    assert rated["lift_10"][0] == pytest.approx(0.4 / 2 / 0.1)


def test_equal_risks_are_worth_a_blind_guess():
    rated = rate_risks(np.array([1, 0, 0, 0]), np.full(4, 0.25))
    assert rated["pr_auc"][0] == pytest.approx(0.25)
    assert rated["roc_auc"][0] == pytest.approx(0.5)
    assert rated["lift_10"][0] == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_weighted_metrics_agree_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    churned = rng.integers(0, 2, 200)
    risk = rng.integers(1, 20, 200) / 20  # many ties
    weights = rng.integers(0, 4, (3, 200))
    rated = rate_risks(churned, risk, weights)
    theirs = {
        "pr_auc": average_precision_score,
        "roc_auc": roc_auc_score,
        "log_loss": log_loss,
        "brier": brier_score_loss,
    }
    for name, score in theirs.items():
        expected = [score(churned, risk, sample_weight=w) for w in weights]
        np.testing.assert_allclose(rated[name], expected, rtol=1e-12)


def test_one_kind_of_dealer_only_has_no_ranking():
    rated = rate_risks(np.zeros(3), np.array([0.1, 0.2, 0.3]))
    assert np.isnan(rated["pr_auc"][0])
    assert np.isnan(rated["roc_auc"][0])
    assert np.isfinite(rated["brier"][0])


def test_all_rows_of_a_dealer_are_drawn_together():
    dealers = np.array(["A", "B", "A", "C"])
    weights = dealer_weights(dealers, replicates=50, random_state=0)
    np.testing.assert_array_equal(weights[:, 0], weights[:, 2])
    np.testing.assert_array_equal(weights[:, [0, 1, 3]].sum(axis=1), 3)
    assert len(np.unique(weights[:, 0])) > 1


def test_many_replicates_are_rated_as_few():
    weights = dealer_weights(np.array(list("ABCD")), replicates=250, random_state=0)
    whole = rate_risks(CHURNED, RISK, weights)["brier"]
    parts = [rate_risks(CHURNED, RISK, weights[i : i + 1])["brier"][0] for i in range(250)]
    np.testing.assert_allclose(whole, parts)


def test_the_interval_skips_replicates_without_an_answer():
    assert interval(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
    assert all(np.isnan(interval(np.array([np.nan]))))

import numpy as np
import pandas as pd
import pytest

from dealerml.churn import CHURN_MODELS, backtest_churn
from dealerml.churn.metrics import METRICS
from dealerml.churn.models import BASELINE, rfm_logistic
from dealerml.policy import load_policy


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_churn(panel, n_bootstrap=100)


def test_every_tested_row_is_predicted_once_by_every_model(backtest, panel):
    dates = sorted(panel.index.get_level_values("as_of").unique())[4:]
    expected = panel[panel.index.get_level_values("as_of").isin(dates)]
    assert backtest.predictions.index.equals(expected.index)
    others = [name for name in CHURN_MODELS if name != BASELINE]
    assert list(backtest.predictions.columns) == ["churned", BASELINE, *others]
    assert backtest.predictions.notna().all(axis=None)


def test_the_table_counts_what_was_tested(backtest):
    row = backtest.table.loc["silence_rule"]
    churned = backtest.predictions["churned"]
    assert (row["n"], row["events"], row["slices"]) == (1200, churned.sum(), 4)
    assert row["base_rate"] == pytest.approx(churned.mean())
    assert backtest.slices["events"].sum() == len(CHURN_MODELS) * churned.sum()


def test_values_lie_in_their_intervals(backtest):
    for table in (backtest.table, backtest.differences):
        for name in METRICS:
            assert (table[f"{name}_lo"] <= table[name]).all()
            assert (table[name] <= table[f"{name}_hi"]).all()


def test_more_knowledge_beats_silence_where_the_amount_matters(backtest):
    gain = backtest.differences.loc["additive_boosting"]
    assert gain["pr_auc_lo"] > 0
    assert gain["log_loss_hi"] < 0


def test_differences_are_those_of_the_table(backtest):
    table = backtest.table
    expected = table.loc["rfm_logistic", "brier"] - table.loc["silence_rule", "brier"]
    assert backtest.differences.loc["rfm_logistic", "brier"] == pytest.approx(expected)


def test_the_future_changes_no_prediction(panel):
    dates = sorted(panel.index.get_level_values("as_of").unique())
    short = panel[panel.index.get_level_values("as_of") <= dates[5]]
    # The tested slices themselves may have any outcome: they are not learnt from.
    twisted = short.assign(
        churned=short["churned"].where(
            short.index.get_level_values("as_of") < dates[5], 1 - short["churned"]
        )
    )
    kept = backtest_churn(short, n_bootstrap=2).predictions.drop(columns="churned")
    again = backtest_churn(twisted, n_bootstrap=2).predictions.drop(columns="churned")
    pd.testing.assert_frame_equal(kept, again)
    longer = backtest_churn(panel, n_bootstrap=2).predictions.loc[kept.index, kept.columns]
    pd.testing.assert_frame_equal(kept, longer)


def test_a_posting_lag_widens_the_embargo(panel):
    # Labels of the slice before are then unknown: one slice fewer can be tested.
    late = backtest_churn(panel, n_bootstrap=2, posting_lag_days=10)
    assert late.table.loc["silence_rule", "slices"] == 3


def test_shuffled_labels_are_a_blind_guess(panel, policy):
    rng = np.random.default_rng(1)
    # Drawn towards the newest slice, levels follow each date's luck, which no draw of dealers sees.
    level = policy.changed({"churn.calibration_shift": 0.0})
    mixed = panel.assign(churned=rng.permutation(panel["churned"]))
    blind = backtest_churn(mixed, policy=level)
    for name in CHURN_MODELS:
        row = blind.table.loc[name]
        assert row["roc_auc_lo"] < 0.5 < row["roc_auc_hi"]


def test_the_order_of_rows_changes_nothing(panel, backtest):
    again = backtest_churn(panel.sample(frac=1, random_state=0), n_bootstrap=100)
    pd.testing.assert_frame_equal(again.table, backtest.table, check_exact=True)


def test_a_model_of_ones_own_stands_beside_the_silence_rule(panel):
    def frequency(columns, random_state):
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return make_pipeline(StandardScaler(), LogisticRegression())

    narrow = panel.drop(columns=["year_ratio_90d"])
    backtest = backtest_churn(narrow, {"frequency": frequency}, n_bootstrap=10)
    assert list(backtest.table.index) == ["silence_rule", "frequency"]


@pytest.mark.parametrize(
    "change", [{"slices": 1}, {"slices": 4}, {"churn": 0.0}, {"dealers": 1}, {"dealers": 0}]
)
def test_too_little_to_test_is_said(network, change):
    backtest = backtest_churn(network(**change))
    assert backtest.table.empty
    assert "pr_auc_lo" in backtest.table
    assert "could not be tested" in backtest.text
    assert "无法检验" in backtest.text_in("zh")


def test_nobody_stopping_in_the_tested_quarters_is_said(panel, network, policy):
    calm = network(churn=0.0, slices=9)
    last = calm[calm.index.get_level_values("as_of") == calm.index[-1][0]]

    backtest = backtest_churn(
        pd.concat([panel, last]), n_bootstrap=5, policy=policy.changed({"churn.test_slices": 1})
    )
    assert np.isnan(backtest.table.loc["silence_rule", "pr_auc"])
    assert "Nobody stopped" in backtest.text


def test_no_model_is_fitted_twice_on_the_same_dates_and_company_changes_nothing(panel, monkeypatch):
    fits = []

    def counted(columns, random_state=0):
        fits.append(random_state)
        return rfm_logistic(columns, random_state)

    rules = load_policy().changed({"churn.calibration_slices": 2, "churn.calibration_events": 5})
    alone = backtest_churn(panel, {"own": counted}, n_bootstrap=20, policy=rules)
    dates = alone.slices["as_of"].nunique()
    # Each date takes two fits; those of a later date's calibration were made for an earlier one.
    assert dates < len(fits) - 1 < 2 * dates
    company = {**CHURN_MODELS, "own": counted}
    beside = backtest_churn(panel, company, n_bootstrap=20, policy=rules)
    pd.testing.assert_series_equal(
        alone.predictions["own"], beside.predictions["own"], check_exact=True
    )

import numpy as np
import pytest

from dealerml.churn.calibration import FitSettings, fit_calibrated
from dealerml.churn.contributions import describe_background, explain, sum_families
from dealerml.churn.models import CHURN_MODELS

SETTINGS = FitSettings(label_days=90, calibration_slices=4, calibration_events=30)


@pytest.mark.parametrize("name", CHURN_MODELS)
def test_contributions_add_up_to_the_log_odds_of_every_model(name, panel, x):
    fitted = fit_calibrated(panel, CHURN_MODELS[name], settings=SETTINGS)
    background = describe_background(fitted, panel)
    for found in (explain(fitted, x, background), sum_families(explain(fitted, x, background))):
        gap = found.sum(axis=1) + background.base - fitted.log_odds(x)
        assert gap.abs().max() < 1e-9


def test_contributions_of_the_background_average_to_zero(panel):
    fitted = fit_calibrated(panel, CHURN_MODELS["additive_boosting"], settings=SETTINGS)
    background = describe_background(fitted, panel)
    means = explain(fitted, panel, background).mean()
    np.testing.assert_allclose(means, 0, atol=1e-12)


def test_missing_values_have_a_contribution_too(panel, x):
    fitted = fit_calibrated(panel, CHURN_MODELS["additive_boosting"], settings=SETTINGS)
    background = describe_background(fitted, panel)
    gaps = x.assign(year_ratio_90d=np.nan)
    found = explain(fitted, gaps, background)
    assert found.notna().all(axis=None)
    assert (found.sum(axis=1) + background.base - fitted.log_odds(gaps)).abs().max() < 1e-9


def test_a_forest_has_no_exact_reasons(panel):
    def forest(columns, random_state):
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline

        trees = RandomForestClassifier(n_estimators=20, random_state=random_state)
        return make_pipeline(SimpleImputer(keep_empty_features=True), trees)

    assert describe_background(fit_calibrated(panel, forest, settings=SETTINGS), panel) is None


def test_the_feature_that_drives_churn_contributes_most(panel, x):
    fitted = fit_calibrated(panel, CHURN_MODELS["additive_boosting"], settings=SETTINGS)
    families = sum_families(explain(fitted, x, describe_background(fitted, panel)))
    assert families.abs().mean().idxmax() == "falling_amount"

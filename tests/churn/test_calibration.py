import numpy as np
import pytest
from scipy.special import expit
from threadpoolctl import threadpool_limits

from dealerml.churn.calibration import FitSettings, fit_calibrated
from dealerml.churn.models import CHURN_MODELS

SETTINGS = FitSettings(label_days=90, calibration_slices=4, calibration_events=30)
BOOSTING = CHURN_MODELS["additive_boosting"]


def exaggerate(columns, random_state):
    """Boosting that is three times too sure of itself."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    class Sure(HistGradientBoostingClassifier):
        def decision_function(self, x):
            return 3 * super().decision_function(x)

    return Sure(interaction_cst="no_interactions", max_iter=30, early_stopping=False)


def test_later_slices_tame_a_model_that_is_too_sure(panel):
    fitted = fit_calibrated(panel, exaggerate, settings=SETTINGS)
    assert 0.2 < fitted.slope < 0.5
    risk = expit(fitted.log_odds(panel))
    assert risk.mean() == pytest.approx(panel["churned"].mean(), rel=0.1)


def test_the_level_is_drawn_towards_the_newest_slice(panel):
    from dataclasses import replace

    from dealerml.churn.slices import at_dates, slice_dates

    newest = at_dates(panel, slice_dates(panel)[-1:])
    spread = {}
    for share in (0.0, 1.0):
        labels = panel["churned"].mask(panel.index.isin(newest.index), share)
        told = panel.assign(churned=labels)
        fits = [
            fit_calibrated(told, BOOSTING, settings=replace(SETTINGS, calibration_shift=shift))
            for shift in (0.0, 0.25)
        ]
        assert fits[0].slope == fits[1].slope
        spread[share] = fits[1].intercept - fits[0].intercept
    assert spread[0.0] < 0 < spread[1.0]


def test_few_churners_leave_the_model_as_it_is(panel):
    settings = FitSettings(label_days=90, calibration_slices=4, calibration_events=10_000)
    fitted = fit_calibrated(panel, BOOSTING, settings=settings)
    assert (fitted.slope, fitted.intercept, fitted.calibration_events) == (1.0, 0.0, 0)


def test_the_calibration_learns_nothing_from_slices_that_it_may_not_know(panel):
    # Labels need so long that no slice is known before the later ones: nothing to calibrate with.
    settings = FitSettings(label_days=3650, calibration_slices=4, calibration_events=30)
    assert fit_calibrated(panel, BOOSTING, settings=settings).calibration_events == 0


def test_threads_and_repetition_change_nothing(panel):
    first = fit_calibrated(panel, BOOSTING, settings=SETTINGS).log_odds(panel)
    with threadpool_limits(2):
        again = fit_calibrated(panel, BOOSTING, settings=SETTINGS).log_odds(panel)
    np.testing.assert_array_equal(first, again)


def test_the_order_of_rows_changes_nothing_that_is_shown(panel):
    shuffled = panel.sample(frac=1, random_state=1)
    first = fit_calibrated(panel.sort_index(), BOOSTING, settings=SETTINGS).log_odds(panel)
    second = fit_calibrated(shuffled.sort_index(), BOOSTING, settings=SETTINGS).log_odds(panel)
    np.testing.assert_array_equal(first, second)


def test_nobody_to_score_is_an_empty_answer(panel):
    fitted = fit_calibrated(panel, BOOSTING, settings=SETTINGS)
    assert fitted.log_odds(panel.iloc[:0]).empty

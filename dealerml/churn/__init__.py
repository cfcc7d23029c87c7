"""Who may stop ordering: models, backtest, risk with exact reasons, money at stake."""

from dealerml.churn.backtest import Backtest, backtest_churn
from dealerml.churn.choice import ModelChoice, choose_model
from dealerml.churn.definitions import label_churn
from dealerml.churn.fitted import ChurnModel, fit_churn
from dealerml.churn.losses import LossEstimate, expect_loss
from dealerml.churn.models import CHURN_MODELS
from dealerml.churn.reliability import measure_calibration, measure_gain, measure_reliability
from dealerml.churn.scores import ChurnScores, score_churn

__all__ = [
    "CHURN_MODELS",
    "Backtest",
    "ChurnModel",
    "ChurnScores",
    "LossEstimate",
    "ModelChoice",
    "backtest_churn",
    "choose_model",
    "expect_loss",
    "fit_churn",
    "label_churn",
    "measure_calibration",
    "measure_gain",
    "measure_reliability",
    "score_churn",
]

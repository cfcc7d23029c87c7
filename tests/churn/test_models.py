import numpy as np
import pytest

from dealerml.churn.inputs import available_columns, feature_frame
from dealerml.churn.models import BASELINE, CHURN_MODELS, columns_of, model_name


@pytest.mark.parametrize("name", CHURN_MODELS)
def test_every_model_fits_and_ranks_its_own_rows(name, panel):
    columns = available_columns(panel)
    pipeline = CHURN_MODELS[name](columns, 0)
    read = columns_of(pipeline, columns)
    assert set(read) <= set(columns)
    frame, labels = feature_frame(panel, read), panel["churned"].to_numpy(dtype=int)
    risk = pipeline.fit(frame, labels).predict_proba(frame)[:, 1]
    assert risk[labels == 1].mean() > 1.5 * risk[labels == 0].mean()


def test_the_silence_rule_reads_one_number(panel):
    columns = available_columns(panel)
    assert columns_of(CHURN_MODELS[BASELINE](columns, 0), columns) == ["overdue_ratio"]


def test_a_feature_of_ones_own_reaches_the_boosting(panel):
    columns = [*available_columns(panel), "my_feature"]
    assert "my_feature" in columns_of(CHURN_MODELS["additive_boosting"](columns, 0), columns)


def test_a_pipeline_that_does_not_pick_reads_all():
    assert columns_of(object(), ["a", "b"]) == ["a", "b"]


def test_risk_never_falls_as_silence_grows(panel):
    columns = available_columns(panel)
    pipeline = CHURN_MODELS["additive_boosting"](columns, 0)
    read = columns_of(pipeline, columns)
    pipeline.fit(feature_frame(panel, read), panel["churned"].to_numpy(dtype=int))
    row = feature_frame(panel, read).iloc[[0] * 50]
    silent = row.assign(overdue_ratio=np.linspace(0, 6, 50))
    assert (np.diff(pipeline.decision_function(silent)) >= 0).all()


def test_a_model_of_ones_own_keeps_its_name():
    assert model_name("forest") == "forest"
    assert model_name(BASELINE).text_in("zh") == "停单时长规则"

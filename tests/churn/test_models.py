import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dealerml.churn.inputs import available_columns, feature_frame
from dealerml.churn.models import BASELINE, CHURN_MODELS, columns_of, model_name


@pytest.mark.parametrize("name", [name for name in CHURN_MODELS if name != "base_rate"])
def test_every_model_fits_and_ranks_its_own_rows(name, panel):
    columns = available_columns(panel)
    pipeline = CHURN_MODELS[name](columns, 0)
    read = columns_of(pipeline, columns)
    assert set(read) <= set(columns)
    frame, labels = feature_frame(panel, read), panel["churned"].to_numpy(dtype=int)
    risk = pipeline.fit(frame, labels).predict_proba(frame)[:, 1]
    assert risk[labels == 1].mean() > 1.5 * risk[labels == 0].mean()


def test_the_base_rate_is_the_same_for_all(panel):
    pipeline = CHURN_MODELS["base_rate"](available_columns(panel), 0)
    nothing, labels = panel[[]], panel["churned"].to_numpy(dtype=int)
    risk = pipeline.fit(nothing, labels).predict_proba(nothing)[:, 1]
    assert risk == pytest.approx(np.full(len(panel), labels.mean()))


def test_the_managers_rule_knows_two_groups_of_dealers(panel):
    pipeline = CHURN_MODELS["managers_rule"](available_columns(panel), 0)
    frame = panel[["year_ratio_90d"]]
    risk = pipeline.fit(frame, panel["churned"].to_numpy(dtype=int)).decision_function(frame)
    fallen = (frame["year_ratio_90d"] < 0.7).to_numpy()
    assert 0 < fallen.sum() < len(frame)
    assert len(np.unique(risk)) == 2
    assert risk[fallen].min() > risk[~fallen].max()


def test_together_features_tell_what_neither_tells_alone():
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.normal(size=(2000, 2)), columns=["gap_days", "recency_days"])
    churned = (x["gap_days"] * x["recency_days"] > 0).to_numpy(dtype=int)
    scores = {
        name: roc_auc_score(churned, CHURN_MODELS[name](list(x), 0).fit(x, churned).predict(x))
        for name in ("additive_boosting", "interacting_boosting")
    }
    assert scores["additive_boosting"] < 0.65
    assert scores["interacting_boosting"] > 0.9


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

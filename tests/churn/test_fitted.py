import pytest

from dealerml.churn import CHURN_MODELS, fit_churn, score_churn
from dealerml.errors import HistoryError
from dealerml.features import feature_columns


def test_without_a_name_the_backtest_decides(panel):
    models = {name: CHURN_MODELS[name] for name in ("rfm_logistic", "additive_boosting")}
    model = fit_churn(panel, models)
    assert model.name == "additive_boosting"
    assert (model.n, model.events) == (len(panel), panel["churned"].sum())
    assert len(model.slices) == 8
    assert "Used: the model of all features" in model.text


def test_the_definition_is_said_in_days(model, panel):
    assert "within the next 90 days" in model.text
    assert "90 天内没有下单" in model.text_in("zh")
    shorter = fit_churn(panel, model="silence_rule", horizon_days=60)
    assert "within the next 60 days" in shorter.text


def test_the_falling_amount_drives_this_network_most(model):
    assert model.table.index[0] == "falling_amount"
    assert model.table["effect"].is_monotonic_decreasing


def test_few_late_churners_leave_the_risk_unadjusted(panel, policy):
    strict = policy.changed({"churn.calibration_events": 100_000})
    assert "too few to adjust" in fit_churn(panel, model="rfm_logistic", policy=strict).text


@pytest.mark.parametrize("change", [{"churn": 0.0}, {"dealers": 1}, {"dealers": 0}])
def test_too_few_churners_give_no_model(network, change):
    model = fit_churn(network(**change))
    assert model.name is None
    assert model.fitted is None
    assert "No risk is given" in model.text


def test_one_slice_gives_the_silence_rule(network):
    model = fit_churn(network(slices=1))
    assert model.name == "silence_rule"
    assert "too few to test anything better" in model.text


@pytest.mark.parametrize("name", CHURN_MODELS)
def test_features_without_any_value_leave_the_base_rate(panel, x, policy, name):
    level = policy.changed({"churn.calibration_shift": 0.0})
    blind = {column: float("nan") for column in feature_columns(panel)}
    empty, now = panel.assign(**blind), x.assign(**blind)
    model = fit_churn(empty, model=name, policy=level)
    risk = score_churn(model, now).table["churn_risk"]
    assert risk.to_numpy() == pytest.approx(panel["churned"].mean(), rel=0.2)


def test_an_unknown_model_is_answered_with_the_known_ones(panel):
    with pytest.raises(HistoryError, match=r"additive_boosting, base_rate, .* silence_rule"):
        fit_churn(panel, model="forest")


def test_a_feature_that_is_empty_everywhere_is_not_read(panel, model):
    assert "returns_share_365d" in panel
    assert "returns_share_365d" not in model.fitted.columns

import pytest

from dealerml.churn import backtest_churn, choose_model


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_churn(panel, n_bootstrap=100)


def test_a_surely_better_model_is_chosen(backtest, panel, policy):
    choice = choose_model(backtest, panel, policy)
    # Here churn follows a logistic law by construction, so nothing can beat the weighted sum.
    assert choice.name == "penalised_logistic"
    verdicts = choice.table["verdict"]
    assert verdicts[choice.name] == "chosen"
    assert verdicts["additive_boosting"] == "beaten"
    assert verdicts["silence_rule"] == "baseline"
    assert verdicts["base_rate"] == verdicts["managers_rule"] == "yardstick"
    assert "better than the silence rule" in choice.text


def test_churners_too_few_for_the_features_leave_the_silence_rule(backtest, panel, policy):
    strict = policy.changed({"churn.min_events_per_feature": 60})
    choice = choose_model(backtest, panel, strict)
    assert choice.name == "silence_rule"
    assert choice.table.loc["additive_boosting", "verdict"] == "too_few_events"
    assert f"{int(panel['churned'].sum())} past cases of stopping are too few" in choice.text


def test_tests_too_few_leave_the_silence_rule(backtest, panel, policy):
    choice = choose_model(backtest, panel, policy.changed({"churn.min_test_slices": 5}))
    assert choice.name == "silence_rule"
    assert choice.table.loc["additive_boosting", "verdict"] == "too_few_slices"


def test_a_gain_that_could_be_chance_is_not_one(panel, policy):
    noise = backtest_churn(
        panel.assign(churned=panel["churned"].sample(frac=1, random_state=0).to_numpy())
    )
    assert choose_model(noise, panel, policy).name == "silence_rule"


def test_an_untested_network_gets_the_silence_rule(network, policy):
    young = network(slices=2)
    choice = choose_model(backtest_churn(young), young, policy)
    assert choice.name == "silence_rule"
    assert "too few" in choice.text


def test_nobody_ever_stopped_so_nothing_is_chosen(network, policy):
    calm = network(churn=0.0)
    choice = choose_model(backtest_churn(calm), calm, policy)
    assert choice.name is None
    assert "0 stopped" in choice.text
    assert "停单" in choice.text_in("zh")

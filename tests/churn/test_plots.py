import matplotlib.pyplot as plt
import pytest

from dealerml.churn import backtest_churn, fit_churn, measure_gain, measure_reliability
from dealerml.churn.plots import plot_drivers, plot_gain, plot_profit, plot_reliability
from dealerml.churn.profit import measure_profit
from dealerml.policy import load_policy
from dealerml.theme import set_theme


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_churn(panel, n_bootstrap=2)


@pytest.fixture(autouse=True)
def theme():
    with plt.rc_context():
        set_theme()
        yield
    plt.close("all")


def test_reliability_shows_its_table(backtest):
    ax = plot_reliability(backtest, "additive_boosting")
    table = measure_reliability(backtest, "additive_boosting")
    assert ax.lines[0].get_ydata().tolist() == table["observed"].tolist()
    assert f"of {len(backtest.predictions):,}" in ax.get_title(loc="left")


def test_gain_draws_a_named_curve_per_model(backtest):
    ax = plot_gain(backtest)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    table = measure_gain(backtest)
    assert names[1:] == ["the silence rule", "the rule of a fall by 30 %"]
    assert ax.lines[0].get_ydata().tolist() == table[table.iloc[10].idxmax()].tolist()
    assert ax.lines[1].get_ydata().tolist() == table["silence_rule"].tolist()
    assert "silence alone:" in ax.get_title(loc="left")


def test_drivers_are_ordered_with_the_strongest_on_top(model):
    ax = plot_drivers(model)
    assert ax.get_yticklabels()[-1].get_text() == "Amount falls"


def test_pictures_speak_chinese(backtest, model):
    assert "预计停单" in plot_reliability(backtest, "silence_rule", lang="zh").get_title(loc="left")
    assert plot_gain(backtest, lang="zh").get_ylabel() == "找到的停单经销商占比"
    assert "影响" in plot_drivers(model, lang="zh").get_title(loc="left")


def test_little_data_gives_a_plain_statement(network):
    calm = network(churn=0.0)
    untested = backtest_churn(calm)
    for ax in (
        plot_reliability(untested, "silence_rule"),
        plot_gain(untested),
        plot_drivers(fit_churn(calm)),
    ):
        assert "Nothing to show" in ax.get_title(loc="left")


def test_a_plot_goes_where_it_is_told(backtest):
    _, ax = plt.subplots()
    assert plot_gain(backtest, ax=ax) is ax


def test_profit_draws_a_named_curve_per_way_of_choosing(backtest, panel):
    costs = load_policy().costs
    given = panel.assign(net_amount_365d=1e5, year_ratio_90d=0.5)
    profit = measure_profit(backtest, "silence_rule", given, costs=costs, n_bootstrap=20)
    ax = plot_profit(profit)
    for line, way in zip(ax.lines, profit.table, strict=False):
        assert line.get_ydata().tolist() == profit.table[way].tolist()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names[0] == "list by expected gain"
    assert "按名单" in plot_profit(profit, lang="zh").get_title(loc="left")

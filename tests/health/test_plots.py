import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from dealerml.health import raise_alerts, score_health, validate_health
from dealerml.health.plots import plot_alerts, plot_bands, plot_parts, plot_validation
from dealerml.theme import set_theme
from dealerml.words import LANGUAGES

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    set_theme()
    yield
    plt.close("all")


def title_of(ax):
    return ax.get_title(loc="left")


def results(x, panel):
    alerts = raise_alerts(x, as_of="2025-06-30")
    return [
        (plot_bands, score_health(x)),
        (plot_parts, score_health(x)),
        (plot_validation, validate_health(panel)),
        (plot_alerts, alerts),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_are_findings_in_the_language(sample_x, sample_panel, lang):
    set_theme(lang)
    titles = [title_of(plot(result, lang=lang)) for plot, result in results(sample_x, sample_panel)]
    assert len(set(titles)) == 4
    for title in titles:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in title) == (lang == "zh")


@pytest.mark.parametrize("rows", [0, 1])
def test_one_dealer_or_none_can_be_drawn(sample_x, sample_panel, rows):
    for plot, result in results(sample_x.iloc[:rows], sample_panel.iloc[:rows]):
        ax = plot(result)
        ax.figure.canvas.draw()
        assert ax.get_title(loc="left") + ax.get_title()


def test_shares_of_the_bands_fill_the_bar(sample_x):
    ax = plot_bands(score_health(sample_x))
    widths = [bar.get_width() for bar in ax.patches]
    assert sum(widths) == pytest.approx(2.0)


def test_a_given_axes_is_drawn_on(sample_x):
    ax = plt.figure().add_subplot()
    assert plot_parts(score_health(sample_x), ax=ax) is ax


def test_every_alert_is_counted_in_the_grid(sample_x):
    alerts = raise_alerts(sample_x, as_of="2025-06-30")
    ax = plot_alerts(alerts)
    counted = sum(int(text.get_text()) for text in ax.texts)
    assert counted == len(alerts.table)

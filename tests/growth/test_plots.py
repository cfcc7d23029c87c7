import matplotlib.pyplot as plt
import pytest

from dealerml.growth.forecast import Forecast, forecast_sales
from dealerml.growth.overview import SalesOverview, summarise_sales
from dealerml.growth.plots import plot_bridge, plot_forecast, plot_regions
from dealerml.tables import Snapshot, Tables
from dealerml.theme import set_theme
from dealerml.words import LANGUAGES


@pytest.fixture(autouse=True)
def _closed_figures() -> None:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def overview(sample_snapshot: Snapshot) -> SalesOverview:
    return summarise_sales(sample_snapshot)


@pytest.fixture(scope="module")
def forecast(sample_snapshot: Snapshot) -> Forecast:
    return forecast_sales(sample_snapshot)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_fan_opens_from_the_last_known_month(forecast: Forecast, lang: str) -> None:
    set_theme(lang)
    ax = plot_forecast(forecast, lang=lang)
    past, future = (line.get_ydata() for line in ax.lines)
    assert len(past) == 24
    assert len(future) == 13
    assert past[-1] == future[0]
    means = forecast.table.query("level == 'total'")["mean"]
    assert list(future[1:]) == means.tolist()
    assert "2025" in ax.get_title(loc="left") + ax.get_title()


def test_a_region_can_be_drawn(forecast: Forecast) -> None:
    region = forecast.ahead.query("level == 'region'")["key"].iloc[0]
    ax = plot_forecast(forecast, level="region", key=region)
    means = forecast.table.query("level == 'region' and key == @region")["mean"]
    assert list(ax.lines[1].get_ydata()[1:]) == means.tolist()


def test_the_bridge_leads_from_last_year_to_this_period(overview: SalesOverview) -> None:
    ax = plot_bridge(overview)
    bars = ax.patches
    assert len(bars) == 7
    amounts = overview.bridge["amount"].tolist()
    assert [bar.get_height() for bar in bars] == pytest.approx(amounts)
    last_step = bars[5].get_y() + bars[5].get_height()
    assert last_step == pytest.approx(amounts[-1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_regions_are_drawn_beside_last_year(overview: SalesOverview, lang: str) -> None:
    set_theme(lang)
    ax = plot_regions(overview, lang=lang)
    assert len(ax.patches) == 2 * len(overview.table)
    assert ax.get_yticklabels()[-1].get_text() == overview.table.index[0]


def test_nothing_to_draw_is_said(example: Tables) -> None:
    first = summarise_sales(example.as_of("2024-06-30"))
    empty = forecast_sales(example.as_of("2024-06-30"))
    for ax in (plot_bridge(first), plot_regions(first), plot_forecast(empty)):
        assert not ax.lines
        assert not ax.patches
        assert ax.get_title(loc="left") + ax.get_title() == "Nothing to show"


def test_an_axis_given_is_used(overview: SalesOverview) -> None:
    _, ax = plt.subplots()
    assert plot_bridge(overview, ax=ax) is ax

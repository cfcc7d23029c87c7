import matplotlib.pyplot as plt
import pytest

from dealerml.features import build_series
from dealerml.growth.decomposition import split_change
from dealerml.growth.forecast import Forecast, forecast_sales
from dealerml.growth.overview import SalesOverview, summarise_sales
from dealerml.growth.plots import (
    plot_bridge,
    plot_forecast,
    plot_ramp,
    plot_receivables,
    plot_regions,
    plot_residuals,
    plot_split,
)
from dealerml.growth.ramp import compare_ramp
from dealerml.growth.receivables import age_receivables
from dealerml.growth.sum_models import model_sums
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


def test_the_split_leads_from_last_year_to_the_period(sample_snapshot):
    split = split_change(sample_snapshot)
    ax = plot_split(split)
    heights = [bar.get_height() for bar in ax.patches]
    assert sum(heights[:-1]) == pytest.approx(heights[-1])
    assert heights[0] == split.table.loc[("total", "last_year"), "amount"]
    assert "进出" in plot_split(split, lang="zh").get_title(loc="left")


def test_what_is_owed_is_stacked_by_age(sample_snapshot, example):
    owed = age_receivables(sample_snapshot)
    ax = plot_receivables(owed)
    last = sum(bars[-1].get_height() for bars in ax.containers)
    assert last == pytest.approx(owed.trend["receivable_amount"].iloc[-1])
    nothing = plot_receivables(age_receivables(example.as_of("2025-06-30")))
    assert nothing.get_title(loc="left") or nothing.get_title()


def test_new_dealers_are_dots_beside_the_band_of_earlier_ones(sample_snapshot):
    ramp = compare_ramp(build_series(sample_snapshot))
    ax = plot_ramp(ramp)
    assert len(ax.collections[-1].get_offsets()) == len(ramp.table.dropna())


def test_residuals_are_drawn_month_by_month(sample_snapshot):
    series = build_series(sample_snapshot)
    found = model_sums(series)
    ax = plot_residuals(found)
    assert len(ax.lines[1].get_ydata()) == found.residuals[("total", "total")].notna().sum()

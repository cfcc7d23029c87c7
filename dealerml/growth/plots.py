"""Pictures of the period and of the forecast."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dealerml.growth.forecast import Forecast
from dealerml.growth.levels import NO_REGION
from dealerml.growth.overview import SalesOverview
from dealerml.growth.overview_words import rank_regions
from dealerml.theme import INK, PALETTE, QUIET, compact_axis
from dealerml.words import format_value, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Months of history drawn before the forecast: two years let the eye find the season.
HISTORY_MONTHS = 24
# The largest regions only: a hundred bars cannot be read.
REGIONS_SHOWN = 12
TOTAL_KEY = "total"
OURS, BEFORE = PALETTE[0], PALETTE[-1]
UP, DOWN = PALETTE[2], PALETTE[1]


def plot_forecast(
    forecast: Forecast,
    *,
    level: str = "total",
    key: str = TOTAL_KEY,
    ax: "Axes | None" = None,
    lang: str = "en",
) -> "Axes":
    """What will the total, or one region, bring in each of the next twelve months?

    Parameters
    ----------
    forecast
        Result of `forecast_sales`.
    level, key
        ``total`` and ``total``, or ``region`` and a region.
    """
    ax = ax or plt.subplots()[1]
    future = _pick(forecast.table, level, key)
    if future.empty:
        return _nothing(ax, lang)
    past = _pick(forecast.history, level, key).tail(HISTORY_MONTHS)
    # Line and ranges open from the last known month, where nothing is uncertain.
    last = list(past["net_amount"].tail(1))
    here = range(len(past) - len(last), len(past) + len(future))
    for percent, alpha in ((95, 0.18), (80, 0.35)):
        low, high = [*last, *future[f"lo{percent}"]], [*last, *future[f"hi{percent}"]]
        label = say("growth.plot_range", lang, percent=percent)
        ax.fill_between(here, low, high, color=UP, alpha=alpha, linewidth=0, label=label)
    history = say("growth.plot_history", lang)
    ax.plot(range(len(past)), past["net_amount"], color=OURS, linewidth=2, label=history)
    expected = say("growth.plot_expected", lang)
    ax.plot(here, [*last, *future["mean"]], color=OURS, linewidth=2, linestyle="--", label=expected)
    _month_axis(ax, [*past["month"], *future["month"]], lang)
    ax.legend(loc="upper left", ncols=2)
    ax.set_title(_fan_title(forecast, level, key, lang))
    return ax


def plot_bridge(overview: SalesOverview, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """Which groups of dealers turned last year's sales into this year's?

    Parameters
    ----------
    overview
        Result of `summarise_sales`.
    """
    ax = ax or plt.subplots()[1]
    bridge = overview.bridge
    if bridge.empty:
        return _nothing(ax, lang)
    amount = bridge["amount"].to_numpy()
    start = np.r_[0.0, np.cumsum(amount[:-2]), 0.0]
    colours = [BEFORE, *(UP if value >= 0 else DOWN for value in amount[1:-1]), OURS]
    ax.bar(range(len(amount)), amount, bottom=start, color=colours, width=0.65)
    top = np.maximum(start, start + amount)
    for place, (value, height) in enumerate(zip(amount, top, strict=True)):
        ax.text(place, height, format_value(value, "money", lang=lang), ha="center", va="bottom")
    # One word a line: seven names stand beside each other.
    names = [say(f"growth.step.{step}", lang).replace(" ", "\n") for step in bridge["step"]]
    ax.set_xticks(range(len(names)), names)
    ax.set_ylim(*_zoomed(start, amount))
    ax.grid(visible=False, axis="x")
    compact_axis(ax, lang)
    steps = bridge.set_index("step")["amount"]
    facts = {"stopped": float(steps["stopped"]), "increased": float(steps["increased"])}
    ax.set_title(say("growth.plot_bridge", lang, **facts))
    return ax


def plot_regions(overview: SalesOverview, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How did each region sell, and how in the same months last year?

    Parameters
    ----------
    overview
        Result of `summarise_sales`.
    """
    ax = ax or plt.subplots()[1]
    table = overview.table.head(REGIONS_SHOWN).iloc[::-1]
    if table.empty:
        return _nothing(ax, lang)
    place = np.arange(len(table))
    ax.barh(
        place + 0.2,
        table["net_amount"],
        height=0.4,
        color=OURS,
        label=say("growth.plot_this", lang),
    )
    if table["net_amount_last_year"].notna().any():
        label = say("growth.plot_last_year", lang)
        ax.barh(place - 0.2, table["net_amount_last_year"], height=0.4, color=BEFORE, label=label)
    _write_growth(ax, table, lang)
    names = [name if name != NO_REGION else say("growth.no_region", lang) for name in table.index]
    ax.set_yticks(place, names)
    ax.grid(visible=False, axis="y")
    ax.margins(x=0.12)
    compact_axis(ax, lang, which="x")
    ax.legend(loc="lower right")
    ax.set_title(_regions_title(overview.table, lang))
    return ax


def _pick(table: pd.DataFrame, level: str, key: str) -> pd.DataFrame:
    return table[(table["level"] == level) & (table["key"] == key)]


def _nothing(ax: "Axes", lang: str) -> "Axes":
    ax.set_axis_off()
    ax.set_title(say("growth.plot_nothing", lang), color=QUIET)
    return ax


def _month_axis(ax: "Axes", months: list[str], lang: str) -> None:
    # Every third month, so that the labels never touch.
    shown = range((len(months) - 1) % 3, len(months), 3)
    ax.set_xticks(list(shown), [months[place] for place in shown], rotation=45, ha="right")
    ax.set_xlim(0, len(months) - 1)
    low, high = ax.get_ylim()
    # Room above, so that the legend covers nothing.
    ax.set_ylim(min(0.0, low), high + 0.2 * (high - low))
    compact_axis(ax, lang)


def _fan_title(forecast: Forecast, level: str, key: str, lang: str) -> str:
    row = _pick(forecast.ahead, level, key).iloc[0]
    months = _pick(forecast.table, level, key)["month"].iloc[: forecast.horizon_months]
    facts = {"amount": row["mean"], "first": months.iloc[0], "last": months.iloc[-1]}
    title = say("growth.plot_fan_no_growth", lang, **facts)
    if pd.notna(row["forecast_growth"]):
        title = say("growth.plot_fan", lang, **facts, growth=row["forecast_growth"])
    return title if level == "total" else f"{key} · {title}"


def _regions_title(table: pd.DataFrame, lang: str) -> str:
    facts = rank_regions(table)
    if facts:
        return say("growth.plot_regions", lang, **facts)
    sold = table.loc[table.index != NO_REGION, "net_amount"]
    return say("growth.plot_regions_sales", lang, best=sold.idxmax(), amount=sold.max())


def _write_growth(ax: "Axes", table: pd.DataFrame, lang: str) -> None:
    for y, (now, growth) in enumerate(zip(table["net_amount"], table["growth"], strict=True)):
        if pd.notna(growth):
            text = f" {format_value(growth, 'change', lang=lang)}"
            ax.text(max(now, 0.0), y + 0.2, text, va="center", color=INK)


def _zoomed(start: np.ndarray, amount: np.ndarray) -> tuple[float, float]:
    """Limits of the axis: the steps fill the picture, since the first and last bar dwarf them."""
    ends = np.r_[start[1:-1], start[1:-1] + amount[1:-1], amount[0], amount[-1]]
    low, high = float(ends.min()), float(ends.max())
    room = max(high - low, 0.02 * abs(high), 1e-9)
    return (max(low - room, 0.0) if low >= 0 else low - 0.1 * room), high + 0.15 * room

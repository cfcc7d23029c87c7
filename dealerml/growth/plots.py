"""Pictures of the period and of the forecast."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from dealerml.growth.decomposition import ChangeSplit
from dealerml.growth.forecast import Forecast
from dealerml.growth.levels import NO_REGION
from dealerml.growth.overview import SalesOverview
from dealerml.growth.overview_words import rank_regions
from dealerml.growth.ramp import Ramp
from dealerml.growth.receivables import BUCKETS, Receivables
from dealerml.growth.sum_models import SumModels
from dealerml.theme import INK, PALETTE, QUIET, compact_axis
from dealerml.words import column_label, format_value, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Months of history drawn before the forecast: two years let the eye find the season.
HISTORY_MONTHS = 24
# The largest regions only: a hundred bars cannot be read.
REGIONS_SHOWN = 12
TOTAL_KEY = "total"
OURS, BEFORE = PALETTE[0], PALETTE[-1]
UP, DOWN = PALETTE[2], PALETTE[1]
REGIONS_AHEAD = 12


def plot_forecast(
    forecast: Forecast,
    *,
    level: str = "total",
    key: str = TOTAL_KEY,
    target: float | None = None,
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
    target
        Amount a month that is to be reached, as a line.
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
    if target is not None:
        goal = say("growth.plot_target", lang)
        ax.axhline(target, color=DOWN, linewidth=1.5, linestyle=":", label=goal)
    _month_axis(ax, [*past["month"], *future["month"]], lang)
    ax.legend(loc="upper left", ncols=2)
    ax.set_title(_fan_title(forecast, level, key, lang))
    return ax


def plot_regions_ahead(forecast: Forecast, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """What will each region bring, and between which amounts?"""
    ax = ax or plt.subplots()[1]
    rows = forecast.ahead[forecast.ahead["level"] == "region"]
    rows = rows.sort_values(["mean", "key"], ascending=[False, True]).head(REGIONS_AHEAD)
    if rows.empty:
        return _nothing(ax, lang)
    names = [key or say("common.not_known", lang) for key in rows["key"]]
    error = [rows["mean"] - rows["lo80"], rows["hi80"] - rows["mean"]]
    ax.bar(range(len(rows)), rows["mean"], width=0.6, color=UP)
    ax.errorbar(range(len(rows)), rows["mean"], yerr=error, fmt="none", ecolor=INK, capsize=4)
    ax.set_xticks(range(len(rows)), names)
    compact_axis(ax, lang)
    first = rows.iloc[0]
    facts = {"region": names[0], "amount": float(first["mean"])}
    facts |= {"low": float(first["lo80"]), "high": float(first["hi80"])}
    ax.set_title(say("growth.plot_regions_ahead", lang, **facts, months=forecast.horizon_months))
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
    steps = bridge.set_index("step")["amount"]
    _draw_steps(ax, steps, lang)
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


def plot_split(
    split: ChangeSplit, *, group: str = TOTAL_KEY, ax: "Axes | None" = None, lang: str = "en"
) -> "Axes":
    """How did dealers who came and went, range, volume, mix and price move sales?

    Parameters
    ----------
    split
        Result of `split_change`.
    group
        ``total`` or a region.
    """
    ax = ax or plt.subplots()[1]
    if split.table.empty:
        return _nothing(ax, lang)
    steps = split.table.xs(group)["amount"]
    # Net, as range lost and range gained would dwarf the rest; the table holds both.
    drawn = steps.drop(["range_lost", "range_gained"])
    drawn["range"] = steps[["range_lost", "range_gained"]].sum()
    order = [*drawn.index[:4], "range", "volume", "mix", "price", "unsplit", "period"]
    _draw_steps(ax, drawn[order], lang)
    kept = steps[["range_lost", "range_gained", "volume", "mix", "price", "unsplit"]].sum()
    moved = steps[["stopped", "new", "recovered"]].sum()
    ax.set_title(say("growth.plot_split", lang, moved=moved, kept=kept))
    return ax


def plot_ramp(ramp: Ramp, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """Do new dealers buy as much as earlier ones had at the same age?"""
    ax = ax or plt.subplots()[1]
    curve, new = ramp.curve.dropna(), ramp.table.dropna()
    if curve.empty:
        return _nothing(ax, lang)
    label = say("growth.plot_earlier", lang)
    ax.fill_between(curve.index, curve["low"], curve["high"], color=BEFORE, alpha=0.35, label=label)
    ax.plot(curve.index, curve["middle"], color=BEFORE, linewidth=2)
    dots = say("growth.plot_new", lang)
    ax.scatter(new["months"], new["amount_so_far"], color=OURS, s=22, label=dots, zorder=3)
    ax.set_xlabel(say("growth.plot_age", lang))
    ax.legend(loc="upper left")
    compact_axis(ax, lang)
    above = int((new["place_share"] > 0.5).sum())
    ax.set_title(say("growth.plot_ramp", lang, above=above, n=len(new)))
    return ax


def plot_receivables(
    receivables: Receivables, *, ax: "Axes | None" = None, lang: str = "en"
) -> "Axes":
    """How much was owed at the end of each quarter, and how long had it been due?"""
    ax = ax or plt.subplots()[1]
    trend = receivables.trend
    if trend.empty:
        return _nothing(ax, lang)
    bottom = np.zeros(len(trend))
    shades = plt.get_cmap("OrRd")(np.linspace(0.15, 0.9, len(BUCKETS)))
    for name, shade in zip(BUCKETS, shades, strict=True):
        label = column_label(name, lang)
        ax.bar(range(len(trend)), trend[name], bottom=bottom, color=shade, width=0.7, label=label)
        bottom += trend[name].to_numpy()
    ax.set_xticks(range(len(trend)), [f"{date:%Y-%m}" for date in trend.index])
    ax.grid(visible=False, axis="x")
    ax.set_ylim(0, 1.25 * max(float(bottom.max()), 1.0))
    ax.legend(loc="upper left", ncols=3)
    compact_axis(ax, lang)
    last = trend.iloc[-1]
    facts = {"overdue": last["overdue_amount"], "owed": last["receivable_amount"]}
    ax.set_title(say("growth.plot_receivables", lang, **facts))
    return ax


def plot_residuals(
    found: SumModels, *, key: str = TOTAL_KEY, ax: "Axes | None" = None, lang: str = "en"
) -> "Axes":
    """What does the model of a sum leave over, month by month?"""
    ax = ax or plt.subplots()[1]
    level = TOTAL_KEY if key == TOTAL_KEY else "region"
    if (level, key) not in found.residuals:
        return _nothing(ax, lang)
    left = found.residuals[level, key].dropna()
    ax.axhline(0, linewidth=1, color="0.6", zorder=0)
    ax.plot(range(len(left)), left, color=OURS, marker="o", markersize=3, linewidth=1)
    _month_axis(ax, [str(month) for month in left.index], lang)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_title(say("growth.plot_residuals", lang, size=float(left.abs().median())))
    return ax


def _draw_steps(ax: "Axes", steps: pd.Series, lang: str) -> None:
    """Bars from the first total over the steps to the last one."""
    amount = steps.to_numpy()
    start = np.r_[0.0, np.cumsum(amount[:-2]), 0.0]
    colours = [BEFORE, *(UP if value >= 0 else DOWN for value in amount[1:-1]), OURS]
    ax.bar(range(len(amount)), amount, bottom=start, color=colours, width=0.65)
    top = np.maximum(start, start + amount)
    for place, (value, height) in enumerate(zip(amount, top, strict=True)):
        ax.text(place, height, format_value(value, "money", lang=lang), ha="center", va="bottom")
    # One word a line: many names stand beside each other.
    names = [say(f"growth.step.{step}", lang).replace(" ", "\n") for step in steps.index]
    ax.set_xticks(range(len(names)), names)
    ax.set_ylim(*_zoomed(start, amount))
    ax.grid(visible=False, axis="x")
    compact_axis(ax, lang)


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
    return (max(low - room, 0.0) if low >= 0 else low - 0.1 * room), high + 0.3 * room

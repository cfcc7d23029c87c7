"""Pictures of churn: reliability of the risks, who is found first, what drives the risk."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from dealerml.churn.backtest import Backtest
from dealerml.churn.fitted import ChurnModel
from dealerml.churn.models import BASELINE, model_name
from dealerml.churn.profit import Profit
from dealerml.churn.reliability import measure_gain, measure_reliability
from dealerml.theme import compact_axis
from dealerml.words import Sentence, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = "managers_rule"
FEWEST_BARS = 4  # room for so many bars, however few there are


def plot_reliability(
    backtest: Backtest, model: str, *, ax: "Axes | None" = None, lang: str = "en"
) -> "Axes":
    """Does a risk of ten per cent mean that one dealer in ten stops?

    Groups of equally many expected churners; bars are 95 % intervals of the share that stopped.
    """
    ax = ax or plt.subplots()[1]
    table = measure_reliability(backtest, model)
    if table.empty:
        return _nothing(ax, lang)
    shares, low, high = (table[name].to_numpy() for name in ("observed", "low", "high"))
    # A share of exactly 0 or 1 is the end of its own interval, which rounding must not turn over.
    reach = np.clip([shares - low, high - shares], 0, None)
    ax.errorbar(table["predicted"], shares, yerr=reach, fmt="o", capsize=3)
    top = float(max(table["predicted"].max(), table["high"].max())) * 1.05
    ax.plot([0, top], [0, top], linestyle="--", linewidth=1, color="0.6", zorder=0)
    ax.set(xlim=(-0.02 * top, top), ylim=(-0.02 * top, top))
    values = {"expected": (table["predicted"] * table["n"]).sum()}
    values |= {"events": table["events"].sum(), "n": table["n"].sum()}
    return _label(ax, lang, title=Sentence("churn.plot.reliability", values), x="predicted")


def plot_gain(backtest: Backtest, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """Who is found first: which share of the stopping dealers do few calls reach?

    The best model at a tenth of the dealers, the silence rule and the manager's rule.
    """
    ax = ax or plt.subplots()[1]
    table = measure_gain(backtest)
    if table.empty:
        return _nothing(ax, lang)
    found = table.iloc[10]
    best = str(found.idxmax())
    for name in dict.fromkeys(name for name in (best, BASELINE, RULE) if name in table):
        label = model_name(str(name))
        text = label if isinstance(label, str) else label.text_in(lang)
        ax.plot(table.index, table[name], label=text)
    ax.plot([0, 1], [0, 1], linestyle="--", linewidth=1, color="0.6", zorder=0)
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(loc="lower right", frameon=False)
    values = {"share": found[best], "silence": found[BASELINE]}
    key = "churn.plot.gain" if best == BASELINE else "churn.plot.gain_more"
    return _label(ax, lang, title=Sentence(key, values), x="called", y="found")


def plot_profit(profit: Profit, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How much would calls have brought on past dates, by how many dealers can be called?"""
    ax = ax or plt.subplots()[1]
    for way in profit.table:
        ax.plot(profit.table.index, profit.table[way], label=say(f"churn.plot.way.{way}", lang))
    ax.axhline(0, linewidth=1, color="0.6", zorder=0)
    ax.legend(loc="best", frameon=False)
    row = profit.areas.loc["managers_rule"]
    known = "profit_more" if row["low"] > 0 else "profit_unsure"
    values = {"area": profit.areas.loc["call_list", "area"], "difference": row["difference"]}
    ax.set_title(Sentence(f"churn.plot.{known}", values).text_in(lang))
    ax.set_xlabel(say("churn.plot.called", lang))
    ax.set_ylabel(say("churn.plot.brought", lang))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    compact_axis(ax, lang)
    return ax


def plot_drivers(model: ChurnModel, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """What drives the risk: how much does each family of features move it on average?"""
    ax = ax or plt.subplots()[1]
    table = model.table[model.table["effect"] > 0].iloc[::-1]
    if table.empty:
        return _nothing(ax, lang)
    names = [say(f"churn.family.{family}", lang) for family in table.index]
    ax.barh(names, table["effect"])
    # A single bar would fill the picture.
    ax.set_ylim(-0.8, max(len(names), FEWEST_BARS) - 0.2)
    ax.set_title(say("churn.plot.drivers", lang, family=names[-1]))
    ax.set_xlabel(say("churn.plot.effect", lang))
    return ax


def _label(ax: "Axes", lang: str, *, title: Sentence, x: str, y: str = "observed") -> "Axes":
    ax.set_title(title.text_in(lang))
    ax.set_xlabel(say(f"churn.plot.{x}", lang))
    ax.set_ylabel(say(f"churn.plot.{y}", lang))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return ax


def _nothing(ax: "Axes", lang: str) -> "Axes":
    ax.set_title(say("churn.plot.nothing", lang))
    ax.set_axis_off()
    return ax

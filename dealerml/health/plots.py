"""Pictures of the health score, its check on past dates, and the alerts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import PercentFormatter

from dealerml.health.alerts import Alerts
from dealerml.health.bands import BANDS
from dealerml.health.sayings import name_kind, name_part
from dealerml.health.score import Health
from dealerml.health.validation import HealthValidation
from dealerml.theme import BAND_COLOURS, INK, QUIET, draw_counts, ink_on
from dealerml.words import Sentence, format_value, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Narrower slices than this cannot hold their own figure.
LABELLED_SHARE: Final = 0.08
MARKERS: Final = {"red": "s", "amber": "D", "green": "o"}
REGIONS_SHOWN: Final = 12
STRAIGHT_LABELS: Final = 8


def plot_bands(health: Health, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """Which share of dealers, and of their sales, is red, amber and green?

    Parameters
    ----------
    health
        Result of ``score_health``.
    """
    ax = ax or plt.subplots(figsize=(7.2, 2.7))[1]
    amounts = health.facts["net_amount_365d"].clip(lower=0)
    counts = _by_band(health, pd.Series(1.0, index=health.table.index))
    money = _by_band(health, amounts)
    for row, totals in enumerate((money, counts)):
        _draw_shares(ax, row, totals, is_money=totals is money, lang=lang)
    ax.set_yticks(
        [0, 1], [say(f"health.plot.bands_{name}", lang) for name in ("amount", "dealers")]
    )
    ax.set(xlim=(0, 1), ylim=(-0.5, 1.5))
    ax.grid(visible=False)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.spines["left"].set_visible(False)
    ax.legend(ncols=3, loc="upper left", bbox_to_anchor=(0, -0.18))
    ax.set_title(_bands_title(counts, money, lang))
    return ax


def plot_parts(health: Health, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """In which parts do red, amber and green dealers differ?

    Parameters
    ----------
    health
        Result of ``score_health``.
    """
    names = [part.name for part in health.parts]
    ax = ax or plt.subplots(figsize=(7.2, 0.9 + 0.42 * max(3, len(names))))[1]
    scores = health.scored.scores[names].groupby(health.table["band"]).mean().reindex(BANDS)
    spread = scores.max() - scores.min()
    order = list(spread.sort_values(kind="stable").index)
    ax.hlines(range(len(order)), scores[order].min(), scores[order].max(), color=QUIET, zorder=1)
    for band in BANDS:
        label = say(f"health.band.{band}", lang)
        ax.scatter(
            scores.loc[band, order],
            range(len(order)),
            label=label,
            s=64,
            color=BAND_COLOURS[band],
            edgecolors=INK,
            marker=MARKERS[band],
            zorder=2,
        )
    ax.set_yticks(range(len(order)), [_text(name_part(str(name)), lang) for name in order])
    ax.set(xlim=(-3, 103), ylim=(-0.6, len(order) - 0.4))
    ax.set_xlabel(say("health.plot.points", lang))
    ax.legend(ncols=3, loc="upper left", bbox_to_anchor=(0, -0.18))
    ax.set_title(_parts_title(scores, order, lang))
    return ax


def plot_validation(
    validation: HealthValidation, *, ax: "Axes | None" = None, lang: str = "en"
) -> "Axes":
    """How many red, amber and green dealers stopped ordering afterwards?

    Parameters
    ----------
    validation
        Result of ``validate_health``.
    """
    ax = ax or plt.subplots(figsize=(7.2, 2.6))[1]
    table = validation.table.loc[list(reversed(BANDS))]
    share, colours = table["churned_share"].fillna(0.0), [BAND_COLOURS[b] for b in table.index]
    ax.barh(range(len(table)), share, color=colours, edgecolor=INK, linewidth=0.6, height=0.6)
    for colour, width in (("white", 5.0), (INK, 1.8)):  # the rim keeps it visible on a dark bar
        rows = range(len(table))
        ax.hlines(rows, table["lo95"], table["hi95"], color=colour, linewidth=width)
    for row, values in enumerate(table.to_dict("records")):
        n = format_value(values["scores"], "count", lang=lang)
        text = f"{format_value(values['churned_share'], 'percent', lang=lang)}  (n = {n})"
        place = (values["hi95"] if values["scores"] else 0.0, row)
        ax.annotate(text, place, (6, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(table)), [say(f"health.band.{band}", lang) for band in table.index])
    ax.set_xlim(0, min(1.35, 0.05 + 1.35 * float(table["hi95"].max() if share.any() else 1.0)))
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(say("health.plot.churned_share", lang))
    ax.set_title(_validation_title(validation, lang))
    return ax


def plot_alerts(alerts: Alerts, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How many alerts are there of each kind in each region?

    Parameters
    ----------
    alerts
        Result of ``raise_alerts``.
    """
    regions = alerts.regions.fillna(say("health.plot.no_region", lang)).to_numpy()
    counts = pd.crosstab(alerts.table["kind"].to_numpy(), regions)
    counts = counts.loc[_largest(counts.T), _largest(counts)[:REGIONS_SHOWN]]
    rows, columns = max(1, len(counts)), max(1, counts.shape[1])
    ax = ax or plt.subplots(figsize=(2.6 + 0.75 * columns, 1.2 + 0.42 * rows))[1]
    draw_counts(ax, counts.rename(index=lambda kind: _text(name_kind(str(kind)), lang)))
    ax.tick_params(axis="x", labelrotation=30 if columns > STRAIGHT_LABELS else 0)
    ax.set_title(_alerts_title(alerts, lang))
    return ax


def _by_band(health: Health, values: pd.Series) -> pd.Series:
    return values.groupby(health.table["band"]).sum().reindex(BANDS).fillna(0.0)


def _draw_shares(ax: "Axes", row: int, totals: pd.Series, *, is_money: bool, lang: str) -> None:
    left, whole = 0.0, float(totals.sum())
    for band in BANDS:
        share = totals[band] / whole if whole > 0 else 0.0
        colour = BAND_COLOURS[band]
        name = "" if is_money else say(f"health.band.{band}", lang)
        ax.barh(row, share, left=left, height=0.62, color=colour, edgecolor="white", label=name)
        if share >= LABELLED_SHARE:
            text = format_value(totals[band], "money" if is_money else "count", lang=lang)
            centre = left + share / 2
            ax.text(centre, row, text, ha="center", va="center", color=ink_on(colour))
        left += share


def _largest(counts: pd.DataFrame) -> list[str]:
    totals = counts.sum().sort_index()
    return list(totals.sort_values(ascending=False, kind="stable").index)


def _bands_title(counts: pd.Series, money: pd.Series, lang: str) -> str:
    if not counts.sum():
        return say("health.plot.bands_empty", lang)
    amount = money["red"] / money.sum() if money.sum() > 0 else float("nan")
    return say("health.plot.bands", lang, share=counts["red"] / counts.sum(), amount_share=amount)


def _parts_title(scores: pd.DataFrame, order: Sequence[str], lang: str) -> str:
    if not order or scores.loc[["red", "green"]].isna().all(axis=1).any():
        return say("health.plot.parts_one_band", lang)
    widest = (scores.loc["green"] - scores.loc["red"]).idxmax()
    return say("health.plot.parts", lang, part=name_part(str(widest)))


def _validation_title(validation: HealthValidation, lang: str) -> str:
    share = validation.table["churned_share"]
    if validation.verdict in ("apart", "ordered") and share["green"] > 0:
        return say("health.plot.validation", lang, times=share["red"] / share["green"])
    return say("health.plot.validation_plain", lang)


def _alerts_title(alerts: Alerts, lang: str) -> str:
    if alerts.table.empty:
        return say("health.plot.alerts_none", lang)
    counts = alerts.table["kind"].value_counts().sort_index()
    kind = str(counts.idxmax())
    values = {"kind": name_kind(kind), "n": int(counts.max()), "all": int(counts.sum())}
    return say("health.plot.alerts", lang, **values)


def _text(name: Sentence | str, lang: str) -> str:
    return name.text_in(lang) if isinstance(name, Sentence) else name

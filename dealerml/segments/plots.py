"""Pictures of how dealers are sorted, how they move, and how their groups do."""

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter

from dealerml.segments.classes import ABC_CLASSES, Classes, class_name
from dealerml.segments.clusters import Segments
from dealerml.segments.cohorts import YEAR, Cohorts
from dealerml.segments.lifecycle import STAGES, Lifecycle
from dealerml.segments.migration import NOWHERE, Migration
from dealerml.segments.naming import describe_segment
from dealerml.segments.rfm import SCORES, SLIPPING, Rfm
from dealerml.segments.scorecards import Scorecard
from dealerml.segments.tiers import CLOSE, Tiers, tier_name
from dealerml.theme import INK, PALETTE, QUIET, compact_axis, draw_counts, figure_svg, ink_on
from dealerml.words import format_value, has_entry, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Points of a segment differ by shape as well as by shade, so that a grey print still tells them.
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
WORSE = ("declining", "dormant", "lapsed")
WIDE = 1000.0  # largest divided by smallest value from which powers of ten are ticks enough
SHOWN, SMALL, ACROSS = 15, 9, 3  # groups in one picture; small pictures, and in a row
LABEL = 20  # characters of a name on one line of the legend
LOWEST = 0.005  # amounts below this quantile are drawn at it: a few cents would squeeze the rest


def plot_pareto(classes: Classes, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How much of the business do the largest dealers bring?

    Parameters
    ----------
    classes
        Result of ``rank_abc``.
    """
    ax = ax or plt.subplots()[1]
    curve = classes.table.loc[classes.table["share"] > 0, "cumulative_share"].sort_values()
    ax.plot(range(len(curve) + 1), [0.0, *curve], color=PALETTE[0], linewidth=2)
    ax.fill_between(range(len(curve) + 1), [0.0, *curve], color=PALETTE[-1], alpha=0.5, linewidth=0)
    first = 0
    for code in ABC_CLASSES:
        last = min(first + int(classes.classes["dealers"][code]), len(curve))
        if last > first:
            ax.axvline(last, color=QUIET, linewidth=0.8, linestyle=":")
            text = class_name(code, classes.scheme).text_in(lang)
            ax.text((first + last) / 2, 0.03, text, ha="center", va="bottom", color=INK)
        first = last
    ax.set(xlim=(0, max(len(curve), 1)), ylim=(0, 1.02))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    compact_axis(ax, lang, which="x")
    ax.set_xlabel(say("segments.pareto_x", lang))
    ax.set_ylabel(say("segments.pareto_y", lang))
    ax.set_title(_pareto_title(classes, lang))
    return ax


def plot_rfm_grid(rfm: Rfm, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How many dealers are there in each cell of how lately and how often?

    Parameters
    ----------
    rfm
        Result of ``score_rfm``.
    """
    ax = ax or plt.subplots()[1]
    fifths = range(1, SCORES + 1)
    counts = pd.crosstab(rfm.table["r"], rfm.table["f"]).reindex(
        index=fifths, columns=fifths, fill_value=0
    )
    draw_counts(ax, counts.iloc[::-1])
    ax.set_xlabel(say("segments.rfm_x", lang))
    ax.set_ylabel(say("segments.rfm_y", lang))
    values = {
        "champions": int(rfm.groups["dealers"]["champions"]),
        "n": int(rfm.groups["dealers"].sum()),
        "slipping": int(rfm.groups.loc[list(SLIPPING), "dealers"].sum()),
    }
    ax.set_title(say("segments.rfm_title", lang, **values))
    return ax


def plot_segments(segments: Segments, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """Where do the segments lie between how often and how much?

    Parameters
    ----------
    segments
        Result of ``fit_segments``; without segments all dealers are drawn alike.
    """
    ax = ax or plt.subplots()[1]
    points = segments.points[(segments.points[["size", "rhythm"]] > 0).all(axis=1)]
    names = segments.table["segment"].reindex(points.index)
    # Many dealers have the same few order days: a fixed small shift makes them visible.
    shift = np.random.default_rng(0).uniform(-0.25, 0.25, len(points))
    across = (points["rhythm"] + shift).clip(lower=0.5)
    amount = points["size"].clip(lower=float(points["size"].quantile(LOWEST)))
    groups: Sequence[str] = segments.model.names or ("",)
    for number, name in enumerate(groups):
        here = names == name if name else names.isna()
        # Long names on several lines leave the points their room.
        label = textwrap.fill(describe_segment(name).text_in(lang), LABEL) if name else ""
        ax.scatter(across[here], amount[here], label=label, **_dots(number))
    ax.set(xscale="log", yscale="log")
    for which, values in (("x", across), ("y", amount)):
        _tick_logs(ax, which, values)
        compact_axis(ax, lang, which=which)
    ax.set_xlabel(say("segments.rhythm_axis", lang))
    ax.set_ylabel(say("segments.amount_axis", lang))
    if segments.model.names:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), markerscale=1.5)
    ax.set_title(_segments_title(segments, lang))
    return ax


def draw_segments(segments: Segments, lang: str = "en") -> str:
    """How does the picture of the segments stand in a page: as ``<svg>``, its figure closed?"""
    figure, ax = plt.subplots()
    plot_segments(segments, ax=ax, lang=lang)
    picture = figure_svg(figure, ax.get_title(loc="left"))
    plt.close(figure)
    return picture


def plot_lifecycle(lifecycle: Lifecycle, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How many dealers are in each stage of their life with us?

    Parameters
    ----------
    lifecycle
        Result of ``place_lifecycle``.
    """
    ax = ax or plt.subplots()[1]
    count = lifecycle.stages["dealers"]
    shown = [stage for stage in STAGES if stage != "never"]
    # Stages to worry about are lighter as well as of another colour, so that grey tells them too.
    colours = [PALETTE[3] if stage in WORSE else PALETTE[0] for stage in shown]
    names = [say(f"segments.lifecycle.{stage}", lang) for stage in shown]
    bars = ax.barh(names, count[shown], color=colours)
    ax.bar_label(bars, [format_value(int(n), "count") for n in count[shown]], padding=3)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    compact_axis(ax, lang, which="x")
    ax.set_xlabel(say("segments.dealers_axis", lang))
    values = {stage: int(count[stage]) for stage in ("growing", "declining", "dormant")}
    ax.set_title(say("segments.lifecycle_title", lang, **values))
    return ax


def plot_migration(migration: Migration, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How many dealers moved from which group to which?

    Parameters
    ----------
    migration
        Result of ``migrate``.
    """
    ax = ax or plt.subplots()[1]
    name = partial(_code_name, column=migration.column, lang=lang)
    counts = migration.dealers.loc[
        migration.dealers.sum(axis=1) > 0, migration.dealers.sum(axis=0) > 0
    ]
    draw_counts(ax, counts.rename(index=name, columns=name))
    ax.set_xlabel(say("segments.migration_after", lang))
    ax.set_ylabel(say("segments.migration_before", lang))
    values = {"n": migration.known, "moved": migration.moved}
    ax.set_title(say("segments.migration_title", lang, **values))
    return ax


def plot_tiers(tiers: Tiers, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How many dealers stand on each rung of the ladder, and how many are close to the next?

    Parameters
    ----------
    tiers
        Result of ``assign_tiers``.
    """
    ax = ax or plt.subplots()[1]
    close = tiers.table["gap_to_next_share"] <= CLOSE
    rungs = [str(name) for name in tiers.tiers.index]
    all_on = tiers.tiers["dealers"]
    near = close.groupby(tiers.table["tier"]).sum().reindex(rungs, fill_value=0).astype("int64")
    names = [_code_name(rung, "tier", lang) for rung in rungs]
    ax.barh(names, all_on, color=PALETTE[-1], label=say("segments.ladder_all", lang))
    ax.barh(names, near, color=PALETTE[0], label=say("segments.ladder_close", lang, share=CLOSE))
    for place, rung in enumerate(rungs):
        text = (
            f"{format_value(int(all_on[rung]), 'count')} · {format_value(int(near[rung]), 'count')}"
        )
        ax.annotate(text, (all_on[rung], place), (4, 0), textcoords="offset points", va="center")
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.margins(x=0.15)
    compact_axis(ax, lang, which="x")
    ax.set_xlabel(say("segments.dealers_axis", lang))
    ax.legend(loc="upper right")
    ax.set_title(say("segments.ladder_title", lang, n=int(near.sum()), total=int(all_on.sum())))
    return ax


def plot_cohorts(cohorts: Cohorts, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """What share of each cohort orders so many quarters after its first order?

    Parameters
    ----------
    cohorts
        Result of ``follow_cohorts``.
    """
    ax = ax or plt.subplots()[1]
    table = cohorts.shares
    shades = LinearSegmentedColormap.from_list("shares", ["white", PALETTE[0]])
    ax.imshow(table.to_numpy(), cmap=shades, vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), share in np.ndenumerate(table.to_numpy()):
        if not np.isnan(share):
            ink = ink_on(to_hex(shades(share)))
            ax.text(column, row, f"{share:.0%}", ha="center", va="center", color=ink, fontsize=8)
    first = cohorts.table.drop_duplicates("cohort").set_index("cohort")
    marks = {True: say("segments.cohorts_already", lang), False: ""}
    names = [
        f"{name}{marks[bool(first['is_censored'][name])]} ({first['dealers'][name]:,})"
        for name in table.index
    ]
    ax.set_yticks(range(len(table)), names)
    ax.set_xticks(range(len(table.columns)), [str(number) for number in table.columns])
    ax.grid(visible=False)
    ax.set_xlabel(say("segments.cohorts_x", lang))
    ax.set_ylabel(say("segments.cohorts_y", lang))
    ax.set_title(_cohorts_title(cohorts, lang))
    return ax


def plot_scorecard(card: Scorecard, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
    """How did the dealers of each group grow, beside what was to be expected of their size?

    Parameters
    ----------
    card
        Result of ``score_groups``; groups of fewer than five dealers are hollow.
    """
    ax = ax or plt.subplots()[1]
    table = card.table[(card.table.index != "") & card.table["growth_stayed"].notna()].head(SHOWN)
    places = range(len(table))
    ax.hlines(places, table["growth_expected"], table["growth_stayed"], color=QUIET, linewidth=1.5)
    ax.scatter(
        table["growth_expected"], places, marker="|", s=120, color=QUIET,
        label=say("segments.scorecard_expected", lang),
    )  # fmt: skip
    fill = ["white" if small else PALETTE[0] for small in table["is_small"]]
    ax.scatter(
        table["growth_stayed"], places, color=fill, edgecolors=PALETTE[0], zorder=3,
        label=say("segments.scorecard_actual", lang),
    )  # fmt: skip
    names = [f"{name} ({int(n):,})" for name, n in table["dealers"].items()]
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.axvline(0.0, color=INK, linewidth=0.8)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(say("segments.scorecard_x", lang))
    ax.legend(loc="best")
    values = {"n": int((table["growth_beyond"] > 0).sum()), "groups": len(table)}
    ax.set_title(say("segments.scorecard_title", lang, **values))
    return ax


def plot_region_months(series: pd.DataFrame, region: pd.Series, *, lang: str = "en") -> "Figure":
    """How did monthly sales go in each region, on one scale for all?

    Parameters
    ----------
    series
        Result of `build_series`: dealers × months.
    region
        Region of each dealer; the largest nine are drawn, one small picture each.
    """
    sums = series.fillna(0.0).groupby(region.reindex(series.index)).sum()
    largest = sums.loc[sums.sum(axis=1).sort_values(ascending=False, kind="stable").index[:SMALL]]
    rows = max(1, -(-len(largest) // ACROSS))
    look: dict[str, Any] = {"sharex": True, "sharey": True, "layout": "constrained"}
    drawn = plt.subplots(rows, ACROSS, figsize=(9, 1.9 * rows), squeeze=False, **look)
    figure: Figure = drawn[0]
    axes, months = drawn[1], list(pd.PeriodIndex(series.columns))
    for ax, (name, values) in zip(axes.flat, largest.iterrows(), strict=False):
        ax.plot(range(len(months)), values.to_numpy(), color=PALETTE[0], linewidth=1.2)
        ax.set_title(str(name))
        compact_axis(ax, lang)
    for ax in axes.flat[len(largest) :]:
        ax.set_visible(False)
    # All share one axis: a year is tick enough for pictures so small.
    januaries = {number: str(month.year) for number, month in enumerate(months) if month.month == 1}
    axes.flat[0].set_xticks(list(januaries), list(januaries.values()))
    figure.supylabel(say("segments.regions_y", lang))
    return figure


def _pareto_title(classes: Classes, lang: str) -> str:
    values = {
        "n": int(classes.classes["dealers"]["A"]),
        "total": int(classes.classes["dealers"].sum()),
        "share": float(classes.classes["amount_share"]["A"]),
    }
    return say("segments.pareto_title", lang, **values)


def _cohorts_title(cohorts: Cohorts, lang: str) -> str:
    told = cohorts.table[~cohorts.table["is_censored"].astype("bool")]
    year = told[told["quarters_since"] == YEAR]
    if year.empty:
        return say("segments.cohorts_title_young", lang, n=len(cohorts.shares))
    dealers = int(year["dealers"].sum())
    share = int(year["ordered"].sum()) / dealers
    return say("segments.cohorts_title", lang, n=dealers, share=share)


def _segments_title(segments: Segments, lang: str) -> str:
    if not segments.model.names:
        return segments.said[0].text_in(lang)
    first = segments.model.names[0]
    values = {
        "name": describe_segment(first),
        "n": int(segments.profile["dealers"][first]),
        "total": int(segments.profile["dealers"].sum()),
        "share": float(segments.profile["amount_share"][first]),
    }
    return say("segments.segments_title", lang, **values)


def _dots(number: int) -> dict[str, Any]:
    look = {"s": 16, "alpha": 0.75, "edgecolors": INK, "linewidths": 0.2}
    marker, colour = MARKERS[number % len(MARKERS)], PALETTE[number % len(PALETTE)]
    return {**look, "marker": marker, "color": colour}


def _tick_logs(ax: "Axes", which: str, values: pd.Series) -> None:
    axis = ax.xaxis if which == "x" else ax.yaxis
    narrow = len(values) > 0 and float(values.max()) < WIDE * float(values.min())
    # Powers of ten alone would leave a narrow range with one figure or none.
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if narrow else (1.0,)))
    axis.set_minor_formatter(NullFormatter())


def _code_name(code: str, column: str, lang: str) -> str:
    if code == NOWHERE:
        return say("segments.migration_nowhere", lang)
    if column == "segment":
        return describe_segment(code).text_in(lang)
    if column == "tier":
        name = tier_name(code)
        return name if isinstance(name, str) else name.text_in(lang)
    key = f"segments.{column}.{code}"
    return say(key, lang) if has_entry(key) else code

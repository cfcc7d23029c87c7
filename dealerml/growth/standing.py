"""Where sales stand: the year so far, like for like, any grouping of dealers, and odd months."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.dates import add_months, period_bounds, same_period_last_year
from dealerml.features import build_mix, first_whole_month
from dealerml.growth.overview import SalesOverview
from dealerml.growth.season import SEASON, FloatArray, centred_average, phases
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

# Robust deviations from which on a month is odd, months looked at, and months needed to tell.
ODD: Final = 3.5
# Less than this (a logarithm, about a twentieth) is nobody's business, however steady the group.
LEAST: Final = 0.05
RECENT_MONTHS: Final = 24
FEWEST_MONTHS: Final = 36
# A median absolute deviation is so much of a normal standard deviation.
MAD: Final = 0.6745


def year_to_date(snapshot: "Snapshot", *, policy: "Policy | None" = None) -> dict[str, float]:
    """How does the fiscal year stand, months over, beside the same months last year?

    Returns
    -------
    ``net_amount``, ``net_amount_last_year``, ``growth``; the last two NaN where last year is not
    known.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> year_to_date(example_tables().as_of("2025-06-30"))["net_amount"]
    695.0
    """
    from dealerml.policy import load_policy

    definitions = (policy or load_policy()).definitions
    fiscal = int(definitions["fiscal_year_start"])
    last = period_bounds(snapshot.as_of, kind="month", fiscal_year_start=fiscal)[1]
    start = last.replace(day=1)
    while start.month != fiscal:
        start = add_months(start, -1).replace(day=1)
    spans = {"now": (start, last), "before": same_period_last_year(start, last)}
    sums = build_mix(snapshot, spans).groupby("period")["net_amount"].sum()
    now, before = (float(sums.get(name, 0.0)) for name in ("now", "before"))
    if spans["before"][0] < first_whole_month(snapshot.begin):
        before = np.nan
    growth = now / before - 1 if before > 0 else np.nan
    return {"net_amount": now, "net_amount_last_year": before, "growth": growth}


def like_for_like(overview: SalesOverview) -> dict[str, float]:
    """How did the dealers sell that bought in both years, new and stopped ones apart?

    Returns
    -------
    ``net_amount``, ``net_amount_last_year``, ``growth`` and ``dealers``; zero dealers where last
    year is not known.
    """
    dealers = overview.dealers
    now, before = dealers["net_amount_period"], dealers["net_amount_period_last_year"]
    both = (now > 0) & (before > 0)
    sums = float(now[both].sum()), float(before[both].sum())
    growth = sums[0] / sums[1] - 1 if sums[1] > 0 else np.nan
    return {
        "net_amount": sums[0],
        "net_amount_last_year": sums[1],
        "growth": growth,
        "dealers": float(both.sum()),
    }


def group_sales(overview: SalesOverview, groups: pd.Series) -> pd.DataFrame:
    """How did each group of dealers sell, and how much of the change is its own?

    Parameters
    ----------
    groups
        Any name by dealer id: class, owner, tier, city.

    Returns
    -------
    Index of the groups, the largest first; dealers without one stand under "": ``net_amount``,
    ``net_amount_last_year``, ``change_amount``, ``growth``, ``contribution`` (change ÷ all of last
    year's sales, so that contributions add up to the total growth), ``share`` (0-1), ``dealers``
    who bought.
    """
    dealers = overview.dealers
    name = str(groups.name or "group")
    known = groups.reindex(dealers.index).astype("object")
    keys = known.where(known.notna(), "").astype("str").rename(name)
    money = pd.DataFrame(
        {
            "net_amount": dealers["net_amount_period"],
            "net_amount_last_year": dealers["net_amount_period_last_year"],
            "change_amount": dealers["change_amount"],
        }
    )
    table = money.groupby(keys).sum(min_count=1)
    before = table["net_amount_last_year"].sum()
    table["growth"] = table["change_amount"] / table["net_amount_last_year"].where(
        table["net_amount_last_year"] > 0
    )
    table["contribution"] = table["change_amount"] / before if before > 0 else np.nan
    total = table["net_amount"].sum()
    table["share"] = table["net_amount"] / total if total > 0 else np.nan
    table["dealers"] = (money["net_amount"] > 0).groupby(keys).sum()
    return table.sort_index().sort_values("net_amount", ascending=False, kind="stable")


@dataclass(frozen=True)
class Anomalies(Spoken):
    """Months that stand out once trend and season are taken away.

    Parameters
    ----------
    table
        One row per ``group`` and ``month`` (text) of the last two years that is odd, the oddest
        first: ``net_amount``, ``usual_amount`` (trend × season), ``change_amount`` (one minus
        the other), ``deviations`` (robust standard deviations of the group's other months).
    """


def find_anomalies(series: pd.DataFrame, groups: pd.Series | None = None) -> Anomalies:
    """Which months of which group sold unlike their season and trend?

    Parameters
    ----------
    series
        Monthly amounts as `build_series` gives them.
    groups
        Any name by dealer id, such as the region; None: all together.

    Notes
    -----
    What is usual is the median of the year around the month, times the median season of the
    group's years; deviations are counted in median absolute deviations. None of them is moved by
    the odd months that are looked for.
    """
    keys = pd.Series("total", series.index) if groups is None else groups.reindex(series.index)
    sums = series.groupby(keys.fillna("").astype("str").to_numpy()).sum(min_count=1)
    if series.shape[1] < FEWEST_MONTHS:
        empty = pd.DataFrame(columns=list(ODD_COLUMNS))
        return Anomalies(empty, (Sentence("growth.anomalies_short", {"needed": FEWEST_MONTHS}),))
    y = np.nan_to_num(sums.to_numpy(dtype=np.float64))
    expected = _expected(y)
    usable = expected > 0
    ratio = np.log(np.maximum(y, 1e-9) / np.where(usable, expected, 1.0))
    ratio = np.where(usable & (y > 0), ratio, np.nan)
    apart = ratio - np.nanmedian(ratio, axis=1, keepdims=True)
    usual = np.nanmedian(np.abs(apart), axis=1, keepdims=True) / MAD
    deviations = apart / np.where(usual > 0, usual, np.inf)
    odd = (np.abs(np.nan_to_num(deviations)) > ODD) & (np.abs(np.nan_to_num(apart)) > LEAST)
    rows, months = np.nonzero(odd[:, -RECENT_MONTHS:])
    months = months + max(series.shape[1] - RECENT_MONTHS, 0)
    table = pd.DataFrame(
        {
            "group": sums.index.to_numpy()[rows],
            "month": pd.PeriodIndex(series.columns).astype("str").to_numpy()[months],
            "net_amount": y[rows, months],
            "usual_amount": expected[rows, months],
            "change_amount": y[rows, months] - expected[rows, months],
            "deviations": deviations[rows, months],
        }
    )
    order = table["deviations"].abs().sort_values(ascending=False, kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    return Anomalies(table, _said(table, len(sums)))


ODD_COLUMNS: Final = (
    "group",
    "month",
    "net_amount",
    "usual_amount",
    "change_amount",
    "deviations",
)


def _expected(y: FloatArray) -> FloatArray:
    """Trend × season of each row, by medians: an odd month moves neither."""
    average = centred_average(y)
    ratio = np.where(average > 0, y / np.where(average > 0, average, 1.0), np.nan)
    phase = phases(y.shape[1])
    shape = np.stack([np.nanmedian(ratio[:, phase == at], axis=1) for at in range(SEASON)], axis=1)
    shape = np.where(np.isfinite(shape) & (shape > 0), shape, 1.0)
    season = (shape / shape.mean(axis=1, keepdims=True))[:, phase]
    flat = pd.DataFrame(y / season).T
    trend = flat.rolling(SEASON + 1, center=True, min_periods=SEASON // 2).median().T.to_numpy()
    level: FloatArray = trend * season
    return level


def _said(table: pd.DataFrame, groups: int) -> tuple[Sentence, ...]:
    facts: dict[str, object] = {"n": len(table), "groups": groups, "months": RECENT_MONTHS}
    if table.empty:
        return (Sentence("growth.anomalies_none", facts),)
    first = table.iloc[0]
    facts |= {"month": first["month"], "change": first["change_amount"]}
    if first["group"] == "total":
        return (Sentence("growth.anomalies_total", facts),)
    return (Sentence("growth.anomalies", facts | {"group": first["group"]}),)

"""Targets: how far, how likely, how much a week is missing, and what could close the gap."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.features import build_mix
from dealerml.growth.forecast import Forecast
from dealerml.growth.levels import region_of
from dealerml.growth.regions import dealer_regions
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

# Standard deviations between the ends of an interval that holds 80 in 100.
WIDTH_80: Final = 2.5631
STEP_AHEAD: Final = 0.1
WEEK: Final = 7


@dataclass(frozen=True)
class TargetTrack(Spoken):
    """How far dealers and the company are on the way to their targets.

    Parameters
    ----------
    table
        Index ``dealer_id``, targets that run at or end on the as-of date: ``target_amount``,
        ``so_far_amount``, ``target_attainment`` (0 and up), ``run_rate_amount`` (the pace so far
        over the whole period), ``forecast_amount`` (so far and the forecast of the rest),
        ``reach_chance`` (0-1), ``gap_amount`` and ``gap_per_week`` (of the weeks left; empty when
        none are). The largest gap first.
    total
        The same for the company, and ``weeks_left``, ``from_date``, ``until_date``; empty without
        a target that runs.
    regions
        Index ``region``, the largest gap first: ``target_amount``, ``so_far_amount``,
        ``target_attainment`` and ``gap_amount`` of the dealers with a target in it.
    """

    total: dict[str, object]
    regions: pd.DataFrame


def track_targets(
    snapshot: "Snapshot", forecast: Forecast, *, regions: pd.Series | None = None
) -> TargetTrack:
    """Which targets will be reached, how likely, and what is missing a week?

    Of a dealer's targets that run, the one of the shortest period counts. The company's target is
    its own row where there is one, else the sum of the dealers'.

    Parameters
    ----------
    regions
        Region by dealer id; the dated region of the order lines where not given.

    Returns
    -------
    Empty, and said why, without a target that runs.

    Examples
    --------
    >>> from dealerml.growth import forecast_sales
    >>> from dealerml.tables import example_tables
    >>> snapshot = example_tables().as_of("2025-06-30")
    >>> track_targets(snapshot, forecast_sales(snapshot)).text
    'No target runs at this date; targets are supplied as the table targets.'
    """
    rows = snapshot.table("targets")
    targets = pd.DataFrame()
    if rows is not None:
        targets = _running(rows.collect("pandas").to_native(), snapshot.as_of)
    if targets.empty:
        empty = pd.DataFrame(columns=list(COLUMNS)).rename_axis("dealer_id")
        none = empty[list(REGION_COLUMNS)].rename_axis("region")
        return TargetTrack(empty, (Sentence("growth.targets_none"),), {}, none)
    single = targets[targets["dealer_id"].notna()].set_index("dealer_id")
    # Each period by itself: what was bought since its own beginning, what comes until its own end.
    tables = [
        _table(
            part,
            _bought(snapshot, begin),
            _ahead(forecast, snapshot.as_of, until)["dealer"],
            snapshot.as_of,
        )
        for (begin, until), part in single.groupby(["from_date", "until_date"])
    ]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=list(COLUMNS), dtype="float64")
    table = table.rename_axis("dealer_id")
    total = _company(snapshot, forecast, targets, dealers=len(single))
    table = table.sort_index().sort_values("gap_amount", ascending=False, kind="stable")
    if regions is None:
        regions = dealer_regions(snapshot, table.index)
    by_region = _by_region(table, region_of(table.index, regions))
    return TargetTrack(table[list(COLUMNS)], _said(table, total), total, by_region)


@dataclass(frozen=True)
class TargetPlan(Spoken):
    """Targets for the months ahead that add up to the company's.

    Parameters
    ----------
    table
        Index ``dealer_id``: ``forecast_amount``; ``target_amount`` (they add up to the company's
        figure) with its ``base_chance``, ``stretch_amount`` with its ``stretch_chance`` (0-1), and
        ``amount_last_year``.
    company_amount
        What the bases add up to.
    chance
        Chance that the company reaches it, 0-1, by the forecast.
    """

    company_amount: float
    chance: float


def set_targets(
    forecast: Forecast, *, company_amount: float | None = None, stretch_chance: float = 0.25
) -> TargetPlan:
    """Which targets for the months ahead are fair, and can they be reached?

    Each dealer gets its forecast and a share of what the company wants beyond it, in proportion to
    how far its sales may range: who cannot move is not asked to.

    Parameters
    ----------
    company_amount
        What all bases add up to; the forecast of the total where None.
    stretch_chance
        Chance with which a dealer reaches its stretch target.
    """
    from scipy.stats import norm

    ahead = forecast.ahead[forecast.ahead["level"] == "dealer"].set_index("key")
    total = forecast.ahead[forecast.ahead["level"] == "total"]
    if ahead.empty:
        empty = pd.DataFrame(columns=list(PLAN_COLUMNS)).rename_axis("dealer_id")
        return TargetPlan(empty, (Sentence("growth.plan_nothing"),), 0.0, np.nan)
    mean, spread = ahead["mean"], _spread(ahead)
    wanted = float(mean.sum()) if company_amount is None else float(company_amount)
    room = spread if wanted >= mean.sum() else mean
    part = room / room.sum() if room.sum() > 0 else pd.Series(1 / len(mean), mean.index)
    base = (mean + part * (wanted - mean.sum())).clip(lower=0).round(2)
    # Rounding, and what dealers at zero could not give, goes to the largest.
    largest = np.arange(len(base)) == int(base.to_numpy().argmax())
    base = (base + np.where(largest, wanted - base.sum(), 0.0)).round(2)
    stretch = (mean + norm.isf(stretch_chance) * spread).clip(lower=base).round(2)
    growth = forecast.growth.reindex(ahead.index)
    table = pd.DataFrame(
        {
            "forecast_amount": mean,
            "target_amount": base,
            "base_chance": _chance(mean, spread, base),
            "stretch_amount": stretch,
            "stretch_chance": _chance(mean, spread, stretch),
            "amount_last_year": growth["amount_last_year"],
        }
    ).rename_axis("dealer_id")
    row = total.iloc[0]
    chance = float(_chance(total["mean"], _spread(total), pd.Series(wanted, total.index)).iloc[0])
    facts = {"n": len(table), "wanted": wanted, "expected": float(row["mean"]), "chance": chance}
    facts |= {"months": forecast.horizon_months, "low": int((table["base_chance"] < 0.2).sum())}
    said = (Sentence("growth.plan", facts),)
    table = table.sort_index().sort_values("target_amount", ascending=False, kind="stable")
    return TargetPlan(table, said, wanted, chance)


def find_next_steps(snapshot: "Snapshot") -> pd.DataFrame:
    """Which dealers are just short of the next step of their rebate?

    Returns
    -------
    Index ``dealer_id``: ``so_far_amount``, ``threshold_amount`` of the next step,
    ``gap_amount``, ``rebate_share`` it would earn; dealers within a tenth of it, the smallest gap
    first. Empty without rebates whose steps are known.
    """
    rows = snapshot.table("rebates")
    steps = pd.DataFrame()
    if rows is not None and "rebates.threshold_amount" in snapshot.supplied:
        steps = _running(rows.collect("pandas").to_native(), snapshot.as_of)
        steps = steps.dropna(subset=["threshold_amount"])
    columns = ["so_far_amount", "threshold_amount", "gap_amount", "rebate_share"]
    if steps.empty:
        return pd.DataFrame(columns=columns).rename_axis("dealer_id")
    parts = [
        part.join(_bought(snapshot, begin).rename("so_far_amount"), on="dealer_id")
        for begin, part in steps.groupby("from_date")
    ]
    table = pd.concat(parts).astype({"threshold_amount": "float64", "rebate_share": "float64"})
    table["gap_amount"] = table["threshold_amount"] - table["so_far_amount"].fillna(0.0)
    near = (table["gap_amount"] > 0) & (
        table["gap_amount"] <= STEP_AHEAD * table["threshold_amount"]
    )
    table = table[near].sort_values(["dealer_id", "gap_amount"]).drop_duplicates("dealer_id")
    return table.sort_values(["gap_amount", "dealer_id"]).set_index("dealer_id")[columns]


def close_gap(gap_amount: float, sources: Mapping[str, pd.Series]) -> pd.DataFrame:
    """What could close a gap, and which part of it?

    Parameters
    ----------
    sources
        Money by dealer id under a name: rebate_steps, tier_steps, won_back, white_space.

    Returns
    -------
    Index ``source``, the largest first: ``amount``, ``dealers``, ``share`` of the gap. What dealers
    could buy is no forecast that they will.
    """
    rows = {
        name: {
            "amount": float(money[money > 0].sum()),
            "dealers": int((money > 0).sum()),
            "share": float(money[money > 0].sum()) / gap_amount if gap_amount > 0 else np.nan,
        }
        for name, money in sources.items()
    }
    table = pd.DataFrame(rows, index=["amount", "dealers", "share"]).T.rename_axis("source")
    return table.sort_values("amount", ascending=False, kind="stable")


COLUMNS: Final = (
    "target_amount",
    "so_far_amount",
    "target_attainment",
    "run_rate_amount",
    "forecast_amount",
    "reach_chance",
    "gap_amount",
    "gap_per_week",
)
REGION_COLUMNS: Final = ("target_amount", "so_far_amount", "target_attainment", "gap_amount")
PLAN_COLUMNS: Final = (
    "forecast_amount",
    "target_amount",
    "base_chance",
    "stretch_amount",
    "stretch_chance",
    "amount_last_year",
)


def _running(rows: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Rows whose period holds the as-of date; of several of a dealer those of the shortest."""
    table = rows.assign(
        from_date=pd.to_datetime(rows["from_date"]).dt.as_unit("s"),
        until_date=pd.to_datetime(rows["until_date"]).dt.as_unit("s"),
    )
    now = pd.Timestamp(as_of)
    table = table[(table["from_date"] <= now) & (table["until_date"] >= now)]
    days = (table["until_date"] - table["from_date"]).dt.days
    shortest = days.groupby(table["dealer_id"].fillna("")).transform("min")
    return table[days == shortest]


def _bought(snapshot: "Snapshot", begin: Any) -> pd.Series:
    mix = build_mix(snapshot, {"so_far": (begin.date(), snapshot.as_of)})
    return mix.groupby("dealer_id")["net_amount"].sum()


def _ahead(forecast: Forecast, as_of: dt.date, until: Any) -> dict[str, pd.DataFrame]:
    """By level: mean and spread of what is still to come until the end of the period.

    The month that runs counts by its days left; months of a dealer err together, so that their
    spreads add up, which is on the safe side.
    """
    table = forecast.table
    month = pd.PeriodIndex(table["month"], freq="M")
    begin = np.maximum(month.start_time.to_numpy(), np.datetime64(as_of + dt.timedelta(days=1)))
    end = np.minimum(month.end_time.normalize().to_numpy(), np.datetime64(until.date()))
    days = (end - begin) / np.timedelta64(1, "D") + 1
    share = np.clip(days / month.days_in_month, 0.0, 1.0)
    weighed = pd.DataFrame(
        {
            "level": table["level"],
            "key": table["key"],
            "mean": table["mean"] * share,
            "spread": _spread(table) * share,
        }
    )
    sums = weighed.groupby(["level", "key"])[["mean", "spread"]].sum()
    names = ("dealer", "total")
    empty = pd.DataFrame(columns=["mean", "spread"], dtype="float64")
    found = {str(name): part.droplevel("level") for name, part in sums.groupby(level="level")}
    return {name: found.get(name, empty) for name in names}


def _spread(table: pd.DataFrame) -> pd.Series:
    return (table["hi80"] - table["lo80"]) / WIDTH_80


def _chance(mean: pd.Series, spread: pd.Series, goal: pd.Series) -> pd.Series:
    """Chance of reaching a goal, normal around the mean; 0 or 1 where nothing is open."""
    from scipy.stats import norm

    apart = (mean - goal).to_numpy(dtype=np.float64)
    wide = spread.to_numpy(dtype=np.float64)
    chance = norm.cdf(apart / np.where(wide > 0, wide, 1.0))
    return pd.Series(np.where(wide > 0, chance, apart >= 0), index=mean.index, dtype="float64")


def _table(
    targets: pd.DataFrame, so_far: pd.Series, ahead: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    goal = targets["target_amount"].astype("float64")
    bought = so_far.reindex(goal.index).fillna(0.0)
    rest = ahead.reindex(goal.index).fillna(0.0)
    passed = (pd.Timestamp(as_of) - targets["from_date"]).dt.days + 1
    whole = (targets["until_date"] - targets["from_date"]).dt.days + 1
    weeks = (whole - passed) / WEEK
    gap = (goal - bought).clip(lower=0)
    return pd.DataFrame(
        {
            "target_amount": goal,
            "so_far_amount": bought,
            "target_attainment": bought / goal.where(goal > 0),
            "run_rate_amount": bought / passed * whole,
            "forecast_amount": bought + rest["mean"],
            "reach_chance": _chance(bought + rest["mean"], rest["spread"], goal),
            "gap_amount": gap,
            "gap_per_week": gap / weeks.where(weeks > 0),
        }
    )


def _company(
    snapshot: "Snapshot", forecast: Forecast, targets: pd.DataFrame, *, dealers: int
) -> dict[str, object]:
    places = [name for name in ("region", "owner") if name in targets]
    own = targets[targets["dealer_id"].isna() & targets[places].isna().all(axis=1)]
    own = own if len(own) else targets[targets["dealer_id"].notna()]
    period = own[["from_date", "until_date"]].drop_duplicates()
    if len(period) != 1:  # dealers with different periods have no common target
        return {}
    whole = own[["from_date", "until_date"]].iloc[:1].reset_index(drop=True)
    row = whole.assign(target_amount=float(own["target_amount"].astype("float64").sum()))
    begin, until = whole.iloc[0]
    bought = pd.Series([float(_bought(snapshot, begin).sum())])
    rest = _ahead(forecast, snapshot.as_of, until)["total"].reset_index(drop=True)
    told = _table(row, bought, rest, snapshot.as_of).iloc[0]
    found = {name: float(told[name]) for name in COLUMNS}
    weeks = (until - pd.Timestamp(snapshot.as_of)).days / WEEK
    dates = {"from_date": begin.date(), "until_date": until.date()}
    return {**found, "weeks_left": weeks, "dealers": dealers, **dates}


def _by_region(table: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    sums = table[["target_amount", "so_far_amount"]].groupby(regions.astype("str").to_numpy()).sum()
    goal = sums["target_amount"]
    found = sums.assign(
        target_attainment=sums["so_far_amount"] / goal.where(goal > 0),
        gap_amount=(goal - sums["so_far_amount"]).clip(lower=0),
    )
    found = found[list(REGION_COLUMNS)].rename_axis("region").sort_index()
    return found.sort_values("gap_amount", ascending=False, kind="stable")


def _said(table: pd.DataFrame, total: Mapping[str, object]) -> tuple[Sentence, ...]:
    if not total:
        return (Sentence("growth.targets_apart", {"n": len(table)}),)
    key = "growth.targets" if float(str(total["weeks_left"])) > 0 else "growth.targets_over"
    reached = int((table["target_attainment"] >= 1).sum())
    return (Sentence(key, {**total, "n": len(table), "reached": reached}),)

"""The whole story at one date: every result once, in the order in which they need each other."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dealerml.churn import (
    Backtest,
    ChurnModel,
    ChurnScores,
    LossEstimate,
    ModelChoice,
    backtest_churn,
    choose_model,
    expect_loss,
    fit_churn,
    score_churn,
)
from dealerml.churn.models import BASELINE
from dealerml.features import build_series, dealer_profile, posting_lag
from dealerml.growth import Forecast, SalesOverview, forecast_sales, summarise_sales
from dealerml.growth.receivables import Receivables, age_receivables
from dealerml.health import (
    Alerts,
    Health,
    HealthValidation,
    raise_alerts,
    score_health,
    validate_health,
)
from dealerml.health.contingency import plan_contingency
from dealerml.health.records import RuleRecords, record_rules
from dealerml.health.trends import HealthTrend, trace_health
from dealerml.policy import Policy
from dealerml.review.background import Background, find_background
from dealerml.review.dealers import join_dealers, shown_regions
from dealerml.review.findings import join_findings, join_past
from dealerml.review.retraining import load_champion
from dealerml.review.start import gather_with_past, settle_terms
from dealerml.segments import (
    Classes,
    Lifecycle,
    Rfm,
    Segments,
    Tiers,
    assign_tiers,
    fit_segments,
    place_lifecycle,
    rank_abc,
    score_rfm,
)
from dealerml.tables import Snapshot, Tables
from dealerml.words import Sentence

if TYPE_CHECKING:
    from dealerml.review.previous import Comparison

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Review:
    """Everything found out about the channel at one as-of date.

    Parameters
    ----------
    dealers
        One row per dealer ever seen or listed; the columns of ``dealers.csv``.
    x, profile, panel, series
        Features, what is shown beside a dealer, the past slices that models learnt from, and
        monthly amounts.
    said
        What differs from what was asked for.
    begin
        First day of the export.
    notes
        What people noted about dealers and is in force.
    comparison
        The last review held against this one, where one was given.
    """

    as_of: dt.date
    begin: dt.date
    policy: Policy
    dealers: pd.DataFrame
    x: pd.DataFrame
    profile: pd.DataFrame
    panel: pd.DataFrame
    series: pd.DataFrame
    sales: SalesOverview
    classes: Classes
    tiers: Tiers
    rfm: Rfm
    segments: Segments
    lifecycle: Lifecycle
    backtest: Backtest
    choice: ModelChoice
    churn: ChurnModel
    scores: ChurnScores
    losses: LossEstimate
    forecast: Forecast
    health: Health
    health_check: HealthValidation
    trend: HealthTrend
    records: RuleRecords
    alerts: Alerts
    contingency: pd.DataFrame
    receivables: Receivables
    background: Background
    said: tuple[Sentence, ...]
    notes: tuple[Mapping[str, Any], ...] = ()
    ingest: Any = None
    random_state: int = 0
    comparison: "Comparison | None" = None

    @property
    def horizon(self) -> int:
        """Days ahead that churn means here."""
        return int(self.policy.definitions["horizon"])


def review_dealers(
    tables: Tables,
    *,
    as_of: str | dt.date | None = None,
    horizon: int | None = None,
    policy: Policy | None = None,
    store: str | Path | None = None,
    random_state: int = 0,
    tell: Tell | None = None,
) -> Review:
    """How is the channel doing at this date, and who needs what?

    Parameters
    ----------
    as_of
        The last day whose events are known; the last complete month of the export where None.
    horizon
        Days ahead that churn means; the policy's where None. The policy's horizon and active days
        are raised where dealers order too rarely for them, which is said; a horizon given here is
        taken as it is.
    policy
        Shipped defaults where None.
    store
        Folder of models: dealers are scored with its champion instead of a model fitted now.
    tell
        Called with the key of each step as it begins, to show progress.

    Raises
    ------
    HistoryError
        If there is no order by the as-of date, or the date lies beyond what the export can know.
    StoreError
        If the store's champion cannot be used.
    """
    tell = tell or _silent
    snapshot, policy, said = settle_terms(tables, as_of=as_of, horizon=horizon, policy=policy)
    found = _look(snapshot, policy, tell)
    found |= _sort(found["x"], policy, random_state, tell)
    found |= _learn(found["panel"], snapshot, policy, random_state, store, tell)
    found |= _foresee(found, snapshot.as_of, policy, tell)
    found |= _watch(found, snapshot, policy, tell)
    tell("background")
    found["background"] = find_background(found, snapshot, policy)
    return Review(
        as_of=snapshot.as_of,
        begin=snapshot.begin,
        policy=policy,
        dealers=join_dealers(found),
        said=said,
        notes=snapshot.notes,
        ingest=tables.ingest,
        random_state=random_state,
        **found,
    )


def _silent(step: str) -> None:
    """Show no progress."""


def _look(snapshot: Snapshot, policy: Policy, tell: Tell) -> dict[str, Any]:
    """What is and was known of each dealer, and how the period sold."""
    tell("features")
    x, panel = gather_with_past(snapshot, policy=policy)
    profile = dealer_profile(snapshot)
    series, names = build_series(snapshot), profile["dealer_name"]
    tell("sales")
    regions = shown_regions(x, profile)
    sales = summarise_sales(snapshot, policy=policy, regions=regions, series=series, names=names)
    return {"x": x, "panel": panel, "profile": profile, "series": series, "sales": sales}


def _sort(x: pd.DataFrame, policy: Policy, seed: int, tell: Tell) -> dict[str, Any]:
    """Which kind of dealer each one is."""
    tell("segments")
    return {
        "classes": rank_abc(x, policy=policy),
        "tiers": assign_tiers(x, policy=policy),
        "rfm": score_rfm(x),
        "segments": fit_segments(x, random_state=seed, policy=policy),
        "lifecycle": place_lifecycle(x, policy=policy),
    }


def _learn(
    panel: pd.DataFrame,
    snapshot: Snapshot,
    policy: Policy,
    seed: int,
    store: str | Path | None,
    tell: Tell,
) -> dict[str, Any]:
    """What past quarters teach about who stops: backtest, choice and model."""
    tell("churn")
    horizon = int(policy.definitions["horizon"])
    ends: dict[str, Any] = {
        "horizon_days": horizon,
        "posting_lag_days": posting_lag(snapshot),
        "random_state": seed,
        "policy": policy,
    }
    backtest = backtest_churn(panel, **ends)
    choice = choose_model(backtest, panel, policy)
    if store is not None:
        churn = load_champion(store, policy)
    else:
        churn = fit_churn(panel, model=choice.name or BASELINE, **ends)
    return {"backtest": backtest, "choice": choice, "churn": churn}


def _foresee(found: dict[str, Any], as_of: dt.date, policy: Policy, tell: Tell) -> dict[str, Any]:
    """What each dealer will buy, and what is at stake."""
    tell("forecast")
    x, horizon = found["x"], int(policy.definitions["horizon"])
    scores = score_churn(found["churn"], x, policy=policy)
    forecast = forecast_sales(
        found["series"],
        horizon=horizon,
        as_of=as_of,
        regions=x["region"],
        keep_probability=1 - scores.table["churn_risk"].dropna(),
        policy=policy,
    )
    stay = forecast.stay.sum(axis=1)
    losses = expect_loss(scores, x, found["panel"], stay_amount=stay, policy=policy)
    return {"scores": scores, "forecast": forecast, "losses": losses}


def _watch(found: dict[str, Any], snapshot: Snapshot, policy: Policy, tell: Tell) -> dict[str, Any]:
    """How healthy each dealer is, and whom somebody should see."""
    tell("health")
    x, panel = found["x"], found["panel"]
    health = score_health(x, policy=policy)
    alerts = raise_alerts(
        join_findings(found, snapshot, policy),
        as_of=snapshot.as_of,
        policy=policy,
        profile=found["profile"],
        notes=snapshot.notes,
    )
    urgent = alerts.table["dealer_id"][alerts.table["severity"] == "high"]
    receivables = age_receivables(snapshot, policy=policy)
    owed = receivables.table
    return {
        "receivables": receivables,
        "health": health,
        "health_check": validate_health(panel, policy=policy),
        "trend": trace_health(x, panel, as_of=snapshot.as_of, policy=policy),
        "records": record_rules(panel, joined=join_past(found, policy), policy=policy),
        "alerts": alerts,
        "contingency": plan_contingency(
            x,
            pd.Index(urgent.unique()),
            bands=health.table["band"],
            exposure=owed["receivable_amount"] if len(owed) else None,
        ),
    }

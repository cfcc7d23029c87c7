"""How soon cases are answered and settled, what they are about, and how satisfied dealers are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

YEAR: Final = 365
REPEATED_DAYS: Final = 90
STEPS: Final = {"response": "responded_date", "resolution": "closed_date"}
LIMITS: Final = {"response": "respond_days", "resolution": "resolve_days"}
# Of NPS from 9 on dealers promote, up to 6 they warn others; of CSAT from 4 on they are content.
PROMOTES, WARNS, CONTENT = 9, 6, 4
NORMAL_95: Final = 1.96


@dataclass(frozen=True)
class Service(Spoken):
    """How cases of the last 365 days were handled.

    Parameters
    ----------
    table
        Index ``service_step`` (response, resolution): ``n`` cases, ``open`` ones still waiting,
        ``median_days`` (Kaplan-Meier; empty where less than half are done), ``limit_days`` of the
        policy, ``within_share`` of them, with ``within_low``, ``within_high`` (95 %).
    curves
        Index (``service_step``, ``days``): ``waiting_share``, share of cases still waiting.
    kinds
        Index ``kind``, the most frequent first: ``cases``, ``share``, ``cumulative_share``,
        ``repeated`` (the same dealer raised the same again within 90 days), ``median_days`` until
        settled.
    """

    curves: pd.DataFrame
    kinds: pd.DataFrame


def measure_service(snapshot: "Snapshot", *, policy: Policy | None = None) -> Service:
    """How long do dealers wait for an answer, and for a solution?

    Cases that still wait are censored: leaving them out would make slow service look quick.

    Returns
    -------
    Empty, and said why, without a table of cases.

    References
    ----------
    Kaplan & Meier (1958), Nonparametric estimation from incomplete observations,
    https://doi.org/10.1080/01621459.1958.10501452
    """
    policy = policy or load_policy()
    rows = snapshot.table("cases")
    if rows is None:
        empty = pd.DataFrame()
        return Service(empty, (Sentence("health.service_nothing"),), empty, empty)
    cases = _recent(rows.collect("pandas").to_native(), "opened_date", snapshot.as_of)
    figures, curves = {}, {}
    for step, name in STEPS.items():
        if f"cases.{name}" not in snapshot.supplied or cases.empty:
            continue
        days, done = _waits(cases, name, snapshot.as_of)
        limit = int(policy.contacts[LIMITS[step]])
        figures[step], curves[step] = _survive(days, done, limit)
    table = pd.DataFrame(figures).T.rename_axis("service_step")
    told = pd.concat(curves, names=["service_step"]) if curves else pd.DataFrame()
    return Service(table, _say_service(table, len(cases)), told, _kinds(cases, snapshot.as_of))


@dataclass(frozen=True)
class Satisfaction(Spoken):
    """What dealers answered in the last 365 days.

    Parameters
    ----------
    table
        Index ``survey`` (nps, csat): ``n`` answers, ``dealers``, ``score`` (NPS: promoters minus
        those who warn, −1 to 1; CSAT: share content, 0-1) with its 95 % interval ``score_low``,
        ``score_high``, ``score_before`` (the year before) and ``answered_share``, share of dealers
        that buy who answered.
    bias
        Index ``survey``: ``amount_share`` of sales that those who answered stand for.
    """

    bias: pd.DataFrame


def measure_satisfaction(snapshot: "Snapshot", x: pd.DataFrame) -> Satisfaction:
    """How satisfied are dealers, how sure is that, and do those who answer stand for all?

    Of each dealer the last answer counts.

    Parameters
    ----------
    x
        Features, one row per dealer, for those who buy and how much.

    Returns
    -------
    Empty, and said why, without a table of surveys.

    References
    ----------
    Rocks (2016), Interval estimation for the Net Promoter Score,
    https://doi.org/10.1080/00031305.2016.1158124
    """
    rows = snapshot.table("surveys")
    if rows is None:
        empty = pd.DataFrame()
        return Satisfaction(empty, (Sentence("health.satisfaction_nothing"),), empty)
    answers = rows.collect("pandas").to_native()
    answers["kind"] = answers["kind"].fillna("other") if "kind" in answers else "other"
    year = pd.Timedelta(days=YEAR)
    now = _last_of(_recent(answers, "survey_date", snapshot.as_of))
    before = _last_of(_recent(answers, "survey_date", pd.Timestamp(snapshot.as_of) - year))
    buys = x[x["status"].isin(["new", "active"])] if "status" in x else x
    figures = {
        kind: _score(now[now["kind"] == kind], before[before["kind"] == kind], kind, buys)
        for kind in ("nps", "csat")
        if (now["kind"] == kind).any()
    }
    table = pd.DataFrame({kind: told for kind, (told, _) in figures.items()}).T
    bias = pd.DataFrame({kind: {"amount_share": share} for kind, (_, share) in figures.items()}).T
    table, bias = table.rename_axis("survey"), bias.rename_axis("survey")
    return Satisfaction(table, _say_satisfaction(table, bias), bias)


def _recent(rows: pd.DataFrame, name: str, as_of: Any) -> pd.DataFrame:
    date = pd.to_datetime(rows[name]).dt.as_unit("s")
    day = pd.Timestamp(as_of)
    inside = (date > day - pd.Timedelta(days=YEAR)) & (date <= day)
    return rows.assign(**{name: date})[inside].reset_index(drop=True)


def _waits(cases: pd.DataFrame, name: str, as_of: Any) -> tuple[pd.Series, pd.Series]:
    """Days until done, or until today, and whether it is done."""
    end = pd.to_datetime(cases[name]).dt.as_unit("s")
    done = end.notna() & (end <= pd.Timestamp(as_of))
    days = (end.where(done, pd.Timestamp(as_of)) - cases["opened_date"]).dt.days.clip(lower=0)
    return days, done


def _survive(days: pd.Series, done: pd.Series, limit: int) -> tuple[dict[str, Any], pd.DataFrame]:
    from statsmodels.duration.survfunc import SurvfuncRight

    facts = {"n": len(days), "open": int((~done).sum()), "limit_days": float(limit)}
    if not done.any():
        none = dict.fromkeys(("median_days", "within_share", "within_low", "within_high"), np.nan)
        return facts | none, pd.DataFrame({"waiting_share": []}, pd.Index([], name="days"))
    fit = SurvfuncRight(days.to_numpy(dtype=float), done.to_numpy(dtype=int))
    times, waiting = np.asarray(fit.surv_times), np.asarray(fit.surv_prob)
    at = int(np.searchsorted(times, limit, side="right")) - 1
    share = 1 - float(waiting[at]) if at >= 0 else 0.0
    error = float(np.asarray(fit.surv_prob_se)[at]) if at >= 0 else 0.0
    median = float(fit.quantile(0.5))
    facts |= {
        "median_days": median if np.isfinite(median) else np.nan,
        "within_share": share,
        "within_low": max(share - NORMAL_95 * error, 0.0),
        "within_high": min(share + NORMAL_95 * error, 1.0),
    }
    return facts, pd.DataFrame({"waiting_share": waiting}, pd.Index(times, name="days"))


def _kinds(cases: pd.DataFrame, as_of: Any) -> pd.DataFrame:
    kind = cases["kind"].fillna("") if "kind" in cases else pd.Series("", index=cases.index)
    rows = cases.assign(kind=kind.astype("str")).sort_values("opened_date", kind="stable")
    gap = rows.groupby(["dealer_id", "kind"])["opened_date"].diff().dt.days
    rows = rows.assign(repeated=(gap <= REPEATED_DAYS).astype("int64"), days=np.nan)
    if "closed_date" in rows:
        days, done = _waits(rows, "closed_date", as_of)
        rows["days"] = days.where(done).astype("float64")
    groups = rows.groupby("kind")
    table = pd.DataFrame(
        {
            "cases": groups.size(),
            "repeated": groups["repeated"].sum(),
            "median_days": groups["days"].median(),
        }
    )
    table = table.sort_index().sort_values("cases", ascending=False, kind="stable")
    share = table["cases"] / max(int(table["cases"].sum()), 1)
    return table.assign(share=share, cumulative_share=share.cumsum())


def _last_of(answers: pd.DataFrame) -> pd.DataFrame:
    ordered = answers.sort_values("survey_date", kind="stable")
    return ordered.drop_duplicates(["dealer_id", "kind"], keep="last")


def _score(
    now: pd.DataFrame, before: pd.DataFrame, kind: str, buys: pd.DataFrame
) -> tuple[dict[str, float], float]:
    values = _values(now["score"].astype("float64"), kind)
    mean = float(values.mean())
    error = float(values.std(ddof=0)) / np.sqrt(len(values))
    lowest = -1.0 if kind == "nps" else 0.0
    earlier = _values(before["score"].astype("float64"), kind)
    answered = buys.index.isin(now["dealer_id"])
    amount = buys["net_amount_365d"] if "net_amount_365d" in buys else pd.Series(1.0, buys.index)
    total = float(amount.sum())
    figures = {
        "n": float(len(values)),
        "dealers": float(now["dealer_id"].nunique()),
        "score": mean,
        "score_low": max(mean - NORMAL_95 * error, lowest),
        "score_high": min(mean + NORMAL_95 * error, 1.0),
        "score_before": float(earlier.mean()) if len(earlier) else np.nan,
        "answered_share": float(answered.mean()) if len(buys) else np.nan,
    }
    return figures, float(amount[answered].sum()) / total if total > 0 else np.nan


def _values(score: pd.Series, kind: str) -> pd.Series:
    if kind == "csat":
        return (score >= CONTENT).astype("float64")
    return (score >= PROMOTES).astype("float64") - (score <= WARNS).astype("float64")


def _say_service(table: pd.DataFrame, n: int) -> tuple[Sentence, ...]:
    said = [Sentence("health.service", {"n": n})]
    for step in table.index:
        row = table.loc[[step]].iloc[0]
        if pd.isna(row["within_share"]):
            continue
        facts = {"limit": int(row["limit_days"]), "share": float(row["within_share"])}
        facts |= {"low": float(row["within_low"]), "high": float(row["within_high"])}
        facts |= {"open": int(row["open"])}
        said.append(Sentence(f"health.service_{step}", facts))
    return tuple(said)


def _say_satisfaction(table: pd.DataFrame, bias: pd.DataFrame) -> tuple[Sentence, ...]:
    if table.empty:
        return (Sentence("health.satisfaction_none"),)
    said = []
    for kind in table.index:
        row = table.loc[[kind]].iloc[0]
        facts = {name: float(row[name]) for name in ("score", "score_low", "score_high")}
        facts |= {"n": int(row["n"]), "answered": float(row["answered_share"])}
        facts |= {"amount": float(bias["amount_share"][kind])}
        said.append(Sentence(f"health.satisfaction_{kind}", facts))
    return tuple(said)

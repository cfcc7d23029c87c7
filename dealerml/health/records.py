"""Was each alert rule right before: what followed on past dates, beside a random list as long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.metrics import column, known_metrics
from dealerml.health.rules import Rule, find_dealers, find_unknown, read_rules
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

# What an alert warns of: no order within the horizon, or less than half of last year's.
FALLEN: Final = 0.5
# Quarter ends looked back at, and alerts with a known outcome needed to judge a rule.
QUARTERS: Final = 8
FEWEST: Final = 20
HELPED, NO_BETTER, UNKNOWN = "helped", "no_better", "too_few"


@dataclass(frozen=True)
class RuleRecords(Spoken):
    """What each rule's alerts were followed by.

    Parameters
    ----------
    table
        Index ``kind``, in the order of the policy: ``alerts`` raised on past dates and ``dealers``
        among them; ``known``, alerts whose outcome is; ``precision`` (0-1, share of them that were
        followed by no order, or by less than half of last year's same days) with its 95 % interval
        ``precision_low``, ``precision_high``; ``random_precision``, that of a random list as long
        on each date; ``times_random`` (precision ÷ random); ``recall``, share of all that stopped
        that it named; ``lead_days``, median days from the alert until a stopped dealer would have
        lapsed; ``amount_saved``, what calls would have saved of the year's amount of those that
        stopped; ``verdict``: helped, no_better (its interval does not clear the random list) or
        too_few.
    by_date
        Index (``as_of``, ``kind``): ``alerts``, ``known``, ``followed``.
    """

    by_date: pd.DataFrame


def record_rules(
    panel: pd.DataFrame, *, joined: pd.DataFrame | None = None, policy: Policy | None = None
) -> RuleRecords:
    """Which rules have earned their place, and which cry wolf?

    Parameters
    ----------
    panel
        Features of past quarter ends with ``churned`` and ``net_amount_next``, as ``gather_panel``
        gives them; the latest eight dates are used.
    joined
        ``churn_risk`` and ``abc_class`` on the same index, out of time, for rules that read them.

    Notes
    -----
    Every dealer that the rules watch and whose outcome is known counts; the interval takes pairs of
    dealer and date as independent, which makes it somewhat too narrow.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    https://doi.org/10.1080/01621459.1927.10502953
    """
    policy = policy or load_policy()
    dates = panel.index.get_level_values("as_of").unique().sort_values()[-QUARTERS:]
    rows = panel[panel.index.get_level_values("as_of").isin(dates)]
    if joined is not None:
        rows = rows.join(joined[[name for name in joined if name not in rows]])
    rules = read_rules(policy.alerts["rules"], known=known_metrics(rows))
    watched = rows[rows["cohort"].astype("bool")] if "cohort" in rows else rows
    followed = find_followed(watched)
    found = {rule.kind: _fired(watched, rule) for rule in rules}
    table = pd.DataFrame(
        {kind: _judge(watched, fired, followed, policy) for kind, fired in found.items()}
    ).T.rename_axis("kind")
    table = table.astype({"alerts": "int64", "dealers": "int64", "known": "int64"})
    return RuleRecords(table, _said(table, len(dates)), _by_date(found, followed))


def find_followed(panel: pd.DataFrame) -> pd.Series:
    """Whom did it go badly with: 1 stopped or fell by half, 0 neither, NaN not known?"""
    churned = column(panel, "churned")
    before = column(panel, "net_amount_ahead_last_year")
    ratio = column(panel, "net_amount_next") / before.where(before > 0)
    fell = (ratio < FALLEN).astype("float64").where(ratio.notna(), 0.0)
    return churned.where(churned.isna(), np.maximum(churned, fell)).rename("followed")


def _fired(rows: pd.DataFrame, rule: Rule) -> pd.Series:
    if find_unknown(rows, rule) is not None:
        return pd.Series(data=False, index=rows.index)
    return find_dealers(rows, rule)


def _judge(
    rows: pd.DataFrame, fired: pd.Series, followed: pd.Series, policy: Policy
) -> dict[str, Any]:
    from statsmodels.stats.proportion import proportion_confint

    known = followed.notna()
    hits, told = int(followed[fired & known].sum()), int((fired & known).sum())
    base = followed[known].groupby(level="as_of").mean()
    dates = rows.index.get_level_values("as_of")[fired & known]
    random = float(base.reindex(dates).mean()) if told else np.nan
    low, high = proportion_confint(hits, told, method="wilson") if told else (np.nan, np.nan)
    precision = hits / told if told else np.nan
    stopped = fired & (column(rows, "churned") == 1)
    verdict = HELPED if told and low > random else NO_BETTER
    lead = float(policy.definitions["active_days"]) - column(rows, "recency_days")[stopped]
    rate = float(policy.costs["save_rate"])
    total = float((column(rows, "churned") == 1).sum())
    return {
        "alerts": int(fired.sum()),
        "dealers": rows.index.get_level_values("dealer_id")[fired].nunique(),
        "known": told,
        "precision": precision,
        "precision_low": low,
        "precision_high": high,
        "random_precision": random,
        "times_random": precision / random if random else np.nan,
        "recall": float(stopped.sum()) / total if total else np.nan,
        "lead_days": float(lead.median()) if len(lead) else np.nan,
        "amount_saved": rate * float(column(rows, "net_amount_365d")[stopped].clip(lower=0).sum()),
        "verdict": verdict if told >= FEWEST else UNKNOWN,
    }


def _by_date(found: dict[str, pd.Series], followed: pd.Series) -> pd.DataFrame:
    parts = []
    for kind, fired in found.items():
        facts = pd.DataFrame(
            {
                "alerts": fired.astype("int64"),
                "known": (fired & followed.notna()).astype("int64"),
                "followed": (fired & (followed == 1)).astype("int64"),
            }
        )
        parts.append(facts.groupby(level="as_of").sum().assign(kind=kind))
    if not parts:
        return pd.DataFrame(columns=["alerts", "known", "followed"])
    return pd.concat(parts).set_index("kind", append=True).sort_index()


def _said(table: pd.DataFrame, dates: int) -> tuple[Sentence, ...]:
    judged = table[table["verdict"] != UNKNOWN]
    if judged.empty:
        return (Sentence("health.records_nothing"),)
    best = str(judged["times_random"].astype("float64").idxmax())
    row = judged.loc[[best]].iloc[0]
    facts = {
        "dates": dates,
        "n": int(judged["known"].sum()),
        "kind": _names([best])[0],
        "precision": float(row["precision"]),
        "random": float(row["random_precision"]),
    }
    said = [Sentence("health.records", facts)]
    poor = [str(kind) for kind in judged.index[judged["verdict"] == NO_BETTER]]
    if poor:
        said.append(Sentence("health.records_poor", {"kinds": _names(poor)}))
    return tuple(said)


def _names(kinds: Sequence[str]) -> list[Any]:
    from dealerml.health.sayings import name_kind

    return [name_kind(kind) for kind in kinds]

"""What stopped means: three definitions, each frozen in policy, and how often it was too early."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.churn.slices import labelled_rows
from dealerml.errors import TableError
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

LATER: Final = (30, 60, 90, 180, 365)
NEEDED: Final = {
    "rhythm": ("days_to_next", "days_seen", "gap_limit_days"),
    "partial": ("net_amount_next", "net_amount_ahead_last_year"),
}


@dataclass(frozen=True)
class Comebacks(Spoken):
    """How many of the dealers that had stopped came back later.

    Parameters
    ----------
    table
        Index ``days`` after the end of the horizon (30, 60, 90, 180, 365): ``n``, stopped dealers
        that could be followed for so long; ``came_back`` of them; ``share`` (0–1) with its 95 %
        interval ``low``, ``high`` (Wilson).
    """


def label_churn(panel: pd.DataFrame, *, policy: "Policy | None" = None) -> pd.DataFrame:
    """Who stopped, by the definition of the policy?

    Parameters
    ----------
    panel
        From ``build_panel``, whose ``churned`` means no order within the horizon.

    Returns
    -------
    The panel with ``churned`` by ``churn.definition`` of the policy, 1, 0 or NaN where unknown:
        ``horizon``  no order within the horizon, the same for all
        ``rhythm``   no order within the days that 95 in 100 of the dealer's own gaps stay below,
                     drawn to those of all dealers where it has few, between ``rhythm_min_days`` and
                     ``rhythm_max_days``; unknown for dates not yet seen for the latter
        ``partial``  amount within the horizon below (1 − ``partial_fall``) of that of the same days
                     last year; what was ordered ahead at the quarter's end, above the dealer's
                     habit, counts as bought later. Unknown where last year had none

    Raises
    ------
    TableError
        If the panel lacks a column that the definition needs.

    Examples
    --------
    >>> from dealerml.policy import load_policy
    >>> panel = pd.DataFrame({"churned": [0.0, 0.0], "days_seen": 400, "days_to_next": [20, 80],
    ...     "gap_limit_days": [35.0, 35.0], "cohort": True})
    >>> rhythm = load_policy().changed({"churn.definition": "rhythm"})
    >>> label_churn(panel, policy=rhythm)["churned"].tolist()
    [0.0, 1.0]
    """
    rules = (policy or load_policy()).churn
    definition = rules["definition"]
    missing = [name for name in NEEDED.get(definition, ()) if name not in panel]
    if missing:
        message = (
            f"The definition {definition!r} of who stopped needs {', '.join(missing)}, which the "
            "panel lacks. Make it with build_panel(snapshot, dates)."
        )
        raise TableError(message)
    if definition == "horizon":
        return panel
    label = _by_rhythm(panel, rules) if definition == "rhythm" else _by_amount(panel, rules)
    # Outside the cohort, and for dealers that we closed, the first label is unknown already.
    return panel.assign(churned=label.where(panel["churned"].notna()))


def known_after(horizon_days: int, policy: "Policy") -> int:
    """After how many days is a label of this definition known?"""
    if policy.churn["definition"] == "rhythm":
        return int(policy.churn["rhythm_max_days"])
    return horizon_days


def say_definition(horizon_days: int, policy: "Policy") -> Sentence:
    """What does stopped mean here, in words?"""
    rules, churn = policy.definitions, policy.churn
    values = {"horizon": horizon_days, "active": rules["active_days"]}
    values["order_days"] = rules["min_order_days"]
    if churn["definition"] == "horizon":
        return Sentence("churn.definition", values)
    if churn["definition"] == "rhythm":
        values = {"low": churn["rhythm_min_days"], "high": churn["rhythm_max_days"]}
        return Sentence("churn.definition_rhythm", values)
    values = {"horizon": horizon_days, "fall": churn["partial_fall"]}
    return Sentence("churn.definition_partial", values)


def measure_comebacks(panel: pd.DataFrame, *, horizon_days: int) -> Comebacks:
    """How many of those that had stopped ordered again, and how soon after the horizon?

    Parameters
    ----------
    panel
        From ``build_panel``; those without an order within the horizon are followed.

    Returns
    -------
    One row per number of days; each counts only dealers that could be followed for so long, so a
    recent slice does not look as if nobody came back. A dealer that stopped on several dates counts
    for each.
    """
    from statsmodels.stats.proportion import proportion_confint

    rows = labelled_rows(panel)
    rows = rows.reindex(columns=[*rows.columns.union(["days_to_next", "days_seen"])])
    silent = rows["days_to_next"].isna() | (rows["days_to_next"] > horizon_days)
    stopped, found = rows[silent], {}
    for days in LATER:
        seen = stopped[stopped["days_seen"] >= horizon_days + days]
        back = int((seen["days_to_next"] <= horizon_days + days).sum())
        low, high = (
            proportion_confint(back, len(seen), method="wilson") if len(seen) else (None,) * 2
        )
        share = back / len(seen) if len(seen) else None
        found[days] = {"n": len(seen), "came_back": back, "share": share, "low": low, "high": high}
    table = pd.DataFrame(found).T.rename_axis("days").astype("float64")
    table = table.astype({"n": "int64", "came_back": "int64"})
    last = table[table["n"] > 0]
    if last.empty:
        return Comebacks(table, (Sentence("churn.comebacks_none"),))
    days, row = last.index[-1], last.iloc[-1]
    values = {"n": row["n"], "share": row["share"], "low": row["low"], "high": row["high"]}
    return Comebacks(table, (Sentence("churn.comebacks", values | {"days": days}),))


def _by_rhythm(panel: pd.DataFrame, rules: dict[str, float]) -> pd.Series:
    limit = panel["gap_limit_days"].clip(rules["rhythm_min_days"], rules["rhythm_max_days"])
    wait = panel["days_to_next"].fillna(float("inf"))
    known = (panel["days_seen"] >= rules["rhythm_max_days"]) & limit.notna()
    return (wait > limit).astype("float64").where(known)


def _by_amount(panel: pd.DataFrame, rules: dict[str, float]) -> pd.Series:
    before = panel["net_amount_ahead_last_year"].astype("float64")
    after = panel["net_amount_next"].astype("float64")
    if {"quarter_end_excess", "net_amount_90d"} <= set(panel):
        ahead = panel["quarter_end_excess"].clip(lower=0) * panel["net_amount_90d"].clip(lower=0)
        after = after + ahead.fillna(0)
    fallen = after < (1 - rules["partial_fall"]) * before
    return fallen.astype("float64").where(before > 0)

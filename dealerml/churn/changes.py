"""Who entered and left the top of the list since last quarter, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dealerml.churn.scores import ChurnScores
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

COLUMNS = ("dealer_id", "list_place", "churn_risk", "stake_amount")


@dataclass(frozen=True)
class ListChanges(Spoken):
    """How the list of the dealers with most at risk has changed.

    Parameters
    ----------
    table
        Index ``dealer_id``: ``list_change`` (entered, left, stayed), ``list_place`` and
        ``list_place_before`` (1 first, empty off it), ``churn_risk`` and ``churn_risk_before``.
    reasons
        Dealer → why it entered or left.
    """

    reasons: Mapping[str, Sentence]

    def reasons_text(self, lang: str = "en") -> pd.Series:
        """Why did each dealer enter or leave, in words?"""
        texts = {dealer: sentence.text_in(lang) for dealer, sentence in self.reasons.items()}
        found = pd.Series(texts, dtype="str").reindex(self.table.index)
        return found.fillna("").rename("reason")


@dataclass(frozen=True)
class ListJudgement(Spoken):
    """Whether last quarter's list was right.

    Parameters
    ----------
    table
        Index ``named`` (named, not_named): ``n`` dealers, those that ``stopped`` (no order since),
        and how many were ``expected`` to.
    """


def list_risks(scores: ChurnScores, x: pd.DataFrame) -> pd.DataFrame:
    """Which dealers have most at risk?

    Returns
    -------
    Columns ``dealer_id, list_place, churn_risk, stake_amount`` of the cohort: the stake is the
    amount of the last 365 days, and the first place has the largest product of both.
    """
    risk = scores.table["churn_risk"]
    stake = x["net_amount_365d"].reindex(risk.index).clip(lower=0)
    table = pd.DataFrame({"churn_risk": risk, "stake_amount": stake, "at_risk": risk * stake})
    table = table.dropna(subset="at_risk").sort_index()
    table = table.sort_values("at_risk", ascending=False, kind="stable").reset_index(
        names="dealer_id"
    )
    return table.assign(list_place=range(1, len(table) + 1))[list(COLUMNS)]


def compare_lists(
    before: pd.DataFrame | None,
    now: pd.DataFrame,
    *,
    x: pd.DataFrame,
    scores: ChurnScores,
    days_between: int,
    policy: "Policy",
) -> ListChanges:
    """Who entered the first places of the list, who left them, and why?

    Parameters
    ----------
    before, now
        From ``list_risks``, last quarter as it was saved; None where there is no last quarter.
    x
        Features of now.
    days_between
        Days from one as-of date to the other.
    """
    top = policy.churn["top_dealers"]
    old = (now.iloc[:0] if before is None else before).set_index("dealer_id")
    new = now.set_index("dealer_id")
    first, last = new[new["list_place"] <= top], old[old["list_place"] <= top]
    dealers = first.index.union(last.index)
    table = pd.DataFrame(
        {
            "list_place": first["list_place"].reindex(dealers),
            "list_place_before": last["list_place"].reindex(dealers),
            "churn_risk": new["churn_risk"].reindex(dealers),
            "churn_risk_before": old["churn_risk"].reindex(dealers),
        },
        index=dealers.rename("dealer_id"),
    )
    change = pd.Series("stayed", index=table.index, dtype="str")
    change = change.mask(table["list_place_before"].isna(), "entered")
    table.insert(0, "list_change", change.mask(table["list_place"].isna(), "left"))
    table = table.sort_values(["list_place", "list_place_before"], kind="stable")
    reasons = {
        str(dealer): _explain(str(dealer), row, x, scores, days_between)
        for dealer, row in table.to_dict("index").items()
        if row["list_change"] != "stayed"
    }
    return ListChanges(table, _said(table, has_before=before is not None, top=top), reasons)


def judge_list(
    before: pd.DataFrame, x: pd.DataFrame, *, days_between: int, top: int
) -> ListJudgement:
    """Of the dealers named last time, who stopped, and who stopped without being named?

    Parameters
    ----------
    before
        From ``list_risks`` at the earlier date: the whole cohort of then.
    x
        Features of now: a dealer without an order since has at least ``days_between`` days of
        silence.
    """
    known = before.set_index("dealer_id")
    silence = x["recency_days"].reindex(known.index)
    stopped = silence.fillna(days_between) >= days_between
    named = known["list_place"] <= top
    table = pd.DataFrame(
        {
            "n": [int(named.sum()), int((~named).sum())],
            "stopped": [int(stopped[named].sum()), int(stopped[~named].sum())],
            "expected": [known["churn_risk"][named].sum(), known["churn_risk"][~named].sum()],
        },
        index=pd.Index(["named", "not_named"], name="named"),
    )
    values = {"n": named.sum(), "others": (~named).sum(), "days": days_between}
    counts = {"stopped": stopped[named].sum(), "missed": stopped[~named].sum()}
    return ListJudgement(table, (Sentence("churn.list_judged", values | counts),))


def _explain(
    dealer: str, row: Mapping[Any, Any], x: pd.DataFrame, scores: ChurnScores, days_between: int
) -> Sentence:
    if row["list_change"] == "entered":
        found = scores.reasons.get(dealer, ())
        return found[0][1] if found else Sentence("churn.change.amount")
    if dealer not in x.index:
        return Sentence("churn.change.gone")
    facts = x.loc[dealer]
    if pd.isna(row["churn_risk"]):
        key = "stopped" if facts["status"] == "lapsed" else "no_risk"
        return Sentence(f"churn.change.{key}", {"days": facts["recency_days"]})
    risks = {"now": row["churn_risk"], "before": row["churn_risk_before"]}
    if facts["recency_days"] < days_between and risks["now"] < risks["before"]:
        return Sentence("churn.change.ordered", risks | {"days": facts["recency_days"]})
    key = "risk_fell" if risks["now"] < risks["before"] else "overtaken"
    return Sentence(f"churn.change.{key}", risks)


def _said(table: pd.DataFrame, *, has_before: bool, top: int) -> tuple[Sentence, ...]:
    if not has_before:
        return (Sentence("churn.changes_first", {"top": top}),)
    counts = table["list_change"].value_counts()
    values = {name: int(counts.get(name, 0)) for name in ("entered", "left", "stayed")}
    return (Sentence("churn.changes", values | {"top": top}),)

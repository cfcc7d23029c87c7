"""What leadership reads besides the figures: where the gap sits, decisions asked, whom to trust."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.health.firing import find_due_date
from dealerml.health.playbooks import role_name
from dealerml.review.dealers import MOST_NAMED
from dealerml.words import Sentence, format_value, say

if TYPE_CHECKING:
    from dealerml.review.run import Review

# A group of dealers is worth naming from this share of the change on.
WORTH_NAMING: Final = 0.3
MOST_DECISIONS: Final = 3
COLLECT_DAYS, SAVE_DAYS = 14, 7
LATE: Final = ("overdue_90", "overdue_older")


@dataclass(frozen=True)
class Decision:
    """What is asked for: how much money it is about, who does it, until when."""

    text: str
    amount: str
    owner: str
    due: str

    def told(self, number: int) -> str:
        """The decision as one line of plain text."""
        return f"{number}. {self.amount} {self.text} {self.owner} ({self.due})"


def say_where(review: "Review") -> tuple[Sentence, ...]:
    """Which class of which region brought most of the change on last year?"""
    dealers, total = review.sales.dealers, review.sales.total
    change = total.get("change_amount")
    if change is None or pd.isna(change) or change == 0:
        return ()
    rows = dealers[["change_amount"]].join(review.dealers[["abc_class", "region"]]).dropna()
    toward = rows[rows["change_amount"] * change > 0]
    if toward.empty:
        return ()
    groups = toward.groupby(["region", "abc_class"])["change_amount"].agg(["sum", "size"])
    best = groups["sum"].abs().sort_index().sort_values(ascending=False, kind="stable").index[0]
    gross = float(toward["change_amount"].sum())
    share = float(groups.loc[best, "sum"]) / gross
    if share < WORTH_NAMING or not str(best[0]):
        return ()
    facts: dict[str, Any] = {"share": share, "n": int(groups.loc[best, "size"])}
    facts |= {"region": str(best[0]), "abc": Sentence(f"segments.abc_class.{best[1]}")}
    facts["amount"] = abs(gross)
    return (Sentence("review.where_fell" if change < 0 else "review.where_rose", facts),)


def say_target(review: "Review") -> tuple[Sentence, ...]:
    """How much of the running target is reached, and how likely is it to be?"""
    total = review.background.targets.total
    reached = total.get("target_attainment")
    if not isinstance(reached, float) or pd.isna(reached):
        return ()
    facts = {"share": reached, "target": total["target_amount"], "until": total["until_date"]}
    if float(str(total.get("weeks_left") or 0)) > 0:
        return (Sentence("review.verdict_target", {**facts, "chance": total["reach_chance"]}),)
    return (Sentence("review.verdict_target_over", facts),)


def list_decisions(review: "Review", lang: str) -> list[Decision]:
    """Which at most three decisions are asked for, each with amount, owner and date?"""
    found = (*_save(review, lang), *_collect(review, lang), *_close(review, lang))
    return list(found)[:MOST_DECISIONS]


def say_trust(review: "Review") -> tuple[Sentence, ...]:
    """May the figures be trusted: do rows and cents add up, and was the last list right?"""
    last = review.comparison.said[:2] if review.comparison is not None else ()
    if review.ingest is None:
        return (Sentence("review.trust_unknown"), *last)
    ingest = review.ingest
    kept, aside = (ingest.amount_where(set_aside=flag) for flag in (False, True))
    rest = float(ingest.amount - kept - aside)
    facts = {"rows": ingest.rows, "aside": ingest.set_aside_share, "rest": abs(rest)}
    return (Sentence("review.trust", facts), *last)


def _save(review: "Review", lang: str) -> Iterator[Decision]:
    rows = review.dealers.sort_values("priority", kind="stable")
    first = rows[rows["priority"] <= MOST_NAMED]
    if first.empty:
        return
    loss = first["loss_expected"].groupby(first["owner"]).sum().sort_index()
    facts = {"n": len(first), "owners": len(loss)}
    name = "save" if len(loss) > 1 else "save_alone"
    yield _decide(name, first["loss_expected"].sum(), loss, SAVE_DAYS, review, lang, **facts)


def _collect(review: "Review", lang: str) -> Iterator[Decision]:
    table = review.receivables.table
    if table.empty:
        return
    late = table[list(LATE)].sum(axis=1)
    late = late[late > 0]
    if late.empty:
        return
    owners = review.dealers["owner"].reindex(late.index)
    sums = late.groupby(owners).sum().sort_index()
    yield _decide("collect", late.sum(), sums, COLLECT_DAYS, review, lang, n=len(late))


def _close(review: "Review", lang: str) -> Iterator[Decision]:
    targets = review.background.targets
    regions = targets.regions
    if regions.empty or not (regions["gap_amount"] > 0).any():
        return
    name = str(regions.index[0])
    rows = review.dealers[review.dealers["region"] == name]
    amounts = rows["net_amount_365d"].groupby(rows["owner"]).sum().sort_index()
    gap = float(regions["gap_amount"].iloc[0])
    reached = float(regions["target_attainment"].iloc[0])
    yield _decide("close", gap, amounts, SAVE_DAYS, review, lang, region=name, share=reached)


def _decide(
    name: str,
    amount: Any,
    by_owner: pd.Series,
    days: int,
    review: "Review",
    lang: str,
    **facts: Any,
) -> Decision:
    """One decision; it goes to the owner with most of it, or the role in charge of owners."""
    has_owner = len(by_owner) > 0
    owner = str(by_owner.idxmax()) if has_owner else role_name("regional_manager", lang)
    due: dt.date = find_due_date(review.as_of, days=days)
    return Decision(
        say(f"review.decision.{name}", lang, **facts),
        format_value(float(amount), "money", lang=lang),
        owner,
        format_value(due, "date", lang=lang),
    )

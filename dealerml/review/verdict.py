"""What comes first: the period, what is at stake and what to keep in mind, in a few sentences."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.review.leading import say_where
from dealerml.review.limits import find_breaches
from dealerml.review.wording import first_words, join_sentences
from dealerml.words import Sentence

if TYPE_CHECKING:
    from dealerml.review.run import Review

NAMED: Final = 3
YEAR: Final = 365
# Sources whose data somebody made up.
MADE_UP: Final = ("adventureworks",)


def say_verdict(review: "Review") -> tuple[Sentence, ...]:
    """How did the period go, what is at stake, and what comes next?"""
    said = (*first_words(review.sales), *say_where(review))
    return (*said, *_at_stake(review), *_ahead(review))


def say_notices(review: "Review") -> tuple[Sentence, ...]:
    """What must a reader know before trusting a figure?

    Returns
    -------
    Made-up data, a history shorter than the windows, definitions that were changed, regions of
    today's list, and limits of the policy that the data break.
    """
    breaches = find_breaches(review.ingest, review.policy) if review.ingest else ()
    return (*_made_up(review), *_short_history(review), *review.said, *_regions(review), *breaches)


def summarise_review(review: "Review", lang: str = "en") -> list[str]:
    """What does a review come to, in a few lines for a terminal?"""
    notices = [f"! {sentence.text_in(lang)}" for sentence in say_notices(review)]
    title = Sentence("review.title", {"as_of": review.as_of}).text_in(lang)
    alerts = join_sentences(review.alerts.said[:1], lang)
    return [title, join_sentences(say_verdict(review), lang), alerts, *notices]


def _at_stake(review: "Review") -> Iterator[Sentence]:
    risk, loss = review.dealers["churn_risk"].dropna(), review.dealers["loss_expected"].dropna()
    if risk.empty:
        return
    facts = {"expected": float(risk.sum()), "n": len(risk), "days": review.horizon}
    yield Sentence("review.verdict_risk", facts)
    if loss.empty:
        return
    basis = str(review.dealers["loss_basis"].dropna().iloc[0])
    first = review.dealers.sort_values("priority", kind="stable")["dealer_name"].head(NAMED)
    named = {"names": list(first), "basis": Sentence(f"churn.basis.{basis}")}
    yield Sentence("review.verdict_loss", {"loss": float(loss.sum()), **named})


def _ahead(review: "Review") -> Iterator[Sentence]:
    ahead = review.forecast.ahead
    total = ahead[ahead["level"] == "total"]
    if total.empty:
        return
    row = total.iloc[0]
    facts = {"months": review.forecast.horizon_months, "amount": row["mean"]}
    if pd.isna(row["forecast_growth"]):
        yield Sentence("review.verdict_ahead", facts)
    else:
        yield Sentence("review.verdict_ahead_growth", facts | {"growth": row["forecast_growth"]})


def _made_up(review: "Review") -> Iterator[Sentence]:
    if review.ingest is not None and review.ingest.source in MADE_UP:
        yield Sentence("review.made_up")


def _short_history(review: "Review") -> Iterator[Sentence]:
    if review.begin > review.as_of - dt.timedelta(days=YEAR):
        days = (review.as_of - review.begin).days + 1
        yield Sentence("review.short_history", {"begin": review.begin, "days": days})


def _regions(review: "Review") -> Iterator[Sentence]:
    if review.x["region"].isna().all() and review.dealers["region"].notna().any():
        yield Sentence("review.regions_of_today")

"""What a review could not compute, and why: an empty cell is never left without a reason."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.review.verdict import say_notices
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.review.run import Review

# Sentences that declare something not computed, or computed from less than it should be.
DECLARING: Final = frozenset(
    f"{topic}.{entry}"
    for topic, entries in {
        "growth": """forecast_no_last_year forecast_no_season forecast_nobody forecast_partial
            forecast_too_short forecast_untried forecast_wide period_before_data
            period_last_year_not_positive period_no_last_year period_partly_covered""",
        "churn": """choice_nothing choice_untested loss_unknown no_cohort no_events_tested
            no_exact_reasons return_assumed uncalibrated untested verdict.too_few_events
            verdict.too_few_slices""",
        "segments": """abc_missing abc_nothing rfm_nothing rfm_too_short segments_nothing
            segments_too_short segments_unstable tiers_nothing""",
        "health": """alerts.not_computed nobody not_supplied too_little validation.missing_band
            validation.nothing""",
        "exports": "no_dealer_list no_order_id unread_values",
    }.items()
    for entry in entries.split()
)
# Column of the dealers' table → the results that fill it.
FILLED_BY: Final[dict[str, tuple[str, ...]]] = {
    "abc_class": ("classes",),
    "tier": ("tiers",),
    "segment": ("segments",),
    "rfm_group": ("rfm",),
    "net_amount_period": ("sales",),
    "net_amount_period_last_year": ("sales",),
    "growth": ("sales",),
    "forecast_growth": ("forecast",),
    "churn_risk": ("scores", "choice"),
    "loss_expected": ("losses", "scores", "forecast"),
    "loss_basis": ("losses", "scores", "forecast"),
    "priority": ("losses", "scores", "forecast"),
    "reasons": ("scores", "choice"),
    "reasons_text": ("scores", "choice"),
    "health": ("health",),
    "band": ("health",),
}
RESULTS: Final = (
    "sales",
    "classes",
    "tiers",
    "rfm",
    "segments",
    "lifecycle",
    "backtest",
    "choice",
    "churn",
    "scores",
    "losses",
    "forecast",
    "health",
    "health_check",
    "alerts",
)


def list_degradations(review: "Review", lang: str = "en") -> list[dict[str, str]]:
    """What was not computed, or from less than it should be, and why?

    Returns
    -------
    One entry for each reason, in the order of the review: ``about`` (a result, or ``review`` for
    what concerns all of them), ``code`` and ``reason``. The same reason is listed once.
    """
    found = [("review", sentence) for sentence in say_notices(review)]
    results = {name: getattr(review, name) for name in RESULTS}
    if review.ingest is not None:
        results["export"] = review.ingest
    for name, result in results.items():
        found += [(name, sentence) for sentence in _declared(result)]
    unique: dict[str, dict[str, str]] = {}
    for about, sentence in found:
        reason = sentence.text_in(lang)
        unique.setdefault(reason, {"about": about, "code": sentence.key, "reason": reason})
    return list(unique.values())


def list_empty_columns(review: "Review", lang: str = "en") -> dict[str, str]:
    """Which columns of the dealers' table are empty for every dealer, and why?"""
    empty = [name for name in review.dealers if not _filled(review.dealers[name])]
    return {str(name): _why_empty(review, str(name), lang) for name in empty}


def count_gaps(review: "Review") -> dict[str, dict[str, int]]:
    """How many dealers lack a figure that others have, by reason?

    Returns
    -------
    ``health`` and ``growth`` by the reason given, ``churn_risk`` by the status of the dealers.
    """
    without = review.dealers[review.dealers["churn_risk"].isna()]
    return {
        "health": _count(review.health.table["no_score"]),
        "growth": _count(review.sales.dealers["growth_reason"]),
        "churn_risk": _count(without["status"]),
    }


def _declared(result: Spoken) -> list[Sentence]:
    return [sentence for sentence in result.said if sentence.key in DECLARING]


def _filled(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype("str") != "")).any())


def _why_empty(review: "Review", column: str, lang: str) -> str:
    for name in FILLED_BY.get(column, ()):
        declared = _declared(getattr(review, name))
        if declared:
            return declared[0].text_in(lang)
    key = "review.nothing_found" if column in FILLED_BY else "review.not_supplied"
    return Sentence(key).text_in(lang)


def _count(reasons: pd.Series) -> dict[str, int]:
    counts = reasons.dropna().value_counts().sort_index()
    return {str(reason): int(n) for reason, n in counts.items()}

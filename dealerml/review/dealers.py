"""One row per dealer: what every result says of it, joined into the table people work with."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.review.notes import note_texts

if TYPE_CHECKING:
    from dealerml.review.run import Review

COLUMNS: Final = (
    "dealer_name",
    "role",
    "parent_id",
    "region",
    "owner",
    "tier_current",
    "status",
    "abc_class",
    "tier",
    "segment",
    "rfm_group",
    "lifecycle",
    "recency_days",
    "net_amount_365d",
    "net_amount_period",
    "net_amount_period_last_year",
    "growth",
    "forecast_growth",
    "churn_risk",
    "loss_expected",
    "loss_basis",
    "reasons",
    "reasons_text",
    "health",
    "band",
    "coverage",
    "priority",
    "note",
)


# Dealers on the list of those to save, the largest loss expected first.
MOST_NAMED: Final = 15


def join_dealers(found: dict[str, Any]) -> pd.DataFrame:
    """What does the whole review say of each dealer?

    Returns
    -------
    Index ``dealer_id`` in order, every dealer seen or listed; the columns of `COLUMNS`.
    ``region`` is the dated one of the orders, and today's of the dealer list only for dealers
    whose orders carry none. ``priority`` is the rank by ``loss_expected``, 1 for the largest.
    """
    profile, x = found["profile"], found["x"]
    parts = [
        x[["status", "recency_days", "net_amount_365d"]],
        found["classes"].table[["abc_class"]],
        found["tiers"].table[["tier"]],
        found["segments"].table[["segment"]],
        found["rfm"].table[["rfm_group"]],
        found["lifecycle"].table[["lifecycle"]],
        found["sales"].dealers[["net_amount_period", "net_amount_period_last_year", "growth"]],
        found["forecast"].growth[["forecast_growth"]],
        found["scores"].table[["churn_risk", "reasons"]],
        found["scores"].reasons_text().to_frame(),
        found["losses"].table[["loss_expected", "loss_basis"]],
        found["health"].table[["health", "band", "coverage"]],
    ]
    table = profile.join(parts)
    table["region"] = x["region"].reindex(table.index).fillna(table["region"])
    table["status"] = table["status"].fillna("never")
    table["priority"] = _rank(table["loss_expected"])
    columns: pd.DataFrame = table[list(COLUMNS)]
    return columns


def shown_regions(x: pd.DataFrame, profile: pd.DataFrame) -> pd.Series:
    """By which region are sums shown: the orders' own, or today's where no order carries one?

    Today's list tells regions of the past only to those who look at sums; nothing learns them.
    """
    region: pd.Series = x["region"] if x["region"].notna().any() else profile["region"]
    return region


def dealers_in(review: "Review", lang: str) -> pd.DataFrame:
    """The dealers' table with reasons and notes in this language, ``dealer_id`` first."""
    index = review.dealers.index
    notes = note_texts(review.notes, as_of=review.as_of, lang=lang)
    table: pd.DataFrame = review.dealers.assign(
        reasons_text=review.scores.reasons_text(lang).reindex(index), note=notes.reindex(index)
    )
    return table.reset_index()


def _rank(loss: pd.Series) -> pd.Series:
    """1 for the largest loss; of two alike, the first dealer by id. Empty without a loss."""
    known = loss.dropna().sort_index().sort_values(ascending=False, kind="stable")
    ranks = pd.Series(np.arange(1, len(known) + 1, dtype="float64"), index=known.index)
    return ranks.reindex(loss.index)

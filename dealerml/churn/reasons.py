"""Why a dealer is at risk, as short sentences with the number behind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from dealerml.churn.inputs import FAMILIES, OTHER_FAMILY
from dealerml.words import Sentence

SLOWER: Final = 1.25  # gaps longer by a quarter are called slower
RARE_DAYS: Final = 30
YOUNG_DAYS: Final = 730

Values = Mapping[str, float]


@dataclass(frozen=True)
class Reason:
    """One way to put a reason: which numbers it shows, and when it is true.

    Parameters
    ----------
    key
        Entry of the catalogue below ``churn.reason``.
    args
        Argument of the sentence → feature it shows. All must be known. ``change`` shows a ratio as
        the change it means: 0.8 as −20 %.
    holds
        Whether the numbers show what the sentence says; always, if absent.
    """

    key: str
    args: Mapping[str, str]
    holds: Callable[[Values], bool] = field(default=lambda values: True)

    def say(self, row: Values) -> Sentence | None:
        """How does it read for a dealer? None where its numbers are unknown or do not show it."""
        values = {name: row.get(column, np.nan) for name, column in self.args.items()}
        if "change" in values:
            values["change"] -= 1
        if any(np.isnan(value) for value in values.values()) or not self.holds(values):
            return None
        return Sentence(f"churn.reason.{self.key}", values)


def name_reasons(
    families: pd.DataFrame, x: pd.DataFrame, *, count: int, effect: float
) -> dict[str, tuple[tuple[str, Sentence], ...]]:
    """What raises the risk of each dealer most?

    Parameters
    ----------
    families
        Dealers × families of features, contributions in log-odds.
    x
        Features of the same dealers, for the numbers behind.
    count, effect
        At most so many reasons, each adding at least so much.

    Returns
    -------
    Dealer → (family code, sentence), the strongest first. A family whose numbers do not show it in
    words is left out: a reader must never be told what the next column denies.
    """
    names = sorted(families.columns)
    # Sorted by name first, so that families of equal strength come in the same order everywhere.
    values = families[names].to_numpy()
    order = np.argsort(-values, axis=1, kind="stable")
    shown = _rows(x.select_dtypes("number").astype("float64"))
    result = {}
    for dealer, row, ranks, strength in zip(families.index, shown, order, values, strict=True):
        strong = [names[i] for i in ranks if strength[i] >= effect]
        spoken = ((name, _say(name, row)) for name in strong)
        found = [(name, sentence) for name, sentence in spoken if sentence is not None]
        result[str(dealer)] = tuple(found[:count])
    return result


def _rows(numbers: pd.DataFrame) -> list[dict[str, float]]:
    names = list(numbers.columns)
    return [dict(zip(names, row, strict=True)) for row in numbers.to_numpy().tolist()]


def _say(family: str, row: Values) -> Sentence | None:
    for reason in REASONS.get(family, ()):
        sentence = reason.say(row)
        if sentence is not None:
            return sentence
    return Sentence("churn.reason.other") if family == OTHER_FAMILY else None


def _falls(values: Values) -> bool:
    return values["change"] < -0.005  # shown with one decimal: a fall must not read 0.0 %


def _fewer(values: Values) -> bool:
    return values["now"] < values["before"]


# Per family from the most telling sentence to the plainest; the first that is true is said.
REASONS: Final[dict[str, Sequence[Reason]]] = {
    "silence": (
        Reason(
            "silence",
            {"days": "recency_days", "usual": "gap_days"},
            lambda values: values["days"] > values["usual"],
        ),
        Reason("recency", {"days": "recency_days"}),
    ),
    "slower_rhythm": (
        Reason(
            "slower_gaps",
            {"recent": "gap_recent_days", "usual": "gap_days"},
            lambda values: values["recent"] >= max(values["usual"] + 1, SLOWER * values["usual"]),
        ),
        Reason(
            "fewer_days", {"now": "order_days_90d", "before": "order_days_previous_90d"}, _fewer
        ),
        Reason(
            "fewer_days_than_last_year",
            {"now": "order_days_90d", "before": "order_days_90d_last_year"},
            _fewer,
        ),
        Reason("rare", {"usual": "gap_days"}, lambda values: values["usual"] >= RARE_DAYS),
    ),
    "falling_amount": (
        Reason("down_on_last_year", {"change": "year_ratio_90d"}, _falls),
        Reason("down_on_previous", {"change": "trend_ratio_90d"}, _falls),
        Reason("year_down", {"change": "year_ratio_365d"}, _falls),
        Reason("amount_90d", {"amount": "net_amount_90d"}),
    ),
    "low_volume": (Reason("volume", {"amount": "net_amount_365d", "days": "order_days_365d"}),),
    "short_history": (
        Reason(
            "short_history", {"days": "tenure_days"}, lambda values: values["days"] < YOUNG_DAYS
        ),
    ),
    "fewer_products": (
        Reason("categories_lost", {"n": "categories_lost"}, lambda values: values["n"] >= 1),
        Reason("products", {"now": "products_90d", "before": "products_365d"}),
        Reason("lines", {"lines": "lines_per_order_day_365d"}),
    ),
    "returns": (
        Reason("returns", {"share": "returns_share_365d"}, lambda values: values["share"] > 0),
    ),
    "margin": (Reason("margin", {"share": "margin_share_365d"}),),
    "season": (
        Reason("seasonal_pause", {"pause": "seasonal_pause"}, lambda values: values["pause"] > 0),
        Reason("season_ahead", {"days": "order_days_ahead_last_year"}),
        Reason("uneven", {"cv": "amount_cv_365d"}),
    ),
    "loading": (
        Reason(
            "after_quarter_end",
            {"ratio": "after_quarter_end_ratio"},
            lambda values: 0 <= values["ratio"] < 1,
        ),
        Reason("loading", {"excess": "quarter_end_excess"}, lambda values: values["excess"] > 0),
    ),
    "prices": (
        Reason(
            "price_index", {"ratio": "price_index_365d"}, lambda values: values["ratio"] > 1.005
        ),
        Reason("discount", {"share": "discount_share_365d"}),
    ),
    "payments": (
        Reason("late", {"share": "late_paid_share_365d"}, lambda values: values["share"] > 0),
        Reason("payment", {"days": "payment_recency_days"}),
    ),
    "contacts": (
        Reason("contact", {"days": "contact_recency_days"}),
        Reason("contacts", {"n": "contacts_365d"}),
    ),
    "cases": (
        Reason("cases_open", {"n": "cases_open"}, lambda values: values["n"] >= 1),
        Reason("cases", {"n": "cases_365d"}),
    ),
    "satisfaction": (
        Reason("nps", {"score": "nps_score"}),
        Reason("csat", {"score": "csat_score"}),
    ),
    "training": (Reason("training", {"n": "trainings_365d"}),),
    "targets": (
        Reason("target", {"ratio": "target_run_rate"}, lambda values: values["ratio"] < 1),
        Reason("contract", {"days": "contract_days_left"}),
    ),
    "stock": (
        Reason("stock_cover", {"days": "stock_cover_days"}),
        Reason("sell_out", {"units": "sell_out_quantity_90d"}),
    ),
    "behind_peers": (
        Reason(
            "behind_growth",
            {"rank": "growth_rank_among_peers", "n": "peers"},
            lambda values: values["rank"] < 0.5,
        ),
        Reason("behind_days", {"ratio": "order_days_vs_peers"}, lambda values: values["ratio"] < 1),
        Reason("peers", {"n": "peers"}),
    ),
}
CODES: Final = (*FAMILIES, OTHER_FAMILY)

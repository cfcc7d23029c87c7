"""Commercial tiers: the rank a dealer earns by a published rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.columns import (
    ORDERING_STATUSES,
    ColumnName,
    code_series,
    count_codes,
    need_columns,
    read_numbers,
)
from dealerml.words import Sentence, Spoken, has_entry

CLOSE = 0.10  # a gap of at most this part of the next tier's threshold is called close


@dataclass(frozen=True)
class Tiers(Spoken):
    """Tiers by dealer and the thresholds they come from.

    ``table`` is indexed by dealer_id:
        ``tier``                name from the policy; missing for dealers without orders in
                                ``active_days`` and for those below the lowest threshold
        ``gap_to_next_amount``  float > 0, what is missing to the next higher tier; missing in the
                                highest tier and for dealers without orders
    ``tiers`` has one row per tier, highest first: ``at_least_amount``, ``dealers``, ``amount``,
    ``amount_share``.
    """

    tiers: pd.DataFrame
    measure: str


def assign_tiers(x: pd.DataFrame, *, policy: Policy | None = None) -> Tiers:
    """Which tier has each dealer earned, and how far is it from the next?

    Every tier has one threshold: an amount, or the quantile of the amounts of dealers that still
    order. A dealer takes the highest tier whose threshold it reaches, so equal amounts always
    share a tier.

    Parameters
    ----------
    x
        Features, one row per dealer.
    policy
        ``tiers``: the measure, the rule and the list of tiers, highest first.

    Raises
    ------
    TableError
        If the measure or the status is not among the features.

    Examples
    --------
    >>> amounts = pd.Series({"A": 100.0, "B": 60.0, "C": 40.0, "D": 20.0, "E": 500.0})
    >>> status = ["active", "active", "active", "new", "lapsed"]
    >>> assign_tiers(pd.DataFrame({"net_amount_365d": amounts, "status": status})).table
         tier  gap_to_next_amount
    A    gold                 NaN
    B  silver                28.0
    C  bronze                16.0
    D  bronze                36.0
    E     NaN                 NaN
    """
    rules = (policy or load_policy()).tiers
    measure = str(rules["measure"])
    need_columns(x, ["status", measure])
    amount = read_numbers(x, measure).where(x["status"].isin(ORDERING_STATUSES))
    names = [str(tier["name"]) for tier in rules["tiers"]]
    cuts = _cuts(rules, amount.dropna().to_numpy())
    tier, gap = code_series(x.index, "tier"), amount * float("nan")
    above: float | None = None
    for name, cut in zip(names, cuts, strict=True):
        here = tier.isna() & (amount >= cut)
        tier = tier.mask(here, name)
        gap = gap.mask(here, float("nan") if above is None else above - amount)
        above = cut
    if above is not None:
        gap = gap.mask(tier.isna(), above - amount)
    tiers = count_codes(tier, amount, names)
    tiers.insert(0, "at_least_amount", cuts)
    table = pd.DataFrame({"tier": tier, "gap_to_next_amount": gap})
    return Tiers(table, _say(table, tiers, amount, measure), tiers, measure)


def _cuts(rules: Mapping[str, Any], amounts: np.ndarray) -> list[float]:
    starts = [float(tier["at_least"]) for tier in rules["tiers"]]
    if rules["rule"] == "amount":
        return starts
    if not len(amounts):
        return [float("nan")] * len(starts)
    return [float(cut) for cut in np.quantile(amounts, starts)]


def _say(
    table: pd.DataFrame, tiers: pd.DataFrame, amount: pd.Series, measure: str
) -> tuple[Sentence, ...]:
    ranked = int(table["tier"].notna().sum())
    if not ranked:
        return (Sentence("segments.tiers_nothing", {"n": len(table)}),)
    parts = [
        Sentence(
            "segments.tiers_part",
            {
                "tier": tier_name(str(name)),
                "n": int(row["dealers"]),
                "share": float(row["amount_share"]),
            },
        )
        for name, row in tiers.iterrows()
    ]
    values = {"n": ranked, "parts": parts, "measure": ColumnName(measure)}
    gap = table["gap_to_next_amount"]
    close = gap[gap <= CLOSE * (gap + amount)]
    said = [Sentence("segments.tiers_summary", values)]
    if len(close):
        values = {"n": len(close), "share": CLOSE, "amount": float(close.sum())}
        said.append(Sentence("segments.tiers_close", values))
    return tuple(said)


def tier_name(code: str) -> Sentence | str:
    """How is a tier called in a sentence: our word for a known code, else the company's own?

    Examples
    --------
    >>> tier_name("gold").text_in("zh"), tier_name("钻石")
    ('金牌', '钻石')
    """
    key = f"segments.tier.{code}"
    return Sentence(key) if has_entry(key) else code

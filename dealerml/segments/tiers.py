"""Commercial tiers: the rank a dealer earns by a published rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.columns import (
    ORDERING_STATUSES,
    code_series,
    count_codes,
    need_columns,
    read_numbers,
    read_scope,
)
from dealerml.words import ColumnName, Sentence, Spoken, has_entry

POINTS = "points"
CLOSE = 0.10  # a gap of at most this part of the next tier's threshold is called close


@dataclass(frozen=True)
class Tiers(Spoken):
    """Tiers by dealer and the thresholds they come from.

    ``table`` is indexed by dealer_id:
        ``tier``                 name from the policy; missing for dealers without orders in
                                 ``active_days`` and for those below the lowest threshold
        ``gap_to_next_amount``   float > 0, what is missing to the next higher tier; missing in the
                                 highest tier and for dealers without orders
        ``gap_to_next_share``    float > 0, the same ÷ what the dealer has: the growth it needs
        ``gap_to_lower_amount``  float >= 0, what the dealer has above the start of its tier;
                                 missing without one
        ``gap_to_lower_share``   float 0-1, the same ÷ what it has: the fall that costs it the tier
    Under the rule "points" the amounts are points. ``tiers`` has one row per tier, highest first:
    ``at_least_amount`` (missing where each region has its own), ``dealers``, ``amount``,
    ``amount_share``. ``measure`` is what tiers look at, ``points`` under that rule.
    """

    tiers: pd.DataFrame
    measure: str


def assign_tiers(x: pd.DataFrame, *, policy: Policy | None = None) -> Tiers:
    """Which tier has each dealer earned, and how far is it from the next and from the lower one?

    Every tier has one threshold: an amount, the quantile of the amounts of dealers that still
    order, or points. A dealer takes the highest tier whose threshold it reaches, so equal amounts
    always share a tier.

    Parameters
    ----------
    x
        Features, one row per dealer.
    policy
        ``tiers``: the measure, the rule and the list of tiers, highest first; the measures that
        give points, and within which regions dealers are compared.

    Raises
    ------
    TableError
        If a measure, the region or the status is not among the features.

    Examples
    --------
    >>> amounts = pd.Series({"A": 100.0, "B": 60.0, "C": 40.0, "D": 20.0, "E": 500.0})
    >>> status = ["active", "active", "active", "new", "lapsed"]
    >>> x = pd.DataFrame({"net_amount_365d": amounts, "status": status})
    >>> assign_tiers(x).table[["tier", "gap_to_next_amount", "gap_to_lower_amount"]]
         tier  gap_to_next_amount  gap_to_lower_amount
    A    gold                 NaN                 12.0
    B  silver                28.0                  4.0
    C  bronze                16.0                 20.0
    D  bronze                36.0                  0.0
    E     NaN                 NaN                  NaN
    """
    rules = (policy or load_policy()).tiers
    within, names = str(rules["within"]), [str(tier["name"]) for tier in rules["tiers"]]
    need_columns(x, ["status", *_measures(rules), *([within] if within else [])])
    ordering = x["status"].isin(ORDERING_STATUSES)
    scope = read_scope(x, within)
    amount = _score(x, ordering, scope, rules)
    cuts = {
        place: _cuts(rules, amount[ordering & (scope == place)].dropna().to_numpy())
        for place in sorted(set(scope[ordering]) or {""})
    }
    tier, table = code_series(x.index, "tier"), {}
    for place, starts in cuts.items():
        here = scope == place
        table[place] = _climb(amount[here], names, starts)
    found = pd.concat(table.values()).reindex(x.index)
    tier = tier.mask(found["tier"].notna(), found["tier"])
    money = read_numbers(x, str(rules["measure"])).where(ordering)
    tiers = count_codes(tier, money, names)
    starts = next(iter(cuts.values())) if len(cuts) == 1 else [float("nan")] * len(names)
    tiers.insert(0, "at_least_amount", starts)
    measure = POINTS if rules["rule"] == POINTS else str(rules["measure"])
    return Tiers(found, _say(found, tiers, amount, measure), tiers, measure)


def _measures(rules: Mapping[str, Any]) -> list[str]:
    points = [str(part["measure"]) for part in rules["points"]] if rules["rule"] == POINTS else []
    return [str(rules["measure"]), *points]


def _score(
    x: pd.DataFrame, ordering: pd.Series, scope: pd.Series, rules: Mapping[str, Any]
) -> pd.Series:
    """What tiers look at: the measure, or points from the place in each of several."""
    if rules["rule"] != POINTS:
        return read_numbers(x, str(rules["measure"])).where(ordering)
    total = pd.Series(0.0, index=x.index)
    for part in rules["points"]:
        groups = read_numbers(x, str(part["measure"])).where(ordering).groupby(scope)
        last = groups.transform("count") - 1
        place = (groups.rank(method="average") - 1) / last.where(last > 0)
        # Without a value, or alone in its region, a dealer stands in the middle.
        total += float(part["weight"]) * place.fillna(0.5)
    return total.where(ordering)


def _climb(amount: pd.Series, names: Sequence[str], starts: Sequence[float]) -> pd.DataFrame:
    """The tier of each dealer, and how far it is from the next one and above its own start."""
    tier, nothing = code_series(amount.index, "tier"), amount * float("nan")
    gap, lower = nothing, nothing
    above = float("nan")
    for name, start in zip(names, starts, strict=True):
        here = tier.isna() & (amount >= start)
        tier = tier.mask(here, name)
        gap = gap.mask(here, above - amount)
        lower = lower.mask(here, amount - start)
        above = start
    gap = gap.mask(tier.isna(), above - amount)
    base = amount.where(amount > 0)
    return pd.DataFrame(
        {
            "tier": tier,
            "gap_to_next_amount": gap,
            "gap_to_next_share": gap / base,
            "gap_to_lower_amount": lower,
            "gap_to_lower_share": lower / base,
        }
    )


def _cuts(rules: Mapping[str, Any], amounts: np.ndarray) -> list[float]:
    starts = [float(tier["at_least"]) for tier in rules["tiers"]]
    if rules["rule"] != "quantile":
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

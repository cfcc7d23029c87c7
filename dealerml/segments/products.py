"""Products and categories: which carry the business, and how many dealers buy them."""

from dataclasses import dataclass

import pandas as pd

from dealerml.errors import TableError
from dealerml.policy import Policy, load_policy
from dealerml.segments.classes import ABC_CLASSES, classify_amounts
from dealerml.segments.columns import count_codes
from dealerml.words import Sentence, Spoken

UNKNOWN = ""


@dataclass(frozen=True)
class ProductRanking(Spoken):
    """Products or categories, the largest first.

    ``table`` is indexed by ``key``; what is bought without a known key is left out and said:
        ``abc_class``              A, B or C by the curve of positive amounts
        ``net_amount``             float, money in the period
        ``amount_share``           float 0-1, part of all positive amounts
        ``buyers``                 int, dealers that bought it for more than they returned
        ``distribution``           float 0-1, those ÷ all dealers that bought anything
        ``weighted_distribution``  float 0-1, what those buy in all ÷ what all dealers buy: high
                                   where the large ones have it
        ``amount_per_buyer``       float, money ÷ buyers
        ``growth``                 float, against the earlier period; missing without one
    ``classes`` has one row per class, ``dealers`` counting products there.
    """

    classes: pd.DataFrame


def rank_products(
    mix: pd.DataFrame, *, now: str = "now", before: str | None = None, policy: Policy | None = None
) -> ProductRanking:
    """Which products carry the business, and where could more dealers have them?

    Parameters
    ----------
    mix
        Result of `build_mix` by product or category.
    now, before
        Names of the period to rank and of the one it is held against.
    policy
        ``classes``: ``a_share`` and ``b_share``.

    Raises
    ------
    TableError
        If a period is not in the mix.

    Examples
    --------
    >>> mix = pd.DataFrame(
    ...     {
    ...         "dealer_id": ["A", "A", "B"],
    ...         "key": ["cement", "tools", "cement"],
    ...         "period": "now",
    ...         "net_amount": [60.0, 10.0, 30.0],
    ...     }
    ... )
    >>> rank_products(mix).table[["abc_class", "buyers", "weighted_distribution"]]
           abc_class  buyers  weighted_distribution
    key
    cement         A       2                    1.0
    tools          B       1                    0.7
    """
    rules = (policy or load_policy()).classes
    need_periods(mix, [now, *([before] if before else [])])
    rows = mix[mix["period"] == now]
    amounts = rows.groupby(["dealer_id", "key"])["net_amount"].sum()
    bought = amounts[amounts > 0].reset_index()
    totals = amounts.groupby("dealer_id").sum()
    totals = totals[totals > 0]
    sums = amounts.groupby("key").sum()
    known = sums[sums.index != UNKNOWN].sort_index()
    table = classify_amounts(known, (float(rules["a_share"]), float(rules["b_share"])))
    table = table.rename(columns={"share": "amount_share"})[["abc_class", "amount_share"]]
    table.insert(1, "net_amount", known)
    buyers = bought.groupby("key").size()
    weight = totals.reindex(bought["dealer_id"], fill_value=0.0).groupby(list(bought["key"])).sum()
    table["buyers"] = buyers.reindex(table.index, fill_value=0).astype("int64")
    table["distribution"] = table["buyers"] / max(len(totals), 1)
    table["weighted_distribution"] = weight.reindex(table.index, fill_value=0.0) / totals.sum()
    table["amount_per_buyer"] = table["net_amount"] / table["buyers"].where(table["buyers"] > 0)
    table["growth"] = _growth(mix, known, before)
    table = table.sort_values("net_amount", ascending=False, kind="stable").rename_axis("key")
    classes = count_codes(table["abc_class"], known.clip(lower=0.0), ABC_CLASSES)
    said = _say(table, classes, float(sums.get(UNKNOWN, 0.0)), len(totals))
    return ProductRanking(table, said, classes)


def need_periods(mix: pd.DataFrame, names: list[str]) -> None:
    """Are these periods in the mix?

    Raises
    ------
    TableError
        If one is not.
    """
    there = sorted(set(mix["period"]))
    missing = [name for name in names if name not in there]
    if missing and len(mix):
        message = (
            f"mix: period {missing[0]!r} is not in it; there are {', '.join(there)}. Name the "
            "periods as they were named for build_mix."
        )
        raise TableError(message)


def _growth(mix: pd.DataFrame, known: pd.Series, before: str | None) -> pd.Series:
    if before is None:
        return pd.Series(float("nan"), index=known.index)
    base = mix[mix["period"] == before].groupby("key")["net_amount"].sum().reindex(known.index)
    return known / base.where(base > 0) - 1


def _say(
    table: pd.DataFrame, classes: pd.DataFrame, unknown: float, dealers: int
) -> tuple[Sentence, ...]:
    said = []
    if len(table) and table["net_amount"].iloc[0] > 0:
        values = {
            "n": len(table),
            "a": int(classes["dealers"]["A"]),
            "share": float(classes["amount_share"]["A"]),
            "name": str(table.index[0]),
            "buyers": int(table["buyers"].iloc[0]),
            "dealers": dealers,
        }
        said.append(Sentence("segments.products_summary", values))
        # Strong with those that have it, and most do not: where selling it is worth a try.
        thin = table[(table["abc_class"] == "A") & (table["distribution"] < 0.5)]
        if len(thin):
            values = {"n": len(thin), "name": str(thin.index[0])}
            said.append(Sentence("segments.products_thin", values))
    else:
        said.append(Sentence("segments.products_nothing"))
    if unknown:
        said.append(Sentence("segments.products_unknown", {"amount": unknown}))
    return tuple(said)

"""Category overlap: who buys one category, what else does it buy?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.segments.products import UNKNOWN, need_periods
from dealerml.words import Sentence, Spoken

# Fewer common buyers are no pattern.
FEWEST = 5


@dataclass(frozen=True)
class Overlap(Spoken):
    """Pairs of categories, and how many categories dealers buy.

    ``table`` has one row per ordered pair of different categories, the largest lift first:
        ``key``, ``other``
        ``buyers``      int, dealers that buy ``key``
        ``both``        int, of them, those that buy ``other`` as well
        ``share``       float 0-1, both ÷ buyers
        ``lift``        float, that share ÷ the share of all buyers that buy ``other``: above 1 the
                        two go together
    ``by_number`` has one row per number of categories bought: ``dealers``, ``amount`` and
    ``amount_share``.
    """

    by_number: pd.DataFrame


def cross_categories(mix: pd.DataFrame, *, now: str = "now") -> Overlap:
    """Which categories are bought by the same dealers?

    Parameters
    ----------
    mix
        Result of `build_mix` by category.
    now
        Name of the period.

    Raises
    ------
    TableError
        If the period is not in the mix.

    Examples
    --------
    >>> mix = pd.DataFrame(
    ...     {
    ...         "dealer_id": ["A", "A", "B", "C"],
    ...         "key": ["cement", "tools", "cement", "tools"],
    ...         "period": "now",
    ...         "net_amount": [5.0, 1.0, 4.0, 2.0],
    ...     }
    ... )
    >>> cross_categories(mix).table.round(2)
          key   other  buyers  both  share  lift
    0  cement   tools       2     1    0.5  0.75
    1   tools  cement       2     1    0.5  0.75
    """
    need_periods(mix, [now])
    rows = mix[(mix["period"] == now) & (mix["key"] != UNKNOWN)]
    amounts = rows.groupby(["dealer_id", "key"])["net_amount"].sum()
    positive = amounts[amounts > 0].reset_index()
    bought = positive.pivot_table(index="dealer_id", columns="key", values="net_amount").notna()
    counts = bought.to_numpy(dtype="int64")
    both = counts.T @ counts
    buyers, dealers = np.diag(both), max(len(bought), 1)
    pairs = [
        (key, other, int(buyers[i]), int(both[i, j]))
        for i, key in enumerate(bought.columns)
        for j, other in enumerate(bought.columns)
        if i != j
    ]
    table = pd.DataFrame(pairs, columns=["key", "other", "buyers", "both"])
    table["share"] = table["both"] / table["buyers"]
    of_all = pd.Series(buyers / dealers, index=bought.columns)
    table["lift"] = table["share"] / table["other"].map(of_all)
    order = ["lift", "both", "key", "other"]
    table = table.sort_values(order, ascending=[False, False, True, True]).reset_index(drop=True)
    by_number = _by_number(bought.sum(axis=1), amounts)
    return Overlap(table, _say(table, by_number), by_number)


def _by_number(numbers: pd.Series, amounts: pd.Series) -> pd.DataFrame:
    totals = amounts.groupby("dealer_id").sum().reindex(numbers.index)
    groups = totals.groupby(numbers.rename("categories"))
    table = pd.DataFrame({"dealers": groups.size(), "amount": groups.sum()})
    total = float(table["amount"].sum())
    table["amount_share"] = table["amount"] / total if total > 0 else float("nan")
    return table


def _say(table: pd.DataFrame, by_number: pd.DataFrame) -> tuple[Sentence, ...]:
    dealers = int(by_number["dealers"].sum())
    usual = table[table["both"] >= FEWEST]
    if usual.empty:
        return (Sentence("segments.overlap_nothing", {"n": dealers, "needed": FEWEST}),)
    first = usual.iloc[0]
    single = int(by_number["dealers"].get(1, 0))
    values = {
        "n": dealers,
        "key": str(first["key"]),
        "other": str(first["other"]),
        "share": float(first["share"]),
        "lift": float(first["lift"]),
        "single": single,
    }
    return (Sentence("segments.overlap_summary", values),)

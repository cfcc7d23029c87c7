"""Heavy, medium and light dealers: by their place among all that spent anything."""

from dataclasses import dataclass

import pandas as pd

from dealerml.segments.columns import (
    code_series,
    count_codes,
    need_columns,
    read_numbers,
    read_scope,
)
from dealerml.words import Sentence, Spoken

SPEND_GROUPS = ("heavy", "medium", "light", "nothing")
# Up to these places among all, from 0 to 1, a dealer is light, or medium.
LIGHT, MEDIUM = 0.5, 0.8


@dataclass(frozen=True)
class SpendGroups(Spoken):
    """Heavy, medium and light dealers, and what each group brings.

    ``table`` is indexed by dealer_id:
        ``spend_group``  heavy, medium, light or nothing; missing where the amount is missing
        ``place``        float 0-1, place among the dealers that spent anything, 1 the largest
    ``groups`` has one row per group: ``dealers``, ``amount`` and ``amount_share``.
    """

    groups: pd.DataFrame


def group_spend(
    x: pd.DataFrame, *, measure: str = "net_amount_365d", within: str | None = None
) -> SpendGroups:
    """Which dealers are heavy, medium and light buyers?

    Dealers whose amount is not zero are put in order, equal amounts by dealer_id. The first half
    is light, the next three tenths are medium, the last two tenths heavy; who stands exactly at a
    border belongs to the lighter group. Amounts below zero are light, and zero is a group of its
    own. This is how retailers cut theirs; unlike `rank_abc` it counts dealers and not money.

    Parameters
    ----------
    x
        Features, one row per dealer.
    measure
        Column to go by.
    within
        Column such as ``region``, in each value of which dealers are put in order by themselves.

    Raises
    ------
    TableError
        If a column is not among the features.

    Examples
    --------
    >>> amounts = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0, "E": 5.0, "F": 6.0, "G": 0.0}
    >>> group_spend(pd.DataFrame({"net_amount_365d": pd.Series(amounts)})).table
      spend_group  place
    A       light    0.0
    B       light    0.2
    C       light    0.4
    D      medium    0.6
    E      medium    0.8
    F       heavy    1.0
    G     nothing    NaN
    """
    need_columns(x, [measure, *([within] if within else [])])
    amount = read_numbers(x, measure)
    scope = read_scope(x, within)
    spent = amount[amount.notna() & (amount != 0)].sort_index().sort_values(kind="stable")
    # Places are compared as whole numbers: four fifths of five is exactly four.
    groups = spent.groupby(scope.reindex(spent.index))
    rank, last = groups.cumcount(), groups.transform("size") - 1
    codes = pd.Series("heavy", index=spent.index, dtype="str")
    codes = codes.mask(10 * rank <= round(10 * MEDIUM) * last, "medium")
    codes = codes.mask(10 * rank <= round(10 * LIGHT) * last, "light")
    group = code_series(x.index, "spend_group").mask(amount == 0, "nothing")
    group = group.mask(amount.notna() & (amount != 0), codes.reindex(x.index))
    place = (rank / last.where(last > 0, 1)).reindex(x.index).rename("place")
    counts = count_codes(group, amount, SPEND_GROUPS)
    return SpendGroups(pd.DataFrame({"spend_group": group, "place": place}), _say(counts), counts)


def _say(groups: pd.DataFrame) -> tuple[Sentence, ...]:
    values: dict[str, object] = {"n": int(groups["dealers"].sum() - groups["dealers"]["nothing"])}
    if not values["n"]:
        return (Sentence("segments.spend_nothing"),)
    for code in ("heavy", "medium", "light"):
        values[code] = int(groups["dealers"][code])
        values[f"{code}_share"] = float(groups["amount_share"][code])
    said = [Sentence("segments.spend_summary", values)]
    if groups["dealers"]["nothing"]:
        said.append(Sentence("segments.spend_zero", {"n": int(groups["dealers"]["nothing"])}))
    return tuple(said)

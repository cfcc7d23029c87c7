"""White space: what dealers do not buy though their like do, and where nobody sells."""

from dataclasses import dataclass

import pandas as pd

from dealerml.features.peers import FEWEST, size_deciles
from dealerml.segments.columns import ORDERING_STATUSES, need_columns, read_numbers, read_scope
from dealerml.segments.products import UNKNOWN, need_periods
from dealerml.words import Sentence, Spoken

AMOUNT = "net_amount_365d"
# Where at least so many of its like buy a category, a dealer without it is a white spot.
USUAL = 0.5


@dataclass(frozen=True)
class WhiteSpace(Spoken):
    """Dealers and categories that do not meet, the most promising first.

    ``table`` has one row per dealer and category:
        ``dealer_id``, ``key``
        ``peers``            int, other dealers of its size and region that order; of its size alone
                             where those are fewer than five
        ``peers_buying``     int, of them, those that buy the category
        ``expected_amount``  float, what the dealer buys in 12 months × the share that the category
                             has with the middle one of those, to be added if it bought alike
    ``by_key`` has one row per category: ``dealers`` without it, and ``expected_amount``.
    """

    by_key: pd.DataFrame


def find_white_space(mix: pd.DataFrame, x: pd.DataFrame, *, now: str = "now") -> WhiteSpace:
    """Which categories could be offered to whom, and what might they bring?

    Parameters
    ----------
    mix
        Result of `build_mix` by category, with a period of 12 months.
    x
        Features, one row per dealer: those that order are looked at.
    now
        Name of the period.

    Notes
    -----
    An expectation from what similar dealers buy, not a forecast: a dealer may buy the category
    elsewhere, or have no use for it.

    Raises
    ------
    TableError
        If status or amount are not among the features, or the period is not in the mix.
    """
    need_columns(x, ["status", AMOUNT])
    need_periods(mix, [now])
    ordering = x[x["status"].isin(ORDERING_STATUSES) & (read_numbers(x, AMOUNT) > 0)].sort_index()
    rows = mix[(mix["period"] == now) & (mix["key"] != UNKNOWN)]
    bought = rows.pivot_table(
        index="dealer_id", columns="key", values="net_amount", aggfunc="sum", fill_value=0.0
    ).reindex(ordering.index, fill_value=0.0)
    amount = read_numbers(ordering, AMOUNT)
    share = bought.div(amount, axis=0).where(bought > 0)
    spots = [
        spot
        for members, peers in _peer_groups(ordering, amount)
        for spot in _spots(share.loc[peers], members, amount)
    ]
    columns = ["dealer_id", "key", "peers", "peers_buying", "expected_amount"]
    table = pd.DataFrame(spots, columns=columns).sort_values(
        ["expected_amount", "dealer_id", "key"], ascending=[False, True, True]
    )
    by_key = table.groupby("key").agg(
        dealers=("dealer_id", "size"), expected_amount=("expected_amount", "sum")
    )
    by_key = by_key.sort_values("expected_amount", ascending=False, kind="stable")
    return WhiteSpace(table.reset_index(drop=True), _say(table, by_key, len(ordering)), by_key)


def map_cities(profile: pd.DataFrame, x: pd.DataFrame) -> pd.DataFrame:
    """In how many cities do we have dealers, and where do none of them order any more?

    For display: the city is the one listed today.

    Parameters
    ----------
    profile
        Result of `dealer_profile`.
    x
        Features, one row per dealer.

    Returns
    -------
    One row per city, index ``city``, the emptiest first: ``region``, ``dealers`` listed or seen,
    ``ordering`` and ``amount`` of 12 months.
    """
    need_columns(x, ["status", AMOUNT])
    rows = profile[profile["city"].notna()]
    ordering = x["status"].isin(ORDERING_STATUSES).reindex(rows.index, fill_value=False)
    amount = read_numbers(x, AMOUNT).reindex(rows.index).fillna(0.0)
    groups = rows.assign(ordering=ordering.astype("int64"), amount=amount).groupby("city")
    table = groups.agg(
        region=("region", "min"),
        dealers=("city", "size"),
        ordering=("ordering", "sum"),
        amount=("amount", "sum"),
    )
    return table.sort_values(["ordering", "amount"], kind="stable")


def _peer_groups(ordering: pd.DataFrame, amount: pd.Series) -> list[tuple[pd.Index, pd.Index]]:
    """Dealers to look at, and the dealers they are compared with, themselves included."""
    tenth = size_deciles(amount)
    region = read_scope(ordering, "region" if "region" in ordering else None)
    groups = []
    for _, alike in tenth.groupby(tenth):
        for _, near in alike.groupby(region.reindex(alike.index)):
            groups.append((near.index, near.index if len(near) > FEWEST else alike.index))
    return groups


def _spots(
    share: pd.DataFrame, members: pd.Index, amount: pd.Series
) -> list[tuple[str, str, int, int, float]]:
    buys, middle = share.notna(), share.median()
    spots = []
    for dealer in members:
        others = len(share) - 1
        buying = buys.sum() - buys.loc[dealer]
        for key in share.columns[~buys.loc[dealer].to_numpy()]:
            if others and buying[key] >= USUAL * others:
                expected = float(amount[dealer] * middle[key])
                spots.append((str(dealer), str(key), others, int(buying[key]), expected))
    return spots


def _say(table: pd.DataFrame, by_key: pd.DataFrame, dealers: int) -> tuple[Sentence, ...]:
    if table.empty:
        return (Sentence("segments.white_nothing", {"n": dealers}),)
    values = {
        "n": int(table["dealer_id"].nunique()),
        "dealers": dealers,
        "amount": float(table["expected_amount"].sum()),
        "key": str(by_key.index[0]),
        "without": int(by_key["dealers"].iloc[0]),
    }
    return (Sentence("segments.white_summary", values),)

"""How each dealer stands beside dealers of its size and region."""

from typing import Any

import pandas as pd

DECILES = 10
# With fewer dealers in a region and size, those of the same size anywhere are the peers.
FEWEST = 5
GROWTH = "year_ratio_90d"
RATIOS = {"order_days_vs_peers": "order_days_365d", "products_vs_peers": "products_365d"}


def peers(x: pd.DataFrame) -> pd.DataFrame:
    """How does each dealer compare with dealers of its size in its region on the same date?

    Parameters
    ----------
    x
        Features of one or more as-of dates, index ``(as_of, dealer_id)``.

    Returns
    -------
    On the same index; null for dealers whose last 365 days brought nothing:
        ``peers``                    count, ≥ 1; dealers of the same tenth by net amount of 365 days
                                     in the same dated region, itself included; where that are
                                     fewer than five, of the tenth alone
        ``growth_rank_among_peers``  share, 0–1; of its peers, those whose last 90 days ÷ the same
                                     days last year are lower, equals counting half; null with
                                     fewer than five to rank
        ``order_days_vs_peers``      ratio, ≥ 0; order days of 365 days ÷ those of the middle peer
        ``products_vs_peers``        ratio, ≥ 0; products of 365 days ÷ those of the middle peer,
                                     absent where the export has no products

    Examples
    --------
    Six dealers alike but for the last, which orders twice as often.

    >>> dates = pd.MultiIndex.from_product([[pd.Timestamp("2025-06-30")], list("ABCDEF")])
    >>> x = pd.DataFrame({"net_amount_365d": 9.0, "year_ratio_90d": 1.0}, index=dates)
    >>> x = x.assign(region="North", order_days_365d=[4, 4, 4, 4, 4, 8])
    >>> peers(x).droplevel(0).loc["F"].tolist()
    [6.0, 0.5, 2.0]
    """
    decile = size_deciles(x["net_amount_365d"])
    as_of, region = x.index.get_level_values(0), x["region"].fillna("")
    near = decile.groupby([as_of, decile, region]).transform("size") >= FEWEST
    # Who has too few beside it gets a group of the whole tenth, the others stay in it as well.
    groups = ([as_of, decile, region], [as_of, decile])
    columns = {
        "peers": _choose(near, [decile.groupby(keys).transform("size") for keys in groups]),
        "growth_rank_among_peers": _choose(near, [_rank(x[GROWTH], keys) for keys in groups]),
    }
    for name, column in RATIOS.items():
        if column in x:
            values = x[column].astype("float64")
            middle = _choose(near, [values.groupby(keys).transform("median") for keys in groups])
            columns[name] = values / middle.where(middle > 0)
    return pd.DataFrame(columns).astype("float64").where(decile.notna())


def _choose(near: pd.Series, values: list[pd.Series]) -> pd.Series:
    return values[0].where(near, values[1])


def _rank(values: pd.Series, keys: list[Any]) -> pd.Series:
    groups = values.astype("float64").groupby(keys)
    count = groups.transform("count")
    return ((groups.rank(method="average") - 0.5) / count).where(count >= FEWEST)


def size_deciles(amount: pd.Series) -> pd.Series:
    """In which tenth by size is each dealer at each as-of date, 10 the largest?

    Returns
    -------
    float 1–10 on the same index, each date by itself where it has any; missing where the amount is
    not above zero. Equal amounts share the tenth of the middle of their group.

    Examples
    --------
    >>> size_deciles(pd.Series([5.0, 0.0, 7.0], index=list("ABC"))).tolist()
    [5.0, nan, 10.0]
    """
    positive = amount.astype("float64").where(amount > 0)
    dates = amount.index.get_level_values(0) if amount.index.nlevels > 1 else [0] * len(amount)
    groups = positive.groupby(dates)
    ranks, counts = groups.rank(method="average"), groups.transform("count")
    # Whole numbers before dividing: a rank at the edge of a tenth must not fall by a rounding.
    return -(-(ranks * 2 * DECILES) // (counts * 2))

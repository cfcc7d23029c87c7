"""What if the dealer is lost: its share of the region, who could take over, what is exposed."""

from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.firing import WATCHED
from dealerml.health.metrics import column, region_amount_share

MOST_NAMED: Final = 3
COLUMNS: Final = (
    "region",
    "net_amount_365d",
    "region_amount_share",
    "region_rank",
    "receivable_amount",
    "alternatives",
    "alternatives_amount",
)


def plan_contingency(
    x: pd.DataFrame,
    dealers: "pd.Index[Any] | list[str]",
    *,
    bands: pd.Series | None = None,
    exposure: pd.Series | None = None,
) -> pd.DataFrame:
    """What hangs on each of these dealers, and who near it could take over?

    Parameters
    ----------
    x
        Features, one row per dealer, with ``region`` and ``net_amount_365d``.
    dealers
        Whose loss is thought through, usually those with urgent alerts.
    bands
        Health band by dealer: red dealers are no alternative.
    exposure
        What each owes, by dealer.

    Returns
    -------
    Index ``dealer_id``, the largest first: ``region``, ``net_amount_365d``,
    ``region_amount_share`` (0-1; empty for regions of fewer than five), ``region_rank`` (1 is the
    region's largest), ``receivable_amount``, ``alternatives``, the ids of up to three other dealers
    that buy in the region, are neither red nor among `dealers`, the largest first, joined by ``;``,
    and ``alternatives_amount``, what these bought in 12 months.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {"status": "active", "region": "North", "net_amount_365d": [50.0, 30.0, 20.0]},
    ...     index=pd.Index(["A", "B", "C"], name="dealer_id"),
    ... )
    >>> plan_contingency(x, ["A"])[["region_rank", "alternatives", "alternatives_amount"]]
               region_rank alternatives  alternatives_amount
    dealer_id
    A                  1.0          B;C                 50.0
    """
    asked = x.index.intersection(pd.Index(dealers))
    amount = column(x, "net_amount_365d")
    region = x["region"] if "region" in x else pd.Series(np.nan, index=x.index)
    table = pd.DataFrame(
        {
            "region": region,
            "net_amount_365d": amount,
            "region_amount_share": region_amount_share(x),
            "region_rank": amount.groupby(region).rank(method="first", ascending=False),
            "receivable_amount": np.nan if exposure is None else exposure.reindex(x.index),
        }
    ).loc[asked]
    buys = x["status"].isin(WATCHED) if "status" in x else pd.Series(data=True, index=x.index)
    fit = buys & (amount > 0) & ~x.index.isin(asked)
    if bands is not None:
        fit &= bands.reindex(x.index).ne("red").fillna(value=True)
    near = [_nearest(region, amount, fit, place) for place in table["region"]]
    table["alternatives"] = pd.Series([";".join(ids) for ids in near], table.index, dtype="str")
    table["alternatives_amount"] = [float(amount[ids].sum()) for ids in near]
    ordered = table.sort_index().sort_values("net_amount_365d", ascending=False, kind="stable")
    return ordered[list(COLUMNS)]


def _nearest(region: pd.Series, amount: pd.Series, fit: pd.Series, place: Any) -> list[str]:
    if pd.isna(place):
        return []
    found = amount[fit & region.eq(place).fillna(value=False)].sort_index()
    return [str(d) for d in found.sort_values(ascending=False, kind="stable").index[:MOST_NAMED]]

"""What growth is worth: does it last, is it steady, does it come back as returns, was it pushed?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.growth.season import SEASON, row_mean
from dealerml.words import Sentence, Spoken

# From here on a dealer's months swing more, or more comes back, than growth can be trusted by.
UNSTEADY: Final = 1.0
RETURNED: Final = 0.1
QUALITIES: Final = ("sound", "unsteady", "returned", "loaded")


@dataclass(frozen=True)
class GrowthQuality(Spoken):
    """Growing dealers, and what their growth is worth.

    Parameters
    ----------
    table
        Index ``dealer_id``, those that grew over twelve months, the largest gain first:
        ``change_amount``, ``growth``, ``trend_share`` (slope of the last twelve months of the same
        months' growth, per month), ``swing`` (standard deviation of the months freed of the level ÷
        their mean), ``returns_share_365d``, ``excess_amount`` of the last ten days, and
        ``quality``: loaded (half of the gain or more is such excess), returned (a tenth or more
        comes back), unsteady (months swing by more than their mean), else sound.
    """


def rate_growth(
    series: pd.DataFrame, *, returns: pd.Series | None = None, excess: pd.Series | None = None
) -> GrowthQuality:
    """How much of the growth of the last twelve months is sound?

    Parameters
    ----------
    series
        Monthly amounts as `build_series` gives them.
    returns
        ``returns_share_365d`` by dealer id.
    excess
        ``excess_amount`` of `find_loading` by dealer id, disproved ones left out.
    """
    y = series.to_numpy(dtype=np.float64)
    if y.shape[1] < 2 * SEASON:
        empty = pd.DataFrame(columns=list(COLUMNS)).rename_axis("dealer_id")
        return GrowthQuality(empty, (Sentence("growth.quality_unknown"),))
    last, before = y[:, -SEASON:], y[:, -2 * SEASON : -SEASON]
    sums = np.nan_to_num(last).sum(axis=1), before.sum(axis=1)
    mean = row_mean(last)
    time = np.arange(SEASON) - (SEASON - 1) / 2
    apart = last - before
    slope = (np.nan_to_num(apart) * time).sum(axis=1) / (time**2).sum()
    swing = np.nanstd(np.nan_to_num(last), axis=1) / np.where(mean > 0, mean, np.nan)
    unknown = pd.Series(np.nan, index=series.index)
    table = pd.DataFrame(
        {
            "change_amount": sums[0] - sums[1],
            "growth": sums[0] / np.where(sums[1] > 0, sums[1], np.nan) - 1,
            "trend_share": slope / np.where(mean > 0, mean, np.nan),
            "swing": swing,
            "returns_share_365d": (unknown if returns is None else returns).reindex(series.index),
            "excess_amount": (unknown if excess is None else excess).reindex(series.index),
        },
        index=series.index,
    )
    grown = table[table["change_amount"] > 0]
    conditions = [
        grown["excess_amount"] >= grown["change_amount"] / 2,
        grown["returns_share_365d"] >= RETURNED,
        grown["swing"] > UNSTEADY,
    ]
    quality = np.select(conditions, ["loaded", "returned", "unsteady"], default="sound")
    grown = grown.assign(quality=pd.Series(quality, grown.index, dtype="str"))
    grown = grown.sort_index().sort_values("change_amount", ascending=False, kind="stable")
    return GrowthQuality(grown, (_said(grown),))


COLUMNS: Final = (
    "change_amount",
    "growth",
    "trend_share",
    "swing",
    "returns_share_365d",
    "excess_amount",
    "quality",
)


def _said(grown: pd.DataFrame) -> Sentence:
    sums = grown.groupby("quality")["change_amount"].sum().reindex(QUALITIES).fillna(0.0)
    facts = {name: float(sums[name]) for name in QUALITIES}
    return Sentence("growth.quality_sums", {**facts, "n": len(grown), "change": float(sums.sum())})

"""The numbers that health parts and alert rules read: features, and a few ratios made of them."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

# A dealer's own 90 % gap means little before it has a handful of gaps.
MIN_ORDER_DAYS_FOR_P90: Final = 6
# A region of a handful of dealers moves with each of them.
FEWEST_IN_REGION: Final = 5
# In a seasonal pause these compare with the busy weeks just before, so they are not read there.
NOT_IN_PAUSE: Final = ("overdue_ratio", "trend_ratio_90d", "order_trend_ratio_90d")
# Columns that other topics join to the features before alerts are raised.
JOINED: Final = tuple(
    """churn_risk loss_expected abc_class health growth forecast_growth forecast_low_ratio
    deal_stalled_days""".split()
)


def read_metric(x: pd.DataFrame, name: str) -> pd.Series:
    """Which value has each dealer of a metric?

    Parameters
    ----------
    x
        Features, one row per dealer, with any columns joined to them.
    name
        A column of `x` or a name of ``DERIVED``.

    Returns
    -------
    Float per row of `x`; NaN where the dealer has no value or the column is absent.
    """
    values = DERIVED[name](x) if name in DERIVED else column(x, name)
    return values.where(np.isfinite(values)).rename(name)


def column(x: pd.DataFrame, name: str) -> pd.Series:
    """Which numbers stand in a column, all NaN where there is no such column?"""
    if name not in x.columns:
        return pd.Series(np.nan, index=x.index, name=name)
    return pd.to_numeric(x[name], errors="coerce").astype("float64")


def in_pause(x: pd.DataFrame) -> pd.Series:
    """Which dealers are silent now as they were in the same weeks of both past years?"""
    return column(x, "seasonal_pause").gt(0)


def known_metrics(x: pd.DataFrame) -> tuple[str, ...]:
    """Which metrics may a policy name for these features?

    Every feature there is, although an export may give no data for it.
    """
    from dealerml.features import list_features

    features = list_features()["feature"]
    return tuple(sorted({*features, *DERIVED, *JOINED, *map(str, x.columns)}))


def silence_over_p90(x: pd.DataFrame) -> pd.Series:
    """How long is the silence, in units of the gap that nine of ten own gaps do not exceed?

    NaN for dealers with fewer than six order days.
    """
    often = column(x, "order_days").ge(MIN_ORDER_DAYS_FOR_P90)
    return _ratio(column(x, "recency_days"), column(x, "gap_p90_days")).where(often)


def season_silence_ratio(x: pd.DataFrame) -> pd.Series:
    """In a seasonal pause: how many times fewer order days than in the same days of last year?

    Equal is 1. One is added to both counts, because a pause may hold no order at all in both years.
    NaN outside a pause.
    """
    now, before = column(x, "order_days_90d"), column(x, "order_days_90d_last_year")
    return _ratio(before + 1, now + 1).where(in_pause(x))


def order_year_ratio_90d(x: pd.DataFrame) -> pd.Series:
    """How many order days has the last quarter for each of the same days of last year?"""
    return _ratio(column(x, "order_days_90d"), column(x, "order_days_90d_last_year"))


def products_kept_share(x: pd.DataFrame) -> pd.Series:
    """Which share of the products of 12 months was bought in the last 90 days?"""
    return _ratio(column(x, "products_90d"), column(x, "products_365d"))


def categories_lost_share(x: pd.DataFrame) -> pd.Series:
    """Which share of the categories bought before or now is no longer bought?"""
    return _ratio(column(x, "categories_lost"), categories_before(x))


def categories_before(x: pd.DataFrame) -> pd.Series:
    """How many categories are bought now or were lost?"""
    return column(x, "categories_180d") + column(x, "categories_lost")


def returns_surge_ratio(x: pd.DataFrame) -> pd.Series:
    """How much larger is the share returned in 90 days than the dealer's own of 12 months?"""
    return _ratio(column(x, "returns_share_90d"), column(x, "returns_share_365d"))


def cases_surge_ratio(x: pd.DataFrame) -> pd.Series:
    """How many times its own pace of 12 months has the dealer complained in 90 days?"""
    return _ratio(column(x, "cases_90d") * 4, column(x, "cases_365d"))


def region_year_ratio_90d(x: pd.DataFrame) -> pd.Series:
    """How much did the dealer's region buy in 90 days for each unit of the same days last year?

    NaN where the region is not known or has fewer than five dealers.
    """
    now = _sum_region(x, column(x, "net_amount_90d"))
    return _ratio(now, _sum_region(x, column(x, "net_amount_90d_last_year")))


def region_ratio_90d(x: pd.DataFrame) -> pd.Series:
    """How has the dealer grown for each unit that its region grew, on the same days last year?"""
    return _ratio(column(x, "year_ratio_90d"), region_year_ratio_90d(x))


def region_amount_share(x: pd.DataFrame) -> pd.Series:
    """Which share of what its region bought in 12 months did this dealer buy?

    NaN where the region is not known or has fewer than five dealers.
    """
    amount = column(x, "net_amount_365d").clip(lower=0)
    return _ratio(amount, _sum_region(x, amount))


def _sum_region(x: pd.DataFrame, values: pd.Series) -> pd.Series:
    """The sum of each dealer's region on the same date; NaN for a handful of dealers."""
    if "region" not in x.columns:
        return pd.Series(np.nan, index=x.index)
    dates = x.index.get_level_values(0) if x.index.nlevels > 1 else np.zeros(len(x))
    region = x["region"].astype("object").where(x["region"].notna(), None).to_numpy()
    groups = values.fillna(0.0).groupby([dates, region])
    total: pd.Series = groups.transform("sum")
    return total.where(groups.transform("count") >= FEWEST_IN_REGION)


def a_class(x: pd.DataFrame) -> pd.Series:
    """Is the dealer of class A: 1, else 0, NaN without a class?"""
    if "abc_class" not in x.columns:
        return pd.Series(np.nan, index=x.index)
    classes = x["abc_class"]
    return classes.eq("A").astype("float64").where(classes.notna())


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)


DERIVED: Final[Mapping[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "a_class": a_class,
    "cases_surge_ratio": cases_surge_ratio,
    "categories_before": categories_before,
    "categories_lost_share": categories_lost_share,
    "order_year_ratio_90d": order_year_ratio_90d,
    "products_kept_share": products_kept_share,
    "region_amount_share": region_amount_share,
    "region_ratio_90d": region_ratio_90d,
    "region_year_ratio_90d": region_year_ratio_90d,
    "returns_surge_ratio": returns_surge_ratio,
    "season_silence_ratio": season_silence_ratio,
    "silence_over_p90": silence_over_p90,
}

"""Who gives up a category: dealer × category at past dates, and whether it was ordered again."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from dealerml.dates import as_date, to_day
from dealerml.errors import TableError
from dealerml.features.breadth import with_category
from dealerml.features.goods import bought_lines
from dealerml.features.labels import refuse_incomplete
from dealerml.features.series import pivot_months
from dealerml.tables import Snapshot

if TYPE_CHECKING:
    from dealerml.policy import Policy

KEYS = ["dealer_id", "category"]
YEAR = 365


def build_category_panel(
    snapshot: Snapshot,
    dates: Iterable[str | dt.date],
    *,
    horizon: int = 90,
    policy: "Policy | None" = None,
) -> pd.DataFrame:
    """What was known of each dealer's buying of each category on past dates, and did it go on?

    Parameters
    ----------
    dates
        As-of dates of the past, each with its horizon and the posting lag complete by today.

    Returns
    -------
    Index ``(as_of, dealer_id, category)``, every category a dealer had ordered by then. The columns
    are those of a dealer's features, read as if the category were the dealer, so that churn models
    take them as they are: ``recency_days``, ``tenure_days``, ``order_days``, ``order_days_365d``,
    ``gap_days``, ``overdue_ratio``, ``net_amount_365d``; and
        ``dealer_recency_days``    days; of the dealer, whatever it ordered
        ``dealer_overdue_ratio``   ratio; of the dealer
        ``category_amount_share``  share, 0–1; of the dealer's amount of 365 days
        ``cohort``                 bool; ordered within the active days, on enough days before
        ``churned``                1 or 0; 1 without an order of the category within the horizon,
                                   NaN outside the cohort
        ``orders_next``            count, ≥ 0; days with an order of it within the horizon

    Raises
    ------
    TableError
        If the export has no categories.
    HistoryError
        If a date is not complete by the snapshot's as-of date.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> panel = build_category_panel(example_tables().as_of("2025-06-30"), ["2024-12-31"])
    >>> panel[["order_days", "recency_days", "orders_next"]].droplevel("as_of")
                        order_days  recency_days  orders_next
    dealer_id category
    B         cement             1         204.0            0
              paint              1         194.0            0
    C         paint              2          10.0            0
    """
    from dealerml.policy import load_policy

    if not {"order_lines.product_id", "products.category"} <= snapshot.supplied:
        message = "The export has no categories of products, so none can be given up."
        raise TableError(message)
    definitions = (policy or load_policy()).definitions
    days = sorted({as_date(date) for date in dates})
    refuse_incomplete(snapshot, days, horizon)
    bought = _category_days(snapshot)
    parts = [_one_date(bought, to_day(date), horizon, definitions) for date in days]
    names = [pd.Timestamp(date) for date in days]
    return pd.concat(parts, keys=names, names=["as_of"])


def _category_days(snapshot: Snapshot) -> pd.DataFrame:
    """Days on which each dealer ordered each known category, when that was known, and amounts."""
    lines = with_category(snapshot, bought_lines(snapshot))
    sums = (
        lines.filter(~nw.col("category").is_null())
        .group_by(*KEYS, "day", "known_day")
        .agg(net_amount=nw.col("net_amount").sum().cast(nw.Float64()))
    )
    table: pd.DataFrame = sums.collect("pandas").to_native()
    return table.sort_values([*KEYS, "day", "known_day"], ignore_index=True)


def _one_date(
    bought: pd.DataFrame, as_of_day: int, horizon: int, definitions: dict[str, int]
) -> pd.DataFrame:
    past = bought[(bought["day"] <= as_of_day) & (bought["known_day"] <= as_of_day)]
    x = _rhythm(past, KEYS, as_of_day)
    dealer = _rhythm(past, ["dealer_id"], as_of_day)
    for name in ("recency_days", "overdue_ratio"):
        x[f"dealer_{name}"] = dealer[name].reindex(x.index.get_level_values("dealer_id")).to_numpy()
    total = x["net_amount_365d"].groupby(level="dealer_id").transform("sum")
    x["category_amount_share"] = x["net_amount_365d"] / total.where(total > 0)
    ahead = bought[(bought["day"] > as_of_day) & (bought["day"] <= as_of_day + horizon)]
    following = ahead.groupby(KEYS)["day"].nunique().reindex(x.index).fillna(0).astype("int64")
    active = x["recency_days"] < definitions["active_days"]
    x["cohort"] = active & (x["order_days"] >= definitions["min_order_days"])
    x["churned"] = (following == 0).astype("float64").where(x["cohort"])
    return x.assign(orders_next=following)


def _rhythm(past: pd.DataFrame, keys: list[str], as_of_day: int) -> pd.DataFrame:
    year = past["day"] > as_of_day - YEAR
    groups = past.groupby(keys)
    first, last, n = groups["day"].min(), groups["day"].max(), groups["day"].nunique()
    recent = past[year].groupby(keys)
    gap = (last - first) / (n - 1).where(n > 1)
    recency = (as_of_day - last).astype("float64")
    return pd.DataFrame(
        {
            "recency_days": recency,
            "tenure_days": (as_of_day - first).astype("float64"),
            "order_days": n,
            "order_days_365d": recent["day"].nunique().reindex(n.index).fillna(0),
            "gap_days": gap,
            "overdue_ratio": (recency / gap).replace([np.inf, -np.inf], np.nan),
            "net_amount_365d": recent["net_amount"].sum().reindex(n.index).fillna(0.0),
        }
    )


def build_category_series(snapshot: Snapshot) -> tuple[pd.DataFrame, pd.Series]:
    """How much of each category did each dealer buy in each whole month?

    Returns
    -------
    A table like that of `build_series` whose rows are ``dealer_id · category``, and the category of
    each row: ``forecast_sales(series, regions=categories)`` forecasts each dealer's categories, the
    categories and the total so that they add up. What has no category stands under "".

    Raises
    ------
    TableError
        If the export has no categories.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> series, categories = build_category_series(example_tables().as_of("2025-06-30"))
    >>> series["2025-06"].dropna()
    A · cement      0.0
    A · tools       0.0
    B · cement    385.0
    B · paint       0.0
    C · paint       0.0
    Name: 2025-06, dtype: float64
    """
    if "products.category" not in snapshot.supplied:
        message = "The export has no categories: supply products with a category for each."
        raise TableError(message)
    date, category = nw.col("order_date"), nw.col("category").fill_null("")
    number = 12 * date.dt.year() + date.dt.month() - 1
    bought = (nw.col("line_kind") == "goods") & (nw.col("net_amount") > 0)
    sums = (
        with_category(snapshot, snapshot.lines)
        .with_columns(category=category, month=number.cast(nw.Int64()))
        .group_by("dealer_id", "category", "month")
        .agg(
            net_amount=nw.col("net_amount").sum().cast(nw.Float64()),
            ordered=nw.when(bought).then(1).otherwise(0).sum(),
        )
    )
    rows: pd.DataFrame = sums.collect("pandas").to_native()
    keys = rows["dealer_id"].astype("str") + " · " + rows["category"].astype("str")
    names = pd.Series(rows["category"].to_numpy(), index=keys).groupby(level=0).first()
    series = pivot_months(rows.assign(dealer_id=keys), snapshot).rename_axis(index=None)
    return series, names.reindex(series.index).rename("category")

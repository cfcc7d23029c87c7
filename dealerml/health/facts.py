"""The numbers that sentences quote: which columns each metric and alert kind puts into words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from dealerml.health.metrics import read_metric
from dealerml.words import ColumnName

SALES_90D: Final = {"now": "net_amount_90d", "before": "net_amount_90d_last_year"}
ORDERS_90D: Final = {"now": "order_days_90d", "before": "order_days_90d_last_year"}
CATEGORIES: Final = {"lost": "categories_lost", "before": "categories_before"}

# Metric or alert kind → argument of its sentence → metric quoted.
QUOTED: Final[Mapping[str, Mapping[str, str]]] = {
    "year_ratio_90d": SALES_90D,
    "trend_ratio_90d": {"now": "net_amount_90d", "before": "net_amount_previous_90d"},
    "year_ratio_365d": {"now": "net_amount_365d", "before": "net_amount_365d_last_year"},
    "overdue_ratio": {"recency": "recency_days", "gap": "gap_days"},
    "season_silence_ratio": ORDERS_90D,
    "order_year_ratio_90d": ORDERS_90D,
    "order_trend_ratio_90d": {"now": "order_days_90d", "before": "order_days_previous_90d"},
    "products_kept_share": {"now": "products_90d", "year": "products_365d"},
    "region_ratio_90d": {"own": "year_ratio_90d", "region": "region_year_ratio_90d"},
    "categories_lost_share": CATEGORIES,
    "overdue_order": {"recency": "recency_days", "gap": "gap_days", "p90": "gap_p90_days"},
    "sharp_drop": SALES_90D,
    "lost_category": CATEGORIES,
    "returns_surge": {"usual": "returns_share_365d"},
    "complaint_surge": {"year": "cases_365d"},
    "satisfaction_drop": {"score": "nps_score"},
    "target_miss": {"last": "target_attainment_last"},
    "contact_overload": {"orders": "order_days_90d"},
}
# The metric each kind's own sentence speaks of: a rule that reads another one speaks in general.
SPOKEN_METRIC: Final[Mapping[str, str]] = {
    "overdue_order": "overdue_ratio",
    "sharp_drop": "year_ratio_90d",
    "lost_category": "categories_lost",
    "returns_surge": "returns_share_90d",
    "a_class_at_risk": "churn_risk",
    "overdue_payment": "late_paid_share_90d",
    "complaint_surge": "cases_90d",
    "satisfaction_drop": "nps_score_change",
    "contact_lapse": "contact_recency_days",
    "stock_high": "stock_cover_days",
    "contract_expiry": "contract_days_left",
    "target_miss": "target_run_rate",
    "below_forecast": "forecast_low_ratio",
    "price_floor": "below_floor_share_365d",
    "region_dependency": "region_amount_share",
    "stalled_deal": "deal_stalled_days",
    "contact_overload": "contacts_90d",
}


def collect_facts(x: pd.DataFrame, *, metrics: Iterable[str], kinds: Iterable[str]) -> pd.DataFrame:
    """Which numbers may be quoted for each dealer?

    Returns
    -------
    Index of `x`; one float column per metric of `metrics` and per metric quoted for `kinds`.
    """
    sources = [source for kind in kinds for source in QUOTED.get(kind, {}).values()]
    names = sorted({*metrics, *sources})
    return pd.DataFrame({name: read_metric(x, name) for name in names}, index=x.index)


def quote_facts(facts: Mapping[Any, Any], *, metric: str, kind: str) -> dict[str, object]:
    """Which arguments does the sentence of a metric or an alert kind get for one dealer?

    Parameters
    ----------
    facts
        One row of `collect_facts`.
    metric
        The metric the sentence is about.
    kind
        Key of ``QUOTED``: the metric itself, or the kind of alert.

    Returns
    -------
    ``metric`` (its label), ``value``, ``change`` (value − 1) and the numbers quoted for the kind.
    """
    value = float(facts[metric])
    quoted = {name: float(facts[source]) for name, source in QUOTED.get(kind, {}).items()}
    return {"metric": ColumnName(metric), "value": value, "change": value - 1, **quoted}

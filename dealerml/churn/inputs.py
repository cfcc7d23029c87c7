"""What the churn models read: numeric columns, grouped into families of reasons."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from dealerml.errors import TableError

# Features grouped into what a sales manager would call one reason.
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "silence": (
        "recency_days", "overdue_ratio", "overdue_recent_ratio", "silence_probability",
        "gap_limit_days",
    ),
    "slower_rhythm": (
        "gap_days", "gap_median_days", "gap_recent_days", "gap_p90_days", "gap_max_days",
        "gap_sd_days", "order_days_30d", "order_days_90d", "order_days_previous_90d",
        "order_days_90d_last_year", "order_trend_ratio_90d", "gap_trend_ratio",
    ),
    "falling_amount": (
        "net_amount_30d", "net_amount_90d", "net_amount_previous_90d", "net_amount_90d_last_year",
        "trend_ratio_90d", "year_ratio_90d", "year_ratio_365d",
    ),
    "low_volume": (
        "order_days", "order_days_180d", "order_days_365d", "net_amount_365d",
        "net_amount_365d_last_year", "net_amount_ever", "quantity_365d",
        "net_amount_per_order_day_365d",
    ),
    "short_history": ("tenure_days",),
    "fewer_products": (
        "products_90d", "products_365d", "categories_180d", "categories_365d", "categories_lost",
        "categories_won", "top_category_share_365d", "lines_per_order_day_365d",
        "new_product_share_365d",
    ),
    "returns": (
        "returns_amount_90d", "returns_amount_365d", "returns_share_90d", "returns_share_365d",
    ),
    "margin": ("margin_365d", "margin_share_365d", "costed_share_365d"),
    "season": (
        "order_days_ahead_last_year", "net_amount_ahead_last_year", "seasonal_pause",
        "amount_cv_365d",
    ),
    "loading": (
        "quarter_end_share", "quarter_end_share_usual", "quarter_end_excess",
        "after_quarter_end_ratio",
    ),
    "prices": (
        "price_index_365d", "discount_share_365d", "discount_share_change",
        "discounted_share_365d", "below_floor_share_365d",
    ),
    "payments": (
        "days_beyond_terms_365d", "days_beyond_terms_change", "late_paid_share_365d",
        "late_paid_share_90d", "paid_ratio_365d", "payment_recency_days",
    ),
    "contacts": (
        "contacts_90d", "contacts_365d", "visits_90d", "calls_90d", "contact_recency_days",
        "visit_recency_days", "planned_contact_share_365d", "contact_delay_days_365d",
    ),
    "cases": (
        "cases_90d", "cases_365d", "cases_repeat_365d", "cases_open", "case_oldest_open_days",
        "case_response_days_365d", "case_resolution_days_365d",
    ),
    "satisfaction": ("nps_score", "nps_score_change", "csat_score", "survey_recency_days"),
    "training": ("trainings_365d", "training_hours_365d", "training_recency_days"),
    "targets": (
        "target_amount", "target_attainment", "target_run_rate", "target_attainment_last",
        "contract_days_left", "contract_run_rate",
    ),
    "stock": (
        "stock_quantity", "stock_age_days", "stock_cover_days", "sell_out_quantity_90d",
        "sell_out_trend_ratio_90d", "sell_through_ratio_90d", "outlets_365d",
        "outlets_active_share", "top_outlet_share_365d",
    ),
    "behind_peers": (
        "peers", "growth_rank_among_peers", "order_days_vs_peers", "products_vs_peers",
    ),
}  # fmt: skip
# A feature that alone tells who will stop better than this has seen the outcome. Silence, the best
# there is, tells nine pairs in ten.
TOO_GOOD: Final = 0.99
ENOUGH_TO_TELL: Final = 30  # churners and stayers before a feature can be called too good
OTHER_FAMILY: Final = "other"
FAMILY_OF: Final = {column: family for family, group in FAMILIES.items() for column in group}


def available_columns(rows: pd.DataFrame) -> list[str]:
    """Which features have at least one value in these rows?"""
    from dealerml.features import feature_columns

    return [name for name in feature_columns(rows) if rows[name].notna().any()]


def feature_frame(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Which numbers does a model read: float64, empty instead of infinite?

    Raises
    ------
    TableError
        If a column that the model was fitted on is absent.
    """
    absent = [name for name in columns if name not in frame]
    if absent:
        message = (
            f"{len(absent)} features of the model are absent, first {absent[0]!r}. "
            "Score features that were built as those of the panel, or fit the model again."
        )
        raise TableError(message)
    numbers = frame[list(columns)].astype("float64")
    return numbers.where(np.isfinite(numbers))


def refuse_leaks(rows: pd.DataFrame) -> None:
    """Does any feature, or that it is empty, tell the outcome by itself?

    Raises
    ------
    TableError
        Naming the features that place a churner above a dealer who stays, or below, in more than
        99 of 100 pairs: columns made after the fact, such as a status or a closing date.
    """
    from scipy.stats import rankdata

    churned = rows["churned"].to_numpy(dtype=bool)
    events, stays = churned.sum(), (~churned).sum()
    if min(events, stays) < ENOUGH_TO_TELL:
        return
    numbers = feature_frame(rows, available_columns(rows))
    found: dict[str, float] = {}
    for name in available_columns(numbers):
        values = numbers[name]
        for what in (values.fillna(values.median()), values.isna()):
            above = rankdata(what)[churned].sum() - events * (events + 1) / 2
            found[name] = max(found.get(name, 0), abs(above / (events * stays) - 0.5) + 0.5)
    leaks = {name: share for name, share in found.items() if share > TOO_GOOD}
    if leaks:
        name, share = max(leaks.items(), key=lambda item: item[1])
        message = (
            f"{len(leaks)} features know the outcome, first {name!r}: alone it tells who stopped "
            f"in {share:.1%} of all pairs. It was made after the as-of date, or of what followed. "
            "Leave it out, or date it (check_feature shows how)."
        )
        raise TableError(message)


def family_of(column: str) -> str:
    """To which family of reasons does a feature belong?

    Examples
    --------
    >>> family_of("overdue_ratio"), family_of("my_own_feature")
    ('silence', 'other')
    """
    return FAMILY_OF.get(column, OTHER_FAMILY)

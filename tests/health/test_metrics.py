import numpy as np
import pandas as pd
import pytest

from dealerml.features import feature_columns
from dealerml.health.metrics import DERIVED, known_metrics, read_metric


def frame(**columns):
    return pd.DataFrame(columns, index=pd.Index(["A", "B"], name="dealer_id"))


def test_an_absent_column_is_unknown_for_everybody():
    assert read_metric(frame(recency_days=[1.0, 2.0]), "gap_days").isna().all()


def test_an_infinite_value_is_unknown():
    values = read_metric(frame(overdue_ratio=[np.inf, 2.0]), "overdue_ratio")
    assert values.isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        (
            "silence_over_p90",
            {"recency_days": 30.0, "gap_p90_days": 20.0, "order_days": [5, 6]},
            [None, 1.5],
        ),
        (
            "season_silence_ratio",
            {"order_days_90d": [0, 1], "order_days_90d_last_year": [3, 1], "seasonal_pause": 1},
            [4.0, 1.0],
        ),
        (
            "season_silence_ratio",
            {"order_days_90d": [0, 1], "order_days_90d_last_year": [3, 1], "seasonal_pause": 0},
            [None, None],
        ),
        (
            "order_year_ratio_90d",
            {"order_days_90d": [2, 2], "order_days_90d_last_year": [4, 0]},
            [0.5, None],
        ),
        ("products_kept_share", {"products_90d": [3, 0], "products_365d": [12, 0]}, [0.25, None]),
        (
            "categories_lost_share",
            {"categories_lost": [1, 0], "categories_180d": [3, 0]},
            [0.25, None],
        ),
        (
            "returns_surge_ratio",
            {"returns_share_90d": [0.2, 0.0], "returns_share_365d": [0.05, 0.0]},
            [4.0, None],
        ),
        ("a_class", {"abc_class": ["A", None]}, [1.0, None]),
        ("a_class", {"abc_class": ["B", "C"]}, [0.0, 0.0]),
    ],
)
def test_ratios_made_of_features(name, columns, expected):
    values = read_metric(frame(**columns), name)
    assert values.astype(object).where(values.notna(), None).tolist() == expected


def test_every_derived_metric_copes_with_an_empty_frame():
    for name in DERIVED:
        assert len(read_metric(pd.DataFrame(), name)) == 0


def test_policies_may_name_every_feature_even_where_an_export_has_no_data_for_it(sample_x):
    assert set(feature_columns(sample_x)) <= set(known_metrics(pd.DataFrame()))

"""Does Spark say the same as the embedded engine? `make spark`."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dealerml.features import FEATURES, build, build_features, build_mix, build_series
from dealerml.features.breadth import products
from dealerml.features.build import collect
from dealerml.features.pace import recency
from dealerml.features.windows import amounts, trend
from dealerml.tables import Tables

pytestmark = pytest.mark.spark
AS_OF, DATES = "2025-06-30", ("2024-12-31", "2025-06-30")
RELATIVE = 1e-12


def same(spark: pd.DataFrame, embedded: pd.DataFrame) -> None:
    """Counts and money to the last digit, ratios to twelve."""
    assert list(spark.columns) == list(embedded.columns)
    pd.testing.assert_index_equal(spark.index, embedded.index)
    for name in embedded.columns:
        left, right = spark[name], embedded[name]
        if not pd.api.types.is_numeric_dtype(right):
            pd.testing.assert_series_equal(left, right)
            continue
        whole = right.dropna() % 1 == 0
        tolerance = 0.0 if whole.all() or is_money(name) else RELATIVE
        np.testing.assert_allclose(
            left.to_numpy("float64"), right.to_numpy("float64"), rtol=tolerance, err_msg=name
        )


def is_money(name: object) -> bool:
    ratios = ("_cv_365d", "per_order_day_365d")
    return isinstance(name, pd.Period) or ("amount" in str(name) and not str(name).endswith(ratios))


@pytest.mark.parametrize("family", FEATURES, ids=lambda family: family.__name__)
def test_every_family_is_the_same(family, on_spark: Tables, embedded: Tables) -> None:
    there, here = (family(tables.as_of(AS_OF).at(*DATES)) for tables in (on_spark, embedded))
    same(collect(there), collect(here))


def test_the_whole_row_of_a_dealer_is_the_same(
    on_spark: Tables, embedded: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is made of families above the bridge: states, regions and peers. The families themselves
    # are compared one by one.
    monkeypatch.setattr(build, "FEATURES", (recency, amounts, trend, products))
    same(build_features(on_spark.as_of(AS_OF)), build_features(embedded.as_of(AS_OF)))


def test_months_and_mix_are_the_same(on_spark: Tables, embedded: Tables) -> None:
    there, here = on_spark.as_of(AS_OF), embedded.as_of(AS_OF)
    same(build_series(there), build_series(here))
    periods = {"now": (dt.date(2025, 4, 1), dt.date(2025, 6, 30))}
    same(build_mix(there, periods), build_mix(here, periods))

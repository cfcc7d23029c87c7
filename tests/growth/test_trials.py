import pandas as pd
import pytest

from dealerml.features import build_category_series
from dealerml.growth.forecast import forecast_sales
from dealerml.growth.trials import backtest_groups


def test_groups_are_judged_apart_and_together_as_all(sample_snapshot, sample_x):
    groups = pd.Series("everybody", sample_x.index)
    one = backtest_groups(sample_snapshot, groups)
    forecast = forecast_sales(sample_snapshot, regions=pd.Series(dtype="str"))
    whole = forecast.backtest.query("level == 'dealer'").set_index("method")
    apart = one.set_index("method")
    assert apart["wape"].to_dict() == pytest.approx(whole["wape"].to_dict())
    assert apart["series"].tolist() == whole["series"].tolist()


def test_each_group_stands_beside_last_year(sample_snapshot, sample_x):
    size = pd.qcut(sample_x["net_amount_365d"].rank(), 2, labels=["small", "large"]).astype("str")
    found = backtest_groups(sample_snapshot, size)
    assert set(found["group"]) == {"small", "large"}
    wide = found.pivot_table(index="group", columns="method", values="wape")
    assert (wide.min(axis=1) < wide["seasonal_naive"]).all()
    # Large dealers are steadier.
    assert wide.loc["large"].min() < wide.loc["small"].min()


def test_a_short_history_has_no_trial(example):
    snapshot = example.as_of("2024-07-31")
    assert backtest_groups(snapshot, pd.Series({"B": "x"})).empty


def test_dealers_categories_and_total_add_up(sample_snapshot):
    series, categories = build_category_series(sample_snapshot)
    forecast = forecast_sales(series, regions=categories)
    sums = forecast.table.groupby(["level", "month"])["mean"].sum()
    assert sums["dealer"].to_numpy() == pytest.approx(sums["total"].to_numpy())
    assert sums["region"].to_numpy() == pytest.approx(sums["total"].to_numpy())
    assert set(forecast.ahead.query("level == 'region'")["key"]) == set(categories)

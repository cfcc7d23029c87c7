import numpy as np
import pandas as pd
import pytest

from dealerml.features.peers import FEWEST, peers, size_deciles


def frame(amounts, **columns):
    dates = pd.MultiIndex.from_product(
        [[pd.Timestamp("2025-06-30")], [f"D{n:02d}" for n in range(len(amounts))]],
        names=["as_of", "dealer_id"],
    )
    values = {"net_amount_365d": amounts, "region": None, "year_ratio_90d": 1.0}
    return pd.DataFrame(values | {"order_days_365d": 4} | columns, index=dates)


def test_tenths_hold_equal_numbers_and_equal_amounts_share_one():
    assert size_deciles(frame(range(1, 21))["net_amount_365d"]).to_list() == sorted(
        [*range(1, 11)] * 2
    )
    assert set(size_deciles(frame([5.0] * 7)["net_amount_365d"])) == {6.0}


def test_dealers_that_bought_nothing_have_no_size_and_no_peers():
    x = peers(frame([10.0, 0.0, -3.0, np.nan]))
    assert x["peers"].notna().to_list() == [True, False, False, False]
    assert x.iloc[1:].isna().all(axis=None)


def test_peers_are_of_the_region_where_it_has_enough_of_them():
    regions = ["North"] * FEWEST + ["South"] * (FEWEST - 1)
    days = [2] * FEWEST + [6] * (FEWEST - 1)
    x = peers(frame([9.0] * len(regions), region=regions, order_days_365d=days))
    assert x["peers"].to_list() == [5] * 5 + [9] * 4
    # The north's middle is its own 2; the south is compared with all nine, whose middle is 2 too.
    assert x["order_days_vs_peers"].to_list() == [1] * 5 + [3] * 4


def test_growth_is_ranked_among_peers_that_have_a_base():
    x = peers(frame([9.0] * 6, year_ratio_90d=[0.5, 1.0, 1.0, 1.5, 2.0, np.nan]))
    ranks = x["growth_rank_among_peers"]
    assert ranks.to_list()[:5] == pytest.approx([0.1, 0.4, 0.4, 0.7, 0.9])
    assert np.isnan(ranks.iloc[5])


def test_fewer_than_five_are_not_ranked():
    x = peers(frame([9.0] * 5, year_ratio_90d=[0.5, 1.0, 1.0, 1.5, np.nan]))
    assert x["growth_rank_among_peers"].isna().all()


def test_products_are_compared_only_where_there_are_any():
    assert "products_vs_peers" not in peers(frame([1.0] * 5))
    x = peers(frame([1.0] * 5, products_365d=[1, 2, 2, 2, 8]))
    assert x["products_vs_peers"].to_list() == [0.5, 1, 1, 1, 4]


def test_each_date_is_compared_by_itself():
    first, second = frame([1.0] * 5), frame([1.0] * 5, order_days_365d=8)
    second.index = second.index.set_levels([pd.Timestamp("2025-09-30")], level=0)
    x = peers(pd.concat([first, second]))
    assert set(x["order_days_vs_peers"]) == {1.0}

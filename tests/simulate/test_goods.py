import numpy as np

from dealerml.simulate.goods import CATEGORIES, PRODUCTS_PER_CATEGORY, list_goods


def test_every_product_has_its_own_id_and_name() -> None:
    table = list_goods().table
    assert len(table) == len(CATEGORIES) * PRODUCTS_PER_CATEGORY
    assert table["product_id"].is_unique
    assert table["product_name"].is_unique
    assert table["category"].unique().tolist() == list(CATEGORIES)


def test_prices_are_above_cost() -> None:
    goods = list_goods()
    assert (goods.price_cents > 0).all()
    assert goods.cost_per_mille.min() >= 600
    # The largest discount is 15 %, so that even the dearest product is never sold at a loss.
    assert goods.cost_per_mille.max() < 850


def test_a_season_only_shifts_demand_within_the_year() -> None:
    season = list_goods().season
    assert season.shape == (len(CATEGORIES), 12)
    assert np.allclose(season.mean(axis=1), 1000, atol=40)

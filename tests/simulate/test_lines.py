import pandas as pd
import pytest

from dealerml.simulate import Network
from dealerml.simulate.goods import list_goods
from dealerml.simulate.lines import EXTRAS, MOST_LINES


def test_an_order_lists_a_product_once(buying: pd.DataFrame) -> None:
    named = buying[buying["product_id"].notna()]
    assert not named.duplicated(["order_id", "product_id"]).any()
    assert buying.groupby("order_id").size().max() <= MOST_LINES


def test_prices_rise_by_two_percent_a_year(buying: pd.DataFrame) -> None:
    lines = buying[(buying["dealer_id"] == "D0001") & buying["product_id"].notna()]
    price = lines["net_amount"] / lines["quantity"].astype(float)
    year = lines["order_date"].dt.year
    first, next_year = (price[year == y].groupby(lines["product_id"]).mean() for y in (2022, 2023))
    rise = (next_year / first).dropna()
    assert len(rise) > 5
    assert (rise - 1.02).abs().max() < 0.0005


def test_one_dealer_pays_one_price_for_a_product_in_a_year(buying: pd.DataFrame) -> None:
    unit = (buying["net_amount"] * 100).round() / buying["quantity"].astype(float)
    key = [buying["dealer_id"], buying["product_id"], buying["order_date"].dt.year]
    spread = unit.groupby(key).agg(lambda price: price.max() - price.min())
    assert spread.max() < 1e-6


def test_prices_stay_near_the_list(buying: pd.DataFrame) -> None:
    goods = list_goods()
    listed = pd.Series(goods.price_cents / 100, index=goods.table["product_id"])
    named = buying[buying["product_id"].notna()]
    ratio = named["net_amount"] / named["quantity"].astype(float)
    ratio = ratio / named["product_id"].map(listed).astype(float)
    assert ratio.min() > 0.84
    assert ratio.max() < 1.07


def test_returns_bring_back_less_than_was_sold_at_its_price(network: Network) -> None:
    lines = network.order_lines
    returns = lines[lines["order_id"].str.startswith("RT")]
    assert (returns["net_amount"] < 0).all()
    assert (returns["quantity"] < 0).all()
    assert (returns["line_kind"] == "goods").all()
    share = -returns["net_amount"].sum() / lines["net_amount"].sum()
    assert 0.005 < share < 0.03


@pytest.mark.parametrize("kind", EXTRAS)
def test_every_kind_of_extra_line_is_there(network: Network, kind: str) -> None:
    lines = network.order_lines[network.order_lines["line_kind"] == kind]
    share, lowest, highest = EXTRAS[kind]
    assert abs(len(lines) / network.order_lines["order_id"].nunique() - share / 1000) < 0.006
    assert lines["net_amount"].between(lowest / 100, highest / 100).all()
    assert lines["product_id"].isna().all() == (kind not in {"gift", "sample"})


def test_growth_is_moderate(network: Network) -> None:
    lines = network.order_lines
    year = (lines["order_date"].dt.year + (lines["order_date"].dt.month > 6)).rename("year")
    growth = lines.groupby(year)["net_amount"].sum().pct_change().dropna()
    assert growth.between(0, 0.10).all()
    assert 0.03 < growth.mean() < 0.08

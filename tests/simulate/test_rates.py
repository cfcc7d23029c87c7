import pandas as pd

from dealerml.simulate import Network


def test_price_lists_follow_each_other_without_a_gap(network: Network) -> None:
    for _, prices in network.prices.groupby("product_id"):
        ends = prices["until_date"].iloc[:-1] + pd.Timedelta(days=1)
        assert ends.tolist() == prices["from_date"].iloc[1:].tolist()
        assert prices["until_date"].isna().tolist() == [False] * (len(prices) - 1) + [True]
        assert prices["list_price"].is_monotonic_increasing


def test_products_have_a_price_from_their_launch(network: Network) -> None:
    launches = network.truth[network.truth["event"] == "product_launched"]
    first = network.prices.groupby("product_id")["from_date"].min()
    assert first[launches["detail"]].tolist() == launches["from_date"].tolist()
    others = first.drop(launches["detail"])
    assert set(others) == {pd.Timestamp("2022-01-01")}
    assert len(first) == len(network.products)


def test_the_floor_lies_below_the_list_in_whole_cents(network: Network) -> None:
    prices = network.prices
    share = prices["floor_price"] / prices["list_price"]
    assert share.between(0.849, 0.8501).all()


def test_every_month_has_a_rate_of_each_currency(network: Network) -> None:
    rates = pd.pivot_table(network.fx, "rate", index="from_date", columns="currency")
    assert list(rates.columns) == ["EUR", "USD"]
    assert rates.notna().all(axis=None)
    assert rates.index.tolist() == pd.date_range("2022-07-01", "2025-06-01", freq="MS").tolist()
    assert rates["USD"].between(6, 8).all()
    assert rates.pct_change().abs().max(axis=None) < 0.01

import pandas as pd

from dealerml.simulate import Network, simulate_network

KEYS = ["dealer_id", "product_id", "month"]


def month_of(frame: pd.DataFrame, date: str) -> pd.DataFrame:
    return frame.assign(month=frame[date].dt.to_period("M"))


def test_what_is_left_is_what_was_there_and_bought_less_what_was_sold(network: Network) -> None:
    """From month to month of each dealer and product, where returns do not exceed the stock."""
    lines = network.order_lines[network.order_lines["line_kind"] == "goods"]
    bought = month_of(lines, "order_date").groupby(KEYS)["quantity"].sum().rename("bought")
    left = month_of(network.inventory_counts, "count_date").set_index(KEYS)["quantity"]
    sold = month_of(network.sell_out, "sold_date").set_index(KEYS)["quantity"].rename("sold")
    frame = pd.concat([left, sold], axis=1).join(bought).fillna(0).reset_index()
    before = frame[["dealer_id", "product_id", "month", "quantity"]]
    before = before.assign(month=before["month"] + 1).rename(columns={"quantity": "before"})
    both = frame.merge(before, on=KEYS)
    off = both["before"] + both["bought"] - both["sold"] - both["quantity"]
    assert len(both) > 4000
    assert (off <= 0).all()
    assert (off == 0).mean() > 0.99


def test_a_third_of_the_dealers_tell_of_up_to_three_products(network: Network) -> None:
    told = network.inventory_counts.groupby("dealer_id")["product_id"].nunique()
    assert 70 < len(told) < 120
    assert told.max() == 3
    assert "D0001" in told.index
    assert told.index.isin(network.dealers["dealer_id"]).all()


def test_counts_are_at_the_ends_of_months_and_never_negative(network: Network) -> None:
    counts, sales = network.inventory_counts, network.sell_out
    assert counts["count_date"].dt.is_month_end.all()
    assert sales["sold_date"].dt.is_month_end.all()
    assert (counts["quantity"] >= 0).all()
    assert (sales["quantity"] > 0).all()
    assert not counts.duplicated(["dealer_id", "product_id", "count_date"]).any()


def test_dealers_sell_above_the_list_price(network: Network) -> None:
    sales = network.sell_out.merge(network.prices, on="product_id")
    until = sales["until_date"].fillna(pd.Timestamp("2099-12-31"))
    sales = sales[sales["sold_date"].between(sales["from_date"], until)]
    ratio = sales["sold_amount"] / sales["quantity"] / sales["list_price"]
    assert len(sales) == len(network.sell_out)
    assert ratio.between(1.07, 1.25).all()


def test_outlets_belong_to_their_dealer(network: Network) -> None:
    outlets = network.sell_out["outlet_id"].str.rsplit("-", n=1, expand=True)
    assert (outlets[0] == network.sell_out["dealer_id"]).all()
    assert set(outlets[1]) == {"1", "2", "3"}


def test_a_month_that_is_not_over_is_not_counted() -> None:
    network = simulate_network(dealers=20, years=1, end="2025-05-15")
    assert network.inventory_counts["count_date"].max() == pd.Timestamp("2025-04-30")
    assert network.sell_out["sold_date"].max() == pd.Timestamp("2025-04-30")

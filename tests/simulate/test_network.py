import dataclasses

import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.simulate import Network, simulate_network
from dealerml.simulate.network import TABLES
from dealerml.tables import SCHEMAS


def test_the_same_seed_gives_the_same_network(network: Network) -> None:
    again = simulate_network(random_state=0)
    for field in dataclasses.fields(Network):
        pd.testing.assert_frame_equal(getattr(network, field.name), getattr(again, field.name))


def test_every_table_is_there_in_canonical_columns(network: Network) -> None:
    tables = {field.name for field in dataclasses.fields(Network)} - {"truth"}
    assert tables == set(SCHEMAS) - {"dealer_links", "control_totals"}
    for name in tables:
        assert list(getattr(network, name)) == list(SCHEMAS[name])
        required = [column for column, of in SCHEMAS[name].items() if of.required]
        assert getattr(network, name)[required].notna().all(axis=None)


def test_every_table_is_filled_and_of_a_size_to_look_at(network: Network) -> None:
    sizes = {name: len(getattr(network, name)) for name in TABLES}
    assert 8_000 < sizes.pop("contacts") < 15_000
    assert min(sizes.values()) > 50
    assert max(sizes.values()) < 10_000


def test_codes_of_dealers_and_products_are_known_ones(network: Network) -> None:
    dealers = set(network.dealers["dealer_id"]) | set(network.order_lines["dealer_id"])
    products = set(network.products["product_id"])
    for name in TABLES:
        frame = getattr(network, name)
        for column, known in (("dealer_id", dealers), ("product_id", products)):
            assert column not in frame or set(frame[column].dropna()) <= known


def test_another_seed_gives_another_network(network: Network) -> None:
    other = simulate_network(random_state=1)
    assert len(other.order_lines) != len(network.order_lines)


def test_the_history_covers_the_years_asked_for(network: Network) -> None:
    days = network.order_lines["order_date"]
    assert pd.Timestamp("2022-07-01") <= days.min() <= pd.Timestamp("2022-07-04")
    assert pd.Timestamp("2025-06-27") <= days.max() <= pd.Timestamp("2025-06-30")


def test_a_leap_day_has_a_history(network: Network) -> None:
    days = simulate_network(dealers=5, years=1, end="2024-02-29").order_lines["order_date"]
    assert pd.Timestamp("2023-03-01") <= days.min()
    assert days.max() <= pd.Timestamp("2024-02-29")


@pytest.mark.parametrize("dealers", [1, 2, 20])
def test_small_networks_work(dealers: int) -> None:
    network = simulate_network(dealers=dealers, years=1)
    assert all(list(getattr(network, name)) == list(SCHEMAS[name]) for name in TABLES)
    assert 1 <= network.order_lines["dealer_id"].nunique() <= dealers
    assert network.dealers["dealer_name"].iloc[0] == "上海恒达建材有限公司"


def test_impossible_requests_are_all_named_at_once() -> None:
    with pytest.raises(HistoryError) as caught:
        simulate_network(dealers=0, years=0, end="2060-01-31")
    assert len(caught.value.problems) == 3
    assert "1996 to 2040" in str(caught.value)


def test_silence_says_much_but_not_all(buying: pd.DataFrame, network: Network) -> None:
    """Churn is there to be learnt: 4 to 12 % a quarter, and recency alone ranks fairly."""
    orders = buying[["dealer_id", "order_date"]].drop_duplicates()
    rates, ranks = [], []
    for cutoff in pd.date_range("2023-06-30", "2025-03-31", freq="QE"):
        past = orders[orders["order_date"] <= cutoff].groupby("dealer_id")["order_date"]
        recency, order_days = (cutoff - past.max()).dt.days, past.size()
        recency = recency[(recency < 180) & (order_days >= 3)]
        window = orders["order_date"].between(cutoff, cutoff + pd.Timedelta(days=90), "right")
        churned = ~recency.index.isin(orders.loc[window, "dealer_id"])
        rates.append(churned.mean())
        rank = recency.rank().to_numpy()
        pairs = churned.sum() * (~churned).sum()
        ranks.append((rank[churned].sum() - churned.sum() * (churned.sum() + 1) / 2) / pairs)
    assert min(rates) > 0.04
    assert max(rates) < 0.12
    assert 0.75 < sum(ranks) / len(ranks) < 0.9

"""Products, white space and overlap: all read from the mix of dealers and categories."""

import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.overlap import cross_categories
from dealerml.segments.products import rank_products
from dealerml.segments.white_space import find_white_space, map_cities


def mix(*rows, period="now") -> pd.DataFrame:
    columns = ["dealer_id", "key", "net_amount"]
    return pd.DataFrame(rows, columns=columns).assign(period=period, quantity=1.0)


SOLD = mix(
    ("A", "瓷砖", 60.0), ("A", "tools", 10.0), ("B", "瓷砖", 20.0), ("C", "tools", -5.0),
    ("C", "pipes", 10.0), ("D", "", 7.0),
)  # fmt: skip


def test_distribution_counts_dealers_and_weighs_them_by_what_they_buy():
    result = rank_products(SOLD)
    table = result.table
    assert table.index.to_list() == ["瓷砖", "pipes", "tools"]
    assert table["net_amount"].to_list() == [80, 10, 5]
    assert table["buyers"].to_list() == [2, 1, 1]
    # Four dealers bought 70, 20, 5 and 7.
    assert table["distribution"].to_list() == [0.5, 0.25, 0.25]
    assert table.loc["瓷砖", "weighted_distribution"] == pytest.approx(90 / 102)
    assert table.loc["瓷砖", "amount_per_buyer"] == 40
    assert table["abc_class"].to_list() == ["A", "B", "B"]
    assert "Not known what it was: 7." in result.text


def test_growth_needs_the_earlier_period():
    both = pd.concat([SOLD, mix(("A", "瓷砖", 40.0), period="before")])
    growth = rank_products(both, before="before").table["growth"]
    assert growth["瓷砖"] == 1
    assert growth[["pipes", "tools"]].isna().all()
    with pytest.raises(TableError, match="last_year"):
        rank_products(SOLD, before="last_year")


def test_nothing_sold_is_said():
    assert "Nothing was sold" in rank_products(mix(("A", "x", -1.0))).text


def network():
    """Seven dealers alike, of which one lacks tools and one pipes."""
    rows = [(f"D{n}", key, 50.0) for n in range(7) for key in ("tools", "pipes")]
    rows = [row for row in rows if row[:2] not in (("D0", "tools"), ("D1", "pipes"))]
    rows.append(("D2", "rare", 1.0))
    x = pd.DataFrame(
        {"status": "active", "net_amount_365d": 100.0, "region": "华东"},
        index=[f"D{n}" for n in range(7)],
    )
    return mix(*rows), x


def test_a_white_spot_is_what_most_of_its_like_buy():
    table = find_white_space(*network()).table
    assert table[["dealer_id", "key"]].to_numpy().tolist() == [["D0", "tools"], ["D1", "pipes"]]
    assert table[["peers", "peers_buying"]].to_numpy().tolist() == [[6, 6], [6, 6]]
    assert table["expected_amount"].to_list() == [50, 50]


def test_with_few_dealers_in_a_region_those_of_its_size_are_the_peers():
    sold, x = network()
    x.loc["D0", "region"] = "North"
    spots = find_white_space(sold, x).table.set_index("dealer_id")
    assert spots.loc["D0", "peers"] == 6
    # Six are left in the region: five others.
    assert spots.loc["D1", "peers"] == 5


def test_a_dealer_without_another_of_its_size_is_offered_nothing():
    sold, x = network()
    x.loc["D6", "net_amount_365d"] = 9_000.0
    sold = sold[(sold["dealer_id"] != "D6") | (sold["key"] != "tools")]
    assert "D6" not in set(find_white_space(sold, x).table["dealer_id"])


def test_dealers_that_order_no_more_are_offered_nothing():
    sold, x = network()
    x.loc["D0", "status"] = "lapsed"
    assert find_white_space(sold, x).table["dealer_id"].to_list() == ["D1"]
    x["status"] = "lapsed"
    assert find_white_space(sold, x).text.startswith("None of 0 dealers lacks")


def test_cities_without_an_active_dealer_come_first():
    profile = pd.DataFrame(
        {"city": ["杭州", "杭州", "Leeds", None], "region": ["华东", "华东", "North", "North"]},
        index=list("ABCD"),
    )
    x = pd.DataFrame(
        {"status": ["active", "lapsed"], "net_amount_365d": [5.0, 0.0]}, index=["A", "C"]
    )
    table = map_cities(profile, x)
    assert table.index.to_list() == ["Leeds", "杭州"]
    assert table.loc["杭州", ["dealers", "ordering", "amount"]].to_list() == [2, 1, 5]


def test_categories_that_go_together():
    rows = [(f"D{n}", "cement", 1.0) for n in range(10)]
    rows += [(f"D{n}", "tools", 1.0) for n in range(5)] + [
        (f"E{n}", "paint", 1.0) for n in range(5)
    ]
    result = cross_categories(mix(*rows))
    first = result.table.iloc[0]
    assert first[["key", "other", "buyers", "both"]].to_list() == ["cement", "tools", 10, 5]
    assert (first["share"], first["lift"]) == (0.5, pytest.approx(0.5 / (5 / 15)))
    assert result.by_number["dealers"].to_dict() == {1: 10, 2: 5}
    assert "10 buy one category alone" in result.text
    assert "No two categories" in cross_categories(mix(("A", "x", 1.0))).text

import math

import pytest

from dealerml.features.build import collect
from dealerml.features.prices import discounts, price_index

LINES = """\
dealer_id order_date product_id quantity net_amount
A         -10        P1         10       120
A         -20        P2         1        7
B         -30        P1         30       280
B         -364       P3         1        9
B         -365       P1         1        999"""


def test_the_index_compares_with_the_mean_of_all_for_the_same_products(seen):
    x = seen(price_index, LINES)["price_index_365d"]
    # P1 cost 400 ÷ 40 = 10 in the mean; nobody else bought P2 or P3.
    assert x.to_dict() == pytest.approx({"A": 1.2, "B": 280 / 300})


def test_returns_and_unknown_quantities_have_no_price(seen):
    text = LINES + "\nA -5 P1 -2 -24\nB -5 P1 . 500"
    assert seen(price_index, text)["price_index_365d"].to_dict() == pytest.approx(
        {"A": 1.2, "B": 280 / 300}
    )


def test_without_products_or_quantities_there_are_no_prices(tables_of):
    snapshot = tables_of(order_lines="dealer_id order_date net_amount\nA -1 1").as_of("2025-06-30")
    assert (price_index(snapshot), discounts(snapshot)) == (None, None)


PRICES = """\
product_id from_date  until_date tier region list_price floor_price
P1         2024-01-01 .          .    .      12         10
P1         2025-05-01 .          .    .      20         15
P1         2025-05-01 .          gold .      1          1
P2         2025-01-01 2025-01-31 .    .      5          5"""


def test_the_discount_is_measured_on_the_price_of_the_day(seen):
    text = """\
    dealer_id order_date product_id quantity net_amount
    A         2025-06-01 P1         10       150
    A         2025-04-30 P1         10       120
    A         2025-02-10 P1         10       90
    A         2025-06-01 P2         1        1"""
    x = seen(discounts, text, prices=PRICES).loc["A"]
    # List value 200 + 120 + 120; P2 has no price in June.
    assert x["discount_share_365d"] == pytest.approx(1 - 360 / 440)
    # Last ninety days: 270 of 320; before: 90 of 120.
    assert x["discount_share_change"] == pytest.approx((1 - 270 / 320) - (1 - 90 / 120))
    assert x["discounted_share_365d"] == pytest.approx(320 / 440)


def test_a_price_that_began_later_is_not_known_yet(tables_of):
    text = "dealer_id order_date product_id quantity net_amount\nA 2025-04-30 P1 10 60"
    snapshot = tables_of(order_lines=text, prices=PRICES).as_of("2025-06-30")
    x = collect(discounts(snapshot.at("2025-04-30", "2025-06-30")))
    assert x["discount_share_365d"].to_list() == pytest.approx([0.5, 0.5])


def test_goods_sold_on_below_the_floor(seen):
    sold = """\
    dealer_id sold_date  product_id quantity sold_amount
    A         2025-06-10 P1         1        14.99
    A         2025-06-11 P1         2        30
    A         2025-04-11 P1         1        14"""
    x = seen(discounts, LINES, prices=PRICES, sell_out=sold)
    assert x.loc["A", "below_floor_share_365d"] == pytest.approx(14.99 / 58.99)
    assert math.isnan(x.loc["B", "below_floor_share_365d"])

import math

import pytest

from dealerml.features.stock import sell_out, stock

ORDERS = """\
dealer_id order_date net_amount quantity product_id
A         -80        100        90       P1
A         -100       100        10       P1
B         -10        100        45       P1"""
COUNTS = """\
dealer_id count_date product_id quantity
A         -40        P1         999
A         -9         P1         20
A         -9         P2         10
B         -95        P1         5"""
SELL_OUT = """\
dealer_id sold_date product_id outlet_id quantity
A         -5        P1         O1        30
A         -89       P1         O2        15
A         -90       P1         O3        30
A         -364      P1         O3        5
A         -365      P1         O4        50"""


def test_stock_lasts_as_long_as_it_sells_on(seen):
    x = seen(stock, ORDERS, inventory_counts=COUNTS, sell_out=SELL_OUT).loc["A"]
    assert (x["stock_quantity"], x["stock_age_days"]) == (30, 9)
    assert x["stock_cover_days"] == pytest.approx(30 / (45 / 90))


def test_without_sell_out_it_lasts_as_long_as_orders_come(seen):
    x = seen(stock, ORDERS, inventory_counts=COUNTS)
    assert x.loc["A", "stock_cover_days"] == pytest.approx(30 / (90 / 90))
    # Counted more than ninety days ago: nobody knows what lies there now.
    assert x.loc["B", "stock_quantity"] == 5
    assert math.isnan(x.loc["B", "stock_cover_days"])


def test_sell_out_by_hand(seen):
    x = seen(sell_out, ORDERS, sell_out=SELL_OUT).loc["A"]
    assert x["sell_out_quantity_90d"] == 45
    assert x["sell_out_trend_ratio_90d"] == pytest.approx(45 / 30)
    assert x["sell_through_ratio_90d"] == pytest.approx(45 / 90)
    assert x["outlets_365d"] == 3
    assert x["outlets_active_share"] == pytest.approx(2 / 3)
    assert x["top_outlet_share_365d"] == pytest.approx(35 / 80)


def test_sell_out_without_outlets_or_orders_without_quantities_leave_less_to_say(seen, tables_of):
    bare = "dealer_id sold_date quantity\nA -5 30"
    x = seen(sell_out, "dealer_id order_date net_amount\nA -1 5", sell_out=bare)
    assert list(x.columns) == ["sell_out_quantity_90d", "sell_out_trend_ratio_90d"]
    snapshot = tables_of(order_lines=ORDERS).as_of("2025-06-30")
    assert (stock(snapshot), sell_out(snapshot)) == (None, None)

import datetime as dt
import math

import pytest

from dealerml.features.breadth import categories, category_days, products

PRODUCTS = """\
product_id category
P1         cement
P2         cement
P3         tools
P4         .
"""


def lines(*rows):
    """Order lines of dealer A from (days ago, product, amount)."""
    body = [f"A -{ago} {product} {amount}" for ago, product, amount in rows]
    return "\n".join(["dealer_id order_date product_id net_amount", *body])


def test_products_are_counted_once_in_each_window_up_to_its_border(seen):
    text = lines((0, "P1", 1), (89, "P1", 1), (89, "P2", 1), (90, "P3", 1), (364, "P4", 1))
    x = seen(products, text + "\nA -365 P5 1").loc["A"]
    assert (x["products_90d"], x["products_365d"]) == (2, 4)


def test_products_sent_back_given_away_or_unknown_do_not_count(seen):
    text = """\
    dealer_id order_date product_id net_amount line_kind
    A         -1         P1         -1         goods
    A         -1         P2          0         goods
    A         -1         P3          1         gift
    A         -1         .           1         goods
    A         -1         P4          1         goods"""
    assert seen(products, text).loc["A", "products_365d"] == 1


def test_without_products_or_categories_nothing_is_counted(tables_of):
    bare = tables_of(order_lines="dealer_id order_date net_amount\nA -1 1").as_of("2025-06-30")
    assert products(bare) is None
    assert categories(bare) is None
    unlisted = tables_of(order_lines=lines((1, "P1", 1))).as_of("2025-06-30")
    assert products(unlisted) is not None
    assert categories(unlisted) is None


def test_each_of_several_dates_counts_what_it_knew(tables_of):
    text = """\
    dealer_id order_date posted_date product_id net_amount
    A         2025-05-01 2025-05-01  P1         1
    A         2025-05-02 2025-06-02  P2         1
    A         2025-06-15 2025-06-15  P1         1"""
    snapshot = tables_of(order_lines=text).as_of("2025-06-30")
    many = snapshot.at("2025-06-01", "2025-06-02", "2025-06-30")
    rows = products(many).sort("as_of_day").collect("pyarrow")
    assert rows["products_90d"].to_list() == [1, 2, 2]


def test_categories_are_counted_within_their_windows(seen):
    text = lines((179, "P1", 1), (180, "P3", 1), (364, "P2", 1))
    x = seen(categories, text, products=PRODUCTS).loc["A"]
    assert (x["categories_180d"], x["categories_365d"]) == (1, 2)


@pytest.mark.parametrize(
    ("days", "lost"),
    [
        ((180, 300), 1),
        ((544, 500), 1),
        ((180,), 0),  # ordered once only
        ((179, 300), 0),  # still bought
        ((545, 300), 0),  # the earlier one lies too far back to count
    ],
)
def test_a_category_is_lost_after_two_order_days_and_half_a_year_of_none(seen, days, lost):
    text = lines(*[(ago, "P3", 1) for ago in days], (1, "P1", 1))
    assert seen(categories, text, products=PRODUCTS).loc["A", "categories_lost"] == lost


def test_two_lines_or_postings_on_one_day_are_no_second_order_day(seen):
    text = """\
    dealer_id order_date posted_date product_id net_amount
    A         -200       -200        P3         1
    A         -200       -190        P3         1
    A         -200       -190        P3         1"""
    assert seen(categories, text, products=PRODUCTS).loc["A", "categories_lost"] == 0


def test_an_unknown_category_is_neither_counted_nor_lost(seen):
    text = lines((1, "P4", 1), (200, "P9", 1), (300, "P9", 1), (250, "P1", 1))
    x = seen(categories, text, products=PRODUCTS).loc["A"]
    assert (x["categories_180d"], x["categories_365d"], x["categories_lost"]) == (0, 1, 0)


def test_the_largest_known_category_is_a_share_of_all_amounts(seen):
    text = lines((1, "P1", 30), (2, "P2", 20), (3, "P3", 25), (4, "P4", 25), (365, "P3", 999))
    x = seen(categories, text, products=PRODUCTS).loc["A"]
    assert x["top_category_share_365d"] == 0.5


def test_a_share_stays_within_one_where_a_category_came_back(seen):
    text = lines((1, "P1", 30), (2, "P3", 10), (2, "P3", -50))
    assert seen(categories, text, products=PRODUCTS).loc["A", "top_category_share_365d"] == 1
    unknown = lines((1, "P4", 30))
    x = seen(categories, unknown, products=PRODUCTS)
    assert math.isnan(x.loc["A", "top_category_share_365d"])


def test_days_of_a_category_hold_all_its_money(tables_of):
    text = lines((5, "P1", 10), (5, "P2", 7), (5, "P1", -3), (5, "P4", 1), (9, "P1", 8))
    snapshot = tables_of(order_lines=text, products=PRODUCTS).as_of("2025-06-30")
    since = dt.date(2025, 6, 24)
    rows = category_days(snapshot, since=since).collect("pyarrow").to_native().to_pylist()
    assert {(r["category"], int(r["net_amount"]), r["bought"]) for r in rows} == {
        ("cement", 14, 2),
        ("", 1, 1),
    }

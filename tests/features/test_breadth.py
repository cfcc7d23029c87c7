import math

from dealerml.features.breadth import categories, products

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
    A         2025-06-15 2025-06-15  P1         1
    A         2024-06-02 2024-06-02  P3         1"""
    snapshot = tables_of(order_lines=text).as_of("2025-06-30")
    many = snapshot.at("2025-06-01", "2025-06-02", "2025-06-30")
    rows = products(many).sort("as_of_day").collect("pyarrow")
    assert rows["products_90d"].to_list() == [1, 2, 2]
    # The second of June 2024 leaves the 365 days when P2 becomes known.
    assert rows["products_365d"].to_list() == [2, 2, 2]


def test_categories_are_counted_within_their_windows(seen):
    text = lines((179, "P1", 1), (180, "P3", 1), (364, "P2", 1))
    x = seen(categories, text, products=PRODUCTS).loc["A"]
    assert (x["categories_180d"], x["categories_365d"]) == (1, 2)


LOST = {
    "twice": ([180, 300], 1),
    "at_the_far_border": ([544, 500], 1),
    "once_only": ([180], 0),
    "still_bought": ([179, 300], 0),
    "once_within": ([545, 300], 0),
}


def test_a_category_is_lost_after_two_order_days_and_half_a_year_of_none(seen):
    text = lines()
    text += "".join(f"\n{name} -{ago} P3 1" for name, (days, _) in LOST.items() for ago in days)
    text += "".join(f"\n{name} -1 P1 1" for name in LOST)
    lost = seen(categories, text, products=PRODUCTS)["categories_lost"]
    assert lost.to_dict() == {name: n for name, (_, n) in LOST.items()}


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


def test_the_largest_known_category_is_a_share_of_all_that_was_ordered(seen):
    text = lines((1, "P1", 30), (2, "P2", 20), (3, "P3", 40), (4, "P4", 110), (365, "P3", 999))
    x = seen(categories, text, products=PRODUCTS).loc["A"]
    assert x["top_category_share_365d"] == 0.25


def test_returns_are_not_subtracted_and_one_unknown_category_has_no_share(seen):
    text = lines((1, "P1", 30), (2, "P3", 10), (2, "P3", -50)) + "\nB -1 P4 5"
    share = seen(categories, text, products=PRODUCTS)["top_category_share_365d"]
    assert share["A"] == 0.75
    assert math.isnan(share["B"])


def test_without_an_order_in_the_year_there_is_no_share(seen):
    x = seen(categories, lines((400, "P1", 30)), products=PRODUCTS)
    assert math.isnan(x.loc["A", "top_category_share_365d"])


def test_each_of_several_dates_counts_the_categories_it_knew(tables_of):
    text = """\
    dealer_id order_date posted_date product_id net_amount
    A         2024-01-01 2024-01-01  P1         1
    A         2024-01-02 2025-06-20  P1         1
    A         2025-06-01 2025-06-25  P3         3"""
    snapshot = tables_of(order_lines=text, products=PRODUCTS).as_of("2025-06-30")
    dates = ("2025-06-01", "2025-06-20", "2025-06-25", "2025-06-29", "2025-06-30")
    rows = categories(snapshot.at(*dates)).sort("as_of_day").collect("pyarrow")
    assert rows["categories_180d"].to_list() == [0, 0, 1, 1, 1]
    # 545 days hold the second of January 2024 until 29 June 2025, the first until the 28th.
    assert rows["categories_lost"].to_list() == [0, 1, 1, 0, 0]
    for number, date in enumerate(dates):
        alone = categories(snapshot.at(date)).collect("pyarrow").to_native().to_pylist()
        assert alone == [rows.to_native().to_pylist()[number]]


def test_a_product_is_new_for_a_year_after_anybody_first_ordered_it(seen):
    text = lines((400, "P1", 1), (10, "P1", 1), (10, "P2", 1), (20, "P3", 1)) + "\nB -365 P2 1"
    x = seen(products, text).loc["A"]
    # P2 had its first order 365 days ago, by another dealer; P3 is new to all.
    assert (x["products_365d"], round(x["new_product_share_365d"], 4)) == (3, 0.3333)


def test_a_category_is_won_by_two_order_days_without_one_before(seen):
    goods = PRODUCTS.replace("P3         tools", "P3         tools\nP5         paint")
    text = lines(
        (179, "P1", 1), (1, "P1", 1), (600, "P1", 1), (1, "P3", 1), (9, "P5", 1), (180, "P5", 1)
    )
    assert seen(categories, text, products=goods).loc["A", "categories_won"] == 1

import narwhals as nw
import pyarrow as pa

from dealerml.features.orders import divide, order_days
from dealerml.tables import open_connection

# Seven order days: the gaps are 1, 2, 3, 4, 5 and 6 days. Returns and gifts are no order days.
DAYS = """\
dealer_id order_date net_amount line_kind
A         -30          5        goods
A         -29          5        goods
A         -27          5        goods
A         -25         -5        goods
A         -24          5        goods
A         -22          5        gift
A         -20          5        goods
A         -15          5        goods
A          -9          5        goods"""


def gaps(tables, as_of="2025-06-30"):
    frame = order_days(tables.as_of(as_of)).sort("day").collect("pyarrow").to_native()
    rows = frame.to_pylist()
    return {row["days_ago"]: row for row in rows}


def test_each_order_day_knows_the_silence_before_it(tables_of):
    rows = gaps(tables_of(order_lines=DAYS))
    assert {ago: row["gap_days"] for ago, row in rows.items()} == {
        30: None,
        29: 1,
        27: 2,
        24: 3,
        20: 4,
        15: 5,
        9: 6,
    }
    assert [ago for ago, row in rows.items() if row["is_latest"]] == [9]


def test_the_last_five_gaps_are_summed_as_far_as_there_are_five(tables_of):
    rows = gaps(tables_of(order_lines=DAYS))
    recent = {ago: (row["recent_gap_days"], row["recent_gaps"]) for ago, row in rows.items()}
    assert recent == {
        30: (0, 0),
        29: (1, 1),
        27: (3, 2),
        24: (6, 3),
        20: (10, 4),
        15: (15, 5),
        9: (20, 5),
    }


def test_two_orders_on_a_day_are_one_order_day(tables_of):
    lines = """\
    order_id dealer_id order_date net_amount
    o1       A         -30        5
    o2       A         -30        5
    o3       A         -10        5"""
    assert {ago: row["gap_days"] for ago, row in gaps(tables_of(order_lines=lines)).items()} == {
        30: None,
        10: 20,
    }


def test_the_latest_order_day_is_the_latest_by_each_date(tables_of):
    snapshot = tables_of(order_lines=DAYS).as_of("2025-06-30").at("2025-06-10", "2025-06-30")
    rows = order_days(snapshot).filter("is_latest").collect("pyarrow").to_native().to_pylist()
    assert sorted(row["days_ago"] for row in rows) == [0, 9]


def test_an_order_posted_late_splits_a_gap_only_once_it_is_known(tables_of):
    lines = """\
    dealer_id order_date posted_date net_amount
    A         -30        -30         5
    A         -20        -5          5
    A         -10        -10         5"""
    tables = tables_of(order_lines=lines)
    before, after = gaps(tables, "2025-06-24"), gaps(tables, "2025-06-25")
    assert [row["gap_days"] for row in before.values()] == [None, 20]
    assert [row["gap_days"] for row in after.values()] == [None, 10, 10]


def test_a_ratio_is_empty_where_its_base_is_not_above_zero():
    table = pa.table({"over": [6, 6, 6, 0, -6], "under": [3, 0, -3, 3, 3]})
    frame = nw.from_native(open_connection().from_arrow(table))
    ratios = frame.select(ratio=divide(nw.col("over"), nw.col("under")))
    assert ratios.collect("pyarrow")["ratio"].to_list() == [2.0, None, None, 0.0, -2.0]

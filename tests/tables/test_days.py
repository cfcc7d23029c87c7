from collections import defaultdict
from decimal import Decimal

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dealerml.dates import from_day, to_day
from dealerml.tables import make_tables


def days_of(tables):
    """Dealer, day of June 2025, day it became known → the other columns."""
    rows = tables.days.collect("pyarrow").to_native().to_pylist()
    june = to_day("2025-05-31")
    return {(r.pop("dealer_id"), r.pop("day") - june, r.pop("known_day") - june): r for r in rows}


def test_a_day_sums_all_money_and_counts_orders_not_lines(tables_of):
    tables = tables_of(
        order_lines="""\
        order_id dealer_id order_date net_amount quantity
        o1       A         2025-06-01   100         10
        o1       A         2025-06-01    50          5
        o2       A         2025-06-01    30          1
        r1       A         2025-06-01   -20         -2"""
    )
    assert days_of(tables) == {
        ("A", 1, 1): {
            "orders": 2,
            "net_amount": Decimal(160),
            "returns_amount": Decimal(20),
            "quantity": Decimal(14),
            "lines": 4,
            "cost_amount": Decimal(0),
            "costed_amount": Decimal(0),
        }
    }


def test_gifts_freight_zeros_and_returns_are_days_but_no_orders(tables_of):
    tables = tables_of(
        order_lines="""\
        order_id dealer_id order_date net_amount line_kind
        o1       A         2025-06-01   9          freight
        o2       A         2025-06-02   9          gift
        o3       A         2025-06-03   9          sample
        o4       A         2025-06-04   0          goods
        o5       A         2025-06-05  -9          goods
        o6       A         2025-06-06  -9          freight
        o7       A         2025-06-07   9          goods"""
    )
    days = days_of(tables)
    assert {day: row["orders"] for (_, day, _), row in days.items()} == dict.fromkeys(
        range(1, 7), 0
    ) | {7: 1}
    # Money taken back for freight is not returned goods.
    assert {day for (_, day, _), row in days.items() if row["returns_amount"]} == {5}


def test_an_order_of_goods_and_a_gift_is_one_order(tables_of):
    tables = tables_of(
        order_lines="""\
        order_id dealer_id order_date net_amount line_kind
        o1       A         2025-06-01   9          goods
        o1       A         2025-06-01   0          gift"""
    )
    assert days_of(tables)["A", 1, 1]["orders"] == 1


def test_without_order_ids_a_dealer_day_is_one_order(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date net_amount
        A         2025-06-01   9
        A         2025-06-01   8
        B         2025-06-01   7"""
    )
    assert {key: row["orders"] for key, row in days_of(tables).items()} == {
        ("A", 1, 1): 1,
        ("B", 1, 1): 1,
    }


def test_an_order_posted_on_two_days_counts_when_it_is_first_known(tables_of):
    tables = tables_of(
        order_lines="""\
        order_id dealer_id order_date posted_date net_amount
        o1       A         2025-06-01 2025-06-05    50
        o1       A         2025-06-01 2025-06-03   100
        o2       A         2025-06-02 2025-06-03    -1
        o2       A         2025-06-02 2025-06-04     7"""
    )
    days = days_of(tables)
    assert {key: row["orders"] for key, row in days.items()} == {
        ("A", 1, 3): 1,
        ("A", 1, 5): 0,
        ("A", 2, 3): 0,
        ("A", 2, 4): 1,
    }
    assert days["A", 1, 5]["net_amount"] == 50


def test_a_dealer_day_posted_on_two_days_is_one_order_without_order_ids(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date posted_date net_amount
        A         2025-06-01 2025-06-03   100
        A         2025-06-01 2025-06-05    50"""
    )
    assert [row["orders"] for _, row in sorted(days_of(tables).items())] == [1, 0]


def test_a_line_cannot_be_known_before_its_day_and_without_a_posting_is_known_at_once(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date posted_date net_amount
        A         2025-06-09 2025-06-03   100
        B         2025-06-09 .            100"""
    )
    assert set(days_of(tables)) == {("A", 9, 9), ("B", 9, 9)}


def test_cost_is_kept_with_the_money_it_belongs_to(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date net_amount cost_amount
        A         2025-06-01   100         70
        A         2025-06-01    50          .
        A         2025-06-01   -10         -7"""
    )
    day = days_of(tables)["A", 1, 1]
    assert (day["cost_amount"], day["costed_amount"]) == (Decimal(63), Decimal(90))


def test_a_line_that_does_not_tell_its_units_adds_none(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date net_amount quantity
        A         2025-06-01   100          .
        B         2025-06-01   100          3
        B         2025-06-01   100          ."""
    )
    assert {key[0]: row["quantity"] for key, row in days_of(tables).items()} == {
        "A": Decimal(0),
        "B": Decimal(3),
    }


LINE = st.tuples(
    st.sampled_from(["A", "007", "王喆"]),
    st.integers(0, 3),  # business day
    st.integers(0, 2),  # days until posted
    st.sampled_from(["o1", "o2", None]),
    st.decimals(-(10**13), 10**13, places=4),
    st.sampled_from(["goods", "gift", "freight"]),
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(LINE, min_size=1, max_size=12))
def test_dealer_days_add_up_to_the_lines_to_the_last_digit(lines):
    dealer, day, late, order, amount, kind = zip(*lines, strict=True)
    table = {
        "dealer_id": dealer,
        "order_date": [from_day(n) for n in day],
        "posted_date": [from_day(n + m) for n, m in zip(day, late, strict=True)],
        "order_id": pa.array(order, pa.string()),
        "net_amount": pa.array(amount, pa.decimal128(18, 4)),
        "line_kind": kind,
    }
    rows = make_tables(order_lines=pa.table(table)).days.collect("pyarrow").to_native().to_pylist()
    expected = defaultdict(lambda: [Decimal(0), 0])
    for name, n, m, _, money, _ in lines:
        expected[name, n, n + m][0] += money
        expected[name, n, n + m][1] += 1
    keys = ("dealer_id", "day", "known_day")
    sums = {tuple(row[key] for key in keys): [row["net_amount"], row["lines"]] for row in rows}
    assert sums == dict(expected)
    orders = {(line[0], line[1], line[3]) for line in lines if line[4] > 0 and line[5] == "goods"}
    assert sum(row["orders"] for row in rows) == len(orders)

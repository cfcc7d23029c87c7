import numpy as np
import pytest

from dealerml.growth.revenue_tree import build_revenue_tree

LINES = """
order_id dealer_id order_date product_id quantity net_amount
0 H 2024-01-02 X 1 10
1 A 2024-05-01 X 1 100
2 B 2024-05-02 X 1 100
3 A 2025-05-01 X 1 100
3 A 2025-05-01 Y 1 100
4 A 2025-06-01 X 1 100
""".strip()


def test_leaves_multiply_to_sales_and_their_parts_add_up(tables_of):
    table = build_revenue_tree(tables_of(order_lines=LINES).as_of("2025-06-30")).table
    assert table["now"].tolist() == [1, 2, 1.5, 100]
    assert table["last_year"].tolist() == [2, 1, 1, 100]
    assert table["now"].prod() == 300
    assert table["contribution_amount"].sum() == pytest.approx(100)
    assert table.loc["amount_per_line", "contribution_amount"] == pytest.approx(0)


def test_the_sample_leaves_no_rest(sample_snapshot):
    found = build_revenue_tree(sample_snapshot)
    now, before = (np.prod(found.table[name]) for name in ("now", "last_year"))
    assert found.table["contribution_amount"].sum() == pytest.approx(now - before)
    for lang in ("en", "zh"):
        assert found.text_in(lang)


def test_without_last_year_it_is_said(example):
    assert "No revenue tree" in build_revenue_tree(example.as_of("2024-09-30")).text

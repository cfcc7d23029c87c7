import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dealerml.growth.bridge import UNITS
from dealerml.growth.decomposition import PARTS, split_change
from dealerml.growth.overview import summarise_sales

NAMES = ("order_id", "dealer_id", "order_date", "product_id", "quantity", "net_amount")


def lines(*rows):
    """order_lines as text: dealer, date, product, quantity, amount."""
    told = [f"{n} {' '.join(str(cell) or '.' for cell in row)}" for n, row in enumerate(rows)]
    return "\n".join([" ".join(NAMES), *told])


HISTORY = ("H", "2023-01-01", "X", 1, 100.0)


def split(tables_of, *rows, **options):
    tables = tables_of(order_lines=lines(HISTORY, *rows))
    return split_change(tables.as_of("2025-06-30"), **options)


def test_price_volume_and_mix_by_hand(tables_of):
    found = split(
        tables_of,
        ("A", "2024-05-01", "X", 10, 100.0),
        ("A", "2024-05-01", "Y", 10, 300.0),
        ("A", "2025-05-01", "X", 20, 220.0),
        ("A", "2025-05-01", "Y", 10, 300.0),
    )
    row = found.dealers.loc["A"]
    # Old average price 20, ten units more; at old prices they would bring 500; X is dearer by 1.
    assert row["volume"] == 200
    assert row["mix"] == -100
    assert row["price"] == 20
    assert row[["range_lost", "range_gained", "unsplit"]].tolist() == [0, 0, 0]


def test_range_and_dealers_who_come_and_go(tables_of):
    found = split(
        tables_of,
        ("A", "2024-05-01", "X", 1, 100.0),
        ("A", "2025-05-01", "Y", 1, 130.0),
        ("B", "2024-05-01", "X", 1, 70.0),
        ("C", "2025-05-01", "X", 1, 50.0),
        ("H", "2025-05-01", "X", 1, 30.0),
    )
    total = found.table.loc["total", "amount"]
    assert total["range_lost"] == -100
    assert total["range_gained"] == 130
    assert total["stopped"] == -70
    assert total["new"] == 50
    assert total["recovered"] == 30
    assert total["last_year"] + total[list(PARTS)].sum() == total["period"] == 210


def test_returns_and_lines_without_product_stand_apart(tables_of):
    found = split(
        tables_of,
        ("A", "2024-05-01", "X", 1, 100.0),
        ("A", "2025-05-01", "X", 1, 100.0),
        ("A", "2025-05-02", "", 1, 40.0),
        ("A", "2025-05-03", "Z", -1, -15.0),
    )
    assert found.dealers.loc["A", "unsplit"] == 25
    assert "no product or no quantity" in found.text


amounts = st.floats(-500, 2_000).map(lambda v: round(v, 4))
row = st.tuples(
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(["2024-04-10", "2024-06-30", "2025-04-01", "2025-06-30"]),
    st.sampled_from(["X", "Y", ""]),
    st.integers(-3, 20),
    amounts,
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(row, min_size=1, max_size=14))
def test_whatever_is_bought_the_parts_add_up(tables_of, rows):
    found = split(tables_of, *rows)
    money = found.dealers
    parts = (money[list(PARTS)] * UNITS).round().sum(axis=1)
    change = ((money["net_amount"] - money["base_amount"]) * UNITS).round()
    pd.testing.assert_series_equal(parts, change, check_names=False)


def test_regions_add_up_to_the_total(sample_snapshot):
    found = split_change(sample_snapshot)
    units = (found.table["amount"] * UNITS).round().astype("int64").reset_index()
    amount = units.pivot_table(index="group", columns="step", values="amount")
    pd.testing.assert_series_equal(
        amount.drop("total").sum(), amount.loc["total"], check_names=False
    )
    assert (amount[[found.basis, *PARTS]].sum(axis=1) == amount["period"]).all()


@pytest.mark.parametrize(
    ("folder", "date"),
    [
        ("iowa_liquor", "2019-06-30"),
        ("online_retail_ii/online_retail_ii.parquet", "2011-09-30"),
        ("online_retail_ii/by_day", "2010-12-23"),
        ("adventureworks", "2013-06-30"),
    ],
)
def test_real_data_add_up_to_the_cent(folder, date, data_dir):
    from dealerml.exports import read_export

    snapshot = read_export(data_dir / folder).as_of(date)
    found = split_change(snapshot)
    if not found.basis:
        assert found.table.empty
        return
    total = (found.table["amount"].loc["total"] * UNITS).round()
    assert total[[found.basis, *PARTS]].sum() == total["period"]
    sold = summarise_sales(snapshot).total["net_amount"]
    assert total["period"] == np.round(sold * UNITS)


def test_nothing_to_compare_with_is_said(example):
    found = split_change(example.as_of("2024-06-30"))
    assert found.table.empty
    assert "Nothing is split" in found.text
    assert "未作分解" in found.text_in("zh")

import pytest

from dealerml.tables import make_tables, measure_filling, sum_months

LINES = """
order_id dealer_id order_date net_amount product_id
1        A         2025-05-31      10.10 .
2        B         2025-05-02      20.20 p
3        A         2025-06-01      -5.05 p
4        A         2024-12-31       0.00 p
"""


def test_months_add_up_billed_and_returned_apart(tables_of):
    table = sum_months(tables_of(order_lines=LINES)).set_index("month")
    assert list(table.index) == ["2024-12", "2025-05", "2025-06"]
    assert table.loc["2025-05"].tolist() == pytest.approx([2, 2, 30.30, 0, 30.30])
    assert table.loc["2025-06"].tolist() == pytest.approx([1, 1, 0, -5.05, -5.05])
    assert table.loc["2024-12"].tolist() == [1, 1, 0, 0, 0]


def test_every_line_is_in_one_month(example):
    table = sum_months(example)
    assert table["rows"].sum() == 12
    assert (table["billed_amount"] + table["returned_amount"]).equals(table["net_amount"])


def test_filling_counts_values_of_the_columns_that_were_supplied(tables_of):
    table = measure_filling(tables_of(order_lines=LINES)).set_index("column")
    assert list(table.index) == ["order_id", "dealer_id", "order_date", "product_id", "net_amount"]
    assert table.loc["product_id", ["rows", "filled", "filled_share"]].tolist() == [4, 3, 0.75]
    assert table.loc["net_amount", "filled_share"] == 1


def test_every_table_that_was_supplied_is_counted(tables_of):
    contacts = "dealer_id contact_date owner\nA -1 .\nA -2 Li"
    table = measure_filling(tables_of(contacts=contacts, order_lines=LINES))
    assert table["table"].drop_duplicates().tolist() == ["order_lines", "contacts"]
    filled = table[table["table"] == "contacts"].set_index("column")["filled_share"]
    assert filled.to_dict() == {"dealer_id": 1, "contact_date": 1, "owner": 0.5}


def test_a_dealer_list_without_rows_has_no_share():
    import pandas as pd

    lines = {"dealer_id": ["A"], "order_date": pd.to_datetime(["2025-06-01"]), "net_amount": [1.0]}
    nobody = pd.DataFrame({"dealer_id": pd.Series(dtype="str")})
    table = measure_filling(make_tables(order_lines=pd.DataFrame(lines), dealers=nobody))
    row = table[table["table"] == "dealers"].iloc[0]
    assert row["rows"] == 0
    assert pd.isna(row["filled_share"])

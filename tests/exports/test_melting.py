import datetime as dt

import pytest

from dealerml.errors import ExportError
from dealerml.exports import read_export

MATRIX = """\
source = "matrix"
[files.months]
table = "order_lines"
needs = ["dealer_id"]
[files.months.labels]
dealer_id = ["客户编码"]
[files.months.melt]
period = "order_date"
[files.months.melt.measures]
net_amount = ["金额"]
quantity = ["数量"]
"""


@pytest.fixture
def read(write, tmp_path):
    def read_text(text):
        (tmp_path / "matrix.toml").write_text(MATRIX, encoding="utf-8")
        return read_export(write("a.csv", text), source=tmp_path / "matrix.toml")

    return read_text


def rows_of(tables):
    rows = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    return sorted((r["dealer_id"], r["order_date"], r["net_amount"], r["quantity"]) for r in rows)


def test_every_month_of_a_dealer_becomes_a_line_on_its_last_day(read):
    tables = read("客户编码,2025-01,2025-02\nA,10,20\nB,,30\n")
    assert rows_of(tables) == [
        ("A", dt.date(2025, 1, 31), 10, None),
        ("A", dt.date(2025, 2, 28), 20, None),
        ("B", dt.date(2025, 2, 28), 30, None),
    ]


def test_measures_below_a_month_and_the_year_of_the_title_are_understood(read):
    tables = read("2025年经销商出货,,,,\n客户编码,1月,,2月,\n,数量,金额,数量,金额\nA,1,10,2,20\n")
    assert rows_of(tables) == [
        ("A", dt.date(2025, 1, 31), 10, 1),
        ("A", dt.date(2025, 2, 28), 20, 2),
    ]


def test_a_month_without_money_makes_no_line_and_a_row_without_any_is_set_aside(read):
    tables = read("客户编码,2025-01,2025-02\nA,10,0\nB,,-\n")
    assert rows_of(tables) == [("A", dt.date(2025, 1, 31), 10, None)]
    assert tables.ingest.rows_where(set_aside=True) == 1


def test_total_rows_of_a_matrix_are_a_check(read):
    ingest = read("客户编码,2025-01,2025-02\nA,10,20\n合计,10,20\n").ingest
    assert ingest.amount_where(set_aside=False) == 30
    assert {c.rule for c in ingest.files[0].counts if c.set_aside} == {"total_row"}


def test_a_month_named_twice_is_refused(read):
    with pytest.raises(ExportError, match="two columns for 2025-01"):
        read("客户编码,2025-01,2025年1月,2025-02\nA,10,11,20\n")

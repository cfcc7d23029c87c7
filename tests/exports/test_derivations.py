from decimal import Decimal

import pytest

from dealerml.exports import read_export

HEAD = """\
source = "made"
home_currency = "CNY"
[files.lines]
table = "order_lines"
needs = ["dealer_id", "order_date", "gross"]
[files.lines.labels]
dealer_id = ["dealer"]
order_date = ["date"]
gross = ["gross"]
tax = ["tax"]
tax_rate = ["rate"]
currency = ["currency"]
place = ["place"]
[files.lines.kinds]
gross = "decimal"
tax = "decimal"
tax_rate = "percent"
[files.lines.derived]
"""
FX = """
[files.fx]
table = "fx"
needs = ["currency", "from_date", "rate"]
[files.fx.labels]
currency = ["currency"]
from_date = ["from"]
rate = ["value"]
"""


@pytest.fixture
def read(write, tmp_path):
    def read_text(derived, row, more=None):
        (tmp_path / "made.toml").write_text(f"{HEAD}{derived}\n{FX}")
        header = "dealer,date,gross,tax,rate,currency,place\n"
        folder = write("a.csv", header + "A,2025-01-31," + row + "\n")
        if more:
            write("fx.csv", more)
        return read_export(folder, source=tmp_path / "made.toml")

    return read_text


def first(tables, column="net_amount"):
    return tables.order_lines.collect("pyarrow").to_native().to_pylist()[0][column]


@pytest.mark.parametrize(
    ("derived", "amount"),
    [
        ('net_amount = { subtract = ["gross", "tax"] }', "100"),
        ('net_amount = { add = ["gross", "tax"] }', "126"),
        ('net_amount = { without_tax = "gross", rate = "tax_rate" }', "100"),
        ('net_amount = { divide = ["gross", "tax"] }', "8.6923"),
        ('net_amount = { multiply = ["gross", "tax_rate"] }', "14.69"),
        ('net_amount = { first_of = ["gross", "tax"] }', "113"),
    ],
)
def test_amounts_are_made_from_amounts(read, derived, amount):
    assert first(read(derived, "113,13,13%,,")) == Decimal(amount)


def test_a_part_of_a_text_is_taken_by_its_place(read):
    derived = 'net_amount = { first_of = ["gross", "tax"] }\n'
    derived += 'region = { part = "place", split = "#%$", at = 3 }'
    assert first(read(derived, "1,,,,120.1#%$30.2#%$上海"), "region") == "上海"


CONVERT = 'net_amount = { convert = "gross", currency = "currency", date = "order_date" }'
RATES = "currency,from,value\nUSD,2025-01-01,7.12345678\nUSD,2025-02-01,8\n"


def test_foreign_money_is_changed_at_the_rate_of_its_day(read):
    assert first(read(CONVERT, "100,,,USD,", RATES)) == Decimal("712.3457")


def test_our_own_money_needs_no_rate(read):
    assert first(read(CONVERT, "100,,,CNY,")) == 100


def test_money_without_a_rate_is_set_aside_under_that_name(read):
    ingest = read(CONVERT, "100,,,EUR,", RATES).ingest
    assert [(c.rule, c.rows) for f in ingest.files for c in f.counts if c.set_aside] == [
        ("no_rate", 1)
    ]

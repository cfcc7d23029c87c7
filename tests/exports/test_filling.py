import pytest

from dealerml.exports import read_export

MERGED = """\
source = "merged"
[files.lines]
table = "order_lines"
needs = ["order_id", "dealer_id", "order_date", "net_amount"]
fill = { within = "order_id", fields = ["dealer_id", "order_date"] }
[files.lines.labels]
order_id = ["No"]
dealer_id = ["Dealer"]
order_date = ["Date"]
product_id = ["Item"]
net_amount = ["Sum"]
"""
HEADER = "No,Dealer,Date,Item,Sum\n"


@pytest.fixture
def read(write, tmp_path):
    def read_text(text):
        (tmp_path / "merged.toml").write_text(MERGED)
        return read_export(write("a.csv", text), source=tmp_path / "merged.toml")

    return read_text


def rows_of(tables):
    rows = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    return sorted((r["order_id"], r["dealer_id"], int(r["net_amount"])) for r in rows)


def test_the_head_of_an_order_is_told_once_and_holds_for_all_its_lines(read):
    tables = read(f"{HEADER}O1,A,2025-01-31,P1,1\n,,,P2,2\nO2,B,2025-02-28,P1,4\n,,,P3,8\n")
    assert rows_of(tables) == [("O1", "A", 1), ("O1", "A", 2), ("O2", "B", 4), ("O2", "B", 8)]


def test_nothing_is_filled_from_another_order(read):
    tables = read(f"{HEADER}O1,A,2025-01-31,P1,1\n,,,P2,2\nO2,,2025-02-28,P1,4\n")
    assert rows_of(tables) == [("O1", "A", 1), ("O1", "A", 2)]
    assert [c.rule for c in tables.ingest.files[0].counts if c.set_aside] == ["no_dealer"]


def test_a_total_below_an_order_is_not_one_of_its_lines(read):
    ingest = read(f"{HEADER}O1,A,2025-01-31,P1,1\n,,,P2,2\n,小计,,,3\n").ingest
    assert ingest.amount_where(set_aside=False) == 3
    assert ingest.files[0].own_totals[0].agrees


def test_a_repeated_order_number_needs_no_second_head(read):
    tables = read(f"{HEADER}O1,A,2025-01-31,P1,1\nO1,,,P2,2\n")
    assert rows_of(tables) == [("O1", "A", 1), ("O1", "A", 2)]

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dealerml.errors import ExportError
from dealerml.exports import read_export
from dealerml.tables import SCHEMAS

HEADER = "order_id,dealer_id,order_date,net_amount"


def rows_of(frame):
    return frame.collect("pyarrow").to_native().to_pylist()


def rules_of(ingest):
    return {(c.rule, c.rows) for file in ingest.files for c in file.counts if c.set_aside}


def test_clean_lines_come_back_in_canonical_types(write, lines):
    tables = read_export(write("a.csv", lines))
    first = sorted(rows_of(tables.order_lines), key=lambda row: row["order_id"])[0]
    assert set(first) == set(SCHEMAS["order_lines"])
    assert first["net_amount"] == Decimal("100.0000")
    assert first["order_date"] == dt.date(2025, 1, 31)
    assert (first["line_kind"], first["region"]) == ("goods", None)
    assert "order_lines.region" not in tables.supplied


def test_the_ingest_adds_up_by_hand(write, lines):
    ingest = read_export(write("a.csv", lines)).ingest
    assert (ingest.rows, ingest.amount) == (3, Decimal("140.25"))
    assert (ingest.first_date, ingest.last_date) == (dt.date(2025, 1, 31), dt.date(2025, 3, 31))
    assert ingest.set_aside_share == 0.0
    assert "are 3 rows that add up to 140.25" in ingest.text
    assert "共 3 行，合计 140.25" in ingest.text_in("zh")


def test_unusable_rows_are_set_aside_under_named_rules(write):
    rows = ["O1,A,2025-01-31,10", "O2,,2025-01-31,20", "O3,A,,30"]
    rows += ["O4,A,someday,40", "O5,A,2025-01-31,", "O6,A,2025-01-31,much"]
    tables = read_export(write("a.csv", "\n".join([HEADER, *rows])))
    assert rules_of(tables.ingest) == {
        ("no_dealer", 1),
        ("no_date", 1),
        ("bad_date", 1),
        ("no_amount", 1),
        ("bad_amount", 1),
    }
    assert tables.ingest.amount == Decimal(100)
    assert tables.ingest.amount_where(set_aside=True) == Decimal(90)
    assert tables.ingest.set_aside_share == pytest.approx(0.9)
    assert len(rows_of(tables.order_lines)) == 1


def test_the_first_example_shows_row_and_values(write):
    text = f"{HEADER}\nO1,A,2025-01-31,10\nO2,,2025-01-31,20\nO3,,2025-01-31,30\n"
    table = read_export(write("a.csv", text)).ingest.table
    example = table.loc[table.rule == "no_dealer", "example"].item()
    assert example == "#3: order_id=O2, dealer_id=, order_date=2025-01-31, net_amount=20"


def test_rows_of_the_wrong_length_are_not_lost(write):
    rows = ["O1,A,2025-01-31,10", "O2,A,2025-01-31", "O3,A,2025-01-31,30,extra"]
    text = "\n".join([HEADER, *rows, "O4,A,2025-01-31,40,"])
    ingest = read_export(write("a.csv", text)).ingest
    assert ingest.rows == 4
    assert rules_of(ingest) == {("no_amount", 1), ("too_many_cells", 1)}


@pytest.mark.parametrize("worst", ["O2,A,2025-01-31,10", "O2,A,never,10", "O2,A,2025-01-31,10,x"])
def test_the_quick_and_the_slow_road_read_the_same(write, worst):
    # The first file keeps to the types, the second does not, and the third has rows too long.
    rows = [
        HEADER,
        'O1,"A, ""B""\nC",2025-01-31 10:00:00,1234.5',
        worst,
        "O3,007,2025-02-28,-0.0001",
    ]
    tables = read_export(write("a.csv", "\n".join(rows)))
    kept = {row["order_id"]: row for row in rows_of(tables.order_lines)}
    assert kept["O1"]["dealer_id"] == 'A, "B" C'
    assert kept["O1"]["order_date"] == dt.date(2025, 1, 31)
    assert (kept["O3"]["dealer_id"], kept["O3"]["net_amount"]) == ("007", Decimal("-0.0001"))
    assert tables.ingest.amount == Decimal("1244.4999")


def test_leading_zeros_and_long_ids_survive(write):
    ids = ["007", "12345678901234567890", "1e5", "\t42"]
    body = "".join(f"O,{dealer},2025-01-31,1\n" for dealer in ids)
    tables = read_export(write("a.csv", f"{HEADER}\n{body}"))
    dealers = {row["dealer_id"] for row in rows_of(tables.order_lines)}
    assert dealers == {"007", "12345678901234567890", "1e5", "42"}


def test_labels_and_values_are_never_read_as_part_of_a_query(write):
    hostile = "'; DROP TABLE x; --"
    text = f'{HEADER},"a""b\nc\'d"\n"{hostile}","{hostile}",2025-01-31,5,"{hostile}"\n'
    tables = read_export(write("it's [1]*.csv", text))
    assert rows_of(tables.order_lines)[0]["dealer_id"] == hostile
    assert tables.ingest.files[0].unused == ("a\"b c'd",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_give_the_same_rows(write, encoding, separator):
    text = (
        f"{HEADER},region\nO1,上海恒达建材有限公司,2025-01-31,10,华东\nO2,王喆,2025-01-31,20,华北\n"
    )
    tables = read_export(write("a.csv", text.replace(",", separator), encoding))
    dealers = {row["dealer_id"]: row["region"] for row in rows_of(tables.order_lines)}
    assert dealers == {"上海恒达建材有限公司": "华东", "王喆": "华北"}
    assert tables.ingest.files[0].encoding == encoding


def test_a_workbook_is_read_sheet_by_sheet(write, tmp_path):
    folder = write("unused.pdf", "x")
    frame = pd.DataFrame(
        {
            "dealer_id": [17850, 7],
            "order_date": pd.to_datetime(["2025-01-31"] * 2),
            "net_amount": [1.5, 2],
        }
    )
    with pd.ExcelWriter(folder / "book.xlsx") as book:
        frame.to_excel(book, sheet_name="订单", index=False)
        pd.DataFrame({"dealer_id": ["7"], "dealer_name": ["Z"]}).to_excel(
            book, sheet_name="names", index=False
        )
    tables = read_export(folder)
    assert {row["dealer_id"] for row in rows_of(tables.order_lines)} == {"17850", "7"}
    assert [file.name for file in tables.ingest.files] == ["book.xlsx#names", "book.xlsx#订单"]
    assert tables.ingest.unmatched.dealers_not_listed == 1


def test_parquet_is_read_with_its_own_types(write):
    folder = write("x.pdf", "")
    duckdb.connect().execute(
        "COPY (SELECT 17850.0 AS dealer_id, TIMESTAMP '2025-01-31 10:00:00' AS order_date, "
        f"2.5::DOUBLE AS net_amount) TO '{folder}/a.parquet' (FORMAT parquet)"
    )
    row = rows_of(read_export(folder).order_lines)[0]
    assert (row["dealer_id"], row["net_amount"]) == ("17850.0", Decimal("2.5"))
    assert row["order_date"] == dt.date(2025, 1, 31)


def test_damaged_files_are_all_named_in_one_error(write, lines):
    write("good.csv", lines)
    write("one.parquet", "PAR1 and nothing more")
    folder = write("two.xlsx", "PK\x03\x04 and nothing more")
    with pytest.raises(ExportError) as caught:
        read_export(folder)
    assert [problem.split()[0] for problem in caught.value.problems] == ["one.parquet", "two.xlsx"]
    assert str(folder) not in str(caught.value)


def test_several_paths_make_one_export(write, lines, tmp_path):
    write("jan/a.csv", lines)
    folder = write("feb/b.csv", lines.replace("O", "P"))
    both = read_export([folder / "jan", folder / "feb"])
    assert both.ingest.rows == 6
    assert [file.name for file in both.ingest.files] == ["feb/b.csv", "jan/a.csv"]
    assert read_export(folder / "jan", folder / "feb").ingest.amount == both.ingest.amount


def test_days_of_a_parquet_file_are_checked_where_one_of_them_is_impossible(write):
    folder = write("note.md", "")
    for name, day in (("usual", "2025-01-31"), ("odd", "1024-01-31")):
        duckdb.connect().execute(
            "COPY (SELECT 'O' || day AS order_id, 'A' AS dealer_id, CAST(day AS DATE) AS "
            f"order_date, 2.5 AS net_amount FROM (VALUES ('2025-03-01'), ('{day}')) AS days(day)) "
            f"TO '{folder}/{name}.parquet' (FORMAT parquet)"
        )
    ingest = read_export(folder).ingest
    assert rules_of(ingest) == {("bad_date", 1)}
    assert {file.name: file.rows_where(set_aside=False) for file in ingest.files} == {
        "odd.parquet": 1,
        "usual.parquet": 2,
    }


def test_repeats_are_counted_in_parts_where_lines_are_many(write, lines, monkeypatch):
    monkeypatch.setattr("dealerml.exports.counting.MOST_SORTED", 2)
    repeated = "".join(f"{line}\n" for line in lines.splitlines()[1:])
    ingest = read_export(write("a.csv", lines + repeated + repeated)).ingest
    assert (ingest.repeats, ingest.rows_where(set_aside=False)) == (6, 9)


def test_exact_repeats_are_counted_and_kept(write, lines):
    ingest = read_export(write("a.csv", lines + lines.splitlines()[1] + "\n")).ingest
    assert (ingest.repeats, ingest.rows_where(set_aside=False)) == (1, 4)


def test_dealers_and_orders_that_do_not_meet_are_counted(write, lines):
    write("orders.csv", lines)
    folder = write("d.csv", "dealer_id,dealer_name\nA,Alpha\nC,Gamma\nC,Again\n")
    ingest = read_export(folder).ingest
    unmatched = ingest.unmatched
    assert (unmatched.dealers_without_orders, unmatched.dealers_not_listed) == (1, 1)
    assert (unmatched.rows, unmatched.amount) == (1, Decimal("-10.25"))
    assert unmatched.share == pytest.approx(10.25 / 160.75)
    assert rules_of(ingest) == {("repeated_id", 1)}


def test_unreadable_values_of_optional_columns_are_counted(write):
    text = f"{HEADER},quantity\nO1,A,2025-01-31,10,3\nO2,A,2025-01-31,10,three\n"
    ingest = read_export(write("a.csv", text)).ingest
    assert [(v.column, v.rows) for v in ingest.files[0].unread_values] == [("quantity", 1)]
    assert ingest.rows_where(set_aside=False) == 2


def test_a_file_with_a_header_only_is_an_export_of_nothing(write):
    ingest = read_export(write("a.csv", f"{HEADER}\n")).ingest
    assert (ingest.rows, ingest.amount, ingest.first_date) == (0, Decimal(0), None)


def test_an_empty_file_is_listed(write, lines):
    write("a.csv", lines)
    ingest = read_export(write("empty.csv", "")).ingest
    assert [(item.name, item.reason) for item in ingest.unread] == [("empty.csv", "empty")]


RETAIL = """\
InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID
1,85123A,2,2025-01-31 08:26:00,1.125,17850.0
C2,85123A,-1,2025-01-31 08:27:00,1.125,17850.0
3,POST,1,2025-01-31 08:28:00,18,17850.0
4,85123A,1,2025-01-31 08:29:00,0,17850.0
5,85123A,4,2025-01-31 08:30:00,2.5,
A6,B,1,2025-01-31 08:31:00,-100,
7,test001,1,2025-01-31 08:32:00,4.5,17850.0
"""


def test_retail_rules_keep_and_set_aside_what_they_name(write):
    tables = read_export(write("a.csv", RETAIL))
    kept = {row["order_id"]: row for row in rows_of(tables.order_lines)}
    kinds = {order: row["line_kind"] for order, row in kept.items()}
    assert kinds == {"1": "goods", "C2": "goods", "3": "freight", "4": "gift", "7": "adjustment"}
    assert kept["1"]["net_amount"] == Decimal("2.25")
    assert kept["C2"]["net_amount"] == Decimal("-1.125")
    assert {row["dealer_id"] for row in kept.values()} == {"17850"}
    assert rules_of(tables.ingest) == {("no_dealer", 1), ("bad_debt", 1)}


MAPPING = """
source = "erp"
[files.lines]
table = "order_lines"
needs = ["doc", "amount"]
[files.lines.labels]
doc = ["Document"]
amount = ["Amount"]
note = ["Type"]
[files.lines.kinds]
amount = "decimal"
[files.lines.derived]
order_id = { join = ["doc", "note"] }
dealer_id = { lookup = "heads", by = "doc", take = "dealer" }
order_date = { lookup = "heads", by = "doc", take = "day" }
region = { constant = "North" }
net_amount = { negate = "amount", when = [{ column = "note", in = ["return"] }] }
[files.heads]
table = "lookup"
needs = ["doc", "dealer", "day"]
[files.heads.labels]
doc = ["Document"]
dealer = ["Customer"]
day = ["Date"]
[files.heads.kinds]
day = "date"
"""


def test_heads_and_lines_are_joined_without_multiplying_lines(write, tmp_path):
    (tmp_path / "erp.toml").write_text(MAPPING)
    write("lines.csv", "Document,Amount,Type\n1,10,sale\n1,5,return\n2,7,sale\n")
    folder = write("heads.csv", "Document,Customer,Date\n1,A,2025-01-31\n1,B,2025-01-31\n")
    tables = read_export(folder, source=tmp_path / "erp.toml")
    found = {
        (row["order_id"], row["dealer_id"], row["net_amount"])
        for row in rows_of(tables.order_lines)
    }
    assert found == {("1 sale", "A", Decimal(10)), ("1 return", "A", Decimal(-5))}
    assert rules_of(tables.ingest) == {("no_dealer", 1)}
    assert tables.ingest.amount == Decimal(12)


cell = st.one_of(
    st.sampled_from(
        ["", "A", "12", "-3.5", "1,234.50", "2025-01-31", "x", "=1", 'q"q', "a\nb", "　"]
    ),
    # A file of two lines that also splits at another mark has no separator that could be known.
    st.text(st.characters(codec="utf-8", exclude_characters="\x00;|\t"), max_size=6),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(
    rows=st.lists(st.lists(cell, min_size=1, max_size=6), max_size=8),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_of_a_dirty_file_is_kept_or_set_aside(tmp_path_factory, rows, newline):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=newline)
    writer.writerows([HEADER.split(","), *rows])
    path = tmp_path_factory.mktemp("dirty") / "a.csv"
    path.write_bytes(stream.getvalue().encode())
    with path.open(encoding="utf-8", newline="") as file:
        expected = [row for row in csv.reader(file) if row][1:]
    ingest = read_export(path).ingest
    assert ingest.rows == len(expected)
    assert ingest.rows_where(set_aside=True) + ingest.rows_where(set_aside=False) == len(expected)
    both = ingest.amount_where(set_aside=True) + ingest.amount_where(set_aside=False)
    assert both == ingest.amount == sum((plain_amount(row) for row in expected), Decimal(0))


def plain_amount(row):
    text = row[3].strip() if len(row) > 3 else ""
    known = {"12": "12", "-3.5": "-3.5", "1,234.50": "1234.50"}
    return Decimal(known.get(text, text if text.isascii() and text.isdigit() else "0"))


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder", "rows", "amount"),
    [
        ("iowa_liquor", 17_735_173, "2365638210.95"),
        ("online_retail_ii/online_retail_ii.parquet", 1_044_847, "18909744.12"),
        ("online_retail_ii/by_day", 42_481, "748957.02"),
        ("adventureworks", 60_855, "80450596.98"),
    ],
)
def test_real_exports_add_up_to_the_cent(data_dir: Path, folder, rows, amount):
    ingest = read_export(data_dir / folder).ingest
    assert (ingest.rows, ingest.amount.quantize(Decimal("0.01"))) == (rows, Decimal(amount))
    both = ingest.amount_where(set_aside=True) + ingest.amount_where(set_aside=False)
    assert both == ingest.amount


@pytest.mark.data
def test_lookups_of_adventureworks_give_region_owner_and_category(data_dir: Path):
    tables = read_export(data_dir / "adventureworks")
    lines = rows_of(tables.order_lines.head(1000))
    assert all(row["region"] and row["owner"] for row in lines)
    categories = {row["category"] for row in rows_of(tables.products)}
    assert categories == {"Bikes", "Components", "Clothing", "Accessories", None}


def test_a_sheet_wider_than_any_export_is_refused_before_it_costs_gigabytes(write):
    labels = [*HEADER.split(","), *("" for _ in range(1_996)), "x"]
    wide = ",".join(labels) + "\nO1,A,2025-01-31,1" + "," * 1_997
    with pytest.raises(ExportError, match=r"2,001 columns; up to 2,000 are read"):
        read_export(write("wide.csv", wide), source="plain")

import datetime as dt
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from dealerml.errors import TableError
from dealerml.tables import SCHEMAS, make_tables, open_connection

LINES = {"dealer_id": ["A"], "order_date": [dt.date(2025, 6, 30)], "net_amount": [Decimal("1.5")]}


def rows(frame):
    return frame.collect("pyarrow").to_native().to_pylist()


def problems_of(**frames):
    with pytest.raises(TableError) as caught:
        make_tables(**frames)
    return caught.value.problems


def test_absent_columns_are_null_and_told_from_supplied_ones():
    tables = make_tables(order_lines=pa.table(LINES))
    assert tables.order_lines.collect_schema().names() == list(SCHEMAS["order_lines"])
    (row,) = rows(tables.order_lines)
    assert row["quantity"] is None
    assert tables.supplied == {f"order_lines.{name}" for name in LINES}


def test_tables_that_were_not_given_stay_away():
    tables = make_tables(order_lines=pa.table(LINES))
    assert (tables.dealers, tables.products, tables.notes, tables.successors) == (None,) * 4
    assert tables.others == {}
    assert all(tables.table(name) is None for name in SCHEMAS if name != "order_lines")


def test_every_table_is_found_by_its_name(tables_of):
    tables = tables_of(
        order_lines="dealer_id order_date net_amount\nA -1 1",
        dealers="dealer_id\nA",
        contacts="dealer_id contact_date channel minutes\nA -1 visit 30",
    )
    assert tables.table("order_lines") is tables.order_lines
    assert tables.table("dealers") is tables.dealers
    assert list(tables.others) == ["contacts"]
    (row,) = rows(tables.table("contacts"))
    assert list(row) == list(SCHEMAS["contacts"])
    assert (row["channel"], row["minutes"], row["owner"]) == ("visit", 30, None)
    assert "contacts.channel" in tables.supplied
    assert "contacts.owner" not in tables.supplied


def test_a_table_of_an_unknown_name_is_refused(example):
    with pytest.raises(
        TableError, match=r"'visits' is not a canonical table\. Known are order_lines"
    ):
        example.table("visits")


def test_what_is_missing_or_unknown_in_any_table_is_told():
    problems = problems_of(
        order_lines=pa.table(LINES),
        fx=pa.table({"currency": ["USD"], "from_date": [TODAY]}),
        leads=pa.table({"lead_id": ["1"], "created_date": [TODAY], "phone": ["1"]}),
    )
    assert [problem.split(". ")[0] for problem in problems] == [
        "fx.rate is missing; it is always needed.",
        "leads.phone is not a canonical column",
    ]


def test_a_line_without_a_kind_is_of_goods(tables_of):
    tables = tables_of(
        order_lines="""\
        dealer_id order_date net_amount line_kind
        A         -1         1          gift
        B         -1         1          ."""
    )
    kinds = {row["dealer_id"]: row["line_kind"] for row in rows(tables.order_lines)}
    assert kinds == {"A": "gift", "B": "goods"}


def test_pandas_with_floats_times_and_numbers_as_ids_becomes_canonical():
    lines = pd.DataFrame(
        {"dealer_id": [7], "order_date": pd.to_datetime(["2025-06-30"]), "net_amount": [0.1]}
    )
    (row,) = rows(make_tables(order_lines=lines).order_lines)
    assert (row["dealer_id"], row["order_date"]) == ("7", dt.date(2025, 6, 30))
    assert row["net_amount"] == Decimal("0.1000")


@pytest.mark.parametrize("code", ["007", "1e5", "上海恒达", "Smith & Sons, Builders", "a'b"])
def test_dealer_ids_are_text_and_stay_as_they_are(code):
    tables = make_tables(order_lines=pa.table(LINES | {"dealer_id": [code]}))
    assert rows(tables.days)[0]["dealer_id"] == code


def test_lazy_frames_stay_in_the_connection_they_belong_to():
    connection = open_connection()
    query = "SELECT 'A' AS dealer_id, DATE '2025-06-30' AS order_date, 1 AS net_amount"
    tables = make_tables(connection=connection, order_lines=connection.sql(query))
    assert tables.connection is connection
    assert rows(tables.days)[0]["net_amount"] == Decimal(1)


def test_everything_wrong_is_told_at_once():
    problems = problems_of(
        order_lines=pa.table({"dealer_id": ["A"], "amount": [1]}), customers=pa.table({"id": [1]})
    )
    assert [problem.split(" is ")[0] for problem in problems] == [
        "order_lines.amount",
        "order_lines.order_date",
        "order_lines.net_amount",
        "customers",
    ]
    assert "Known are order_id, line_no, dealer_id" in problems[0]
    assert "Known are order_lines, dealers, products" in problems[3]


def test_order_lines_are_always_needed():
    (problem,) = problems_of(dealers=pa.table({"dealer_id": ["A"]}))
    assert problem.startswith("order_lines is missing.")


def test_an_unknown_kind_of_note_is_refused_with_the_known_ones():
    notes = {"dealer_id": ["A", "B"], "kind": ["closed", "text"], "from_date": ["2025-01-01"] * 2}
    (problem,) = problems_of(order_lines=pa.table(LINES), notes=pa.table(notes))
    assert "notes.kind: 1 of 2 notes" in problem
    assert "'closed'" in problem
    assert "closed_by_us, moved" in problem


TODAY = dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("products", {"product_id": ["P1", "P1", "P2"]}),
        ("dealers", {"dealer_id": ["A", "B", "A"]}),
        (
            "successors",
            {"dealer_id": ["A", "A"], "successor_id": ["B", "C"], "from_date": [TODAY, TODAY]},
        ),
        ("deals", {"deal_id": ["1", "1"], "dealer_id": ["A", "B"]}),
        ("leads", {"lead_id": ["1", "1"], "created_date": [TODAY, TODAY]}),
    ],
)
def test_an_id_with_two_rows_is_refused(table, columns):
    problems = problems_of(order_lines=pa.table(LINES), **{table: pa.table(columns)})
    assert [problem.split(" (first")[0] for problem in problems] == [
        f"{table}.{next(iter(columns))}: 1 ids have more than one row"
    ]


def test_a_filtered_pandas_frame_is_taken_without_its_index():
    lines = pd.DataFrame(
        {"dealer_id": ["A", "B", "C"], "order_date": ["2025-01-01"] * 3, "net_amount": [1, 2, 3]}
    )
    tables = make_tables(order_lines=lines[lines["net_amount"] != 2])
    assert tables.order_lines.collect("pyarrow").to_native()["net_amount"].to_pylist() == [1, 3]

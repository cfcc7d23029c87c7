import csv
import datetime as dt

import pytest

from dealerml.errors import ExportError
from dealerml.exports import inspect_export, read_export, write_worklists
from dealerml.policy import load_policy

LINES = """\
Sales of the year
order_id,dealer_id,order_date,net_amount,phone
1,A,2025-05-31,100.00,138
2,A,2025-06-30,50.50,138
3,Z,2025-06-30,-10.25,138
4,,2025-06-30,7,138
"""
DEALERS = """\
dealer_id,dealer_name,owner
A,=Ann,Li
B,上海恒达建材有限公司,Li
C,上海恒达建材有限公司,Li
"""


@pytest.fixture
def tables(write):
    write("lines.csv", LINES)
    write("readme.csv", "a,b\n1,2\n")
    return read_export(write("dealers.csv", DEALERS))


@pytest.fixture
def found(tables):
    return inspect_export(tables)


def test_a_file_says_what_it_was_taken_for_and_what_became_of_its_rows(found):
    file = found.files.set_index("file").loc["lines.csv"]
    assert (file["taken_for"], file["table"], file["source"]) == ("lines", "order_lines", "plain")
    assert (file["needed_columns"], file["known_columns"], file["all_columns"]) == (3, 4, 5)
    assert (file["header_row"], file["titles"], file["unused"]) == (2, "Sales of the year", "phone")
    assert (file["rows"], file["rows_kept"], file["rows_set_aside"]) == (4, 3, 1)
    money = ["amount", "amount_kept", "amount_set_aside"]
    assert file[money].tolist() == [147.25, 140.25, 7.0]
    assert str(file["first_date"].date()) == "2025-05-31"


def test_files_that_were_not_read_and_tables_that_are_absent_are_named(found):
    assert found.unread.to_dict("records") == [{"file": "readme.csv", "why": "not_recognised"}]
    assert "contacts" in found.absent
    assert not {"order_lines", "dealers", "fx", "dealer_links"} & set(found.absent)


def test_dealers_on_one_side_only_are_listed(found):
    assert found.dealers_without_orders["dealer_id"].tolist() == ["B", "C"]
    lost = found.orders_without_dealers.to_dict("records")
    assert [(row["dealer_id"], row["rows"], row["amount"]) for row in lost] == [("Z", 1, -10.25)]


def test_dealers_that_may_be_one_are_listed(found):
    assert found.alike[["dealer_id", "other_id", "method"]].values.tolist() == [["B", "C", "name"]]


def test_the_first_rows_stand_under_the_column_they_were_taken_for(found):
    table = found.first_rows.set_index(["table", "column"])
    assert table.loc[("order_lines", "net_amount")].tolist() == [
        "net_amount",
        "100",
        "50.5",
        "-10.25",
    ]
    assert table.loc[("dealers", "dealer_id"), "row_3"] == "C"
    assert "138" not in table.to_string()


def test_ages_are_counted_from_the_last_day_of_the_data(tables, found):
    assert found.as_of == dt.date(2025, 6, 30)
    assert inspect_export(tables, as_of=dt.date(2025, 5, 31)).as_of == dt.date(2025, 5, 31)


def test_what_is_found_is_said_in_both_languages(found):
    keys = [sentence.key.rpartition(".")[2] for sentence in found.said]
    assert keys == ["control_absent", "alike", "absent"]
    assert "visits and calls" not in found.text_in("zh")
    assert "经销商" in found.text_in("zh")


def test_the_policy_says_how_long_a_gap_is(write):
    days = [f"2025-03-{day:02d}" for day in (3, 4, 5, 6, 7, 20, 21)]
    rows = "".join(f"A,{day},1\n" for day in days)
    tables = read_export(write("lines.csv", f"dealer_id,order_date,net_amount\n{rows}"))
    short = load_policy().changed({"limits.gap_days": 5})
    assert len(inspect_export(tables).gaps) == 0
    assert inspect_export(tables, policy=short).gaps["workdays"].tolist() == [8]


def test_tables_made_in_python_cannot_be_inspected(example):
    with pytest.raises(ExportError, match="made in Python"):
        inspect_export(example)


def test_lists_are_written_safe_for_a_spreadsheet(tables, found, tmp_path):
    paths = write_worklists(found, tables.ingest, tmp_path / "lists")
    names = [path.relative_to(tmp_path / "lists").as_posix() for path in paths]
    assert names == [
        "alike_dealers.csv",
        "control_differences.csv",
        "dealers_without_orders.csv",
        "filling.csv",
        "orders_without_dealers.csv",
        "set_aside/lines.csv.no_dealer.csv",
        "suspected_duplicates.csv",
    ]
    text = (tmp_path / "lists" / "alike_dealers.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfdealer_id,dealer_name,")
    rows = list(csv.reader(paths[4].read_text("utf-8-sig").splitlines()))
    assert rows[1] == ["Z", "1", "-10.25", "2025-06-30", "2025-06-30"]


def test_a_list_without_rows_replaces_an_older_one(tables, found, tmp_path):
    (tmp_path / "suspected_duplicates.csv").write_text("old")
    write_worklists(found, tables.ingest, tmp_path)
    text = (tmp_path / "suspected_duplicates.csv").read_text("utf-8-sig")
    assert text.splitlines() == ["group,alike,file,row,order_id,dealer_id,order_date,net_amount"]

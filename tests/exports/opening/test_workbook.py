import datetime as dt

import openpyxl
import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening.compound import wrap_book
from dealerml.exports.opening.workbook import Sheet, cell_text, read_workbook
from tests.exports.workbooks import (
    binary_number,
    binary_row,
    binary_shared,
    label,
    number,
    open_cell,
    open_row,
    record,
    shared,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("007", "007"),
        (12.0, "12"),
        (12.5, "12.5"),
        (-0.0001, "-0.0001"),
        (7, "7"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (dt.date(2025, 1, 31), "2025-01-31"),
        (dt.datetime.fromisoformat("2025-01-31"), "2025-01-31"),
        (dt.datetime.fromisoformat("2025-01-31 08:05"), "2025-01-31T08:05:00"),
        (dt.datetime.fromisoformat("2025-01-31 08:05:09.000400"), "2025-01-31T08:05:09"),
        (dt.time(8, 5), "08:05:00"),
        ("", ""),
    ],
)
def test_a_cell_reads_as_a_person_would_type_it(cell, text):
    assert cell_text(cell) == text


def test_sheets_keep_their_place_types_and_whether_they_are_hidden(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "订单"
    book.active["B3"], book.active["C3"], book.active["B4"] = "客户", 1.5, dt.date(2025, 1, 31)
    book.create_sheet("藏")["A1"] = True
    book["藏"].sheet_state = "hidden"
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    sheets = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert sheets == {
        "订单": Sheet([["客户", 1.5], [dt.date(2025, 1, 31), ""]], 3, hidden=False),
        "藏": Sheet([[True]], 1, hidden=True),
        "空": Sheet([], 1, hidden=False),
    }


def test_every_format_of_workbooks_reads_alike(tmp_path):
    cells = '<row r="2"><c r="B2"><v>1.5</v></c><c r="C2" t="s"><v>0</v></c></row>'
    paths = [
        write_xlsx(tmp_path / "a.xlsx", cells, shared("甲")),
        write_xls(tmp_path / "a.xls", number(1, 1, 1.5), label(1, 2, 0), strings=["甲"]),
        write_xlsb(
            tmp_path / "a.xlsb",
            [binary_row(1), binary_number(1, 1.5), binary_shared(2, 0)],
            ["甲"],
        ),
    ]
    for path in paths:
        assert read_workbook(path, path.name) == {"S": Sheet([[1.5, "甲"]], 2)}
    path = write_ods(tmp_path / "a.ods", open_row(open_cell()) + open_row(open_cell("甲")))
    assert read_workbook(path, "a.ods") == {"S": Sheet([["甲"]], 2)}


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path):
    path = write_xls(tmp_path / "a.xlsx", number(0, 0, 1))
    assert read_workbook(path, "a.xlsx")["S"].rows == [[1.0]]
    path = write_xlsx(tmp_path / "b.xls", '<row r="1"><c r="A1"><v>1</v></c></row>')
    assert read_workbook(path, "b.xls")["S"].rows == [[1.0]]


def test_dates_of_old_workbooks_are_dates(tmp_path):
    path = write_xls(tmp_path / "a.xls", number(0, 0, 45688, form=1))
    assert read_workbook(path, "a.xls")["S"].rows == [[dt.date(2025, 1, 31)]]


def test_error_values_are_blank(tmp_path):
    data = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
    path = write_xlsx(tmp_path / "a.xlsx", data + '<row r="2"><c r="A2"><v>1</v></c></row>')
    assert read_workbook(path, "a.xlsx")["S"].rows == [["", ""], [1.0, ""]]


def test_stored_values_of_formulas_are_read(tmp_path):
    data = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c></row>'
    path = write_xlsx(tmp_path / "a.xlsx", data)
    assert read_workbook(path, "a.xlsx")["S"].rows == [[2.0, ""]]


def test_formulas_without_a_value_are_refused_with_the_remedy(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "订单"
    book.active["A1"], book.active["A2"], book.active["B2"] = 1, "=A1+1", "=A1+2"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ExportError, match=r"订单 \(2, first in A2\).*Open it in Excel and save it"):
        read_workbook(tmp_path / "a.xlsx", "a.xlsx")


@pytest.mark.parametrize("stream", ["EncryptedPackage", "Workbook"])
def test_a_password_is_named_with_the_remedy(tmp_path, stream):
    path = tmp_path / "a.xls"
    path.write_bytes(wrap_book("EncryptedPackage", b"secret"))
    if stream == "Workbook":
        write_xls(path, number(0, 0, 1), extra=record(0x2F, b"\1\0" + bytes(4)))
    with pytest.raises(ExportError, match=r"a\.xls is protected by a password.*save it again"):
        read_workbook(path, "a.xls")


@pytest.mark.parametrize("content", [b"not a workbook", b"", b"PK\3\4 cut", b"<html>"])
def test_what_is_no_workbook_is_one_clear_error(tmp_path, content):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(ExportError, match=r"a\.xlsx .*"):
        read_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_another_office_file_in_the_same_shell_is_no_workbook(tmp_path):
    (tmp_path / "a.xls").write_bytes(wrap_book("WordDocument", b"text"))
    with pytest.raises(ExportError, match="is no workbook"):
        read_workbook(tmp_path / "a.xls", "a.xls")


def test_long_text_in_one_cell_is_no_reason_to_refuse_many_short_ones(tmp_path):
    cells = '<c t="s"><v>1</v></c>' * 10_000
    strings = shared("x" * 30_000, "a")
    path = write_xlsx(tmp_path / "a.xlsx", f'<row>{cells}<c t="s"><v>0</v></c></row>', strings)
    row = read_workbook(path, "a.xlsx")["S"].rows[0]
    assert (row[0], len(row[-1])) == ("a", 30_000)

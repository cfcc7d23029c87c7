import datetime as dt

import openpyxl
import pandas as pd
import pytest

from dealerml.exports.books import LONGEST_TEXT, write_book
from dealerml.review.sheet import fill_sheet, put_cell


@pytest.fixture
def filled(tmp_path):
    """The sheet that a table becomes, as a reader finds it."""

    def fill(table, **how):
        path = tmp_path / "book.xlsx"
        with write_book(path) as book:
            fill_sheet(book, "One", table, **{"lang": "en"} | how)
        return openpyxl.load_workbook(path)["One"]

    return fill


@pytest.fixture
def cell_of(tmp_path):
    def write(value, **how):
        path = tmp_path / "book.xlsx"
        with write_book(path) as book:
            put_cell(book, book.add_sheet("One"), (0, 0), value, **how)
        return openpyxl.load_workbook(path)["One"]["A1"]

    return write


@pytest.mark.parametrize("text", ["=1+1", "+Total", "-Total", "@Home", "＝1"])
def test_text_stays_text_however_it_begins(cell_of, text):
    cell = cell_of(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["mailto:a@b.c", "https://example.org", "file:///etc/passwd"])
def test_no_text_becomes_a_link(cell_of, text):
    cell = cell_of(text)
    assert (cell.value, cell.hyperlink) == (text, None)


def test_what_excel_cannot_hold_is_left_out(cell_of):
    assert cell_of("Heng\x07da\x00").value == "Hengda"
    assert cell_of("恒" * (LONGEST_TEXT + 1)).value == "恒" * LONGEST_TEXT


def test_numbers_and_dates_keep_their_kind(cell_of):
    assert cell_of(1.5, number_format="0.0%").number_format == "0.0%"
    cell = cell_of(pd.Timestamp("2025-06-30 10:15"))
    assert (cell.value, cell.number_format) == (dt.datetime(2025, 6, 30), "yyyy-mm-dd")  # noqa: DTZ001


def test_missing_values_stay_empty(filled):
    sheet = filled(pd.DataFrame({"note": ["a", None], "health": [None, 5.0]}))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(2)] == [["a", None], [None, 5]]


def test_a_row_is_as_high_as_its_longest_text(filled):
    table = pd.DataFrame({"topic": ["a", "b"], "finding": ["short", "恒" * 60]})
    sheet = filled(table, wrap={"finding": 40.0, "topic": 40.0})
    assert sheet.row_dimensions[2].height is None  # one line is what a spreadsheet gives by itself
    assert sheet.row_dimensions[3].height == 4 * 15
    assert sheet.column_dimensions["A"].width == pytest.approx(40, abs=0.05)  # A and B as one
    assert sheet["A2"].alignment.wrap_text
    assert sheet["B3"].alignment.wrap_text


def test_columns_to_fill_are_shown_and_other_empty_ones_are_not(filled):
    table = pd.DataFrame({"dealer_id": ["D1"], "remark": [""], "note": [""]})
    sheet = filled(table, to_fill=["remark"])
    shown = [sheet.column_dimensions[letter].hidden for letter in "ABC"]
    assert shown == [False, False, True]


def test_an_empty_table_has_its_heads(filled):
    sheet = filled(pd.DataFrame(columns=["dealer_id", "health"]), lang="zh")
    assert [cell.value for cell in sheet[1]] == ["经销商编号", "健康分"]

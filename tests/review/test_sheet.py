import datetime as dt

import openpyxl
import pandas as pd
import pytest

from dealerml.review.sheet import fill_sheet, put_cell


@pytest.fixture
def sheet():
    return openpyxl.Workbook().active


@pytest.mark.parametrize("text", ["=1+1", "+Total", "-Total", "@Home", "＝1"])
def test_text_stays_text_however_it_begins(sheet, text):
    cell = put_cell(sheet, (1, 1), text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_excel_cannot_hold_is_left_out(sheet):
    assert put_cell(sheet, (1, 1), "Heng\x07da\x00").value == "Hengda"


def test_numbers_and_dates_keep_their_kind(sheet):
    assert put_cell(sheet, (1, 1), 1.5, "0.0%").number_format == "0.0%"
    cell = put_cell(sheet, (1, 2), pd.Timestamp("2025-06-30"))
    assert (cell.value, cell.number_format) == (dt.date(2025, 6, 30), "yyyy-mm-dd")


def test_missing_values_stay_empty(sheet):
    fill_sheet(sheet, pd.DataFrame({"note": ["a", None], "health": [None, 5.0]}), lang="en")
    assert [[cell.value for cell in row] for row in sheet.iter_rows(2)] == [["a", None], [None, 5]]


def test_a_row_is_as_high_as_its_longest_text(sheet):
    table = pd.DataFrame({"topic": ["a", "b"], "finding": ["short", "恒" * 60]})
    fill_sheet(sheet, table, lang="en", wrap={"finding": 40.0})
    assert sheet.row_dimensions[2].height == 15
    assert sheet.row_dimensions[3].height == 4 * 15
    assert sheet.column_dimensions["B"].width == 40


def test_an_empty_table_has_its_heads(sheet):
    fill_sheet(sheet, pd.DataFrame(columns=["dealer_id", "health"]), lang="zh")
    assert [cell.value for cell in sheet[1]] == ["经销商编号", "健康分"]

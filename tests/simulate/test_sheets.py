import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dealerml.exports.books import without_clock
from dealerml.simulate.sheets import write_workbook

NINE = dt.datetime(2025, 3, 1, 9, 5)  # noqa: DTZ001 - a cell has no time zone


def only_cell(path, value):
    write_workbook(path / "one.xlsx", {"数据": [["列"], [value]]})
    return openpyxl.load_workbook(path / "one.xlsx")["数据"].cell(2, 1)


@pytest.mark.parametrize("text", ["007", "-12", "上海恒达", " x ", "=1+1", "@Home", "+A1", "-A1"])
def test_text_stays_text_however_it_begins(tmp_path, text):
    cell = only_cell(tmp_path, text)
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert cell.quotePrefix == (text in ("=1+1", "@Home", "+A1", "-A1"))


@pytest.mark.parametrize("number", [7, 1234.5, -0.01, Decimal("100.01"), np.int64(3), True])
def test_numbers_are_numbers(tmp_path, number):
    cell = only_cell(tmp_path, number)
    assert cell.value == pytest.approx(float(number))
    assert cell.data_type in ("n", "b")


@pytest.mark.parametrize(
    ("value", "shown", "number_format"),
    [
        (dt.date(2025, 3, 1), dt.datetime(2025, 3, 1), "yyyy-mm-dd"),  # noqa: DTZ001
        (pd.Timestamp("2025-03-01"), dt.datetime(2025, 3, 1), "yyyy-mm-dd"),  # noqa: DTZ001
        (NINE, NINE, "yyyy-mm-dd hh:mm"),
        (pd.Timestamp(NINE), NINE, "yyyy-mm-dd hh:mm"),
    ],
)
def test_days_and_times_are_real_dates(tmp_path, value, shown, number_format):
    cell = only_cell(tmp_path, value)
    assert (cell.value, cell.data_type) == (shown, "d")
    assert cell.number_format == number_format


@pytest.mark.parametrize("nothing", [None, "", float("nan"), pd.NaT, pd.NA])
def test_what_is_missing_is_an_empty_cell(tmp_path, nothing):
    assert only_cell(tmp_path, nothing).value is None


def test_sheets_keep_their_order_and_merged_cells_are_merged(tmp_path):
    rows = [["单号", "金额"], ["SO1", 1], [None, 2]]
    sheets = {"订单数据": rows, "产品数据": [["编码"]]}
    path = write_workbook(tmp_path / "two.xlsx", sheets, merged={"订单数据": [(1, 0, 2, 0)]})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["订单数据", "产品数据"]
    assert [str(cells) for cells in book["订单数据"].merged_cells.ranges] == ["A2:A3"]
    assert not book["产品数据"].merged_cells.ranges


def test_a_reader_finds_what_was_written(tmp_path):
    rows = [["编号", "日期", "金额"], ["007", dt.date(2025, 3, 1), 100.5]]
    path = write_workbook(tmp_path / "book.xlsx", {"数据": rows})
    with CalamineWorkbook.from_path(path) as book:
        assert book.get_sheet_by_name("数据").to_python() == rows


def test_equal_content_has_equal_bytes_and_no_stamp_of_time(tmp_path):
    sheets = {"数据": [["编号", "日期"], ["007", NINE], [None, NINE], [None, NINE]]}
    merged = {"数据": [(1, 0, 3, 0), (1, 1, 2, 1), (0, 2, 0, 3), (0, 4, 1, 4)]}
    first, second = (
        write_workbook(tmp_path / name, sheets, merged=merged).read_bytes()
        for name in ("a.xlsx", "b.xlsx")
    )
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        places = re.findall(
            r'mergeCell ref="(.*?)"', parts.read("xl/worksheets/sheet1.xml").decode()
        )
        assert places == ["A2:A4", "B2:B3", "C1:D1", "E1:E2"]
        assert parts.read("docProps/core.xml").decode().count("2000-01-01T00:00:00Z") == 2
    assert without_clock(first) == first

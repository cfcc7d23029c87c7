import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from dealerml.exports.books import without_clock
from dealerml.review.workbook import write_workbook
from dealerml.words import column_label


@pytest.fixture(scope="module")
def book(written):
    return openpyxl.load_workbook(written / "review.xlsx")


@pytest.fixture(scope="module")
def book_zh(written_zh):
    return openpyxl.load_workbook(written_zh / "review.xlsx")


def column_of(sheet, head):
    place = [cell.value for cell in sheet[1]].index(head) + 1
    return [row[0] for row in sheet.iter_rows(2, sheet.max_row, place, place)]


def test_sheets_are_named_in_the_language_of_the_review(book, book_zh):
    assert book.sheetnames == [
        "Overview",
        "Dealers",
        "Alerts",
        "Movers",
        "Forecast",
        "Months",
        "Where rows went",
        "Definitions",
    ]
    zh = "概览 经销商 预警 变动 预测 月度明细 数据去向 口径"
    assert book_zh.sheetnames == zh.split()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_head_is_a_label(book, book_zh, small_review, lang):
    sheet = {"en": book, "zh": book_zh}[lang].worksheets[1]
    names = ["dealer_id", *small_review.dealers.columns]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [column_label(name, lang) for name in names]
    assert not any("_" in head for head in heads)


def test_the_dealers_are_all_there_with_ids_as_text(book, small_review):
    ids = column_of(book["Dealers"], "Dealer code")
    assert [cell.value for cell in ids] == list(small_review.dealers.index)
    assert {(cell.data_type, cell.number_format) for cell in ids} == {("s", "@")}


def test_figures_are_numbers_with_formats_and_dates_are_dates(book, small_review):
    amounts = column_of(book["Dealers"], "Net sales, last 12 months")
    expected = small_review.dealers["net_amount_365d"]
    found = pd.Series([cell.value for cell in amounts], index=expected.index, dtype="float64")
    pd.testing.assert_series_equal(found, expected, check_names=False)
    assert {cell.number_format for cell in amounts if cell.value is not None} == {"#,##0"}
    risks = column_of(book["Dealers"], "Risk of stopping")
    assert {cell.number_format for cell in risks if cell.value is not None} == {"0.0%"}
    due = column_of(book["Alerts"], "Due")
    assert all(isinstance(cell.value, dt.datetime) for cell in due)
    assert {cell.number_format for cell in due} == {"yyyy-mm-dd"}


def test_nothing_is_a_formula(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    names = {cell.value: cell for cell in column_of(book["Dealers"], "Dealer")}
    assert names["=HYPERLINK Trading"].quotePrefix
    assert names["@Home"].quotePrefix
    assert not names["上海恒达建材有限公司"].quotePrefix


def test_each_sheet_can_be_filtered_and_keeps_its_heads_in_sight(book):
    for sheet in book:
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes[1:] == "2"
    assert book["Dealers"].freeze_panes == "C2"


def test_columns_are_wide_enough_for_names_and_empty_ones_hidden(book, small_review):
    sheet = book["Dealers"]
    widest = max(2 * len(name) for name in small_review.dealers["dealer_name"] if name > "一")
    assert sheet.column_dimensions["B"].width >= widest
    empty = [name for name in small_review.dealers if small_review.dealers[name].isna().all()]
    heads = {column_label(name) for name in empty}
    hidden = {cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden}
    assert hidden == heads


def test_codes_read_in_the_language_of_the_review(book, book_zh):
    assert {c.value for c in column_of(book["Dealers"], "Band")} <= {"red", "amber", "green", None}
    chinese = {c.value for c in column_of(book_zh["经销商"], "健康等级")}
    assert chinese - {None} <= {"红", "黄", "绿"}
    assert {c.value for c in column_of(book_zh["预警"], "状态")} == {"待处理"}


def test_bands_are_coloured(book):
    cells = [c for c in column_of(book["Dealers"], "Band") if c.value == "red"]
    assert cells
    assert {cell.fill.start_color.rgb[-6:] for cell in cells} == {"A61C28"}


def test_the_overview_begins_with_the_verdict_and_shows_its_text_in_full(book):
    sheet = book["Overview"]
    rows = list(sheet.iter_rows(2, values_only=True))
    assert rows[0] == ("As of", "2025-06-30")
    assert rows[1][0] == "In short"
    assert "Sales of the period" in [row[0] for row in rows]
    assert all(cell.alignment.wrap_text for cell in sheet["B"][1:])
    for (text,) in sheet.iter_rows(2, sheet.max_row, 2, 2):
        lines = len(str(text.value)) / sheet.column_dimensions["B"].width
        assert (sheet.row_dimensions[text.row].height or 15) >= 15 * lines


def test_the_policy_in_force_is_in_it(book):
    rows = dict(book["Definitions"].iter_rows(2, values_only=True))
    assert rows["definitions.horizon"] == "90"
    assert rows["limits.set_aside_share"] == "0.2"


def test_a_review_of_little_history_makes_a_workbook(short_review, tmp_path):
    path = tmp_path / "short.xlsx"
    write_workbook(short_review, path, lang="zh")
    book = openpyxl.load_workbook(path)
    assert "数据去向" not in book.sheetnames
    assert book["预测"].max_row == 1


def test_no_stamp_of_time_is_left_inside(written):
    data = (written / "review.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2
    assert without_clock(data) == data

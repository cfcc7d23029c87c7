from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.review.alert_book import (
    FILLED,
    SHOWN,
    carry_alerts,
    read_alert_book,
    to_calls,
    write_alert_book,
)
from dealerml.words import column_label, say


def fill(path, entries, lang="en"):
    """Write into the columns that are to be filled, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row, values in entries.items():
        for name, value in zip(FILLED, values, strict=False):
            sheet.cell(row, len(SHOWN) + FILLED.index(name) + 1, value)
    book.save(path)


@pytest.fixture(params=["en", "zh"])
def lang(request):
    return request.param


@pytest.fixture
def book(small_review, tmp_path, lang):
    path = tmp_path / "alerts.xlsx"
    write_alert_book(small_review, path, lang=lang)
    return path


def test_it_is_read_back_as_it_was_written(small_review, book):
    log = read_alert_book(book)
    assert log["alert_id"].tolist() == small_review.alerts.table["alert_id"].tolist()
    assert log["dealer_id"].tolist() == small_review.alerts.table["dealer_id"].tolist()
    assert log["kind"].tolist() == small_review.alerts.table["kind"].tolist()
    assert log["handled_date"].isna().all()


def test_choices_come_from_lists(book):
    sheet = openpyxl.load_workbook(book).worksheets[0]
    choices = sheet.data_validations.dataValidation
    assert len(choices) == 2
    assert all(choice.type == "list" for choice in choices)


def test_the_columns_to_fill_in_are_seen(book, lang):
    sheet = openpyxl.load_workbook(book).worksheets[0]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    for name in FILLED:
        assert not sheet.column_dimensions[heads[column_label(name, lang)]].hidden


def test_what_people_fill_in_is_understood_in_either_language(book, lang):
    kept, moved = say("review.result_of_call.kept", lang), say("review.true_reason.moved", lang)
    fill(book, {2: ["2025-07-03", kept, ""], 3: [pd.Timestamp("2025-07-04"), "lost", moved]})
    log = read_alert_book(book)
    assert log["result"].tolist()[:2] == ["kept", "lost"]
    assert log["reason"].tolist()[1] == "moved"
    assert log["handled_date"].dt.day.tolist()[:2] == [3, 4]
    calls = to_calls(log)
    assert set(calls["treatment"]) == {"called"}
    assert set(calls["dealer_id"]) == set(log["dealer_id"].iloc[:2])


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (["yesterday"], "row 2: 'yesterday' is no date"),
        (["2025-07-03", "well"], "'well' is unknown"),
    ],
)
def test_a_wrong_entry_is_named_with_its_row(book, entry, told):
    fill(book, {2: entry})
    with pytest.raises(TableError, match=told):
        read_alert_book(book)


def test_another_workbook_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(TableError, match="no list of alerts"):
        read_alert_book(path)
    with pytest.raises(TableError, match="There is no list"):
        read_alert_book(tmp_path / "none.xlsx")


def test_the_next_list_repeats_what_is_open_and_spares_what_was_handled(small_review, tmp_path):
    path = tmp_path / "alerts.xlsx"
    write_alert_book(small_review, path)
    fill(path, {2: ["2025-06-25", "goes on ordering"]})
    log = read_alert_book(path)
    gone = log.iloc[[0]].assign(
        dealer_id="nobody", alert_id="2025-03-31-sharp_drop-nobody", handled_date=pd.NaT
    )
    earlier = pd.concat([log.iloc[:5], gone], ignore_index=True)
    carried = carry_alerts(small_review.alerts, earlier)
    assert len(carried.table) == len(small_review.alerts.table) - 1
    assert len(carried.reasons) == len(carried.regions) == len(carried.roles) == len(carried.table)
    assert (carried.table["status"] == "repeated").sum() == 4
    new = len(small_review.alerts.table) - 5
    expected = f"{new} alerts are new, 4 were open before, 1 were handled lately and are quiet, 1"
    assert expected in carried.text
    assert len(carried.table_in("zh")) == len(carried.table)


def test_a_repeated_alert_keeps_its_first_id(small_review, tmp_path):
    path = tmp_path / "alerts.xlsx"
    write_alert_book(small_review, path)
    log = read_alert_book(path)
    old = log.assign(alert_id=log["alert_id"].str.replace("2025-06-30", "2025-03-31"))
    carried = carry_alerts(small_review.alerts, old)
    assert carried.table["alert_id"].str.startswith("2025-03-31").all()


def test_long_ago_handled_is_raised_again(small_review, tmp_path):
    path = tmp_path / "alerts.xlsx"
    write_alert_book(small_review, path)
    log = read_alert_book(path).assign(handled_date=pd.Timestamp("2025-01-05"))
    assert len(carry_alerts(small_review.alerts, log).table) == len(small_review.alerts.table)


def test_no_alerts_at_all_carry_nothing(small_review, tmp_path):
    path = tmp_path / "alerts.xlsx"
    write_alert_book(small_review, path)
    log = read_alert_book(path)
    empty = replace(
        small_review.alerts,
        table=small_review.alerts.table.iloc[:0],
        reasons=(),
        regions=small_review.alerts.regions.iloc[:0],
        roles=(),
    )
    assert "0 alerts are new" in carry_alerts(empty, log).text

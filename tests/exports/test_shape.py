import pytest

from dealerml.exports import read_export

HEADER = "order_id,dealer_id,order_date,net_amount"
LINES = "O1,A,2025-01-31,10\nO2,B,2025-01-31,20\n"


def rules_of(folder):
    table = read_export(folder).ingest.table
    return {(row.outcome, row.rule): row.rows for row in table.itertuples()}


@pytest.mark.parametrize(
    "word", ["合计", "小 计", "Total", "Grand Total:", "上海恒达 小计", "*", "Total (2 records)"]
)
def test_totals_are_no_rows(write, word):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES},{word},,30\n"))
    assert found == {("kept", ""): 2, ("set_aside", "total_row"): 1}


def test_a_dealer_may_be_called_total(write):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES}O3,Total,2025-01-31,5\n"))
    assert found == {("kept", ""): 3}


def test_a_header_repeated_on_every_page_is_no_row(write):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES}{HEADER}\nO3,A,2025-02-28,5\n"))
    assert found == {("kept", ""): 3, ("set_aside", "repeated_header"): 1}


@pytest.mark.parametrize(
    "note", ["制表人：王伟,,,", "Confidential,,,", "过滤条件：2025,审核：李娜,,"]
)
def test_notes_below_the_last_row_are_no_rows(write, note):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES}{note}\n"))
    assert found == {("kept", ""): 2, ("set_aside", "note_row"): 1}


def test_blank_rows_are_named_so(write):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES},,,\n"))
    assert found == {("kept", ""): 2, ("set_aside", "blank_row"): 1}


def test_a_row_without_a_dealer_is_still_a_row(write):
    found = rules_of(write("a.csv", f"{HEADER}\n{LINES}O3,,2025-01-31,5\n"))
    assert found == {("kept", ""): 2, ("set_aside", "no_dealer"): 1}

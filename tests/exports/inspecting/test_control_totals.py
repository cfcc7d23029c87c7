import pandas as pd
import pytest

from dealerml.exports import compare_control_totals, read_export
from dealerml.exports.inspecting.control_totals import say_control_totals

LINES = "dealer_id,order_date,net_amount\nA,2025-05-02,100\nA,2025-06-03,250\nB,2025-06-04,-50\n"


@pytest.fixture
def compared(write):
    def compare(booked: str) -> pd.DataFrame:
        write("lines.csv", LINES)
        return compare_control_totals(read_export(write("control_totals.csv", booked)))

    return compare


def test_each_basis_of_a_month_is_compared_with_its_own_lines(compared):
    table = compared(
        "month,basis,amount\n2025-06,net,200\n2025-06,billed,240\n2025-06,returned,-50\n"
    )
    assert table["basis"].tolist() == ["billed", "net", "returned"]
    assert table["ours"].tolist() == [250.0, 200.0, -50.0]
    assert table["difference"].tolist() == [10.0, 0.0, 0.0]
    assert table["share"].tolist() == pytest.approx([10 / 240, 0, 0])


def test_a_month_may_be_written_alone_or_as_any_of_its_days(compared):
    table = compared("month,basis,amount\n2025-05-01,net,60\n2025-05-31,net,40\n")
    assert table.to_dict("records")[0] == {
        "month": "2025-05",
        "basis": "net",
        "amount": 100.0,
        "ours": 100.0,
        "difference": 0.0,
        "share": 0.0,
    }


def test_returned_money_may_be_written_with_either_sign_and_in_chinese(compared):
    table = compared("月份,口径,金额\n2025-06,退货,50\n2025-06,净额,200\n")
    assert table["amount"].tolist() == [200.0, -50.0]
    assert table["difference"].tolist() == [0.0, 0.0]


def test_what_only_one_side_has_differs_wholly(compared):
    table = compared("month,basis,amount\n2025-04,net,80\n2025-05,returned,0\n2025-06,net,0\n")
    assert table["ours"].tolist() == [0.0, 0.0, 200.0]
    assert table["share"].tolist() == [1.0, 0.0, 1.0]


def test_an_unknown_basis_is_set_aside(compared):
    assert len(compared("month,basis,amount\n2025-06,net,1\n2025-06,gross,1\n")) == 1


def test_without_sums_of_finance_nothing_is_compared(example):
    table = compare_control_totals(example)
    assert table.columns.tolist() == ["month", "basis", "amount", "ours", "difference", "share"]
    assert len(table) == 0
    assert say_control_totals(table, 0.1).key == "inspection.control_absent"


def test_the_sentence_names_the_worst_month(compared):
    table = compared("month,basis,amount\n2025-05,net,100\n2025-06,net,160\n")
    sentence = say_control_totals(table, 0.3)
    assert "2 sums of finance 1 differ" in sentence.text
    assert "0 of them by more than 30.0 %" in sentence.text
    assert "2025-06 (net): finance 160, ours 200, 25.0 % apart" in sentence.text
    assert say_control_totals(table[:1], 0.3).key == "inspection.control_agrees"

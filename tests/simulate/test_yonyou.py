import csv
from pathlib import Path

import pytest

from dealerml.simulate import Network, simulate_network
from dealerml.simulate.yonyou import write_yonyou


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=8, years=1)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="gb18030", newline="") as stream:
        return [row for row in csv.reader(stream, delimiter="\t") if row]


def column(rows, label):
    return [row[rows[0].index(label)] for row in rows[1:]]


def test_lists_are_text_under_the_name_of_a_workbook(small, tmp_path):
    paths = write_yonyou(small, tmp_path, "en")
    names = ["DispatchList.xls", "Customer.xls", "Inventory.xls", "Ap_CloseBill.xls"]
    assert [path.name for path in paths] == names
    assert rows_of(paths[0])[0][:2] == ["cDLCode", "dDate"]


def test_the_same_network_gives_the_same_bytes(small, tmp_path):
    first = [path.read_bytes() for path in write_yonyou(small, tmp_path, "zh")]
    second = [path.read_bytes() for path in write_yonyou(small, tmp_path, "zh")]
    assert first == second


def test_a_list_in_chinese_begins_with_its_title_and_ends_with_its_total(small, tmp_path):
    (title,), *rows = rows_of(write_yonyou(small, tmp_path, "zh")[0])
    assert title == "发货单列表"
    *amounts, total = [float(text) for text in column(rows, "无税金额")]
    assert rows[-1][0] == "合计"
    assert total == pytest.approx(sum(amounts))


def test_returned_goods_are_negative_and_the_last_note_has_no_approver(small, tmp_path):
    rows = rows_of(write_yonyou(small, tmp_path, "en")[0])
    quantities = [float(text) for text in column(rows, "iQuantity") if text]
    assert min(quantities) < 0
    approvers = column(rows, "cVerifier")
    assert approvers[-1] == ""
    assert approvers[0] == "demo"


def test_money_paid_back_is_a_voucher_of_another_type(small, tmp_path):
    payments = small.payments.assign(paid_amount=-small.payments["paid_amount"]).iloc[:1]
    changed = Network(**{**vars(small), "payments": payments})
    rows = rows_of(write_yonyou(changed, tmp_path, "en")[3])
    assert column(rows, "cVouchType") == ["49"]
    assert float(column(rows, "iAmount")[0]) > 0

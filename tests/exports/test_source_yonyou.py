"""用友: what U8 saves reads back to the same tables, and its traps are seen."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from dealerml.exports import read_export
from dealerml.simulate import Network, simulate_network, write_network
from tests.exports.carried import lost_rows

# Table → what the lists do not carry: dispatch notes say nothing about what the goods cost.
CARRIED = {
    "order_lines": ["cost_amount"],
    "dealers": [],
    "products": [],
    "payments": [],
}
HEAD = ["发货日期", "客户编码", "存货编码", "数量", "无税金额", "审核人"]


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20)


@pytest.fixture(scope="module", params=["en", "zh"])
def exported(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("yonyou")
    write_network(network, folder, source="yonyou", lang=request.param)
    return folder


@pytest.fixture
def read(write):
    """Read lists, given as name and rows, as an export of this source."""

    def read_lists(**lists):
        for name, rows in lists.items():
            text = "\n".join("\t".join(map(str, row)) for row in rows)
            folder = write(f"{name}.txt", text, "gb18030")
        return read_export(folder, source="yonyou")

    return read_lists


def amounts(tables):
    frame = tables.order_lines.collect("pyarrow").to_native()
    pairs = zip(frame["order_id"].to_pylist(), frame["net_amount"].to_pylist(), strict=True)
    return sorted(pairs)


def set_aside(tables):
    rows = Counter()
    for count in (count for file in tables.ingest.files for count in file.counts):
        if count.set_aside:
            rows[count.rule] += count.rows
    return rows


@pytest.mark.parametrize("source", [None, "yonyou"])
def test_what_is_exported_reads_back_to_the_same_tables(exported, network, source):
    tables = read_export(exported, source=source)
    assert tables.ingest.source == "yonyou"
    assert not any(lost_rows(network, tables, CARRIED).values())


def test_a_note_that_nobody_approved_is_a_draft(exported):
    assert set_aside(read_export(exported, source="yonyou"))["draft"] > 0


def test_red_rows_are_negative_already(read):
    rows = [["FH1", "2025-01-31", "A", "P", -2, -50, "demo"]]
    tables = read(发货单=[["发货单号", *HEAD], *rows])
    frame = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    assert (frame[0]["quantity"], frame[0]["net_amount"]) == (-2, -50)


def test_without_a_column_of_approvers_no_note_is_a_draft(read):
    rows = [["FH1", "2025-01-31", "A", "P", 1, 10, "demo"], ["FH2", "2025-01-31", "A", "P", 1, 20]]
    approved = read(发货单=[["发货单号", *HEAD], rows[0], [*rows[1], ""]])
    assert amounts(approved) == [("FH1", Decimal(10))]
    unasked = read(发货单=[["发货单号", *HEAD[:-1]], rows[0][:-1], rows[1]])
    assert amounts(unasked) == [("FH1", Decimal(10)), ("FH2", Decimal(20))]


def test_the_amount_is_the_one_without_tax_in_home_currency(read):
    head = ["发货单号", *HEAD, "价税合计", "本币无税金额", "币种"]
    rows = [["FH1", "2025-01-31", "A", "P", 1, 100, "demo", 113, 700, "美元"]]
    assert amounts(read(发货单=[head, *rows])) == [("FH1", Decimal(700))]


def test_with_tax_alone_there_is_no_amount(read):
    head = [*("发货单号", "发货日期", "客户编码", "存货编码", "数量"), "价税合计"]
    tables = read(发货单=[head, ["FH1", "2025-01-31", "A", "P", 1, 113]])
    assert amounts(tables) == []
    assert set_aside(tables) == {"no_amount": 1}


INVOICES = [
    ["发票号", "开票日期", "客户编码", "存货编码", "数量", "无税金额"],
    ["FP1", "2025-02-01", "A", "P", 1, 10],
]


def test_invoices_count_where_nothing_else_does(read):
    assert amounts(read(发票=INVOICES)) == [("FP1", Decimal(10))]


def test_invoices_beside_dispatch_notes_do_not_count_twice(read):
    notes = [["发货单号", *HEAD], ["FH1", "2025-01-31", "A", "P", 1, 10, "demo"]]
    tables = read(发票=INVOICES, 发货单=notes)
    assert amounts(tables) == [("FH1", Decimal(10))]
    assert set_aside(tables) == {"counted_elsewhere": 1}


def test_the_customer_behind_the_dealer_is_not_the_dealer(read):
    head = ["发货单号", *HEAD, "最终客户"]
    tables = read(发货单=[head, ["FH1", "2025-01-31", "A", "P", 1, 10, "demo", "某医院"]])
    dealers = tables.order_lines.collect("pyarrow").to_native()["dealer_id"].to_pylist()
    assert dealers == ["A"]


def test_vouchers_of_the_other_type_are_money_paid_back(read):
    head = ["单据类型", "单据编号", "单据日期", "客户编码", "本币金额", "结算方式", "审核人"]
    tables = read(
        收款单=[
            head,
            ["收款单", "R1", "2025-01-31", "A", 100, "电汇", "demo"],
            ["付款单", "R2", "2025-02-01", "A", 30, "电汇", "demo"],
            ["收款单", "R3", "2025-02-02", "A", 7, "电汇", ""],
        ],
        发货单=[["发货单号", *HEAD], ["FH1", "2025-01-31", "A", "P", 1, 10, "demo"]],
    )
    paid = tables.table("payments").collect("pyarrow").to_native()["paid_amount"].to_pylist()
    assert sorted(paid) == [-30, 100]
    assert set_aside(tables) == {"draft": 1}

"""金蝶: what K/3 Cloud exports reads back to the same tables, and its traps are seen."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from dealerml.exports import load_mapping, read_export
from dealerml.simulate import Network, simulate_network, write_network
from dealerml.simulate.sheets import write_workbook
from tests.exports.carried import lost_rows

# Table → what the forms do not carry.
CARRIED = {
    "order_lines": [],
    "dealers": [],
    "products": [],
    "payments": [],
}
OUTBOUND = [
    *("单据编号", "行号", "日期", "单据状态", "客户编码"),
    *("客户", "物料名称", "实发数量", "金额"),
]
APPROVED = "已审核"


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20)


@pytest.fixture(scope="module", params=["en", "zh"])
def exported(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("kingdee")
    write_network(network, folder, source="kingdee", lang=request.param)
    return folder


@pytest.fixture
def read(tmp_path):
    """Read workbooks, given as name and rows, as an export of this source."""

    def read_books(**books):
        for name, rows in books.items():
            write_workbook(tmp_path / f"{name}.xlsx", {name: rows})
        return read_export(tmp_path, source="kingdee")

    return read_books


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


def kinds(tables):
    return sorted(tables.order_lines.collect("pyarrow").to_native()["line_kind"].to_pylist())


@pytest.mark.parametrize("source", [None, "kingdee"])
def test_what_is_exported_reads_back_to_the_same_tables(exported, network, source):
    tables = read_export(exported, source=source)
    assert tables.ingest.source == "kingdee"
    assert not any(lost_rows(network, tables, CARRIED).values())


def test_the_void_note_and_the_one_in_review_are_set_aside(exported):
    aside = set_aside(read_export(exported, source="kingdee"))
    assert aside["void"] > 0
    assert aside["draft"] > 0


def test_return_notes_take_quantity_amount_and_cost_away(read):
    head = ["单据编号", "日期", "退货客户编码", "实退数量", "金额", "总成本"]
    out = ["单据编号", "日期", "客户编码", "实发数量", "金额"]
    tables = read(
        退货=[head, ["RT1", "2025/1/31", "A", 2, 50, 30]],
        出库=[out, ["SO1", "2025/1/30", "A", 4, 100]],
    )
    frame = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    back = next(row for row in frame if row["order_id"] == "RT1")
    assert (back["quantity"], back["net_amount"], back["cost_amount"]) == (-2, -50, -30)


def test_only_approved_notes_count(read):
    rows = [
        ["SO1", 1, "2025/1/31", APPROVED, "A", "甲", "", 1, 10],
        ["SO2", 1, "2025/1/31", "审核中", "A", "甲", "", 1, 20],
        ["SO3", 1, "2025/1/31", "暂存", "A", "甲", "", 1, 40],
        ["SO4", 1, "2025/1/31", "重新审核", "A", "甲", "", 1, 80],
    ]
    tables = read(出库=[OUTBOUND, *rows])
    assert amounts(tables) == [("SO1", Decimal(10))]
    assert set_aside(tables) == {"draft": 3}


def test_lines_below_the_head_of_a_note_belong_to_it(read):
    rows = [
        ["SO1", 1, "2025/1/31", APPROVED, "A", "甲", "漆", 1, 10],
        ["", 2, "", "", "", "", "砖", 1, 20],
        ["SO2", 1, "2025/2/1", APPROVED, "B", "乙", "漆", 1, 40],
        ["合计", "", "", "", "", "", "", 3, 70],
    ]
    tables = read(出库=[OUTBOUND, *rows])
    dealers = tables.order_lines.collect("pyarrow").to_native()["dealer_id"].to_pylist()
    assert sorted(dealers) == ["A", "A", "B"]
    assert set_aside(tables) == {"total_row": 1}


def test_articles_of_cost_are_no_goods(read):
    names = ["漆", "运费", "安装服务费", "销售折扣"]
    head = ["SO1", "", "2025/1/31", APPROVED, "A", "甲"]
    rows = [[*head, name, 1, 5] for name in names]
    assert kinds(read(出库=[OUTBOUND, *rows])) == ["adjustment", "freight", "goods", "service"]


def test_walk_in_and_internal_customers_are_set_aside(read):
    rows = [
        ["SO1", 1, "2025/1/31", APPROVED, "A", "甲", "", 1, 10],
        ["SO2", 1, "2025/1/31", APPROVED, "X", "零散客户", "", 1, 20],
        ["SO3", 1, "2025/1/31", APPROVED, "N", "华北公司", "", 1, 40],
    ]
    customers = [
        ["客户编码", "名称", "客户类别"],
        ["A", "甲", "普通销售客户"],
        ["N", "华北公司", "内部结算客户"],
    ]
    tables = read(出库=[OUTBOUND, *rows], 客户=customers)
    assert amounts(tables) == [("SO1", Decimal(10))]
    assert set_aside(tables) == {"walk_in": 1, "internal": 2}


def test_a_customer_without_its_code_is_found_by_its_name(read):
    head = ["单据编号", "日期", "客户", "实发数量", "金额"]
    rows = [["SO1", "2025/1/31", "甲", 1, 10], ["SO2", "2025/1/31", "丙", 1, 20]]
    tables = read(出库=[head, *rows], 客户=[["客户编码", "名称"], ["A", "甲"]])
    frame = tables.order_lines.collect("pyarrow").to_native()
    assert sorted(frame["dealer_id"].to_pylist()) == ["A", "丙"]


@pytest.mark.parametrize(
    ("head", "row", "net"),
    [
        (["金额", "价税合计"], [100, 113], 100),
        (["金额", "金额（本位币）"], [100, 700], 700),
        (["价税合计", "税额"], [113, 13], 100),
        (["价税合计", "税率%"], [113, "13%"], 100),
        (["金额", "价税合计本位币", "税额本位币"], [100, 791, 91], 700),
    ],
)
def test_the_amount_is_without_tax_and_in_home_currency_where_it_can_be(read, head, row, net):
    first = ["单据编号", "日期", "客户编码", "实发数量"]
    tables = read(出库=[[*first, *head], ["SO1", "2025/1/31", "A", 1, *row]])
    assert amounts(tables) == [("SO1", Decimal(net))]


def test_a_foreign_amount_without_its_rate_does_not_count_as_our_money(read):
    head = ["单据编号", "日期", "客户编码", "实发数量", "金额", "结算币别"]
    rows = [["SO1", "2025/1/31", "A", 1, 10, "人民币"], ["SO2", "2025/1/31", "A", 1, 20, "美元"]]
    assert amounts(read(出库=[head, *rows])) == [("SO1", Decimal(10))]


def test_refunds_are_negative_payments(read):
    head = ["单据编号", "业务日期", "往来单位编码"]
    tables = read(
        收款=[[*head, "表体-实收金额"], ["R1", "2025/1/31", "A", 100]],
        退款=[[*head, "表体-实退金额"], ["R2", "2025/2/1", "A", 30]],
        出库=[["单据编号", "日期", "客户编码", "实发数量", "金额"], ["S", "2025/1/1", "A", 1, 9]],
    )
    paid = tables.table("payments").collect("pyarrow").to_native()["paid_amount"].to_pylist()
    assert sorted(paid) == [-30, 100]


def test_orders_are_known_and_not_counted_beside_outbound_notes(read):
    head = ["单据编号", "日期", "客户编码"]
    tables = read(
        订单=[[*head, "销售数量", "金额"], ["XSDD1", "2025/1/1", "A", 1, 10]],
        出库=[[*head, "实发数量", "金额"], ["SO1", "2025/1/2", "A", 1, 10]],
    )
    assert amounts(tables) == [("SO1", Decimal(10))]
    assert [(item.name, item.reason) for item in tables.ingest.unread] == [
        ("订单.xlsx#订单", "unused")
    ]


def test_who_has_only_orders_exchanges_two_lines(tmp_path):
    shipped = Path(__file__).parents[2] / "dealerml" / "exports" / "sources" / "kingdee.toml"
    text = shipped.read_text(encoding="utf-8")
    outbound, ordered = '["实发数量", "FRealQty"]   ', '["销售数量", "FQty"]   '
    assert text.count(outbound) == text.count(ordered) == 1
    first, between, last = re.split(f"{re.escape(outbound)}|{re.escape(ordered)}", text)
    swapped = ordered.join([first, outbound.join([between, last])])
    mine = tmp_path / "mine.toml"
    mine.write_text(swapped, encoding="utf-8")
    assert load_mapping(mine).files["outbound"].labels["quantity"] == ("销售数量", "FQty")
    head = ["单据编号", "日期", "客户编码", "销售数量", "价税合计", "税额"]
    write_workbook(tmp_path / "a.xlsx", {"订单": [head, ["X1", "2025/1/1", "A", 1, 113, 13]]})
    assert amounts(read_export(tmp_path / "a.xlsx", source=mine)) == [("X1", Decimal(100))]

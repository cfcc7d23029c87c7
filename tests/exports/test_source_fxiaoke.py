"""纷享销客: what it exports in each layout reads back to the same tables; its traps are seen."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files

import pytest

from dealerml.exports import load_mapping, read_export
from dealerml.exports.mapping_file import ASKED_FOR, SOURCES
from dealerml.simulate import Network, simulate_network
from dealerml.simulate.fxiaoke import write_fxiaoke, write_fxiaoke_flat, write_fxiaoke_partner
from dealerml.simulate.fxiaoke_records import record_ids
from dealerml.simulate.sheets import write_workbook
from dealerml.words import has_entry
from tests.exports.carried import lost_rows

# Table → what the objects have no column for.
CARRIED = {
    "order_lines": ["cost_amount"],
    "dealers": [],
    "products": [],
    "contacts": [],
    "cases": [],
    "payments": [],
    "deals": [],
    "leads": [],
    "targets": [],
    "contracts": [],
}
# A dump has no fields of the tenant's own: their API names say nothing.
DUMPED = {
    "order_lines": ["cost_amount"],
    "dealers": ["parent_id", "signed_date", "dealer_code"],
    "products": ["brand"],
    "contacts": ["outcome", "minutes"],
    "cases": ["responded_date", "closed_date", "kind", "severity"],
    "payments": [],
    "deals": [],
    "leads": [],
}
# Where partners order, lines and two lists are written.
PARTNERED = {
    "order_lines": ["cost_amount"],
    "dealers": ["parent_id", "status_current", "signed_date", "dealer_code", "tax_number"],
    "products": [],
}
CUSTOMERS = [["*客户名称", "客户编号"], ["甲", "A"], ["乙", "B"]]
HEADS = ["销售订单编号（必填）", "客户名称（必填）", "下单日期（必填）", "生命状态"]
LINES = ["销售订单（必填）", "*产品名称", "数量*", "小计（元）"]
RAN = "2025-01-31"


@pytest.fixture(scope="module")
def network() -> Network:
    return simulate_network(dealers=20, years=1)


def as_listed(network: Network) -> Network:
    """The network as its objects can tell it: only a visit says for which day it was planned."""
    contacts = network.contacts
    planned = contacts["planned_date"].where(contacts["channel"] == "visit")
    return replace(network, contacts=contacts.assign(planned_date=planned))


def as_dumped(network: Network) -> Network:
    """The same in a dump: only visits have a time, lines and leads go by numbers of the system."""
    lines, leads, listed = network.order_lines, network.leads, as_listed(network)
    times = listed.contacts["contact_time"].where(listed.contacts["channel"] == "visit")
    return replace(
        listed,
        order_lines=lines.assign(line_no=lines["order_id"] + "-" + lines["line_no"].astype("str")),
        contacts=listed.contacts.assign(contact_time=times),
        leads=leads.assign(lead_id=record_ids("LeadsObj", leads["lead_id"])),
    )


@pytest.fixture
def read(tmp_path):
    """Read workbooks, given as name and rows, as an export of this source."""

    def read_books(source="fxiaoke", **books):
        for name, rows in books.items():
            write_workbook(tmp_path / f"{name}.xlsx", {f"{name}数据": rows})
        return read_export(tmp_path, source=source)

    return read_books


def changed(folder, old, new):
    """The shipped mapping with a passage changed, as a file of one's own."""
    shipped = (files("dealerml.exports") / "sources" / "fxiaoke.toml").read_text("utf-8")
    assert old in shipped
    path = folder / "mine.toml"
    path.write_text(shipped.replace(old, new), "utf-8")
    return path


def rows_of(frame, *columns):
    table = frame.collect("pyarrow").to_native()
    rows = list(zip(*(table[name].to_pylist() for name in columns), strict=True))
    return sorted(rows, key=str)


def dealers_of(tables):
    return rows_of(tables.order_lines, "order_id", "dealer_id")


def set_aside(tables):
    counts = (count for file in tables.ingest.files for count in file.counts)
    return {count.rule: count.rows for count in counts if count.set_aside}


def test_chinese_exports_are_recognised_and_read_back_to_the_same_tables(network, tmp_path):
    write_fxiaoke(network, tmp_path, "zh")
    tables = read_export(tmp_path)
    assert tables.ingest.source == "fxiaoke"
    assert not any(lost_rows(as_listed(network), tables, CARRIED).values())
    assert set(set_aside(tables)) == {"void", "draft"}


def test_dumps_under_api_names_read_back_to_the_same_tables(network, tmp_path):
    write_fxiaoke(network, tmp_path, "en")
    tables = read_export(tmp_path)
    assert not any(lost_rows(as_dumped(network), tables, DUMPED).values())


def test_a_flat_sheet_gives_the_same_lines_net_of_tax(network, tmp_path):
    write_fxiaoke_flat(network, tmp_path)
    tables = read_export(tmp_path)
    assert not any(lost_rows(as_listed(network), tables, CARRIED).values())


def test_partners_are_read_as_dealers_where_that_is_asked_for(network, tmp_path):
    write_fxiaoke_partner(network, tmp_path)
    tables = read_export(tmp_path, source="fxiaoke_partner")
    assert not any(lost_rows(network, tables, PARTNERED).values())
    by_customer = read_export(tmp_path, source="fxiaoke").order_lines
    assert set(rows_of(by_customer, "dealer_id")) == {("终端客户",)}


def test_the_source_for_partners_is_known_by_name_and_never_tried():
    assert ASKED_FOR == ("fxiaoke_partner",)
    assert not set(ASKED_FOR) & set(SOURCES)
    for name in ASKED_FOR:
        assert load_mapping(name).source == name
        assert has_entry(f"exports.source.{name}")


def test_both_mappings_differ_in_the_dealer_alone():
    ours, theirs = load_mapping("fxiaoke").files, load_mapping("fxiaoke_partner").files
    assert set(theirs) - set(ours) == {"end_customers"}
    for name, kind in ours.items():
        other = theirs[name]
        assert (kind.table, kind.needs, kind.kinds) == (other.table, other.needs, other.kinds)
        assert (kind.derived, kind.rules, kind.fill) == (other.derived, other.rules, other.fill)
        assert set(kind.labels) == set(other.labels)


def test_a_customer_is_known_by_name_by_number_or_by_itself(read):
    heads = [[*HEADS, "客户编号"], ["SO1", "甲", RAN, "正常", ""], ["SO2", "甲", RAN, "正常", "B"]]
    heads += [["SO3", "新客户", RAN, "正常", ""], ["SO4", "", RAN, "正常", "B"]]
    heads += [["SO5", "", RAN, "正常", ""]]
    lines = [LINES, *([f"SO{n}", "漆", 1, 10] for n in range(1, 6))]
    tables = read(客户=CUSTOMERS, 销售订单=heads, 订单产品=lines)
    assert dealers_of(tables) == [("SO1", "A"), ("SO2", "B"), ("SO3", "新客户"), ("SO4", "B")]
    assert set_aside(tables) == {"no_dealer": 1}


def test_without_a_list_of_customers_names_stand_for_themselves(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    tables = read(销售订单=heads, 订单产品=[LINES, ["SO1", "漆", 1, 10]])
    assert dealers_of(tables) == [("SO1", "甲")]
    assert rows_of(tables.order_lines, "product_id") == [("漆",)]


def test_customers_without_a_number_go_by_their_name(read):
    customers = [["客户名称", "客户类型"], ["甲", "经销商"], ["丙", "门店"]]
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    tables = read(客户=customers, 销售订单=heads, 订单产品=[LINES, ["SO1", "漆", 1, 10]])
    assert dealers_of(tables) == [("SO1", "甲")]
    assert rows_of(tables.dealers, "dealer_id", "role") == [("丙", "outlet"), ("甲", "dealer")]


def test_api_names_in_the_second_row_are_part_of_the_header(read):
    names = ["name", "account_id", "order_time", "life_status"]
    heads = [HEADS, names, ["SO1", "甲", RAN, "正常"]]
    lines = [LINES, ["order_id", "product_id", "quantity", "subtotal"], ["SO1", "漆", 1, 10]]
    customers = [CUSTOMERS[0], ["name", "account_no"], *CUSTOMERS[1:]]
    tables = read(客户=customers, 销售订单=heads, 订单产品=lines)
    assert dealers_of(tables) == [("SO1", "A")]
    assert set_aside(tables) == {}


def test_states_decide_what_counts_and_a_lock_does_not(read):
    states = ["正常", "变更中", "作废", "未生效", "审核中"]
    heads = [[*HEADS, "锁定状态"]]
    heads += [[f"SO{n}", "甲", RAN, state, "锁定"] for n, state in enumerate(states)]
    lines = [[*LINES, "生命状态"], *([f"SO{n}", "漆", 1, 10, "正常"] for n in range(5))]
    tables = read(客户=CUSTOMERS, 销售订单=heads, 订单产品=[*lines, ["SO0", "砖", 1, 20, "作废"]])
    assert [order for order, _ in dealers_of(tables)] == ["SO0", "SO1"]
    assert set_aside(tables) == {"void": 2, "draft": 2}


def test_orders_in_review_count_where_the_mapping_says_so(tmp_path, read):
    mine = changed(tmp_path, ', "*审核中*", "*under_review*"', "")
    heads = [HEADS, ["SO1", "甲", RAN, "审核中"]]
    books = {"客户": CUSTOMERS, "销售订单": heads, "订单产品": [LINES, ["SO1", "漆", 1, 10]]}
    for name, rows in books.items():
        write_workbook(tmp_path / f"{name}.xlsx", {name: rows})
    names = [tmp_path / f"{name}.xlsx" for name in books]
    assert dealers_of(read_export(names, source=mine)) == [("SO1", "A")]


@pytest.mark.parametrize(
    ("extra", "cells", "net"),
    [
        ([], [], "113"),
        (["税率"], ["13%"], "100"),
        (["税额（元）"], [13], "100"),
        (["不含税金额（元）"], [99], "99"),
        (["税率", "税额"], ["13%", 12], "101"),
    ],
)
def test_tax_is_taken_out_where_a_column_tells_it(read, extra, cells, net):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    lines = [[*LINES, *extra], ["SO1", "漆", 1, 113, *cells]]
    tables = read(客户=CUSTOMERS, 销售订单=heads, 订单产品=lines)
    assert rows_of(tables.order_lines, "net_amount") == [(Decimal(net),)]


def test_a_usual_tax_rate_of_ones_own_is_taken_out_of_all_lines(tmp_path):
    given = 'usual_tax_rate = { constant = "0" }'
    mine = changed(tmp_path, given, given.replace("0", "0.13"))
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    lines = [LINES, ["SO1", "漆", 1, 113]]
    path = write_workbook(tmp_path / "all.xlsx", {"订单": heads, "产品": lines})
    tables = read_export(path, source=mine)
    assert rows_of(tables.order_lines, "net_amount") == [(Decimal(100),)]


def test_orders_and_products_may_be_two_sheets_of_one_workbook(tmp_path):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    sheets = {"销售订单数据": heads, "订单产品数据": [LINES, ["SO1", "漆", 1, 10]]}
    path = write_workbook(tmp_path / "销售订单.xlsx", sheets)
    assert dealers_of(read_export(path)) == [("SO1", "甲")]


def test_an_order_that_names_nothing_below_its_first_line_is_one_order(read):
    head = [*HEADS, *LINES[1:]]
    rows = [
        ["SO1", "甲", RAN, "正常", "漆", 1, 10],
        ["", "", "", "", "砖", 2, 20],
        ["SO2", "乙", RAN, "作废", "漆", 1, 40],
        ["", "", "", "", "砖", 1, 80],
    ]
    tables = read(客户=CUSTOMERS, 订单=[head, *rows])
    assert rows_of(tables.order_lines, "order_id", "dealer_id", "net_amount") == [
        ("SO1", "A", Decimal(10)),
        ("SO1", "A", Decimal(20)),
    ]
    assert set_aside(tables) == {"void": 2}


def test_returns_are_taken_away_on_their_own_day(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    back = [["退货单编号", "客户名称", "退货日期", "生命状态"]]
    back += [["RT1", "甲", "2025-02-03", "正常"], ["RT2", "甲", "2025-02-03", "作废"]]
    goods = [["退货单产品编号", "退货单（必填）", "产品名称", "数量", "小计（元）"]]
    goods += [["1", "RT1", "漆", 2, 20], ["2", "RT2", "漆", 1, 10]]
    tables = read(
        客户=CUSTOMERS,
        销售订单=heads,
        订单产品=[LINES, ["SO1", "漆", 4, 40]],
        退货单=back,
        退货单产品=goods,
    )
    rows = rows_of(tables.order_lines, "order_id", "order_date", "quantity", "net_amount")
    assert rows == [
        ("RT1", dt.date(2025, 2, 3), Decimal(-2), Decimal(-20)),
        ("SO1", dt.date(2025, 1, 31), Decimal(4), Decimal(40)),
    ]
    assert set_aside(tables) == {"void": 1}


def test_kinds_of_lines_are_told_by_type_by_gift_mark_and_by_name(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    head = [*LINES, "业务类型", "是否赠品"]
    usual = "预设业务类型"
    rows = [
        ["SO1", "漆", 1, 10, usual, "否"],
        ["SO1", "漆", 1, 0, usual, "是"],
        ["SO1", "服务器柜", 1, 20, usual, "否"],
        ["SO1", "运费", 1, 5, usual, "否"],
        ["SO1", "漆", 1, 6, "返利货", "否"],
        ["SO1", "漆", 1, 7, "工程", "否"],
        ["SO1", "漆", 1, 0, "样品", "否"],
    ]
    tables = read(客户=CUSTOMERS, 销售订单=heads, 订单产品=[head, *rows])
    kinds = [kind for (kind,) in rows_of(tables.order_lines, "line_kind")]
    assert kinds == ["freight", "gift", "goods", "goods", "project", "rebate", "sample"]


def test_walk_in_customers_and_employees_are_set_aside(read):
    customers = [
        ["客户名称", "客户编号", "客户类型"],
        ["门市散客", "A", ""],
        ["小王", "B", "内部员工"],
    ]
    heads = [HEADS, ["SO1", "门市散客", RAN, "正常"], ["SO2", "小王", RAN, "正常"]]
    heads += [["SO3", "丙", RAN, "正常"]]
    lines = [LINES, *([f"SO{n}", "漆", 1, 10] for n in (1, 2, 3))]
    tables = read(客户=customers, 销售订单=heads, 订单产品=lines)
    assert dealers_of(tables) == [("SO3", "丙")]
    assert set_aside(tables) == {"walk_in": 1, "internal": 1}


def test_money_paid_back_is_negative(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    paid = [["回款编号", "客户名称", "回款日期", "本次回款总金额（元）"], ["R1", "甲", RAN, 30]]
    back = [["退款编号", "客户名称", "退款日期", "退款金额（元）"], ["T1", "甲", RAN, 12.5]]
    tables = read(
        客户=CUSTOMERS, 销售订单=heads, 订单产品=[LINES, ["SO1", "漆", 1, 10]], 回款=paid, 退款=back
    )
    assert rows_of(tables.table("payments"), "payment_id", "dealer_id", "paid_amount") == [
        ("R1", "A", Decimal(30)),
        ("T1", "A", Decimal("-12.5")),
    ]


def test_a_visit_that_was_only_planned_is_none(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    visits = [["外勤编号", "客户", "外勤场景", "计划日期", "签到时间"]]
    visits += [["K1", "甲", "拜访", "2025-02-01", "2025-02-02 09:30"]]
    visits += [["K2", "甲", "拜访", "2025-02-03", ""]]
    tables = read(
        客户=CUSTOMERS, 销售订单=heads, 订单产品=[LINES, ["SO1", "漆", 1, 10]], 高级外勤=visits
    )
    columns = ("contact_id", "contact_date", "contact_time", "planned_date", "channel")
    assert rows_of(tables.table("contacts"), *columns) == [
        ("K1", dt.date(2025, 2, 2), "09:30", dt.date(2025, 2, 1), "visit")
    ]
    assert set_aside(tables) == {"not_visited": 1}


def test_columns_that_know_the_outcome_are_not_read():
    telling = {
        "成交状态",
        "最后跟进时间",
        "最后一次成交时间",
        "转手次数",
        "资料完善度",
        "客户资料完善度",
    }
    for kind in load_mapping("fxiaoke").files.values():
        for field, labels in kind.labels.items():
            assert not telling & set(labels), (kind.name, field)
    accounts = load_mapping("fxiaoke").files["accounts"].labels
    assert [f for f, labels in accounts.items() if "客户级别" in labels] == [
        "known_by",
        "tier_current",
    ]


def test_people_are_known_and_not_read(read):
    heads = [HEADS, ["SO1", "甲", RAN, "正常"]]
    people = [["姓名", "客户名称", "手机"], ["张三", "甲", "13800000000"]]
    tables = read(销售订单=heads, 订单产品=[LINES, ["SO1", "漆", 1, 10]], 联系人=people)
    assert [(item.name, item.reason) for item in tables.ingest.unread] == [
        ("联系人.xlsx#联系人数据", "unused")
    ]

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dealerml.exports.labels import normalise_label
from dealerml.simulate import Network, simulate_network
from dealerml.simulate.fxiaoke import write_fxiaoke, write_fxiaoke_flat, write_fxiaoke_partner
from dealerml.simulate.fxiaoke_labels import OBJECTS
from dealerml.simulate.fxiaoke_records import list_names, record_ids


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=12, years=1)


@pytest.fixture(scope="module")
def chinese(small, tmp_path_factory):
    return write_fxiaoke(small, tmp_path_factory.mktemp("zh"), "zh")


@pytest.fixture(scope="module")
def dumped(small, tmp_path_factory):
    return write_fxiaoke(small, tmp_path_factory.mktemp("en"), "en")


def frame_of(paths, name):
    (path,) = (path for path in paths if path.stem == name)
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return pd.DataFrame(rows, columns=header)


def test_each_object_is_a_workbook_whose_sheet_is_named_after_it(chinese, dumped):
    sheets = {path.stem: CalamineWorkbook.from_path(path).sheet_names for path in chinese}
    assert sheets["销售订单"] == ["销售订单数据"]
    assert all(names == [f"{name}数据"] for name, names in sheets.items())
    assert [path.stem for path in dumped] == [OBJECTS[key][0] for key in OBJECTS if OBJECTS[key][0]]


def test_required_columns_are_marked_in_several_ways_that_all_read_alike(chinese):
    labels = [
        *frame_of(chinese, "客户"),
        *frame_of(chinese, "订单产品"),
        *frame_of(chinese, "产品"),
    ]
    assert {"*客户名称", "数量*", "产品名称(必填)", "负责人（必填）"} <= set(labels)
    plain = {normalise_label(label) for label in labels}
    assert {"客户名称", "数量", "产品名称", "负责人"} <= plain


def test_orders_and_their_products_are_two_files_that_name_customers_and_products(chinese, small):
    heads, lines = frame_of(chinese, "销售订单"), frame_of(chinese, "订单产品")
    names = list_names(small)
    first = small.order_lines.iloc[0]
    head = heads.loc[heads["销售订单编号（必填）"] == first["order_id"]].iloc[0]
    assert head["客户名称（必填）"] == names[first["dealer_id"]]
    assert head["下单日期（必填）"] == f"{first['order_date']:%Y-%m-%d}"
    assert "客户编号" not in heads
    assert set(lines["*产品名称"]) - {""} <= set(small.products["product_name"])
    of_order = lines.loc[lines["销售订单（必填）"] == first["order_id"], "小计（元）"]
    assert of_order.sum() == pytest.approx(head["销售订单金额（元）"])


def test_no_two_customers_have_one_name(small, chinese):
    names = frame_of(chinese, "客户")["*客户名称"]
    assert not names.duplicated().any()
    plain = names.str.removesuffix("（停用）")
    assert plain.tolist() == small.dealers["dealer_name"].tolist()


def test_returns_stand_as_positive_numbers_in_files_of_their_own(small, chinese):
    lines = frame_of(chinese, "退货单产品")
    assert (lines["数量*"] > 0).all()
    assert (lines["小计（元）"] > 0).all()
    back = small.order_lines[small.order_lines["order_id"].str.startswith("RT")]
    assert lines["小计（元）"].sum() == pytest.approx(-back["net_amount"].sum())
    assert not frame_of(chinese, "订单产品")["销售订单（必填）"].str.startswith("RT").any()


def test_some_orders_are_void_in_review_or_being_changed(chinese):
    heads = frame_of(chinese, "销售订单")
    counts = heads["生命状态"].value_counts()
    assert (counts["作废"], counts["审核中"], counts["变更中"]) == (1, 1, 1)
    assert heads["销售订单编号（必填）"].is_unique


def test_a_dump_has_codes_milliseconds_texts_and_lists(small, dumped):
    heads, lines = frame_of(dumped, "SalesOrderObj"), frame_of(dumped, "SalesOrderProductObj")
    first = small.order_lines.iloc[0]
    head = heads[heads["name"] == first["order_id"]].iloc[0]
    moment = pd.Timestamp(head["order_time"], unit="ms", tz="UTC").tz_convert("Asia/Shanghai")
    assert moment == first["order_date"].tz_localize("Asia/Shanghai")
    assert head["account_id"] == record_ids("AccountObj", [first["dealer_id"]])[0]
    assert head["owner"].startswith('["1')
    assert lines["subtotal"].iloc[0] == str(first["net_amount"])
    assert set(heads["life_status"]) == {"normal", "invalid", "under_review", "in_change"}
    assert set(lines["order_id"]) == set(heads["_id"])


def test_visits_and_other_contacts_are_two_objects(small, chinese):
    visits, records = frame_of(chinese, "高级外勤"), frame_of(chinese, "销售记录")
    counts = small.contacts["channel"].value_counts()
    assert len(visits) == counts["visit"]
    assert (records["互动类型"] == "电话").sum() == counts["call"]
    times = small.contacts.set_index("contact_id")["contact_time"].dropna()
    known = visits[visits["外勤编号"].isin(times.index)]
    assert known["签到时间"].str[11:].tolist() == times[known["外勤编号"]].tolist()


def test_a_flat_sheet_names_an_order_once_in_merged_cells(small, tmp_path):
    path = write_fxiaoke_flat(small, tmp_path)[0]
    sheet = openpyxl.load_workbook(path)["销售订单数据"]
    orders = [cell.value for cell in sheet["A"][1:]]
    named = [order for order in orders if order]
    assert len(named) == len(set(named)) < len(orders)
    first = next(n for n, order in enumerate(orders) if order is None) - 1
    last = next(n for n, order in enumerate(orders) if order and n > first) - 1
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert {f"A{first + 2}:A{last + 2}", f"G{first + 2}:G{last + 2}"} <= merged
    assert sheet.cell(first + 3, 9).value


def test_the_flat_sheet_is_with_tax_and_says_how_much(small, chinese, tmp_path):
    flat, lines = (
        frame_of(write_fxiaoke_flat(small, tmp_path), "销售订单"),
        frame_of(chinese, "订单产品"),
    )
    net = (flat["小计（元）"] - flat["税额（元）"]).round(2)
    assert net.tolist() == lines["小计（元）"].tolist()
    assert flat["税额（元）"].sum() > 0


def test_where_partners_order_the_customer_is_someone_else(small, tmp_path):
    paths = write_fxiaoke_partner(small, tmp_path)
    heads = frame_of(paths, "销售订单")
    assert set(heads["客户名称（必填）"]) == {"终端客户"}
    assert set(heads["合作伙伴"]) <= set(frame_of(paths, "合作伙伴")["合作伙伴名称*"])


def test_the_same_network_gives_the_same_bytes(small, chinese, tmp_path):
    again = write_fxiaoke(small, tmp_path, "zh")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in chinese]

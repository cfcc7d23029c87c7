from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dealerml.simulate import Network, simulate_network
from dealerml.simulate.kingdee import write_kingdee


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=8, years=1)


@pytest.fixture(scope="module", params=["en", "zh"])
def written(
    request: pytest.FixtureRequest, small: Network, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, list[list[Any]]]]:
    folder = tmp_path_factory.mktemp("kingdee")
    paths = write_kingdee(small, folder, request.param)
    return request.param, {path.stem: rows_of(path) for path in paths}


def rows_of(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def column(rows: list[list[Any]], label: str) -> list[Any]:
    return [row[rows[0].index(label)] for row in rows[1:]]


def test_each_form_is_a_workbook_of_its_own(written):
    lang, books = written
    names = {
        "en": {"SAL_OUTSTOCK", "SAL_RETURNSTOCK", "BD_Customer", "BD_MATERIAL", "AR_RECEIVEBILL"},
        "zh": {"销售出库单", "销售退货单", "客户", "物料", "收款单"},
    }
    assert set(books) == names[lang]


def test_the_same_network_gives_the_same_bytes(small, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    pairs = zip(write_kingdee(small, first, "zh"), write_kingdee(small, second, "zh"), strict=True)
    assert all(one.read_bytes() == two.read_bytes() for one, two in pairs)


def test_returned_goods_stand_as_positive_numbers(written, small):
    lang, books = written
    rows = books["销售退货单" if lang == "zh" else "SAL_RETURNSTOCK"]
    amounts = column(rows, "金额" if lang == "zh" else "FAmount")
    back = small.order_lines[small.order_lines["quantity"].lt(0).fillna(value=False)]
    lines = amounts[: len(back)]
    assert min(lines) > 0
    assert round(sum(lines), 2) == -round(back["net_amount"].sum(), 2)


def test_a_list_names_the_head_of_a_note_once_and_ends_with_its_total(written, small):
    lang, books = written
    if lang == "en":
        numbers = column(books["SAL_OUTSTOCK"], "FBillNo")
        assert all(numbers)
        return
    rows = books["销售出库单"]
    *numbers, last = column(rows, "单据编号")
    filled = [number for number in numbers if number]
    assert len(filled) == len(set(filled)) < len(numbers)
    *amounts, total = column(rows, "金额")
    assert last == "合计"
    assert total == round(sum(amounts), 2)
    assert small.order_lines["order_id"].iloc[0] == filled[0]


def test_money_paid_back_is_a_form_of_its_own(small, tmp_path):
    payments = small.payments.assign(paid_amount=-small.payments["paid_amount"]).iloc[:2]
    changed = Network(**{**vars(small), "payments": payments})
    paths = write_kingdee(changed, tmp_path, "zh")
    amounts = column(rows_of(paths[-1]), "表体-实退金额")
    assert paths[-1].stem == "收款退款单"
    assert amounts == small.payments["paid_amount"].iloc[:2].tolist()

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dealerml.simulate import Network, simulate_network
from dealerml.simulate.crm import LINE_TYPES
from dealerml.simulate.zoho import (
    list_modules,
    write_zoho,
    write_zoho_backup,
    write_zoho_bulk,
)
from dealerml.simulate.zoho_labels import CHINESE, chinese_label
from dealerml.simulate.zoho_modules import price_items
from dealerml.simulate.zoho_report import write_zoho_report
from dealerml.tables import LINE_KINDS


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=20, years=1)


@pytest.fixture(scope="module")
def modules(small: Network) -> dict[str, pd.DataFrame]:
    return list_modules(small)


@pytest.mark.parametrize(
    "write", [write_zoho, write_zoho_backup, write_zoho_bulk, write_zoho_report]
)
def test_the_same_network_gives_the_same_bytes(tmp_path: Path, small: Network, write) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write(small, folder, "zh")
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


def test_files_of_a_module_export_bear_the_day_and_the_name_of_the_module(
    tmp_path: Path, small: Network
) -> None:
    names = {path.name for path in write_zoho(small, tmp_path)}
    day = f"{small.order_lines['order_date'].max():%Y_%m_%d}"
    assert {f"Sales_Orders_{day}.csv", f"Ordered_Items_{day}.csv", f"Deals__{day}.csv"} < names


def test_every_lookup_is_a_pair_of_a_prefixed_key_and_a_name(
    tmp_path: Path, small: Network
) -> None:
    path = next(p for p in write_zoho(small, tmp_path) if p.name.startswith("Sales_Orders"))
    orders = pd.read_csv(path, dtype=str)
    assert orders["Account Name.id"].str.fullmatch(r"zcrm_\d{19}").all()
    at = orders.columns.get_loc("Account Name.id")
    assert orders.columns[at + 1] == "Account Name"


def test_a_backup_is_split_after_so_many_rows(tmp_path: Path, small: Network) -> None:
    write_zoho_backup(small, tmp_path, rows=100)
    with zipfile.ZipFile(tmp_path / "Data_001.zip") as archive:
        parts = [name for name in archive.namelist() if name.startswith("Data/Ordered_Items")]
        sizes = [len(archive.read(name).splitlines()) - 1 for name in parts]
        assert {"Metadata/Roles_001.csv", "Data/Attachments_001.csv"} < set(archive.namelist())
    assert parts[:2] == ["Data/Ordered_Items_001.csv", "Data/Ordered_Items_002.csv"]
    assert set(sizes[:-1]) == {100}
    assert sum(sizes) == len(small.order_lines)


def test_bulk_read_has_bare_keys_and_times_with_their_offset(
    tmp_path: Path, small: Network
) -> None:
    path = write_zoho_bulk(small, tmp_path)[1]
    orders = pd.read_csv(path, dtype=str)
    assert orders["Account_Name"].str.fullmatch(r"\d{19}").all()
    assert orders["Created_Time"].str.endswith("T09:00:00+08:00").all()
    assert "Sales_Order_Owner" not in orders


def test_the_totals_of_orders_are_the_sums_of_their_items(modules: dict[str, pd.DataFrame]) -> None:
    items, orders = modules["Ordered_Items"], modules["Sales_Orders"]
    cents = (items["Total After Discount"].astype(float) * 100).round()
    sums = cents.groupby(items["Parent.id"]).sum()
    stated = (orders.set_index("Record Id")["Sub Total"].astype(float) * 100).round()
    assert sums.sort_index().tolist() == stated.sort_index().tolist()


def test_prices_before_discount_are_a_quarter_higher_and_tax_comes_on_top() -> None:
    lines = pd.DataFrame({"net_amount": [8.0, -8.0, 0.0, 5.0], "quantity": [2, -2, 1, None]})
    prices = price_items(lines)
    assert prices["price"].tolist() == [500, 500, 0, 625]
    assert prices["gross"].tolist() == [1000, -1000, 0, 625]
    assert prices["tax"].tolist() == [104, -104, 0, 65]


def test_every_kind_of_line_has_a_word() -> None:
    assert set(LINE_TYPES) == set(LINE_KINDS)


def test_every_column_and_module_has_a_chinese_label(modules: dict[str, pd.DataFrame]) -> None:
    labels = {str(label) for frame in modules.values() for label in frame}
    assert set(modules) < set(CHINESE)
    assert [label for label in labels if chinese_label(label) == label] == []

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dealerml.simulate import Network, simulate_network
from dealerml.simulate.crm import LINE_TYPES
from dealerml.simulate.salesforce import (
    list_objects,
    write_salesforce,
    write_salesforce_report,
)
from dealerml.simulate.salesforce_labels import REPORTS
from dealerml.simulate.salesforce_records import as_utc, number_keys, record_key
from dealerml.tables import LINE_KINDS


@pytest.fixture(scope="module")
def small() -> Network:
    return simulate_network(dealers=20, years=1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_same_network_gives_the_same_bytes(tmp_path: Path, small: Network, lang: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write_salesforce(small, folder, lang)
    names = sorted(path.name for path in first.iterdir())
    assert names
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


def test_a_data_export_is_an_archive_with_a_file_per_object_and_every_cell_quoted(
    tmp_path: Path, small: Network
) -> None:
    path = write_salesforce(small, tmp_path)[0]
    with zipfile.ZipFile(path) as archive:
        assert {"Account.csv", "Order.csv", "OrderItem.csv"} < set(archive.namelist())
        header = archive.read("Order.csv").decode().splitlines()[0]
    assert header.startswith('"Id","IsDeleted"')


def test_keys_have_eighteen_characters_in_data_and_fifteen_in_reports(
    tmp_path: Path, small: Network
) -> None:
    keys = number_keys(small)
    assert {len(key) for key in keys.ids["Account"].values()} == {18}
    write_salesforce_report(small, tmp_path)
    accounts = pd.read_csv(tmp_path / "Dealers.csv", dtype=str)
    assert accounts["Account ID"].head(20).str.len().eq(15).all()


def test_keys_that_differ_in_capitals_alone_end_differently() -> None:
    capital, small_letter = record_key("Order", 10), record_key("Order", 36)
    assert capital[:15].casefold() == small_letter[:15].casefold()
    assert capital.casefold() != small_letter.casefold()


def test_a_morning_in_china_is_the_day_before_in_utc() -> None:
    days = pd.Series([pd.Timestamp("2025-01-01")] * 2)
    assert as_utc(days, ["07:59", "08:00"]) == [
        "2024-12-31T23:59:00.000Z",
        "2025-01-01T00:00:00.000Z",
    ]


def test_what_comes_back_is_a_reduction_order_with_negative_quantities(small: Network) -> None:
    objects = list_objects(small)
    reduces = objects["Order"].set_index("Id")["IsReductionOrder"]
    items = objects["OrderItem"]
    quantities = pd.to_numeric(items.loc[items["OrderId"].map(reduces) == "1", "Quantity"])
    assert len(quantities)
    assert (quantities < 0).all()


def test_a_report_ends_in_words_that_are_no_data(tmp_path: Path, small: Network) -> None:
    for path in write_salesforce_report(small, tmp_path):
        assert path.read_text(encoding="utf-8").endswith("Admin\nExample Ltd.\n")


def test_every_kind_of_line_has_a_word() -> None:
    assert set(LINE_TYPES) == set(LINE_KINDS)


@pytest.mark.parametrize("name", REPORTS)
def test_no_two_columns_of_a_report_share_a_label(name: str) -> None:
    for column in zip(*REPORTS[name].labels.values(), strict=True):
        assert len(set(column)) == len(column)

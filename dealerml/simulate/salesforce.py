"""The network as Salesforce hands it over: a data export of all objects, or reports."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.simulate.archives import csv_bytes, csv_rows, write_zip
from dealerml.simulate.cells import as_text
from dealerml.simulate.network import Network
from dealerml.simulate.salesforce_labels import FOOTERS, REPORTS, WORDS
from dealerml.simulate.salesforce_objects import OBJECTS
from dealerml.simulate.salesforce_records import HOURS_AHEAD, SHORT, number_keys, record_key

ORGANISATION: Final = "00D5g000000000XEAQ"
BACKGROUND: Final = {
    "Contact": {"AccountId": "", "LastName": "Li", "Email": "li@example.com", "MobilePhone": ""},
    "Pricebook2": {"Name": "Standard", "IsStandard": "1"},
}


def write_salesforce(network: Network, folder: Path, lang: str = "en") -> list[Path]:
    """Which files are handed over: in English a data export, in Chinese reports?

    A data export has the names of the fields, whatever the language; reports have the labels.
    """
    if lang == "zh":
        return write_salesforce_report(network, folder, lang)
    return write_salesforce_data(network, folder)


def write_salesforce_data(network: Network, folder: Path) -> list[Path]:
    """Which archive does a data export hand over, one file per object?"""
    members = {
        f"{name}.csv": csv_bytes(frame, quote_all=True)
        for name, frame in list_objects(network).items()
    }
    for name, row in BACKGROUND.items():
        frame = pd.DataFrame([{"Id": record_key("Contact", 1), **row}])
        members[f"{name}.csv"] = csv_bytes(frame, quote_all=True)
    return [write_zip(folder / f"WE_{ORGANISATION}_1.ZIP", members)]


def write_salesforce_report(network: Network, folder: Path, lang: str = "en") -> list[Path]:
    """Which files do reports hand over: labels, short ids, local times, and words at the foot?"""
    objects = list_objects(network)
    chinese = lang == "zh"
    joined = {**objects, "OrderItem": _join_orders(objects)}
    paths = []
    for name, report in REPORTS.items():
        frame = _named(joined[name], objects)
        columns = [_shown(frame[field], field, chinese=chinese) for field in report.labels]
        header = [labels[chinese] for labels in report.labels.values()]
        footer = [[], [], *([text] for text in (report.titles[chinese], *FOOTERS[lang]))]
        path = folder / f"{report.titles[chinese]}.csv"
        path.write_bytes(csv_rows([header, *zip(*columns, strict=True), *footer]))
        paths.append(path)
    return paths


def list_objects(network: Network) -> dict[str, pd.DataFrame]:
    """Which tables of texts make up the whole system?"""
    keys = number_keys(network)
    return {name: lister(network, keys) for name, lister in OBJECTS.items()}


def _join_orders(objects: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per line with what its order, its account and its product say."""
    orders = objects["Order"].set_index("Id")
    dealers = objects["Account"].set_index("Id")["Dealer_ID__c"]
    codes = objects["Product2"].set_index("Id")["ProductCode"]
    items = objects["OrderItem"].drop(columns=["CreatedDate", "IsDeleted"])
    joined = items.join(orders, on="OrderId")
    joined["Dealer_ID__c"] = as_text(joined["AccountId"].map(dealers))
    joined["ProductCode"] = as_text(joined["Product2Id"].map(codes))
    return joined


def _named(frame: pd.DataFrame, objects: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The table with names beside the keys, under the name of the key and ``.Name``."""
    named = frame.copy()
    for field, target in (
        ("OwnerId", "User"),
        ("AccountId", "Account"),
        ("Product2Id", "Product2"),
    ):
        if field in frame:
            names = objects[target].set_index("Id")["Name"]
            named[f"{field}.Name"] = as_text(frame[field].map(names))
    return named


def _shown(cells: Iterable[str], field: str, *, chinese: bool) -> list[str]:
    if field.endswith("Id"):
        return [text[:SHORT] for text in cells]
    if field.endswith(("Date", "DateTime", "__c")):
        cells = [_local(text) for text in cells]
    return [WORDS.get(text, text) for text in cells] if chinese else list(cells)


def _local(text: str) -> str:
    """A moment as the user's clock shows it."""
    if not text.endswith("Z"):
        return text
    moment = pd.Timestamp(text.removesuffix("Z")) + pd.Timedelta(hours=HOURS_AHEAD)
    return f"{moment:%Y-%m-%d %H:%M}"

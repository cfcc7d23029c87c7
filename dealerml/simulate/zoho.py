"""The network as Zoho CRM hands it over: module export, data backup, Bulk Read or report."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.simulate.archives import csv_bytes, split_rows, write_zip
from dealerml.simulate.network import Network
from dealerml.simulate.zoho_activities import (
    list_calls,
    list_cases,
    list_deals,
    list_leads,
    list_meetings,
    list_stages,
    list_tasks,
)
from dealerml.simulate.zoho_labels import CHINESE, PICKED, api_name, chinese_label
from dealerml.simulate.zoho_modules import (
    list_accounts,
    list_items,
    list_orders,
    list_products,
    list_users,
)
from dealerml.simulate.zoho_records import Records, number_records, record_id

PREFIX: Final = "zcrm_"
BACKUP_ROWS: Final = 100_000
# Of the second part of a backup, the modules that no longer fit into the first.
SECOND_PART: Final = ("Calls", "Meetings", "Tasks", "Cases", "Leads")
OFFSET: Final = "+08:00"
TIMED: Final = ("Time", "From")
SUBFORMS: Final = ("Ordered_Items",)
PICTURE: Final = b"\x89PNG\r\n\x1a\n"


def write_zoho(network: Network, folder: Path, lang: str = "en") -> list[Path]:
    """Which files does the export of all modules hand over, each with its date in its name?"""
    day = f"{network.order_lines['order_date'].max():%Y_%m_%d}"
    paths = []
    for module, frame in list_modules(network).items():
        name = CHINESE[module] if lang == "zh" else module
        path = folder / f"{name}_{day}.csv"
        path.write_bytes(csv_bytes(label_columns(frame, lang)))
        paths.append(path)
    return paths


def write_zoho_backup(
    network: Network, folder: Path, lang: str = "en", *, rows: int = BACKUP_ROWS
) -> list[Path]:
    """Which archives does a data backup hand over, with modules split after so many rows?"""
    first: dict[str, bytes] = {}
    second: dict[str, bytes] = {}
    for module, frame in list_modules(network).items():
        name = CHINESE[module] if lang == "zh" else module
        parts = split_rows(label_columns(frame, lang), rows)
        for number, part in enumerate(parts, start=1):
            target = second if module in SECOND_PART else first
            target[f"Data/{name}_{number:03d}.csv"] = csv_bytes(part)
    first |= {f"Data/{name}": content for name, content in _personal_files().items()}
    first["Metadata/Roles_001.csv"] = csv_bytes(_list_roles())
    first[f"RecordImages/{record_id('Accounts', 1)}.png"] = PICTURE
    return [
        write_zip(folder / "Data_001.zip", first),
        write_zip(folder / "Data_002.zip", second),
    ]


def write_zoho_bulk(network: Network, folder: Path, lang: str = "en") -> list[Path]:
    """Which archives do Bulk Read jobs hand over: names of the API, whatever the language?"""
    paths = []
    for number, (module, frame) in enumerate(list_modules(network).items(), start=1):
        job = record_id("Users", 700 + number)
        table = words_of(name_columns(frame, module), lang)
        path = folder / f"{job}.zip"
        paths.append(write_zip(path, {f"{job}.csv": csv_bytes(table)}))
    return paths


def list_modules(network: Network) -> dict[str, pd.DataFrame]:
    """Which tables of texts make up the whole system, with bare ids and English labels?"""
    records = number_records(network)
    tables = {module: lister(network, records) for module, lister in LISTERS.items()}
    return {**tables, "Users": list_users(records)}


def label_columns(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """How does a table look on the screen: prefixed ids, and words in the language of the user?"""
    shown = frame.copy()
    for label in frame:
        if label == "Record Id" or str(label).endswith(".id"):
            shown[label] = [PREFIX + text if text else "" for text in frame[label]]
    shown = words_of(shown, lang)
    return shown.rename(columns=chinese_label) if lang == "zh" else shown


def name_columns(frame: pd.DataFrame, module: str) -> pd.DataFrame:
    """How does a table look to a program: one column per lookup, times with their offset?"""
    pairs = {str(label).removesuffix(".id") for label in frame if str(label).endswith(".id")}
    kept = frame[[label for label in frame if label not in pairs]].copy()
    for label in kept:
        if str(label).endswith(TIMED):
            kept[label] = [_with_offset(text) for text in kept[label]]
    return kept.rename(columns=api_name)


def words_of(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with what is picked from lists in the language of the user."""
    if lang != "zh":
        return frame
    picked = {label: frame[label].replace(CHINESE) for label in frame if label in PICKED}
    return frame.assign(**picked)


def _with_offset(text: str) -> str:
    return text.replace(" ", "T") + OFFSET if " " in text else text


def _personal_files() -> dict[str, bytes]:
    """Files of a backup that are about people, or list what is attached: known and not read."""
    ids = [PREFIX + record_id("Contacts", place) for place in (1, 2, 3)]
    parent = PREFIX + record_id("Accounts", 1)
    person = {"Record Id": ids[0], "Last Name": "Li", "Account Name.id": parent}
    person |= {"Account Name": "", "Email": "li@example.com", "Mobile": ""}
    note = {"Record Id": ids[1], "Note Title": "Call", "Note Content": "first line\nsecond line"}
    note |= {"Parent ID.id": parent, "Parent ID": ""}
    file = {"Record Id": ids[2], "File Name": "offer.pdf", "Size": "1", "Parent ID.id": parent}
    tables = {"Contacts_001.csv": person, "Notes_001.csv": note, "Attachments_001.csv": file}
    return {name: csv_bytes(pd.DataFrame([row])) for name, row in tables.items()}


def _list_roles() -> pd.DataFrame:
    role = {"Record Id": PREFIX + record_id("Users", 900), "Role Name": "Sales"}
    return pd.DataFrame([{**role, "Reporting To": ""}])


LISTERS: Final[dict[str, Callable[[Network, Records], pd.DataFrame]]] = {
    "Accounts": list_accounts,
    "Sales_Orders": list_orders,
    "Ordered_Items": list_items,
    "Products": list_products,
    "Calls": list_calls,
    "Meetings": list_meetings,
    "Tasks": list_tasks,
    "Cases": list_cases,
    "Deals": list_deals,
    "Deals_": list_stages,
    "Leads": list_leads,
}

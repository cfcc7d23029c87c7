"""The record ids that Zoho CRM gives to accounts, orders and people, and its own columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dealerml.simulate.cells import Texts, as_text
from dealerml.simulate.network import Network

# The first digits are those of the organisation, the next ones ours for the module.
ORGANISATION: Final = 5236023
MODULES: Final = {
    "Users": 1,
    "Accounts": 2,
    "Sales_Orders": 3,
    "Ordered_Items": 4,
    "Products": 5,
    "Calls": 6,
    "Meetings": 7,
    "Tasks": 8,
    "Cases": 9,
    "Deals": 10,
    "Leads": 11,
    "Contacts": 12,
}
LAYOUT: Final = "Standard"


@dataclass(frozen=True)
class Records:
    """Which record stands for each of our own ids: module → own id → digits."""

    ids: dict[str, dict[str, str]]

    def of(self, module: str, own: "pd.Series[str]") -> Texts:
        """The record of each own id, blank where there is none."""
        known = self.ids[module]
        return [known.get(text, "") for text in as_text(own)]


def number_records(network: Network) -> Records:
    """Which record ids do the dealers, orders, products and employees of a network get?

    Dealers that are on orders but not on the list have one too: their account was deleted.
    """
    lines, dealers = network.order_lines, network.dealers
    others = (network.cases, network.contacts, network.deals)
    owners = [lines["owner"], dealers["owner"], *(frame["owner"] for frame in others)]
    own = {
        "Users": pd.concat(owners).dropna(),
        "Accounts": pd.concat([dealers["dealer_id"], lines["dealer_id"]]),
        "Sales_Orders": lines["order_id"].dropna(),
        "Products": network.products["product_id"],
        "Deals": network.deals["deal_id"],
    }
    return Records({module: number(module, values) for module, values in own.items()})


def number(module: str, own: Iterable[str]) -> dict[str, str]:
    """Which 19 digits does each own id of a module get, in the order of the ids?

    Examples
    --------
    >>> number("Accounts", ["D0002", "D0001", "D0002"])["D0002"]
    '5236023002000000002'
    """
    ordered = sorted(set(own))
    return {text: record_id(module, place) for place, text in enumerate(ordered, start=1)}


def record_id(module: str, place: int) -> str:
    """Which 19 digits has the record at this place of a module?

    Examples
    --------
    >>> record_id("Cases", 7)
    '5236023009000000007'
    """
    return f"{ORGANISATION}{MODULES[module]:03d}{place:09d}"


def system_columns(created: Texts, modified: Texts | None = None) -> dict[str, object]:
    """Which columns does Zoho add to every record? They say what is so today."""
    return {
        "Created By.id": record_id("Users", 1),
        "Created By": "Admin",
        "Modified By.id": record_id("Users", 1),
        "Modified By": "Admin",
        "Created Time": created,
        "Modified Time": modified or created,
        "Last Activity Time": modified or created,
        "Tag": "",
        "Layout.id": record_id("Users", 1)[:-1] + "9",
        "Layout": LAYOUT,
        "Locked": "false",
    }

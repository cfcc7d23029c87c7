"""The record ids of Salesforce, times in UTC, and the words of its lists and labels."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dealerml.simulate.cells import Texts, as_text
from dealerml.simulate.network import Network

# The first three characters of an id tell what kind of record it is.
KEY_PREFIXES: Final = {
    "User": "005",
    "Account": "001",
    "Order": "801",
    "OrderItem": "802",
    "Product2": "01t",
    "Case": "500",
    "Task": "00T",
    "Event": "00U",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "Lead": "00Q",
    "Contact": "003",
}
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SERVER: Final = "5g0"
SHORT: Final = 15
HOURS_AHEAD: Final = 8


@dataclass(frozen=True)
class Keys:
    """Which record stands for each of our own ids: object → own id → its 18 characters."""

    ids: dict[str, dict[str, str]]

    def of(self, name: str, own: "pd.Series[str]") -> Texts:
        """The record of each own id, blank where there is none."""
        known = self.ids[name]
        return [known.get(text, "") for text in as_text(own)]


def number_keys(network: Network) -> Keys:
    """Which record ids do the dealers, orders, products, deals and employees of a network get?"""
    lines, dealers = network.order_lines, network.dealers
    others = (network.cases, network.contacts, network.deals)
    owners = [lines["owner"], dealers["owner"], *(frame["owner"] for frame in others)]
    own = {
        "User": pd.concat(owners).dropna(),
        "Account": pd.concat([dealers["dealer_id"], lines["dealer_id"]]),
        "Order": lines["order_id"].dropna(),
        "Product2": network.products["product_id"],
        "Opportunity": network.deals["deal_id"],
    }
    return Keys({name: _number(name, values) for name, values in own.items()})


def record_key(name: str, place: int) -> str:
    """Which 18 characters has the record at this place?

    Upper and lower case make different ids; the last three characters tell them apart for programs
    that take them for the same.

    Examples
    --------
    >>> record_key("Account", 10), record_key("Account", 36)
    ('0015g000000000AAAQ', '0015g000000000aAAA')
    """
    text = ""
    for _ in range(SHORT - len(SERVER) - len(KEY_PREFIXES[name])):
        place, digit = divmod(place, len(DIGITS))
        text = DIGITS[digit] + text
    key = KEY_PREFIXES[name] + SERVER + text
    return key + check_case(key)


def check_case(key: str) -> str:
    """Which three characters say where the capitals of an id stand?

    Examples
    --------
    >>> check_case("001A0000006Vm9r")
    'IAC'
    """
    parts = [key[at : at + 5] for at in range(0, SHORT, 5)]
    return "".join(CHECKS[sum(1 << at for at, c in enumerate(p) if c.isupper())] for p in parts)


def as_utc(days: "pd.Series[pd.Timestamp]", clock: Iterable[str] | str = "06:30") -> Texts:
    """What does a time of day in China say in UTC? A morning is still the day before there.

    Parameters
    ----------
    clock
        Hours and minutes, of all days or of each; blank: no time is known, and nothing is said.

    Examples
    --------
    >>> as_utc(pd.Series([pd.Timestamp("2025-07-01"), None]))
    ['2025-06-30T22:30:00.000Z', '']
    """
    clocks = [clock] * len(days) if isinstance(clock, str) else list(clock)
    return [_utc(day, time) for day, time in zip(days, clocks, strict=True)]


def _utc(day: pd.Timestamp, clock: str) -> str:
    if pd.isna(day) or not clock:
        return ""
    hours, minutes = map(int, clock.split(":"))
    moment = day + dt.timedelta(hours=hours - HOURS_AHEAD, minutes=minutes)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _number(name: str, own: Iterable[str]) -> dict[str, str]:
    ordered = sorted(set(own))
    return {text: record_key(name, place) for place, text in enumerate(ordered, start=1)}

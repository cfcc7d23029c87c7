"""The entries of a dealer list, as far as they tell who a dealer is."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dealerml.exports.linking.company_names import CompanyName, fold_text, place_name, read_company
from dealerml.exports.linking.tax_numbers import normalise_tax_number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Party:
    """One entry of a dealer list as far as it tells who the dealer is; unknown is empty."""

    dealer_id: str
    name: str = ""
    code: str = ""
    city: str = ""
    tax_number: str = ""

    @cached_property
    def company(self) -> CompanyName:
        """Which parts does its name have?"""
        return read_company(self.name)

    @cached_property
    def place(self) -> str:
        """In which city, else province, is it, as its name or else the list says?"""
        return self.company.places[-1] if self.company.places else self.city


Key = Callable[[Party], str]


def list_parties(dealers: "pd.DataFrame") -> tuple[Party, ...]:
    """Which entries does a dealer list have, ordered by id and each id once?

    Parameters
    ----------
    dealers
        Column ``dealer_id``, and as far as known ``dealer_name``, ``dealer_code``, ``city`` and
        ``tax_number``.
    """
    names = ("dealer_id", "dealer_name", "dealer_code", "city", "tax_number")
    rows = zip(*(cells_of(dealers, name) for name in names), strict=True)
    first: dict[str, Party] = {}
    for dealer_id, name, code, city, tax_number in rows:
        if dealer_id:
            place, tax = place_name(city), normalise_tax_number(tax_number)
            first.setdefault(dealer_id, Party(dealer_id, name, code, place, tax))
    return tuple(first[dealer_id] for dealer_id in sorted(first))


def cells_of(table: "pd.DataFrame", column: str) -> list[str]:
    """Which texts does a column hold, empty where it holds none or is not there?"""
    if column not in table:
        return [""] * len(table)
    return [
        "" if value is None or value != value else str(value).strip() for value in table[column]
    ]


def code_of(party: Party) -> str:
    """Which code has a dealer in the other system, written alike by all?"""
    return _same_code(party.code)


def id_of(party: Party) -> str:
    """Which id has a dealer, written alike by all?"""
    return _same_code(party.dealer_id)


def tax_number_of(party: Party) -> str:
    """Which valid tax number has a dealer?"""
    return party.tax_number


def key_of(party: Party) -> str:
    """Which normalised name has a dealer?"""
    return party.company.key


def places_of(parties: Sequence[Party], value_of: Key) -> Mapping[str, list[int]]:
    """At which positions does each value stand that is not empty?"""
    places: dict[str, list[int]] = defaultdict(list)
    for at, party in enumerate(parties):
        if value := value_of(party):
            places[value].append(at)
    return places


def _same_code(code: str) -> str:
    # One system fills numbers up with zeros, the other does not.
    text = fold_text(code)
    return text.lstrip("0") if text.isdecimal() else text

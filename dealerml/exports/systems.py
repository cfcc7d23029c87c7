"""Several systems at once: which one each table is believed from, and whose dealers are whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

OTHER_SYSTEM, UNLINKED = "other_system", "unlinked_dealer"
# Rows that another system tells as well: their money is counted there.
SYSTEM_RULES: Final = (OTHER_SYSTEM, UNLINKED)
# Written by hand in our own dealer codes, whichever systems there are.
OWN_TABLES: Final = ("notes", "successors", "dealer_links", "control_totals", "fx")
# Tables in which every system may add what the others do not have.
LISTS: Final = ("dealers", "products")


@dataclass(frozen=True)
class Systems:
    """The systems whose files were handed over.

    Parameters
    ----------
    lead
        The system whose order lines count; its dealer codes are the dealers' codes.
    order
        Table → the systems that have it, the one to be believed first.
    links
        System → the table of the engine that translates its dealer codes; none for the lead.
    """

    lead: str
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def rank(self, source: str, table: str) -> int:
        """How early is a system believed on a table? 0 is first."""
        order = list(self.order.get(table, ()))
        return order.index(source) if source in order else 0

    def yields(self, source: str, table: str) -> bool:
        """Whether all rows of a system's table are left out, because another one is believed."""
        return table not in (*OWN_TABLES, *LISTS) and self.rank(source, table) > 0

    def links_for(self, source: str, table: str) -> str:
        """Which table of the engine translates the dealer codes? Empty: they are the codes."""
        return "" if table in OWN_TABLES else self.links.get(source, "")

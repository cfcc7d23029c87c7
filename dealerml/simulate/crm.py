"""What CRMs from abroad call kinds of dealers and of lines, where a company adds such fields."""

from typing import Final

ROLES: Final = {"dealer": "Dealer", "sub-dealer": "Sub-Dealer", "outlet": "Outlet"}
# Goods need no word, and a gift is known by its price of nothing.
LINE_TYPES: Final = {
    "goods": "",
    "gift": "",
    "sample": "Sample",
    "freight": "Freight",
    "service": "Service",
    "adjustment": "Adjustment",
    "rebate": "Rebate",
    "project": "Project",
}

"""What each canonical table holds: its columns, their types and their meaning."""

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

AMOUNT = nw.Decimal(18, 4)
TEXT = nw.String()
DATE = nw.Date()


@dataclass(frozen=True)
class Column:
    """One column of a canonical table: its type, whether it must be there, and its meaning."""

    dtype: nw.dtypes.DType
    meaning: str
    required: bool = False
    current_state: bool = False


def _now(dtype: nw.dtypes.DType, meaning: str) -> Column:
    return Column(dtype, meaning, current_state=True)


SCHEMAS: Mapping[str, Mapping[str, Column]] = {
    "order_lines": {
        "order_id": Column(TEXT, "The order; where absent, all lines of a dealer-day are one."),
        "line_no": Column(TEXT, "Position of the line in its order."),
        "dealer_id": Column(TEXT, "The billed party.", required=True),
        "order_date": Column(DATE, "Business date; of a return, its own.", required=True),
        "posted_date": Column(DATE, "When the line became known; absent: on the order date."),
        "product_id": Column(TEXT, "What was ordered."),
        "quantity": Column(AMOUNT, "Units; negative for returns."),
        "net_amount": Column(
            AMOUNT, "Money net of tax and discounts, before rebates; returns < 0.", required=True
        ),
        "cost_amount": Column(AMOUNT, "What the goods of the line cost us."),
        "region": Column(TEXT, "Sales region as written on the order, so dated."),
        "owner": Column(TEXT, "Our employee in charge as written on the order."),
        "line_kind": Column(TEXT, "goods, gift, sample, freight, service or adjustment."),
    },
    "dealers": {
        "dealer_id": Column(TEXT, "The dealer.", required=True),
        "dealer_name": _now(TEXT, "Name as listed today."),
        "role": _now(TEXT, "dealer, sub-dealer or outlet."),
        "parent_id": _now(TEXT, "The dealer this one belongs to."),
        "region": _now(TEXT, "Region as listed today."),
        "city": _now(TEXT, "City as listed today."),
        "owner": _now(TEXT, "Our employee in charge today."),
        "tier_current": _now(TEXT, "Tier in the company's own system today."),
        "status_current": _now(TEXT, "Status in the company's own system today."),
        "signed_date": Column(DATE, "When the dealer signed."),
    },
    "products": {
        "product_id": Column(TEXT, "The product.", required=True),
        "product_name": Column(TEXT, "Its name."),
        "category": Column(TEXT, "Its category."),
        "brand": Column(TEXT, "Its brand or vendor."),
    },
    "notes": {
        "dealer_id": Column(TEXT, "The dealer the note is about.", required=True),
        "kind": Column(TEXT, "What it says, from a closed list.", required=True),
        "from_date": Column(DATE, "Since when it holds and is known.", required=True),
        "until_date": Column(DATE, "Until when it holds."),
        "note": Column(TEXT, "Free text."),
        "author": Column(TEXT, "Our employee who wrote it."),
    },
    "successors": {
        "dealer_id": Column(TEXT, "The old code.", required=True),
        "successor_id": Column(TEXT, "The code that continues it.", required=True),
        "from_date": Column(DATE, "Since when.", required=True),
    },
}

NOTE_KINDS = (
    "closed_by_us",
    "moved",
    "merged_into",
    "renamed",
    "seasonal",
    "strategic",
    "excluded",
    "text",
)
# After one of these a dealer's silence is our doing or our bookkeeping, and no churn.
LEAVING_NOTES = ("closed_by_us", "merged_into", "excluded")
LINE_KINDS = ("goods", "gift", "sample", "freight", "service", "adjustment")

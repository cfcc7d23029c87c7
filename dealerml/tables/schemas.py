"""What each canonical table holds: its columns, their types and their meaning."""

from collections.abc import Mapping

from dealerml.tables.columns import (
    AMOUNT,
    DATE,
    RATE,
    TEXT,
    Column,
    always,
    later,
    today,
)

LINES: Mapping[str, Column] = {
    "order_id": Column(TEXT, "The order; where absent, all lines of a dealer-day are one."),
    "line_no": Column(TEXT, "Position of the line in its order."),
    "dealer_id": always(TEXT, "The billed party."),
    "order_date": always(DATE, "Business date; of a return, its own."),
    "posted_date": Column(DATE, "When the line became known; absent: on the order date."),
    "product_id": Column(TEXT, "What was ordered."),
    "quantity": Column(AMOUNT, "Units; negative for returns."),
    "net_amount": always(AMOUNT, "Money net of tax and discounts, before rebates; returns < 0."),
    "cost_amount": Column(AMOUNT, "What the goods of the line cost us."),
    "region": Column(TEXT, "Sales region as written on the order, so dated."),
    "owner": Column(TEXT, "Our employee in charge as written on the order."),
    "line_kind": Column(
        TEXT, "goods, gift, sample, freight, service, adjustment, rebate or project."
    ),
}

# Who the dealers are, what they can buy, and what people wrote down about them.
LISTS: Mapping[str, Mapping[str, Column]] = {
    "dealers": {
        "dealer_id": always(TEXT, "The dealer."),
        "dealer_name": today(TEXT, "Name as listed today."),
        "role": today(TEXT, "dealer, sub-dealer or outlet."),
        "parent_id": today(TEXT, "The dealer this one belongs to."),
        "region": today(TEXT, "Region as listed today."),
        "city": today(TEXT, "City as listed today."),
        "owner": today(TEXT, "Our employee in charge today."),
        "tier_current": today(TEXT, "Tier in the company's own system today."),
        "status_current": today(TEXT, "Status in the company's own system today."),
        "signed_date": Column(DATE, "When the dealer signed."),
        "dealer_code": today(TEXT, "Its code in another system of the company."),
        "tax_number": today(TEXT, "Its registered number, 统一社会信用代码 in China."),
        "modified_date": today(DATE, "When its record was last changed."),
    },
    "products": {
        "product_id": always(TEXT, "The product."),
        "product_name": Column(TEXT, "Its name."),
        "category": Column(TEXT, "Its category."),
        "brand": Column(TEXT, "Its brand or vendor."),
    },
    "notes": {
        "dealer_id": always(TEXT, "The dealer the note is about."),
        "kind": always(TEXT, "What it says, from a closed list."),
        "from_date": always(DATE, "Since when it holds and is known."),
        "until_date": Column(DATE, "Until when it holds."),
        "note": Column(TEXT, "Free text."),
        "author": Column(TEXT, "Our employee who wrote it."),
    },
    "successors": {
        "dealer_id": always(TEXT, "The old code."),
        "successor_id": always(TEXT, "The code that continues it."),
        "from_date": always(DATE, "Since when."),
    },
}

# What passes between us and the dealers beside orders.
RELATIONS: Mapping[str, Mapping[str, Column]] = {
    "contacts": {
        "contact_id": Column(TEXT, "The contact."),
        "dealer_id": always(TEXT, "With whom."),
        "contact_date": always(DATE, "On which day it took place."),
        "contact_time": Column(TEXT, "At what time, as 09:30."),
        "planned_date": Column(DATE, "For which day it had been planned; empty: not planned."),
        "channel": Column(TEXT, "visit, call, meeting, message or other."),
        "owner": Column(TEXT, "Our employee who made it."),
        "outcome": Column(TEXT, "What came of it, in the words of the source."),
        "minutes": Column(AMOUNT, "How long it took, in minutes."),
    },
    "cases": {
        "case_id": Column(TEXT, "The complaint or request for service."),
        "dealer_id": always(TEXT, "Who raised it."),
        "opened_date": always(DATE, "When it was raised."),
        "responded_date": later(DATE, "When we first answered.", "responded_date"),
        "closed_date": later(DATE, "When it was settled; empty: still open.", "closed_date"),
        "kind": Column(TEXT, "What it is about, in the words of the source."),
        "severity": Column(TEXT, "How grave it is, in the words of the source."),
        "product_id": Column(TEXT, "The product it is about."),
        "owner": Column(TEXT, "Our employee who took it."),
        "status_current": today(TEXT, "Status in the company's own system today."),
    },
    "payments": {
        "payment_id": Column(TEXT, "The payment."),
        "dealer_id": always(TEXT, "Who paid."),
        "paid_date": always(DATE, "When the money came."),
        "due_date": Column(DATE, "When it was due."),
        "paid_amount": always(AMOUNT, "Money received; paid back < 0."),
        "order_id": Column(TEXT, "The order that was paid, where it was one."),
        "method": Column(TEXT, "How it was paid, in the words of the source."),
    },
    "deals": {
        "deal_id": always(TEXT, "The opportunity."),
        "dealer_id": always(TEXT, "With whom."),
        "created_date": Column(DATE, "When it was opened; without it no past date knows of it."),
        "deal_amount": today(AMOUNT, "What it is expected to bring, as said today."),
        "close_date": today(DATE, "When it was or should be decided, as said today."),
        "stage_current": today(TEXT, "Its stage today; past ones are in deal_stages."),
        "owner": today(TEXT, "Our employee in charge of it today."),
    },
    "deal_stages": {
        "deal_id": always(TEXT, "The opportunity."),
        "stage": always(TEXT, "The stage it entered, in the words of the source."),
        "from_date": always(DATE, "When it entered."),
    },
    "leads": {
        "lead_id": always(TEXT, "Someone who may become a dealer."),
        "created_date": always(DATE, "When we first heard of them."),
        "dealer_id": later(TEXT, "The dealer they became.", "converted_date"),
        "source": Column(TEXT, "Where they came from, in the words of the source."),
        "region": Column(TEXT, "The region they are in."),
        "converted_date": later(DATE, "When they became a dealer.", "converted_date"),
        "status_current": today(TEXT, "Status in the company's own system today."),
    },
    "surveys": {
        "survey_id": Column(TEXT, "The answer to a survey."),
        "dealer_id": always(TEXT, "Who answered."),
        "survey_date": always(DATE, "When."),
        "kind": Column(TEXT, "nps, csat or other."),
        "score": always(AMOUNT, "The grade given: of nps 0 to 10."),
        "comment": Column(TEXT, "What they wrote."),
    },
    "deliveries": {
        "order_id": Column(TEXT, "The order that was delivered, or a part of it."),
        "dealer_id": always(TEXT, "To whom."),
        "ordered_date": always(DATE, "When it was ordered."),
        "promised_date": Column(DATE, "For which day delivery was promised."),
        "delivered_date": later(DATE, "When it arrived; empty: not yet.", "delivered_date"),
    },
    "training": {
        "dealer_id": always(TEXT, "Whose people were trained."),
        "training_date": always(DATE, "When."),
        "course": Column(TEXT, "In what."),
        "hours": Column(AMOUNT, "How many hours it took."),
        "people": Column(AMOUNT, "How many people took part."),
    },
}

# What was promised, agreed and spent.
TERMS: Mapping[str, Mapping[str, Column]] = {
    "support_spend": {
        "dealer_id": always(TEXT, "For whom we spent."),
        "spend_date": always(DATE, "When."),
        "kind": Column(TEXT, "For what, in the words of the source."),
        "spend_amount": always(AMOUNT, "Money spent."),
    },
    "targets": {
        "dealer_id": Column(TEXT, "Whose target; with region and owner empty: the company's."),
        "region": Column(TEXT, "Or of which region."),
        "owner": Column(TEXT, "Or of which of our employees."),
        "from_date": always(DATE, "First day of the period."),
        "until_date": always(DATE, "Last day of the period."),
        "target_amount": always(AMOUNT, "Net amount to be reached."),
    },
    "rebates": {
        "dealer_id": always(TEXT, "Who can earn it."),
        "from_date": always(DATE, "First day of the period."),
        "until_date": always(DATE, "Last day of the period."),
        "threshold_amount": Column(AMOUNT, "Net amount from which on it is paid."),
        "rebate_share": Column(AMOUNT, "Share of the net amount that is paid back, 0–1."),
        "rebate_amount": later(AMOUNT, "Money paid back for the period.", "until_date"),
    },
    "contracts": {
        "contract_id": Column(TEXT, "The contract."),
        "dealer_id": always(TEXT, "With whom."),
        "signed_date": Column(DATE, "When it was signed."),
        "from_date": always(DATE, "Since when it holds."),
        "until_date": Column(DATE, "Until when it holds."),
        "minimum_amount": Column(AMOUNT, "Net amount that the dealer undertook to buy."),
    },
}

# Beyond the dealer's door, and what prices and currencies were.
MARKET: Mapping[str, Mapping[str, Column]] = {
    "inventory_counts": {
        "dealer_id": always(TEXT, "Whose stock."),
        "count_date": always(DATE, "On which day it was counted, at its end."),
        "product_id": Column(TEXT, "Of which product."),
        "quantity": always(AMOUNT, "Units in stock."),
    },
    "sell_out": {
        "dealer_id": always(TEXT, "Who sold on."),
        "sold_date": always(DATE, "When; of a month's sum its last day."),
        "product_id": Column(TEXT, "Which product."),
        "outlet_id": Column(TEXT, "In which of its outlets."),
        "quantity": always(AMOUNT, "Units sold on; negative for returns."),
        "sold_amount": Column(AMOUNT, "What the buyers paid."),
        "region": Column(TEXT, "Where the goods went."),
    },
    "prices": {
        "product_id": always(TEXT, "The product."),
        "from_date": always(DATE, "Since when the price holds."),
        "until_date": Column(DATE, "Until when it holds."),
        "tier": Column(TEXT, "For which tier of dealers; empty: all."),
        "region": Column(TEXT, "In which region; empty: all."),
        "list_price": Column(AMOUNT, "Money for one unit, net of tax."),
        "floor_price": Column(AMOUNT, "Lowest price at which dealers may sell on, net of tax."),
    },
    "fx": {
        "currency": always(TEXT, "The foreign currency, as USD."),
        "from_date": always(DATE, "Since when the rate holds, until the next one."),
        "rate": always(RATE, "Home currency for one unit of it."),
    },
    "dealer_links": {
        "dealer_id": always(TEXT, "The dealer in the source that counts."),
        "other_source": always(TEXT, "The other source."),
        "other_id": always(TEXT, "Its id there."),
        "method": Column(TEXT, "How the link was found."),
        "certainty": Column(TEXT, "How sure it is."),
        "decision": Column(TEXT, "yes or no, as somebody decided; empty: not decided yet."),
    },
}

# What others say of the same money, to be held against ours.
CONTROL: Mapping[str, Mapping[str, Column]] = {
    "control_totals": {
        "month": always(DATE, "Any day of the month; a month alone stands for its last day."),
        "basis": Column(TEXT, "net, billed (positive lines) or returned; empty: net."),
        "amount": always(AMOUNT, "What the books of finance say it adds up to."),
    },
}

SCHEMAS: Mapping[str, Mapping[str, Column]] = {
    "order_lines": LINES,
    **LISTS,
    **RELATIONS,
    **TERMS,
    **MARKET,
    **CONTROL,
}

# Tables that are attributes of their own of `Tables`; all others are found there by their names.
PLACED = ("order_lines", "dealers", "products", "notes", "successors")

# The date on which a row becomes known. What has none is a list of today.
KNOWN: Mapping[str, str] = {
    "order_lines": "order_date",
    "notes": "from_date",
    "successors": "from_date",
    "contacts": "contact_date",
    "cases": "opened_date",
    "payments": "paid_date",
    "deals": "created_date",
    "deal_stages": "from_date",
    "leads": "created_date",
    "surveys": "survey_date",
    "deliveries": "ordered_date",
    "training": "training_date",
    "support_spend": "spend_date",
    "targets": "from_date",
    "rebates": "from_date",
    "contracts": "from_date",
    "inventory_counts": "count_date",
    "sell_out": "sold_date",
    "prices": "from_date",
    "fx": "from_date",
}
# A second date, where a row tells it: the row is known on the later of the two.
POSTED: Mapping[str, str] = {"order_lines": "posted_date", "contracts": "signed_date"}

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
LINE_KINDS = ("goods", "gift", "sample", "freight", "service", "adjustment", "rebate", "project")
CHANNELS = ("visit", "call", "meeting", "message", "other")
SURVEY_KINDS = ("nps", "csat", "other")
BASES = ("net", "billed", "returned")

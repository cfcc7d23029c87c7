import pytest

from dealerml.tables import KNOWN, SCHEMAS
from dealerml.tables.schemas import PLACED, POSTED

REQUIRED = {
    "order_lines": ["dealer_id", "order_date", "net_amount"],
    "dealers": ["dealer_id"],
    "products": ["product_id"],
    "notes": ["dealer_id", "kind", "from_date"],
    "successors": ["dealer_id", "successor_id", "from_date"],
    "contacts": ["dealer_id", "contact_date"],
    "cases": ["dealer_id", "opened_date"],
    "payments": ["dealer_id", "paid_date", "paid_amount"],
    "deals": ["deal_id", "dealer_id"],
    "deal_stages": ["deal_id", "stage", "from_date"],
    "leads": ["lead_id", "created_date"],
    "surveys": ["dealer_id", "survey_date", "score"],
    "deliveries": ["dealer_id", "ordered_date"],
    "training": ["dealer_id", "training_date"],
    "support_spend": ["dealer_id", "spend_date", "spend_amount"],
    "targets": ["from_date", "until_date", "target_amount"],
    "rebates": ["dealer_id", "from_date", "until_date"],
    "contracts": ["dealer_id", "from_date"],
    "inventory_counts": ["dealer_id", "count_date", "quantity"],
    "sell_out": ["dealer_id", "sold_date", "quantity"],
    "prices": ["product_id", "from_date"],
    "fx": ["currency", "from_date", "rate"],
    "dealer_links": ["dealer_id", "other_source", "other_id"],
    "control_totals": ["month", "amount"],
}
# Numbers that are neither money nor units.
PLAIN_NUMBERS = {"minutes", "score", "hours", "people", "rate", "rebate_share"}
# A list of values may begin a sentence.
VALUES = ("dealer,", "goods,", "visit,", "nps,", "yes or", "net,")
# Named as finance names them.
BOOKED = {"month": "Date", "amount": "Decimal"}
# What was, is or should be, of things whose past states were overwritten.
TODAY = {
    "cases": ["status_current"],
    "deals": ["deal_amount", "close_date", "stage_current", "owner"],
    "leads": ["status_current"],
}
LATER = {
    "cases": {"responded_date": "responded_date", "closed_date": "closed_date"},
    "deliveries": {"delivered_date": "delivered_date"},
    "leads": {"dealer_id": "converted_date", "converted_date": "converted_date"},
    "rebates": {"rebate_amount": "until_date"},
}


def test_only_what_nothing_works_without_is_required():
    assert {
        table: [name for name, column in columns.items() if column.required]
        for table, columns in SCHEMAS.items()
    } == REQUIRED


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_has_a_meaning_that_is_a_sentence(table):
    for column in SCHEMAS[table].values():
        assert column.meaning[0].isupper() or column.meaning.startswith(VALUES)
        assert column.meaning.endswith(".")


def test_what_the_dealer_list_says_without_a_date_is_current_state():
    dealers = SCHEMAS["dealers"]
    undated = [name for name, column in dealers.items() if not column.current_state]
    assert undated == ["dealer_id", "signed_date"]


def test_elsewhere_only_what_systems_overwrite_is_current_state():
    found = {
        table: [name for name, column in columns.items() if column.current_state]
        for table, columns in SCHEMAS.items()
        if table != "dealers"
    }
    assert {table: names for table, names in found.items() if names} == TODAY


def test_what_comes_after_a_row_is_known_from_a_date_of_the_row():
    found = {
        table: {name: column.known_from for name, column in columns.items() if column.known_from}
        for table, columns in SCHEMAS.items()
    }
    assert {table: names for table, names in found.items() if names} == LATER
    for table, names in LATER.items():
        assert all(str(SCHEMAS[table][date].dtype) == "Date" for date in names.values())


def test_all_but_lists_of_today_become_known_on_a_date():
    assert set(SCHEMAS) - set(KNOWN) == {"dealers", "products", "dealer_links", "control_totals"}
    for dates in (KNOWN, POSTED):
        assert all(str(SCHEMAS[table][date].dtype) == "Date" for table, date in dates.items())


def test_the_date_that_makes_rows_known_is_required_but_where_systems_lack_it():
    optional = [table for table, date in KNOWN.items() if not SCHEMAS[table][date].required]
    assert optional == ["deals"]


def test_the_placed_tables_come_first():
    assert tuple(SCHEMAS)[: len(PLACED)] == PLACED


@pytest.mark.parametrize("table", SCHEMAS)
def test_names_end_in_what_they_are(table):
    for name, column in SCHEMAS[table].items():
        kind = str(column.dtype)
        if name in BOOKED:
            assert kind.startswith(BOOKED[name])
            continue
        assert name.endswith("_date") == (kind == "Date")
        is_number = name == "quantity" or name.endswith(("_amount", "_price"))
        assert (is_number or name in PLAIN_NUMBERS) == kind.startswith("Decimal")

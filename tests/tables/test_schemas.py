import pytest

from dealerml.tables import SCHEMAS

REQUIRED = {
    "order_lines": ["dealer_id", "order_date", "net_amount"],
    "dealers": ["dealer_id"],
    "products": ["product_id"],
    "notes": ["dealer_id", "kind", "from_date"],
    "successors": ["dealer_id", "successor_id", "from_date"],
}


def test_only_what_nothing_works_without_is_required():
    assert {
        table: [name for name, column in columns.items() if column.required]
        for table, columns in SCHEMAS.items()
    } == REQUIRED


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_has_a_meaning_that_is_a_sentence(table):
    for column in SCHEMAS[table].values():
        assert column.meaning[0].isupper() or column.meaning.startswith(("dealer,", "goods,"))
        assert column.meaning.endswith(".")


def test_what_the_dealer_list_says_without_a_date_is_current_state():
    dealers = SCHEMAS["dealers"]
    undated = [name for name, column in dealers.items() if not column.current_state]
    assert undated == ["dealer_id", "signed_date"]
    assert not any(column.current_state for column in SCHEMAS["order_lines"].values())


@pytest.mark.parametrize("table", SCHEMAS)
def test_names_end_in_what_they_are(table):
    for name, column in SCHEMAS[table].items():
        kind = str(column.dtype)
        assert name.endswith("_date") == (kind == "Date")
        assert (name == "quantity" or name.endswith("_amount")) == kind.startswith("Decimal")

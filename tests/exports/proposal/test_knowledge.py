import pytest

from dealerml.exports.mapping_file import parse_mapping
from dealerml.exports.proposal.knowledge import make_knowledge, says_taxed
from dealerml.tables import SCHEMAS

KNOWN = make_knowledge([])


def best(label, table="order_lines"):
    fits = KNOWN.fits(table, label)
    return max(fits, key=lambda field: (fits[field].strength, -fits[field].rank), default="")


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("客户编码", "dealer_id"),
        ("*经销商代码（必填）", "dealer_id"),
        ("Customer No.", "dealer_id"),
        ("Sold-to", "dealer_id"),
        ("Bill date", "order_date"),
        ("开票日期", "order_date"),
        ("出库日期", "order_date"),
        ("Net value", "net_amount"),
        ("不含税金额（万元）", "net_amount"),
        ("价税合计", "gross_amount"),
        ("含税金额", "gross_amount"),
        ("存货编码", "product_id"),
        ("Qty", "quantity"),
        ("大区", "region"),
        ("跟单员", "owner"),
    ],
)
def test_usual_labels_of_both_languages_are_known_for_sure(label, field):
    assert best(label) == field
    assert KNOWN.fits("order_lines", label)[field].strength == 1


@pytest.mark.parametrize("label", ["金额", "Amount", "小计", "Total", "Net Total", "本币金额"])
def test_a_label_that_does_not_say_whether_tax_is_in_it_is_never_sure(label):
    assert KNOWN.fits("order_lines", label)["net_amount"].strength < 0.9


@pytest.mark.parametrize("label", ["价税合计", "含税金额", "Amount Including VAT", "Gross Amt"])
def test_an_amount_with_tax_is_never_net(label):
    assert "net_amount" not in KNOWN.fits("order_lines", label)


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Line Amount Excl. VAT", "net_amount"),
        ("Sell-to Customer No.", "dealer_id"),
        ("sale_qty", "quantity"),
        ("FCustomerID.FNumber", "dealer_id"),
        ("Order Lines/Unit Price", "price"),
        ("经销商编马", "dealer_id"),
    ],
)
def test_labels_nobody_listed_are_read_by_their_parts_and_spelling(label, field):
    assert best(label) == field


@pytest.mark.parametrize("label", ["客户分类编码", "未发数量", "Due Date", "源单单号"])
def test_a_label_known_to_be_no_field_is_not_read_as_a_similar_one(label):
    assert KNOWN.fits("order_lines", label) == {}


def test_the_labels_of_given_mappings_are_known_and_others_are_not():
    text = """
source = "own"
[files.lines]
table = "order_lines"
needs = ["dealer_id"]
[files.lines.labels]
dealer_id = ["Partnerschlüssel"]
order_date = ["Belegdatum"]
raw = ["Rechnungsbetrag"]
net_amount = ["Summe inkl. VAT", "name"]
[files.lines.kinds]
raw = "decimal"
"""
    own = make_knowledge([parse_mapping(text, "own")])
    assert own.fits("order_lines", "partnerschlüssel")["dealer_id"].strength == 1
    assert "dealer_id" not in KNOWN.fits("order_lines", "Partnerschlüssel")
    assert own.fits("order_lines", "Rechnungsbetrag") == {}


def test_a_mapping_cannot_make_net_of_an_amount_that_says_it_has_tax():
    text = """
source = "own"
[files.lines]
table = "order_lines"
needs = ["dealer_id"]
[files.lines.labels]
dealer_id = ["a"]
order_date = ["b"]
net_amount = ["含税总价"]
"""
    own = make_knowledge([parse_mapping(text, "own")])
    assert says_taxed("含税总价")
    assert "net_amount" not in own.fits("order_lines", "含税总价")


def test_every_canonical_column_is_known_by_its_own_name():
    for table, schema in SCHEMAS.items():
        for field in schema:
            assert field in KNOWN.fits(table, field), (table, field)


def test_the_synonyms_speak_only_of_tables_and_fields_that_there_are():
    helpers = {
        *("gross_amount", "tax_amount", "tax_rate", "price", "gross_price", "currency", "is_gift"),
        *("document_status", "void_status", "document_type", "line_type"),
        *("dealer_label", "product_label"),
    }
    unknown = {
        (table, field)
        for table, fields in KNOWN.tables.items()
        for field in fields
        if field not in SCHEMAS[table] and not (table == "order_lines" and field in helpers)
    }
    assert unknown == set()

import re

import pytest

from dealerml.errors import ExportError
from dealerml.exports import SOURCES, list_sources, load_mapping
from dealerml.exports.mapping_file import parse_mapping
from dealerml.tables import LINE_KINDS, SCHEMAS
from dealerml.words import has_entry

SMALL = """
source = "mine"
[files.lines]
table = "order_lines"
needs = ["dealer_id", "order_date", "net_amount"]
[files.lines.labels]
dealer_id = ["Kunde"]
order_date = ["Datum"]
net_amount = ["Betrag"]
"""
RULE = "[[files.lines.rules]]\nname = 'x'\n"
DERIVED = "[files.lines.derived]\n"


def test_every_shipped_source_has_order_lines_and_words():
    for mapping in list_sources():
        tables = {kind.table for kind in mapping.files.values()}
        assert "order_lines" in tables
        assert tables <= {*SCHEMAS, "lookup", "unused"}
        assert has_entry(f"exports.source.{mapping.source}")
    assert [mapping.source for mapping in list_sources()] == list(SOURCES)


def test_every_rule_of_a_shipped_source_has_words():
    rules = {
        rule.name
        for mapping in list_sources()
        for kind in mapping.files.values()
        for rule in kind.rules
    }
    assert {rule for rule in rules if not has_entry(f"exports.rule.{rule}")} == set()
    assert all(has_entry(f"exports.line_kind.{kind}") for kind in LINE_KINDS)


def test_a_mapping_of_ones_own_is_read_from_its_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_mapping(path).files["lines"].labels["dealer_id"] == ("Kunde",)


def test_an_unknown_source_names_the_known_ones():
    with pytest.raises(ExportError, match=re.escape("Known are plain, online_retail")):
        load_mapping("no_such_system")


def test_a_file_that_is_no_toml_is_named():
    with pytest.raises(ExportError, match=r"mine\.toml is not a TOML file"):
        parse_mapping("source = ", "mine.toml")


def test_all_problems_of_a_mapping_come_at_once():
    text = 'source = 3\n[files.x]\ntable = "orders"\nneeds = "dealer_id"\ncolour = 1\n'
    with pytest.raises(ExportError) as caught:
        parse_mapping(text, "mine.toml")
    assert len(caught.value.problems) == 4
    assert "use one of order_lines, dealers" in str(caught.value)


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        (DERIVED + "region = { plus = ['a'] }", "exactly one way of multiply"),
        (DERIVED + "region = { join = ['a', 'b'] }", "field 'a', which has no labels"),
        ("[files.lines.kinds]\nprice = 'money'", "use one of text, decimal, date"),
        ("[files.lines.clean]\ndealer_id = { upper = true }", "'upper', which is unknown"),
        (
            f"{RULE}do = 'drop'\nwhen = [{{column='dealer_id', in=['A']}}]",
            'use "keep" or "set_aside"',
        ),
        (
            f"{RULE}do = 'keep'\nwhen = [{{column='dealer_id', zero=true}}]",
            "counts with 'dealer_id'",
        ),
        (
            f"{RULE}do = 'keep'\nwhen = [{{column='dealer_id', sql='1'}}]",
            "'sql', which is unknown",
        ),
        (f"{RULE}do = 'keep'", "it would take every row"),
        (
            DERIVED + "region = { lookup = 'lines', by = 'dealer_id', take = 'region' }",
            "looks itself up",
        ),
        (
            DERIVED + "region = { lookup = 'towns', by = 'dealer_id', take = 'x' }",
            "there is no such kind of file",
        ),
    ],
)
def test_a_wrong_entry_is_refused_with_what_is_allowed(addition, problem):
    with pytest.raises(ExportError, match=re.escape(problem)):
        parse_mapping(f"{SMALL}\n{addition}\n", "mine.toml")


def test_a_required_column_without_a_label_is_missed():
    with pytest.raises(ExportError, match="does not say what net_amount is"):
        parse_mapping(SMALL.replace("net_amount", "gross_amount"), "mine.toml")

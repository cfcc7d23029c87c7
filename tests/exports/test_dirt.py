import re
from decimal import Decimal

import pytest

from dealerml.errors import ExportError
from dealerml.exports import read_export
from dealerml.exports.ingest import NOTHING
from tests.exports.clean import write_export
from tests.exports.dirt import DIRT, pick_pairs, soil

ITEMS_IN_THE_CHECKLIST, PAIRS = 33, 60


def lines_of(tables):
    rows = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    lines = [
        (
            row["order_id"] or "",
            row["line_no"] or "",
            row["dealer_id"],
            row["order_date"].isoformat(),
            row["quantity"],
            row["net_amount"],
            row["line_kind"],
        )
        for row in rows
    ]
    return sorted(lines, key=place_of)


def expected_lines(export):
    lines = [
        (*line[:4], Decimal(line[4]) if line[4] else None, Decimal(line[5]), line[6])
        for line in export.kept
    ]
    return sorted(lines, key=place_of)


def place_of(line):
    """What tells lines apart; a quantity may be missing, and cannot be sorted by then."""
    return line[:4]


def check(export, folder):
    """Lines, rows and money are what they must be, or the refusal says what to do."""
    mapping = write_export(export, folder)
    if export.error:
        with pytest.raises(ExportError, match=export.error):
            read_export(folder / "exports", source=mapping)
        return
    tables = read_export(folder / "exports", source=mapping)
    assert lines_of(tables) == expected_lines(export)
    check_account(export, tables.ingest)
    assert [text for text in export.said if text not in tables.ingest.text] == []
    if export.check is not None:
        export.check(tables)


def check_account(export, ingest):
    """What was set aside, under which rules, and that nothing is missing to the last cent."""
    lines = [file for file in ingest.files if file.table == "order_lines"]
    aside = {}
    for count in (c for file in lines for c in file.counts if c.set_aside):
        aside[count.rule] = aside.get(count.rule, 0) + count.rows
    expected = {rule: rows for rule, rows in export.aside.items() if rule != "copy"}
    assert aside == expected
    assert ingest.rows == len(export.kept) + sum(expected.values())
    lost = sum((row.amount for row in export.rows if row.rule and row.rule != "copy"), NOTHING)
    kept = sum((Decimal(line[5]) for line in export.kept), NOTHING)
    assert ingest.amount_where(set_aside=False) == kept
    assert ingest.amount_where(set_aside=True) == lost
    assert ingest.amount == kept + lost
    unread = {(item.name.split("/")[-1], item.reason) for item in ingest.unread}
    for name, reason in export.unread:
        assert any(seen.startswith(name) and why == reason for seen, why in unread), unread


@pytest.mark.parametrize("name", DIRT)
def test_each_item_alone_is_read_or_refused_as_it_must_be(name, tmp_path):
    check(soil(name), tmp_path)


@pytest.mark.parametrize("names", pick_pairs(PAIRS), ids=" + ".join)
def test_two_items_on_one_export_are_read_or_refused_as_they_must_be(names, tmp_path):
    check(soil(*names), tmp_path)


def test_every_item_of_the_checklist_has_a_fixture():
    numbers = {int(re.match(r"\d+", name)[0]) for name in DIRT}
    assert numbers == set(range(1, ITEMS_IN_THE_CHECKLIST + 1))


def test_a_lost_line_would_be_noticed(tmp_path):
    export = soil("7 titles")
    tables = read_export(tmp_path / "exports", source=write_export(export, tmp_path))
    assert lines_of(tables)[1:] != expected_lines(export)

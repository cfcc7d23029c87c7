import pandas as pd
import pytest

from dealerml.exports import inspect_export, read_export
from dealerml.review import describe_inspection, make_checkup, write_json
from dealerml.review.checkup import LISTS, MOST_ROWS


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Ten orders entered twice, one row without a dealer, and finance with another sum."""
    folder = tmp_path_factory.mktemp("odd")
    rows = [f"{n},A,2025-06-{n % 10 + 1:02d},10.00" for n in range(20)]
    text = "\n".join(["order_id,dealer_id,order_date,net_amount", *rows, "21,,2025-06-30,5"])
    (folder / "lines.csv").write_text(text, encoding="utf-8")
    booked = "month,basis,amount\n2025-06,net,100.00\n"
    (folder / "control_totals.csv").write_text(booked, encoding="utf-8")
    return read_export(folder)


@pytest.fixture(scope="module")
def found(odd):
    return inspect_export(odd)


def section(blocks, heading):
    return next(block for block in blocks if block.heading == heading)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_is_a_section_for_every_list(odd, found, lang):
    blocks = make_checkup(found, odd.ingest, lang)
    assert len(blocks) == 2 + len(LISTS)
    assert all(block.sentences or block.table for block in blocks)


def test_order_lines_are_described_first_with_what_was_set_aside(odd, found):
    said = section(make_checkup(found, odd.ingest), "Files").sentences
    assert said[0].startswith("lines.csv: taken for lines of plain. The columns it needs are there")
    assert "Rows: 21 of 205.00, kept 20 of 200.00." in said[0]
    assert said[1].startswith("  Set aside: no dealer, 1 rows, 5.00; the first is #22: ")


def test_a_long_list_is_cut_and_says_how_much_more_there_is(odd, found):
    block = section(make_checkup(found, odd.ingest), "Order lines that may be there twice")
    assert "10 under another order" in block.sentences[0]
    assert len(block.table.rows) == MOST_ROWS
    assert block.table.note.startswith(f"{20 - MOST_ROWS} more")


def test_finance_is_compared_to_the_cent(odd, found):
    block = section(make_checkup(found, odd.ingest), "Beside the books of finance")
    texts = [cell.text for cell in block.table.rows[0]]
    assert texts == ["2025-06", "net", "100.00", "200.00", "100.00", "100.0 %"]


def test_what_is_empty_is_said_to_be_so(odd, found):
    block = section(make_checkup(found, odd.ingest), "Dealers that may be one")
    assert (block.sentences, block.table) == (["Nothing."], None)


def test_machines_get_every_row(odd, found):
    record = describe_inspection(found)
    assert len(record["suspects"]) == 20
    assert record["suspects_in_all"] == {"exact": 0, "near": 10, "groups": 10}
    assert record["as_of"] == "2025-06-10"
    assert record["files"][1]["first_date"] == "2025-06-01"
    assert record["files"][0]["first_date"] is None
    assert write_json(record) == write_json(describe_inspection(inspect_export(odd)))
    assert isinstance(found.files, pd.DataFrame)

import re

import pytest

from dealerml.errors import ExportError
from dealerml.exports import read_export
from dealerml.exports.mapping_file import parse_mapping

RETAIL = "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID\n1,A,2,2025-01-31,1.5,7\n"


def test_a_source_is_known_by_its_columns_whatever_the_file_is_called(write):
    folder = write("x1.txt", RETAIL.replace(",", "\t"))
    assert read_export(folder).ingest.source == "online_retail"


def test_labels_may_be_spelt_differently(write, lines):
    folder = write(
        "a.csv", lines.replace("dealer_id", " Dealer ID ").replace("net_amount", "NetAmount")
    )
    assert read_export(folder).ingest.rows == 3


def test_files_of_two_sources_are_refused_and_named(write, lines):
    write("ours.csv", lines)
    folder = write("theirs.csv", RETAIL)
    with pytest.raises(ExportError, match="Say in the policy which one counts"):
        read_export(folder)


def test_a_source_can_be_named(write, lines):
    write("ours.csv", lines)
    folder = write("theirs.csv", RETAIL)
    ingest = read_export(folder, source="plain").ingest
    assert [file.name for file in ingest.files] == ["ours.csv"]
    assert [(item.name, item.reason) for item in ingest.unread] == [
        ("theirs.csv", "not_recognised")
    ]


def test_what_is_missing_for_the_nearest_source_is_said(write):
    folder = write("a.csv", "dealer_id,order_date,amount\nA,2025-01-31,1\n")
    with pytest.raises(ExportError, match=re.escape("For plain it lacks net_amount.")):
        read_export(folder)


def test_notes_and_successors_are_at_home_in_any_source(write):
    write("retail.csv", RETAIL)
    write("notes.csv", "dealer_id,kind,from_date\n7,closed by us,2025-02-01\n8,gone,2025-02-01\n")
    folder = write("successors.csv", "dealer_id,successor_id,from_date\n7,9,2025-02-01\n")
    tables = read_export(folder)
    assert tables.notes.collect().to_native().to_pylist()[0]["kind"] == "closed_by_us"
    assert tables.successors.collect().shape == (1, 3)
    aside = tables.ingest.table.query("outcome == 'set_aside'")
    assert aside[["file", "rule", "rows"]].to_numpy().tolist() == [
        ["notes.csv", "unknown_note_kind", 1]
    ]


def test_a_file_that_fits_two_kinds_equally_is_refused(write, tmp_path):
    kind = '[files.{0}]\ntable = "order_lines"\nneeds = ["dealer_id", "order_date", "net_amount"]\n'
    labels = '[files.{0}.labels]\ndealer_id = ["d"]\norder_date = ["t"]\nnet_amount = ["m"]\n'
    text = 'source = "x"\n' + "".join((kind + labels).format(name) for name in ("one", "two"))
    assert parse_mapping(text, "x.toml")
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ExportError, match=r"could be one or two of x"):
        read_export(write("a.csv", "d,t,m\n"), source=tmp_path / "x.toml")

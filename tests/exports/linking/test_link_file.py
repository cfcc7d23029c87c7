import csv

import pandas as pd

from dealerml.exports.linking.link_file import COLUMNS, quote_cell, unquote_cell, write_links
from dealerml.exports.linking.links import propose_links

IDS = [
    "007",
    "1007",
    "=1+1",
    "'=1",
    "'007",
    "MAR1",
    "1-2",
    "3E5",
    "20250101123456789",
    "A-1",
    "经1",
]


def test_every_id_comes_back_as_it_was(tmp_path):
    ours = pd.DataFrame({"dealer_id": IDS, "dealer_name": [f"金{n}号=行" for n in IDS]})
    theirs = ours.assign(dealer_id=[f"{key}" for key in IDS])
    links = propose_links(ours, theirs, source="crm").assign(decision="yes")
    path = write_links(links, tmp_path / "dealer_links.csv")
    back = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    again = propose_links(ours, theirs, source="crm", decided=back)
    assert sorted(again["dealer_id"]) == sorted(IDS)
    pd.testing.assert_frame_equal(again, links)


def test_no_cell_starts_a_formula_and_no_id_would_be_changed(tmp_path):
    ours = pd.DataFrame({"dealer_id": ["007"], "dealer_name": ["=HYPERLINK Trading"]})
    theirs = pd.DataFrame({"dealer_id": ["@1"], "dealer_name": ["=HYPERLINK Trading"]})
    path = write_links(propose_links(ours, theirs, source="crm"), tmp_path / "links.csv")
    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, row = csv.reader(stream)
    assert tuple(header) == COLUMNS
    assert row == [
        "'007",
        "'=HYPERLINK Trading",
        "crm",
        "'@1",
        "'=HYPERLINK Trading",
        "name",
        "0.95",
        "",
    ]


def test_undecided_rows_come_first_and_the_most_certain_of_them(tmp_path):
    rows = [
        ("1", "a", 0.9, ""),
        ("2", "b", 1.0, "yes"),
        ("3", "c", 0.95, ""),
        ("4", "d", 0.5, "no"),
    ]
    links = pd.DataFrame(rows, columns=["dealer_id", "other_id", "certainty", "decision"])
    path = write_links(links.assign(other_source="crm"), tmp_path / "links.csv")
    written = pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    assert list(written["dealer_id"]) == ["3", "1", "2", "4"]


def test_a_quote_that_is_not_ours_stays():
    for text in ("'t Hoen", "''", "'1007", "plain", ""):
        assert unquote_cell(text, is_id=True) == text
    for text in IDS:
        assert unquote_cell(quote_cell(text, is_id=True), is_id=True) == text

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealerml.errors import ExportError
from dealerml.exports.opening.grid import measure_sheet, whole_tags, without_empty_cells
from dealerml.exports.opening.places import BEYOND, column_number

LETTERS = st.sampled_from(["A", "F", "Z", "AA", "az", "ZZ", "XFD"])
PLACES = st.lists(st.tuples(LETTERS, st.integers(1, 1_048_576)), min_size=1, max_size=15)


def sheet(places):
    return "".join(f'<row r="{row}"><c r="{column}{row}" s="1"/></row>' for column, row in places)


def measure(text, size=1 << 20):
    data = text.encode()
    return measure_sheet((data[at : at + size] for at in range(0, len(data), size)), "a.xlsx")


@settings(deadline=None, max_examples=40)
@given(PLACES, st.integers(20, 400))
def test_the_furthest_places_are_found_however_the_bytes_arrive(places, size):
    extent = measure(sheet(places), size)
    assert extent.places.row == max(row for _, row in places)
    assert extent.places.column == max(column_number(column) for column, _ in places)
    assert (extent.cells, extent.unplaced) == (len(places), 0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(20, 400))
def test_cells_without_a_place_are_counted_row_by_row(widths, size):
    extent = measure("".join(f"<row>{'<c/>' * width}</row>" for width in widths), size)
    assert (extent.cells, extent.unplaced) == (sum(widths), sum(widths))
    if sum(widths):
        assert max(widths) <= extent.widest <= sum(widths)
        assert extent.grid >= max(widths)


@pytest.mark.parametrize(
    ("data", "row", "column"),
    [
        ('<c r="B12"><v>1</v></c>', 12, 2),
        ("<c s='1' r='B12'/>", 12, 2),
        ('<c\tr\n=\t"b12"/>', 12, 2),
        ('<a:c r="B12"/>', 12, 2),
        ('<c r="B012"/>', BEYOND, 2),
        ('<c r="B12345678"/>', BEYOND, 2),
        ('<c r="ABCDE1"/>', 0, BEYOND),
        ('<pageMargins header="0.3" footer="ZZ9"/>', 0, 0),
        ("<c><is><t>AB12</t></is></c>", 0, 0),
    ],
)
def test_places_are_read_in_every_way_that_a_reader_accepts(data, row, column):
    places = measure(data).places
    assert (places.row, places.column) == (row, column)


def test_a_row_in_the_middle_that_is_further_than_the_last_is_not_overlooked():
    rows = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(10_000, 11_000))
    data = rows + '<row r="5"><c r="A99999"/></row>' + rows
    assert measure(data).places.row == 99_999
    assert measure(rows + data, size=5_000).places.row == 99_999


def test_a_column_beyond_those_of_earlier_blocks_is_not_overlooked():
    rows = "".join(f'<row r="{n}"><c r="A{n}"/><c r="C{n}"/></row>' for n in range(10, 99))
    data = rows + '<row r="50"><c r="D50"/></row>' + rows
    assert measure(data, size=300).places.column == 4


def test_formulas_without_a_value_are_counted_from_the_first():
    data = (
        '<c r="A1"><f>1</f><v>1</v></c><c r="B1"><f>1</f><v></v></c><c r="C1"><f>1</f></c>'
        '<c r="D1" t="str"><f>1</f><v></v></c><c r="E1"><f t="shared" si="0"/><v /></c>'
    )
    extent = measure(data)
    assert (extent.unsolved, extent.first_unsolved) == (3, "B1")


def test_cells_that_are_only_formatted_are_taken_out():
    data = b'<row r="1"><c r="A1" s="1"/><c r="B1"></c><c r="C1"><v>1</v></c></row>'
    left = b"".join(without_empty_cells([data], "a.xlsx"))
    assert left == b'<row r="1"><c r="C1"><v>1</v></c></row>'


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200), st.integers(1, 9))
def test_no_byte_is_lost_when_bytes_are_cut_at_tags(data, size):
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    blocks = list(whole_tags(chunks, "a.xlsx"))
    assert b"".join(blocks) == data
    assert all(not re.search(b".<", block[:1]) for block in blocks)


def test_a_run_of_bytes_without_a_tag_is_refused():
    with pytest.raises(ExportError, match=r"a\.xlsx holds a text longer than any cell"):
        measure("<t>" + "x" * 2_000_000)

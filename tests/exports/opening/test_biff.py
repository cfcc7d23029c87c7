import struct

from dealerml.exports.opening.biff import measure_book
from dealerml.exports.opening.compound import wrap_book
from dealerml.exports.opening.workbook import read_workbook
from tests.exports.workbooks import book, label, number, record


def with_pieces(*cells):
    """A workbook whose second shared text goes on in a further record, there in single bytes."""
    first = struct.pack("<HB", 2, 1) + "甲乙".encode("utf-16-le")
    second = struct.pack("<HB", 6, 1) + "丙丁".encode("utf-16-le")
    rest = b"\0" + b"abcd" + struct.pack("<HBH", 1, 8, 1) + b"z" + bytes(4)
    told = struct.pack("<ll", 3, 3)
    whole = book(*cells)
    plain = record(0xFC, struct.pack("<ll", 0, 0))
    pieces = record(0xFC, told + first + second) + record(0x3C, rest)
    at = whole.index(struct.pack("<HH", 0x85, 9)) + 4
    place = struct.unpack_from("<L", whole, at)[0] + len(pieces) - len(plain)
    moved = whole[:at] + struct.pack("<L", place) + whole[at + 4 :]
    return moved.replace(plain, pieces)


def test_shared_texts_that_go_on_in_a_further_record_are_read_and_measured(tmp_path):
    stream = with_pieces(label(0, 0, 0), label(1, 0, 1), label(2, 0, 2))
    grid, text = measure_book(bytearray(stream), "a.xls")
    assert (grid, text) == (3, 3 * (2 + 6 + 1))
    (tmp_path / "a.xls").write_bytes(wrap_book("Workbook", stream))
    sheet = read_workbook(tmp_path / "a.xls", "a.xls")["S"]
    assert sheet.rows == [["甲乙"], ["丙丁abcd"], ["z"]]


def test_the_grid_reaches_to_the_last_of_several_numbers_in_one_record():
    several = record(0xBD, struct.pack("<HH", 9, 2) + bytes(6 * 3) + struct.pack("<H", 4))
    assert measure_book(bytearray(book(number(0, 0, 1), several)), "a.xls") == (10 * 5, 0)


def test_what_a_sheet_claims_of_its_size_is_made_void():
    claim = record(0x200, struct.pack("<LLHHH", 0, 99, 0, 99, 0))
    stream = bytearray(book(claim, number(0, 0, 1)))
    assert measure_book(stream, "a.xls") == (1, 0)
    assert claim not in stream
    assert record(0x200, bytes(14)) in stream

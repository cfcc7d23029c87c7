"""Files that are made to do harm, or damaged as if they were: refused or neutralised."""

import copy
import random
import stat
import struct
import zipfile
import zlib

import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening import grid, package, zipped
from dealerml.exports.opening.archive import open_archives
from dealerml.exports.opening.compound import wrap_book
from dealerml.exports.opening.found import find_files
from dealerml.exports.opening.workbook import Sheet, read_workbook
from tests.exports.workbooks import (
    MAIN,
    binary,
    binary_number,
    binary_row,
    binary_shared,
    book,
    claim,
    label,
    number,
    open_cell,
    open_row,
    record,
    shared,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = "has its last cells so far out"


def refused(path, match):
    with pytest.raises(ExportError, match=match) as caught:
        read_workbook(path, path.name)
    assert len(caught.value.problems) == 1


def unpack(tmp_path, name="b.zip"):
    return open_archives(*find_files([tmp_path / name]), tmp_path)


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "HARMLESS", 1 << 20)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(20 << 20))
    assert (tmp_path / "b.zip").stat().st_size < 30_000
    with pytest.raises(ExportError, match=r"b\.zip unpacks to more than"):
        unpack(tmp_path)
    unpacked = sum(path.stat().st_size for path in tmp_path.rglob("00000.csv"))
    assert unpacked <= zipped.most_expanded(tmp_path / "b.zip")


def test_members_that_share_their_bytes_are_counted_each(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "HARMLESS", 1 << 20)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(900_000))
        first = archive.infolist()[0]
        # The same bytes are listed as fifty files.
        archive.filelist += [copy.copy(first) for _ in range(49)]
    with pytest.raises(ExportError, match=r"b\.zip (unpacks to more than|is damaged)|is damaged"):
        unpack(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv",
        "x/../../a.csv",
        "/etc/a.csv",
        "C:/a.csv",
        "..\\a.csv",
        "\\\\host\\a.csv",
        "..png",
    ],
)
def test_names_that_lead_out_of_a_zip_are_never_followed(tmp_path, name):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "b.zip", "w") as archive:
        archive.writestr("good.csv", "a\n1\n")
        archive.writestr(name, "a\n2\n")
    if name == "..png":  # no way out, only an odd name
        assert [file.name for file in unpack(tmp_path, "in/b.zip")[0]] == ["b.zip/good.csv"]
        return
    with pytest.raises(ExportError, match=r"1 entries that lead out.*a\.csv"):
        unpack(tmp_path, "in/b.zip")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["b.zip"]


def test_links_and_devices_in_a_zip_are_never_written(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for name, kind in {"link.csv": stat.S_IFLNK, "pipe.csv": stat.S_IFIFO}.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (kind | 0o777) << 16
            archive.writestr(member, "/etc/passwd")
    with pytest.raises(ExportError, match=r"2 entries.*'link\.csv', 'pipe\.csv'"):
        unpack(tmp_path)


def test_an_encrypted_zip_is_refused_with_the_remedy(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        archive.infolist()[0].flag_bits |= zipped.ENCRYPTED_FLAG
    with pytest.raises(ExportError, match=r"password \(1 files, first a\.csv\)"):
        unpack(tmp_path)


def test_a_zip_that_lists_more_than_memory_holds_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_DIRECTORY", 100)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for at in range(10):
            archive.writestr(f"{at}.csv", "a\n")
    with pytest.raises(ExportError, match="lists more files"):
        unpack(tmp_path)


def test_entities_in_a_workbook_are_refused(tmp_path):
    bomb = '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    strings = f'{bomb}<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
    refused(write_xlsx(tmp_path / "a.xlsx", ONE, strings), "declares entities")
    refused(write_xlsx(tmp_path / "b.xlsx", ONE, before="<!ENTITY a 'b'>"), "declares entities")
    with zipfile.ZipFile(tmp_path / "c.ods", "w") as archive:
        archive.writestr("mimetype", "x")
        archive.writestr("content.xml", f"{bomb.replace('sst', 'x')}<x>&b;</x>")
    refused(tmp_path / "c.ods", "declares entities")


def test_a_lie_about_the_size_of_a_sheet_is_not_listened_to(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ONE, before='<dimension ref="A1:XFD1048576"/>')
    assert read_workbook(path, "a.xlsx") == {"S": Sheet([[1.0]])}
    path = write_xls(tmp_path / "a.xls", claim(0xFFFFFFFF, 0xFFFF), number(0, 0, 1))
    assert read_workbook(path, "a.xls") == {"S": Sheet([[1.0]])}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="B4000000000"><v>1</v></c></row>',
        '<row r="2"><c r="B00009999999"><v>1</v></c></row>',
        '<row r="2"><c r="ZZZZZ9"><v>1</v></c></row>',
        "<row r='2'><c r = 'xfd1048576'><v>1</v></c></row>",
        '<row r="2"><c s="1" r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c s=">" r="XFD1048576"><v>1</v></c></row>',
        '<x:row r="2"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row r="1048576"><c><v>1</v></c><c r="XFD9"/><c><v>1</v></c></row>',
        f'<row r="1048000">{"<c><v>1</v></c>" * 30}</row>',
        f"{'<row/>' * 3000}<row>{'<c><v>1</v></c>' * 3000}</row>",
    ],
)
def test_cells_in_far_corners_are_refused_before_room_is_made(tmp_path, rows):
    refused(write_xlsx(tmp_path / "a.xlsx", ONE + rows), FAR)


def test_cells_that_are_only_formatted_may_stand_anywhere(tmp_path):
    data = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
        '<row r="1048576" ht="30"><c r="XFD1048576" s="1"></c></row>'
    )
    path = write_xlsx(tmp_path / "a.xlsx", data)
    assert read_workbook(path, "a.xlsx") == {"S": Sheet([[1.0]])}


def test_what_a_reader_would_fill_in_from_an_earlier_record_is_refused(tmp_path):
    cells = [binary_row(0), binary_number(0, 1), binary(0), binary_number(1, 1)]
    refused(write_xlsb(tmp_path / "a.xlsb", cells), "holds a cell that is cut off")


def test_far_corners_of_binary_and_old_workbooks_are_refused(tmp_path):
    cells = [binary_row(0), binary_number(0, 1), binary_row(1_048_575), binary_number(16_383, 1)]
    refused(write_xlsb(tmp_path / "a.xlsb", cells), FAR)
    refused(write_xlsb(tmp_path / "b.xlsb", [*cells[:2], binary_number(0xFFFFFFF0, 1)]), FAR)
    refused(write_xls(tmp_path / "a.xls", number(0, 0, 1), number(65_535, 255, 1)), FAR)


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (open_row(open_cell("x", repeat=2_000_000_000)), FAR),
        (open_row(open_cell("x"), repeat=900_000_000), FAR),
        (
            open_row(open_cell("x"))
            + open_row(open_cell(repeat=16_000), repeat=9_000) * 2
            + open_row(open_cell(repeat=16_000), open_cell("x")),
            FAR,
        ),
        (open_row(open_cell("x" * 9_000, repeat=20_000)), "repeats long texts"),
        (open_row(open_cell('<text:s text:c="2000000000"/>')), "repeats long texts"),
    ],
)
def test_what_an_open_workbook_repeats_is_counted(tmp_path, rows, match):
    refused(write_ods(tmp_path / "a.ods", rows), match)


def test_blank_rows_and_columns_to_the_edge_are_usual_in_open_workbooks(tmp_path):
    edge = open_cell(repeat=16_384)
    path = write_ods(
        tmp_path / "a.ods", open_row(open_cell("x"), edge) + open_row(edge, repeat=1_048_575)
    )
    assert read_workbook(path, "a.ods")["S"].rows == [["x"]]


def test_one_long_text_in_very_many_cells_is_refused(tmp_path):
    long = "x" * 30_000
    cells = '<c t="s"><v>0</v></c>' * 9_000
    match = "repeats long texts"
    refused(write_xlsx(tmp_path / "a.xlsx", f"<row>{cells}</row>", shared(long)), match)
    labels = [label(row, 0, 0) for row in range(9_000)]
    refused(write_xls(tmp_path / "a.xls", *labels, strings=["x" * 4_000]), match)
    records = [binary_row(0), *(binary_shared(column, 0) for column in range(9_000))]
    refused(write_xlsb(tmp_path / "a.xlsb", records, [long]), match)


def test_more_texts_than_there_are_cannot_be_claimed(tmp_path):
    content = book(number(0, 0, 1), strings=["a"])
    for count in (2**31 - 1, -1):
        forged = content.replace(struct.pack("<ll", 1, 1), struct.pack("<ll", count, count))
        (tmp_path / "a.xls").write_bytes(wrap_book("Workbook", forged))
        refused(tmp_path / "a.xls", "claims .* texts and holds fewer")
    told = binary(159, struct.pack("<LL", 0xFFFFFFFF, 0xFFFFFFFF))
    refused(write_xlsb(tmp_path / "a.xlsb", [told]), "claims more texts")


def test_one_sheet_listed_a_thousand_times_is_read_once_or_not_at_all(tmp_path):
    content = book(*(number(row, 0, 1) for row in range(500)))
    at = content.index(struct.pack("<HH", 0x85, 9))
    listed = content[at : at + 13]
    place = struct.pack("<L", struct.unpack_from("<L", content, at + 4)[0] + 13 * 1000)
    forged = content[:at] + (listed[:4] + place + listed[8:]) * 1001 + content[at + 13 :]
    (tmp_path / "a.xls").write_bytes(wrap_book("Workbook", forged))
    refused(tmp_path / "a.xls", "lists the same sheet again")


def test_chains_of_sectors_that_bite_their_tail_are_an_error(tmp_path):
    content = bytearray(wrap_book("Workbook", book(number(0, 0, 1)) + bytes(9000)))
    at = content.index(struct.pack("<3L", 1, 2, 0xFFFFFFFE))
    content[at : at + 8] = struct.pack("<2L", 1, 0)
    (tmp_path / "a.xls").write_bytes(content)
    refused(tmp_path / "a.xls", "is damaged")


def test_a_workbook_that_unpacks_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "HARMLESS", 1 << 20)
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>\n' * 300_000
    refused(write_xlsx(tmp_path / "a.xlsx", rows), "unpacks to far more")


def test_a_text_longer_than_any_cell_is_refused(tmp_path):
    cell = f'<c t="inlineStr"><is><t>{"x" * 2_000_000}</t></is></c>'
    refused(write_xlsx(tmp_path / "a.xlsx", f"<row>{cell}</row>"), "longer than any cell")


def test_a_lie_about_the_size_of_a_part_is_an_error(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ONE * 500)
    with zipfile.ZipFile(path) as archive:
        told = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes().replace(struct.pack("<L", told), struct.pack("<L", 300))
    path.write_bytes(content)
    refused(path, "is damaged")


def test_a_reader_that_gives_up_in_panic_is_one_clear_error(tmp_path, capfd):
    path = write_xlsb(tmp_path / "a.xlsb", [binary_row(0), binary_shared(0, 7)], ["a"])
    refused(path, "cannot be read as a workbook")
    assert "panicked" in capfd.readouterr().err


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "xlsb", "ods"])
def test_damaged_workbooks_are_read_or_refused(tmp_path, suffix, capfd):
    path = {
        "xlsx": lambda p: write_xlsx(p, ONE * 20, shared("a")),
        "xls": lambda p: write_xls(p, number(0, 0, 1), label(1, 1, 0), strings=["a"]),
        "xlsb": lambda p: write_xlsb(p, [binary_row(0), binary_number(0, 1)], ["a"]),
        "ods": lambda p: write_ods(p, open_row(open_cell("a"))),
    }[suffix](tmp_path / f"a.{suffix}")
    content = path.read_bytes()
    chance = random.Random(7)
    outcomes = set()
    for turn in range(60):
        damaged = bytearray(content)
        if turn % 3:
            for _ in range(chance.randrange(1, 6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        else:
            del damaged[chance.randrange(len(damaged)) :]
        path.write_bytes(damaged)
        outcomes.add(outcome(path))
    assert "refused" in outcomes
    assert outcomes <= {"read", "refused"}
    capfd.readouterr()


def outcome(path):
    try:
        read_workbook(path, path.name)
    except ExportError as error:
        return "refused" if path.name in str(error) else str(error)
    return "read"


def test_an_unusual_compression_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", "a\n1\n")
    with pytest.raises(ExportError, match="compressed in a way"):
        unpack(tmp_path)


def test_bytes_that_do_not_unpack_are_an_error(tmp_path):
    packed = zlib.compress(b"a\n" * 500)[2:-4]
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a\n" * 500)
    content = (tmp_path / "b.zip").read_bytes()
    assert packed[2:] in content
    forged = content.replace(packed[2:], bytes(255 - byte for byte in packed[2:]))
    (tmp_path / "b.zip").write_bytes(forged)
    with pytest.raises(ExportError, match=r"b\.zip/a\.csv is damaged"):
        unpack(tmp_path)


def test_the_bound_on_cells_grows_with_the_file_not_with_what_it_claims():
    assert not grid.is_vast(grid.MAX_CELLS, 0, 100)
    assert grid.is_vast(grid.MAX_CELLS + 1, 0, 100)
    assert not grid.is_vast(grid.MAX_CELLS + 1, 0, 100 << 20)


def test_records_before_the_list_of_sheets_do_no_harm(tmp_path):
    path = write_xls(tmp_path / "a.xls", number(0, 0, 1), extra=record(0x42, b"\xb0\x04"))
    assert read_workbook(path, "a.xls") == {"S": Sheet([[1.0]])}

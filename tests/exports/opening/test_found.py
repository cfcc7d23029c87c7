import zipfile

import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening.found import find_files, leave_copies


def test_a_folder_is_read_with_its_folders_in_the_order_of_names(write):
    write("b.csv", "x")
    write("2024/c.csv", "x")
    folder = write("a.parquet", "x")
    found, unread = find_files([folder])
    assert [file.name for file in found] == ["2024/c.csv", "a.parquet", "b.csv"]
    assert unread == ()


def test_what_is_not_read_is_listed_with_the_reason(write):
    write("orders.csv", "x")
    write(".DS_Store", "x")
    write("scan.pdf", "x")
    folder = write("2024/01/deep.csv", "x")
    _, unread = find_files([folder])
    reasons = {item.name: item.reason for item in unread}
    assert reasons == {".DS_Store": "hidden", "scan.pdf": "unknown_format", "2024/01": "deeper"}


def test_a_link_out_of_the_folder_is_never_followed(write, tmp_path):
    (tmp_path / "secret.csv").write_text("dealer_id\n1\n")
    folder = write("orders.csv", "x")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "away").symlink_to(tmp_path)
    found, unread = find_files([folder])
    assert [file.name for file in found] == ["orders.csv"]
    assert {item.reason for item in unread} == {"leads_out"}


def test_a_file_named_twice_is_read_once(write):
    folder = write("orders.csv", "x")
    found, _ = find_files([folder, folder / "orders.csv"])
    assert [file.name for file in found] == ["exports/orders.csv"]


def test_paths_that_do_not_exist_are_all_named(tmp_path):
    with pytest.raises(ExportError) as caught:
        find_files([tmp_path / "one", tmp_path / "two"])
    assert len(caught.value.problems) == 2


def test_a_folder_without_exports_says_what_can_be_read(write):
    folder = write("scan.pdf", "x")
    with pytest.raises(ExportError, match=r"seen was scan\.pdf.*\.parquet"):
        find_files([folder])


def test_a_copy_of_a_file_is_read_once_and_named(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("dealer_id\nA\n")
    (tmp_path / "c.csv").write_text("dealer_id\nB\n")
    found, unread = leave_copies(*find_files([tmp_path]))
    assert [file.name for file in found] == ["a.csv", "c.csv"]
    assert [(item.name, item.reason) for item in unread] == [("b.csv", "copy")]


def test_a_format_is_told_by_the_content_not_the_suffix(tmp_path):
    contents = {
        "a.csv": b"a,b\n1,2\n",
        "b.xls": b"a\tb\n1\t2\n",
        "c.xls": b"\xef\xbb\xbf  <!-- made by -->\n<TABLE><tr><td>1</td></tr></TABLE>",
        "d.xls": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "e.csv": b"PAR1rest",
        "f.txt": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600),
        "g.csv": "<html>甲</html>".encode("utf-16"),
        "h.csv": "a,甲\n1,2\n".encode("utf-16-le"),
        "i.xlsx": b"PK\3\4 cut off",
        "j.zip": bytes(range(256)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    found, _ = find_files([tmp_path])
    assert {file.name: file.format for file in found} == {
        "a.csv": "text",
        "b.xls": "text",
        "c.xls": "html",
        "d.xls": "html",
        "e.csv": "parquet",
        "f.txt": "workbook",
        "g.csv": "html",
        "h.csv": "text",
        # What they should have been: whoever opens them says what is wrong.
        "i.xlsx": "workbook",
        "j.zip": "zip",
    }


def test_the_packages_of_workbooks_are_told_from_other_zip_files(tmp_path):
    members = {
        "a.csv": ["[Content_Types].xml", "xl/workbook.xml"],
        "b.zip": ["mimetype", "content.xml"],
        "c.xlsx": ["orders.csv"],
    }
    for name, parts in members.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in parts:
                archive.writestr(part, "x")
    found, _ = find_files([tmp_path])
    assert [file.format for file in found] == ["workbook", "workbook", "zip"]


def test_a_file_without_a_byte_is_named_as_empty(write):
    write("a.csv", "x")
    folder = write("b.xlsx", "")
    _, unread = find_files([folder])
    assert [(item.name, item.reason) for item in unread] == [("b.xlsx", "empty")]

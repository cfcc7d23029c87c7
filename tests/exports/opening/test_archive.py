import zipfile

import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening import archive
from dealerml.exports.opening.archive import open_archives
from dealerml.exports.opening.found import find_files


def write_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)


def test_members_replace_the_zip_under_names_of_their_own(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("a\n1\n")
    write_zip(tmp_path / "in" / "backup.zip", {"Data/B_002.csv": "b\n2\n", "Data/B_001.csv": "b\n"})
    found, unread = open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [(file.name, file.format) for file in found] == [
        ("a.csv", "text"),
        ("backup.zip/Data/B_001.csv", "text"),
        ("backup.zip/Data/B_002.csv", "text"),
    ]
    assert found[2].path.read_text() == "b\n2\n"
    assert found[2].path.is_relative_to(tmp_path / "unpacked_00001")
    assert unread == ()


def test_what_is_no_export_is_left_alone_and_counted(tmp_path):
    members = {"Data/A.csv": "a\n1\n", "Attachments/quote.csv": "x", "inner.zip": "PK", "e.csv": ""}
    members |= {f"photo_{n:03d}.png": "x" for n in range(300)}
    members |= {"__MACOSX/._A.csv": "x", ".hidden.csv": "x"}
    (tmp_path / "in").mkdir()
    write_zip(tmp_path / "in" / "b.zip", members)
    found, unread = open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [file.name for file in found] == ["b.zip/Data/A.csv"]
    reasons = {item.name: item.reason for item in unread}
    assert reasons["b.zip/Attachments/quote.csv"] == "attachment"
    assert reasons["b.zip/inner.zip"] == "nested"
    assert reasons["b.zip/e.csv"] == "empty"
    assert reasons["b.zip/__MACOSX/._A.csv"] == reasons["b.zip/.hidden.csv"] == "hidden"
    assert reasons["b.zip/photo_000.png"] == "unknown_format"
    assert reasons["b.zip/… (+295)"] == "unknown_format"
    assert len(unread) == 5 + 6


def test_a_zip_named_as_a_table_is_known_by_its_content(tmp_path):
    (tmp_path / "in").mkdir()
    write_zip(tmp_path / "inner.zip", {"a.csv": "a\n1\n"})
    content = (tmp_path / "inner.zip").read_bytes()
    write_zip(tmp_path / "in" / "outer.zip", {"a.csv": content, "b.csv": "b\n1\n"})
    found, unread = open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [file.name for file in found] == ["outer.zip/b.csv"]
    assert [(item.name, item.reason) for item in unread] == [("outer.zip/a.csv", "nested")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_the_code_page_of_windows_are_read(tmp_path, encoding):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "b.zip"
    # Two stand-ins of the same length in bytes, replaced by what other programs write there.
    name = "客户.csv".encode(encoding)
    stand_in = "q" * (len(name) - 4) + ".csv"
    write_zip(path, {stand_in: "a\n1\n"})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), name))
    found, _ = open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [file.name for file in found] == ["b.zip/客户.csv"]


def test_two_members_of_one_name_are_both_read(tmp_path):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "b.zip", "w") as opened:
        opened.writestr("a.csv", "a\n1\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("a.csv", "a\n2\n")
    found, _ = open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [file.name for file in found] == ["b.zip/a.csv", "b.zip/a (2).csv"]


def test_a_zip_without_exports_says_so(tmp_path):
    (tmp_path / "in").mkdir()
    write_zip(tmp_path / "in" / "b.zip", {"photo.png": "x"})
    with pytest.raises(ExportError, match=r"b\.zip holds no export: seen was b\.zip/photo\.png"):
        open_archives(*find_files([tmp_path / "in"]), tmp_path)


def test_every_damaged_zip_is_named_at_once(tmp_path):
    (tmp_path / "in").mkdir()
    write_zip(tmp_path / "in" / "a.zip", {"a.csv": "a\n" * 1000})
    content = (tmp_path / "in" / "a.zip").read_bytes()
    (tmp_path / "in" / "b.zip").write_bytes(content[:-30])
    (tmp_path / "in" / "a.zip").write_bytes(content[:40] + bytes(4) + content[44:])
    with pytest.raises(ExportError) as caught:
        open_archives(*find_files([tmp_path / "in"]), tmp_path)
    assert [problem.split()[0] for problem in caught.value.problems] == ["a.zip/a.csv", "b.zip"]


def test_more_members_than_any_backup_has_are_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    (tmp_path / "in").mkdir()
    write_zip(tmp_path / "in" / "b.zip", {f"{n}.csv": "a\n" for n in range(3)})
    with pytest.raises(ExportError, match="more than 2 files"):
        open_archives(*find_files([tmp_path / "in"]), tmp_path)

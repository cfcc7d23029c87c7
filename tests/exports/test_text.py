import pytest

from dealerml.errors import ExportError
from dealerml.exports.text import read_rows, sniff_text

CHINESE = "客户,金额\n上海恒达建材有限公司,1\n杭州王喆贸易有限公司,2\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings_are_told_apart_and_read_alike(tmp_path, encoding, found):
    path = tmp_path / "a.csv"
    path.write_bytes(CHINESE.encode(encoding))
    layout = sniff_text(path, "a.csv")
    assert (layout.encoding, layout.header) == (found, ("客户", "金额"))
    assert [row[1] for row in read_rows(path, layout, "a.csv")] == ["1", "2"]


def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id,n\n1,2\n".encode("utf-16-le"))
    assert sniff_text(path, "a.csv").encoding == "utf-16-le"


def test_western_text_is_not_taken_for_chinese(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("name,n\nMünchen Süd,1\nCafé Zoë,2\n".encode("cp1252"))
    layout = sniff_text(path, "a.csv")
    assert layout.encoding == "cp1252"
    assert next(iter(read_rows(path, layout, "a.csv")))[0] == "München Süd"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_makes_columns(tmp_path, separator):
    path = tmp_path / "a.csv"
    path.write_text(separator.join(['"dealer, or; shop"', "day", "n"]))
    assert sniff_text(path, "a.csv").separator == separator


def test_a_quote_that_never_closes_is_one_clear_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,n\n1,"2\n' + "x" * 200_000)
    with pytest.raises(ExportError, match=r"a\.csv, line .* never closed"):
        list(read_rows(path, sniff_text(path, "a.csv"), "a.csv"))

import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening.text import read_rows, sniff_text, write_utf8

CHINESE = "客户,金额\n上海恒达建材有限公司,1\n杭州王喆贸易有限公司,2\n"
TRADITIONAL = "客戶,金額\n臺北恆達建材有限公司,1\n高雄貿易股份有限公司,2\n"


def sniff(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path, sniff_text(path, "a.csv")


def rows(tmp_path, content, skip=0):
    path, layout = sniff(tmp_path, content)
    return list(read_rows(path, layout, "a.csv", skip))


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_are_told_apart_and_read_alike(tmp_path, encoding, found):
    path, layout = sniff(tmp_path, CHINESE, encoding)
    assert (layout.encoding, layout.head[0]) == (found, ("客户", "金额"))
    assert next(iter(read_rows(path, layout, "a.csv", 1))) == (2, ["上海恒达建材有限公司", "1"])
    write_utf8(path, layout, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == CHINESE


@pytest.mark.parametrize(("encoding", "found"), [("big5", "cp950"), ("gbk", "gb18030")])
def test_traditional_characters_are_known_in_both_of_their_encodings(tmp_path, encoding, found):
    _, layout = sniff(tmp_path, TRADITIONAL, encoding)
    assert (layout.encoding, layout.head[1][0]) == (found, "臺北恆達建材有限公司")


def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(tmp_path):
    assert sniff(tmp_path, "id,n\n1,2\n", "utf-16-le")[1].encoding == "utf-16-le"
    assert sniff(tmp_path, "id,n\n1,2\n", "utf-16-be")[1].encoding == "utf-16-be"


def test_western_text_is_not_taken_for_chinese(tmp_path):
    _, layout = sniff(tmp_path, "name,n\nMünchen Süd,1\nCafé Zoë,2\n", "cp1252")
    assert (layout.encoding, layout.head[1][0]) == ("cp1252", "München Süd")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("имя,n\nМосква,1\nПетербург,2\n", "cp1251"), ("名前\n東京のカメラ\n", "cp932")],
)
def test_an_encoding_that_is_not_known_is_refused_not_guessed(tmp_path, text, encoding):
    with pytest.raises(ExportError, match=r"a\.csv is written in an encoding that is not known"):
        sniff(tmp_path, text, encoding)


@pytest.mark.parametrize("content", [b"a,b\n1,\0 2\n", bytes(100), bytes(range(256)) * 3])
def test_zero_bytes_are_one_clear_error(tmp_path, content):
    with pytest.raises(ExportError, match=r"a\.csv holds zero bytes"):
        sniff(tmp_path, content)


def test_a_damaged_byte_far_down_is_not_overlooked(tmp_path):
    with pytest.raises(ExportError, match="encoding that is not known"):
        sniff(tmp_path, ("上海,1\n" * 400_000).encode() + b"\xff\xff\n")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_makes_columns(tmp_path, separator):
    _, layout = sniff(tmp_path, separator.join(['"dealer, or; shop"', "day", "n"]))
    assert layout.separator == separator


def test_titles_above_the_header_do_not_hide_the_separator(tmp_path):
    text = "销售明细表, 2025年\n制表人：王\n\na;b;c\n1;2,5;3\n4;5,5;6\n"
    _, layout = sniff(tmp_path, text)
    assert layout.separator == ";"
    assert layout.head[2:4] == ((), ("a", "b", "c"))


def test_a_line_that_names_the_separator_is_believed(tmp_path):
    _, layout = sniff(tmp_path, "sep=;\na,b;c\n1,2;3\n")
    assert (layout.separator, layout.head[1]) == (";", ("a,b", "c"))
    assert layout.ends == (1, 2, 3)


def test_the_ends_count_lines_inside_of_cells(tmp_path):
    _, layout = sniff(tmp_path, '"a\nb",c\r\n\r\n1,2\r\n')
    assert (layout.head, layout.ends) == ((("a\nb", "c"), (), ("1", "2")), (2, 3, 4))


def test_a_file_of_one_column_or_none_is_read(tmp_path):
    assert sniff(tmp_path, "a\n1\n")[1].head == (("a",), ("1",))
    assert sniff(tmp_path, "")[1].head == ()


def test_the_head_holds_forty_records_and_none_that_is_cut(tmp_path):
    _, layout = sniff(tmp_path, "a,b\n" * 100)
    assert (len(layout.head), layout.ends[-1]) == (40, 40)
    _, layout = sniff(tmp_path, "a,b\n" + "x" * 300_000 + ",y\n")
    assert layout.head == (("a", "b"),)


def test_records_are_numbered_and_blank_ones_left_out(tmp_path):
    text = "title\n\na,b\n\n1,2\n3\n"
    assert rows(tmp_path, text, skip=3) == [(5, ["1", "2"]), (6, ["3"])]


@pytest.mark.parametrize(
    "text",
    ['id,n\n1,"2\n' + "x" * 5_000_000, 'id,n\n1,"2\n3,4\n', 'id,n\n1,"2\n3,4', 'id,n\n"1,2\n'],
)
def test_a_quote_that_never_closes_is_one_clear_error(tmp_path, text):
    with pytest.raises(ExportError, match=r"a\.csv, line .* never closed"):
        rows(tmp_path, text)


def test_long_cells_and_lines_inside_of_cells_are_no_error(tmp_path):
    text = 'id,n\n1,"' + "x" * 1_000_000 + '"\n2,"a\nb"\n3,"last\nline"'
    assert [row[-1][-4:] for _, row in rows(tmp_path, text)] == ["n", "xxxx", "a\nb", "line"]

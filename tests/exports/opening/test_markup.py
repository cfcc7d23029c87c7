import pytest

from dealerml.errors import ExportError
from dealerml.exports.opening import markup
from dealerml.exports.opening.markup import read_html
from dealerml.exports.opening.workbook import Sheet


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.xls"
    path.write_bytes(text.encode(encoding))
    return read_html(path, "a.xls")


def test_the_cells_of_a_table_are_read_without_what_only_shows_them(tmp_path):
    page = (
        "<html><head><style>td{color:red}</style></head><body><table><thead><tr><th>客户</th>"
        "<th>金额<br>元</th></tr></thead><tr><td>恒达 &amp;&nbsp;王 </td><td><b>1,0</b>00</td></tr>"
        "<script>var x = '<td>';</script></table></body></html>"
    )
    assert read(tmp_path, page) == {"1": Sheet([["客户", "金额 元"], ["恒达 & 王", "1,000"]])}


def test_tags_that_were_never_closed_end_where_the_next_begins(tmp_path):
    assert read(tmp_path, "<table><tr><td>a<td>b<tr><td>c</table>")["1"].rows == [["a", "b"], ["c"]]


def test_of_merged_cells_all_but_the_first_are_blank(tmp_path):
    page = "<table><tr><td colspan=2>t<td rowspan=2>x<tr><td rowspan=2>a<td>b<tr><td>c</table>"
    assert read(tmp_path, page)["1"].rows == [["t", "", "x"], ["a", "b"], ["", "c"]]


def test_a_table_in_a_cell_is_a_table_of_its_own(tmp_path):
    page = "<table><tr><td>out<table><tr><td>in</table></td><td>more</td></tr></table>"
    assert read(tmp_path, page) == {"1": Sheet([["out", "more"]]), "2": Sheet([["in"]])}


def test_the_xml_of_excel_2003_is_read_with_its_gaps(tmp_path):
    page = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>'
        '<Worksheet ss:Name="订单"><Table><Row><Cell ss:MergeAcross="1"><Data>题</Data></Cell>'
        '<Cell><Data>c</Data></Cell></Row><Row ss:Index="3"><Cell ss:Index="2"><Data>12</Data>'
        "<Comment><Data>note</Data></Comment></Cell></Row></Table></Worksheet></Workbook>"
    )
    assert read(tmp_path, page) == {"订单": Sheet([["题", "", "c"], [], ["", "12"]])}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("gb2312", "gb18030"),
        ("gbk", "utf-8"),
        ("utf-8", "gb18030"),
        ("nonsense", "gb18030"),
        ("gb2312", "utf-16"),
        ("iso-8859-1", "utf-8-sig"),
    ],
)
def test_the_encoding_is_believed_only_if_it_is_true(tmp_path, said, written):
    page = f"<meta charset={said}><table><tr><td>上海恒达建材有限公司</td></tr></table>"
    assert read(tmp_path, page, written)["1"].rows == [["上海恒达建材有限公司"]]


def test_a_page_without_tables_is_blank(tmp_path):
    assert read(tmp_path, "<html><p>Session expired</p></html>") == {"1": Sheet([])}


@pytest.mark.parametrize(
    "rest", ["<t", "<!-- a comment", "<td " + "x" * 600_000, "<![x[", "<a " * 300_000]
)
def test_a_page_that_is_cut_off_is_an_error(tmp_path, rest):
    with pytest.raises(ExportError, match=r"a\.xls ends in the middle"):
        read(tmp_path, f"<table><tr><td>a</td></tr>{rest}")


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td colspan=999999999999999>x</td></tr>",
        '<Row ss:Index="999999"><Cell/></Row>',
        '<Row><Cell ss:Index="16000"/></Row>',
    ],
)
def test_cells_that_reach_too_far_are_refused(tmp_path, monkeypatch, row):
    monkeypatch.setattr(markup, "MAX_CELLS", 100_000)
    with pytest.raises(ExportError, match="more columns and rows than memory holds"):
        read(tmp_path, f"<table>{row * 20}</table>")


def test_a_cell_may_reach_far_below_the_last_row(tmp_path):
    assert read(tmp_path, "<table><tr><td rowspan=1000000>a<td>b<tr><td>c</table>")["1"].rows == [
        ["a", "b"],
        ["", "c"],
    ]

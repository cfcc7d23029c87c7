import pandas as pd

from dealerml.review.telling import escape_marks, label, show, show_row, tell
from dealerml.words import Sentence, Spoken

DEALERS = pd.DataFrame(
    {
        "dealer_name": ["恒达", "A*B <script>"],
        "churn_risk": [0.25, None],
        "net_amount_365d": [1_200_000.0, 950.0],
        "abc_class_before": ["A", "C"],
        "is_listed": [True, False],
    },
    index=pd.Index(["d1", "d2"], name="dealer_id"),
)


def test_a_result_is_told_in_the_language_asked_for():
    result = Spoken(pd.DataFrame(), (Sentence("common.dealers", {"n": 2}),))
    assert repr(tell(result)) == "2 dealers"
    assert repr(tell(result, "zh")) == "2 家经销商"


def test_several_sentences_make_a_list_and_none_says_nothing():
    sentences = [Sentence("common.dealers", {"n": n}) for n in (1, 2)]
    assert tell(sentences)._repr_markdown_() == "- 1 dealers\n- 2 dealers"
    assert tell(()) is None
    assert tell(Spoken(pd.DataFrame(), ())) is None


def test_a_name_from_an_export_stays_a_name():
    told = tell("common.not_computed", reason="*B* $x$ <img> [a](b) & more")
    assert not set("*$<>[]") & set(told.markdown)
    assert repr(told) == "Not computed: *B* $x$ <img> [a](b) & more."
    assert escape_marks("&#42;") == "&amp;&#35;42;"


def test_cells_read_like_the_report():
    shown = show(DEALERS, ["dealer_id", "churn_risk", "net_amount_365d", "absent"], "zh")
    assert shown.cells.to_numpy().tolist() == [["d1", "25.0%", "120 万"], ["d2", "", "950"]]
    assert shown.kinds == ("text", "number", "number")
    assert shown.cells.columns[0] == "经销商编号"


def test_money_can_be_shown_to_the_cent_and_empty_columns_are_left_out():
    table = DEALERS.assign(owner=None)
    shown = show(table, ["net_amount_365d", "owner"], exact=True)
    assert shown.cells.to_numpy().tolist() == [["1,200,000.00"], ["950.00"]]


def test_a_row_is_shown_by_its_labels():
    shown = show_row(DEALERS.iloc[0], "zh").cells
    assert shown.iloc[1].tolist() == ["停单可能", "25.0%", "churn_risk"]


def test_a_figure_is_shown_with_its_interval():
    table = pd.DataFrame({"churn_risk": [0.5], "churn_risk_lo": [0.4], "churn_risk_hi": [0.6]})
    assert show(table, ["churn_risk"]).cells.iloc[0, 0] == "50.0 % (40.0 %–60.0 %)"


def test_what_was_and_what_is_are_told_apart():
    assert label("abc_class_before", "zh") == "ABC分类（前）"
    assert label("categories_before") == "Categories before"  # a column with a label of its own
    assert show(DEALERS, ["abc_class_before", "is_listed"], "zh").cells.iloc[0].tolist() == [
        "A类",
        "是",
    ]


def test_long_tables_say_how_many_rows_there_are_and_empty_ones_that_there_are_none():
    shown = show(DEALERS, rows=1)
    assert len(shown.cells) == 1
    assert "The first 1 of 2 rows." in shown._repr_html_()
    assert "<table>" not in show(DEALERS.iloc[:0])._repr_html_()
    assert repr(show(DEALERS.iloc[:0], lang="zh")) == "暂无数据。"


def test_html_of_a_table_is_escaped_and_the_same_every_time():
    html = show(DEALERS, ["dealer_name"])._repr_html_()
    assert "A*B &lt;script&gt;" in html
    assert "<script" not in html
    assert html == show(DEALERS, ["dealer_name"])._repr_html_()
    assert "id=" not in html

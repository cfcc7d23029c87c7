import pandas as pd
import pytest

from dealerml.review.page import make_page, make_section, show_table
from dealerml.words import say

TABLE = pd.DataFrame(
    {
        "dealer_name": ["Hengda", "Smith"],
        "band": ["red", None],
        "churn_risk": [0.25, None],
        "note": [None, None],
        "net_amount_365d": [1_234_567.0, 0.0],
    }
)


def shown(lang="en", **more):
    return show_table(TABLE, [*TABLE.columns, "absent"], title="T", lang=lang, **more)


def test_a_table_shows_labels_names_and_short_figures():
    table = shown()
    assert [head.text for head in table.heads] == [
        "Dealer",
        "Band",
        "Risk of stopping",
        "Net sales, last 12 months",
    ]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Hengda", "red", "25.0 %", "1.2 M"],
        ["Smith", "", "", "0"],
    ]


def test_columns_without_a_value_are_left_out():
    assert "Note" not in [head.text for head in shown().heads]


def test_in_chinese_heads_codes_and_units_are_chinese():
    table = shown("zh")
    assert table.heads[1].text == "健康等级"
    assert [cell.text for cell in table.rows[0]] == ["Hengda", "红", "25.0%", "123 万"]


def test_figures_stand_right_and_long_texts_may_wrap():
    table = show_table(
        pd.DataFrame({"reasons_text": ["x"], "lift_10": ["1.0 (0.5–2.0)"], "sha256": ["0f"]}),
        ["reasons_text", "lift_10", "sha256"],
        title="T",
        lang="en",
    )
    assert [head.kind for head in table.heads] == ["long", "number", "code"]


def test_a_section_drops_empty_paragraphs_repeats_and_tables_without_rows():
    empty = show_table(TABLE.iloc[:0], TABLE.columns, title="T", lang="en")
    section = make_section("save", ["a", "", "a"], lang="en", tables=[[empty], [shown(), empty]])
    assert section.title == "Whom to save first?"
    assert section.paragraphs == ["a"]
    assert [[table.title for table in row] for row in section.tables] == [["T"]]


@pytest.mark.parametrize(("lang", "title"), [("en", "Dealer review as of"), ("zh", "经销商分析")])
def test_the_page_begins_with_title_verdict_and_figures(short_review, lang, title, monkeypatch):
    for name in ("LEADING", "APPENDIX"):
        monkeypatch.setattr(f"dealerml.review.sections.{name}", ())
    page = make_page(short_review, lang)
    assert page.title.startswith(title)
    assert page.lead
    assert len(page.notices) == 1 + len(short_review.said)
    assert len(page.tiles) == 6
    unknown = [tile.note for tile in page.tiles if tile.value == say("common.not_known", lang)]
    assert unknown
    assert all(unknown)

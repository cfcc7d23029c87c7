import pandas as pd

from dealerml.simulate.lists import (
    add_tax,
    add_total,
    blank_repeats,
    copy_order,
    list_rows,
    write_dates,
    write_tabbed,
)

LABELS = {"order_id": ("Order", "单号"), "net_amount": ("Amount", "金额")}
LINES = pd.DataFrame({"order_id": ["S1", "S1", "S2"], "net_amount": [10.1, 20.2, None]})


def test_rows_stand_below_the_header_of_the_language():
    assert list_rows(LINES, LABELS, "en")[0] == ["Order", "Amount"]
    assert list_rows(LINES, LABELS, "zh") == [
        ["单号", "金额"],
        ["S1", 10.1],
        ["S1", 20.2],
        ["S2", ""],
    ]


def test_a_total_adds_what_is_there():
    rows = add_total(list_rows(LINES, LABELS, "zh"), "合计", labels=LABELS, sums=["net_amount"])
    assert rows[-1] == ["合计", 30.3]


def test_what_heads_an_order_is_named_on_its_first_line():
    assert blank_repeats(LINES, ["order_id"])["order_id"].tolist() == ["S1", None, "S2"]
    assert LINES["order_id"].tolist() == ["S1", "S1", "S2"]


def test_a_copied_order_has_all_its_lines_and_another_number():
    assert copy_order(LINES, 0, "V")["order_id"].tolist() == ["S1V", "S1V"]


def test_tax_is_rounded_to_the_cent_alike_on_both_sides_of_zero():
    tax, gross = add_tax(pd.Series([0.5, -0.5]))
    assert tax.tolist() == [0.07, -0.07]
    assert gross.tolist() == [0.57, -0.57]


def test_every_style_writes_the_day_and_nothing_for_none():
    days = pd.Series(pd.to_datetime(["2025-01-02", None]))
    styles = {"iso": "2025-01-02", "slash": "2025/1/2", "dot": "02.01.2025"}
    assert {name: write_dates(days, name).tolist() for name in styles} == {
        name: [text, None] for name, text in styles.items()
    }


def test_a_cell_with_a_quotation_mark_survives_the_tabs(tmp_path):
    path = write_tabbed(tmp_path / "a.txt", [["a", 'say "yes"']], "utf-16-le")
    assert path.read_text(encoding="utf-16").strip() == 'a\t"say ""yes"""'

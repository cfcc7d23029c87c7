import re
from dataclasses import replace

import pandas as pd
import pytest

from dealerml.review.leading import list_decisions, say_target, say_trust, say_where
from dealerml.review.leading_lists import list_moves, list_regions
from dealerml.review.page import make_page
from dealerml.review.tiles import list_tiles, loss_range
from dealerml.words import column_label, format_value


def test_at_most_three_decisions_each_with_amount_owner_and_date(small_review):
    decisions = list_decisions(small_review, "en")
    assert 1 <= len(decisions) <= 3
    for decision in decisions:
        assert decision.amount
        assert decision.owner
        assert re.fullmatch(r"2025-07-\d\d", decision.due)


def test_the_group_that_is_named_brought_what_is_said(small_review):
    said = say_where(small_review)
    assert len(said) <= 1
    for sentence in said:
        rows = small_review.sales.dealers[["change_amount"]].join(
            small_review.dealers[["abc_class", "region"]]
        )
        change = small_review.sales.total["change_amount"]
        toward = rows[rows["change_amount"] * change > 0]
        here = toward[toward["region"] == sentence.args["region"]]
        code = sentence.args["abc"].key[-1]
        part = here[here["abc_class"] == code]["change_amount"]
        gross = toward.dropna()["change_amount"].sum()
        assert sentence.args["share"] == pytest.approx(part.sum() / gross)
        assert sentence.args["n"] == len(part)


def test_the_trust_line_reconciles(small_review):
    sentence = say_trust(small_review)[0]
    assert sentence.args["rest"] == 0
    assert sentence.args["rows"] == small_review.ingest.rows
    assert say_trust(replace(small_review, ingest=None))[0].key == "review.trust_unknown"


def test_the_range_of_the_loss_holds_its_mean(small_review):
    low, high = loss_range(small_review)
    assert 0 <= low < small_review.dealers["loss_expected"].sum() < high


def test_six_tiles_tell_what_they_say(small_review):
    tiles = {tile.label: tile for tile in list_tiles(small_review).tiles}
    assert len(tiles) <= 6
    total = small_review.sales.total
    assert tiles["Sales of the period"].value == format_value(total["net_amount"], "money")
    assert "on last year" in tiles["Sales of the period"].note
    assert "<svg" in tiles["Sales of the period"].line
    moves = tiles["New / stopped / recovered"].value.split(" / ")
    assert [int(n) for n in moves] == [
        int(total[f"dealers_{name}"]) for name in ("new", "stopped", "recovered")
    ]


def test_regions_add_up_to_the_total_and_the_largest_gap_is_first(small_review):
    table = list_regions(small_review, "en")
    assert table.total
    change = small_review.sales.table["change_amount"]
    assert table.rows[0][0].text == change.idxmin()


@pytest.mark.parametrize("column", ["abc_class", "band"])
def test_moves_count_every_dealer_with_a_code_then(small_review, column):
    table = list_moves(small_review, column, "en")
    counted = sum(
        int(cell.text.split(" · ")[0].replace(",", ""))
        for row in table.rows
        for cell in row[1:]
        if "·" in cell.text
    )
    earlier = small_review.background.earlier[column]
    assert counted == earlier.reindex(small_review.dealers.index).notna().sum()


def test_the_same_figures_stand_in_page_workbook_and_files(small_review, written):
    page = make_page(small_review, "en")
    save = next(section for section in page.sections if section.name == "save")
    table = save.tables[0][0]
    place = [head.text for head in table.heads].index("Expected loss")
    dealers = pd.read_csv(written / "dealers.csv", encoding="utf-8-sig", dtype={"dealer_id": "str"})
    first = dealers.sort_values("priority").head(len(table.rows))
    shown = [row[place].text for row in table.rows]
    assert shown == [format_value(float(v), "money", lang="en") for v in first["loss_expected"]]
    book = pd.read_excel(written / "review.xlsx", sheet_name="Dealers", engine="openpyxl")
    ranked = book.sort_values(column_label("priority")).head(len(table.rows))
    assert ranked["Expected loss"].round(6).tolist() == first["loss_expected"].round(6).tolist()
    html = (written / "review.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    for tile in page.tiles:
        assert f'<span class="value">{tile.value}</span>' in html


def test_a_target_that_is_over_is_told_without_a_chance(sample_tables):
    from dealerml.review import review_dealers

    review = review_dealers(sample_tables, as_of="2025-06-30")
    assert [sentence.key for sentence in say_target(review)] == ["review.verdict_target_over"]

from dataclasses import replace

import pandas as pd
import pytest

from dealerml.health.merging import merge_alerts
from dealerml.review import lists
from dealerml.review.showing import show_code


def texts(table):
    heads = [head.text for head in table.heads]
    return pd.DataFrame([[cell.text for cell in row] for row in table.rows], columns=heads)


def test_whom_to_save_is_ranked_by_expected_loss(small_review):
    shown = texts(lists.list_to_save(small_review, "en"))
    ranked = small_review.dealers.sort_values("priority")["dealer_name"].head(len(shown))
    assert shown["Dealer"].tolist() == ranked.tolist()
    assert len(shown) == 15


def test_a_dealer_with_several_alerts_is_one_row_that_names_them_all(small_review):
    table = lists.list_alerts(small_review, "en")
    shown, merged = texts(table), merge_alerts(small_review.alerts.table)
    assert shown["Dealer"].tolist() == merged["dealer_name"].head(len(shown)).tolist()
    several = merged.index[merged["alerts"] > 1][0]
    kinds = merged["kinds"][several].split(";")
    assert shown["Alerts about"][several] == "; ".join(show_code("kind", k) for k in kinds)
    assert f"{len(merged):,} dealers with {merged['alerts'].sum():,} alerts" in table.note


def test_new_dealers_stand_apart(short_review):
    table = lists.list_new(short_review, "en")
    new = short_review.dealers[short_review.dealers["status"] == "new"]
    assert len(table.rows) == min(15, len(new))
    assert f"of {len(new)};" in table.note


def test_dealers_with_a_note_are_listed_with_it(small_review):
    shown = texts(lists.list_noted(small_review, "en"))
    assert len(shown) == small_review.dealers["note"].notna().sum()
    assert shown["Note"].str.contains("since ").all()


def test_a_mover_that_we_closed_says_so(small_review):
    mover = small_review.sales.movers["dealer_id"].iloc[0]
    closed = {"dealer_id": mover, "kind": "closed_by_us", "until_date": None, "note": None}
    review = replace(small_review, notes=(closed | {"from_date": small_review.begin},))
    side = small_review.sales.movers["direction"].iloc[0]
    assert texts(lists.list_movers(review, side, "en"))["Dealer"][0].endswith(" · closed by us")
    without = texts(lists.list_movers(replace(review, notes=()), side, "en"))
    assert not without["Dealer"].str.contains(" · ").any()


def test_the_regions_ahead_end_with_the_total(small_review):
    table = lists.list_regions_ahead(small_review, "en")
    assert table.total
    assert table.rows[-1][0].text == "Total"
    ahead = small_review.forecast.ahead
    assert len(table.rows) == (ahead["level"] == "region").sum() + 1


def test_without_regions_there_is_no_table_of_them(short_review):
    assert lists.list_regions_ahead(short_review, "en").rows == []


def test_unknown_regions_and_categories_are_called_so(small_review):
    table = pd.DataFrame({"net_amount": [2.0, 1.0]}, index=pd.Index(["", "North"], name="region"))
    assert texts(lists.list_groups(table, by="region", lang="zh"))["区域"].tolist() == [
        "未知",
        "North",
    ]


def test_what_is_cut_from_a_long_list_is_summed_up():
    table = pd.DataFrame({"net_amount": [float(n) for n in range(20, 0, -1)]})
    table.index = pd.Index([f"R{n:02d}" for n in range(20)], name="region")
    shown = lists.list_groups(table, by="region", lang="en")
    assert len(shown.rows) == 15
    assert shown.note == "5 smaller ones bring 15 together."


def test_red_dealers_come_with_the_part_that_costs_most(small_review):
    shown = texts(lists.list_red(small_review, "en"))
    red = small_review.dealers[small_review.dealers["band"] == "red"]
    assert len(shown) == len(red)
    assert shown["Reasons"].str.len().gt(10).all()


def test_work_is_counted_by_owner(small_review):
    shown = texts(lists.list_owners(small_review, "en"))
    assert shown["Alerts"].astype("int").sum() == len(small_review.alerts.table)
    urgent = (small_review.alerts.table["severity"] == "high").sum()
    assert shown["Urgent"].astype("int").sum() == urgent


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lists_of_little_history_do_not_fail(short_review, lang):
    for make in (
        lists.list_red,
        lists.list_segments,
        lists.list_to_save,
        lists.list_noted,
    ):
        assert make(short_review, lang).rows == []

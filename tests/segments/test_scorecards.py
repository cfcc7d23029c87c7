import pandas as pd
import pytest

from dealerml.errors import TableError
from dealerml.segments.scorecards import score_groups


def frame(rows, **columns) -> pd.DataFrame:
    index = [f"d{n:02d}" for n in range(len(rows))]
    x = pd.DataFrame(
        rows, columns=["region", "net_amount_365d", "net_amount_365d_last_year"], index=index
    )
    return x.assign(status="active", **columns)


def test_money_and_dealers_add_up_by_group():
    x = frame([("华东", 60.0, 50.0), ("华东", 20.0, 0.0), ("North", 20.0, 40.0), (None, 0.0, 5.0)])
    result = score_groups(x.assign(status=["active", "new", "lapsed", "lapsed"]))
    table = result.table
    assert table.index.to_list() == ["华东", "North", ""]
    assert table["dealers"].sum() == 4
    assert table["amount"].sum() == 100
    assert table["amount_share"].sum() == pytest.approx(1)
    assert table.loc["华东", ["ordering", "new", "lapsed"]].to_list() == [2, 1, 0]
    assert table.loc["华东", "growth"] == pytest.approx(0.6)
    # The newcomer is no merit of those that stayed.
    assert table.loc["华东", "growth_stayed"] == pytest.approx(0.2)
    assert table.loc["华东", "top_share"] == 0.75
    assert table["is_small"].all()
    assert "Dealers without one: 1." in result.text


def test_a_group_is_judged_by_how_dealers_of_its_size_did():
    # Ten small dealers everywhere doubled, ten large ones halved.
    small = [("S", 2.0, 1.0)] * 8 + [("L", 2.0, 1.0)] * 2
    large = [("L", 50.0, 100.0)] * 8 + [("S", 50.0, 100.0)] * 2
    table = score_groups(frame(small + large)).table
    assert table.loc["L", "growth"] < -0.4
    assert table["growth_beyond"].abs().max() == pytest.approx(0)
    assert table.loc["S", "growth_expected"] == pytest.approx(table.loc["S", "growth_stayed"])


def test_the_best_and_the_worst_are_named_where_they_are_more_than_single_dealers():
    rows = [("A", 12.0, 10.0)] * 6 + [("B", 8.0, 10.0)] * 6 + [("C", 99.0, 1.0)]
    text = score_groups(frame(rows)).text
    assert "those of A did best" in text
    assert "those of B worst" in text


def test_a_group_that_one_dealer_makes_up_is_neither_best_nor_worst():
    rows = [("A", 12.0, 10.0)] * 6 + [("B", 8.0, 10.0)] * 6
    rows += [("One", 9000.0, 10.0), *[("One", 10.0, 10.0)] * 5]
    result = score_groups(frame(rows))
    assert result.table["growth_beyond"].idxmax() == "One"
    assert not result.table.loc["One", "is_small"]
    assert "those of A did best" in result.text


def test_stops_are_expected_where_there_is_a_risk():
    x = frame([("A", 1.0, 1.0), ("A", 1.0, 1.0)], churn_risk=[0.25, None])
    assert score_groups(x).table.loc["A", "stops_expected"] == 0.25
    assert score_groups(x.drop(columns="churn_risk")).table["stops_expected"].isna().all()


def test_owners_are_joined_and_what_is_not_there_is_said():
    x = frame([("A", 1.0, 1.0)]).assign(owner="王伟")
    assert score_groups(x, by="owner").table.index.to_list() == ["王伟"]
    with pytest.raises(TableError, match="owner"):
        score_groups(frame([("A", 1.0, 1.0)]), by="owner")
    nobody = score_groups(frame([(None, 1.0, 1.0)]))
    assert nobody.text == "No dealer has a value here: Region."

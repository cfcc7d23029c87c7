import numpy as np
import pandas as pd
import pytest

from dealerml.segments import RFM_GROUPS, score_rfm
from dealerml.segments.rfm import GRID, score_fifths
from dealerml.words import has_entry


def frame(n: int) -> pd.DataFrame:
    """Dealer 00 is the best in everything, each next one a little worse."""
    return pd.DataFrame(
        {
            "order_days": 5,
            "recency_days": range(n),
            "order_days_365d": range(2 * n, n, -1),
            "net_amount_365d": [100.0 * (n - i) for i in range(n)],
        },
        index=[f"d{i:02d}" for i in range(n)],
    )


def test_ten_dealers_are_two_to_a_fifth_and_the_latest_is_five():
    table = score_rfm(frame(10)).table
    for score in ("r", "f", "m"):
        assert table[score].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_the_best_are_champions_and_the_worst_hibernate():
    result = score_rfm(frame(10))
    assert result.table["rfm_group"].tolist()[:2] == ["champions", "champions"]
    assert result.table["rfm_group"].tolist()[-2:] == ["hibernating", "hibernating"]
    # 1000 + 900 of 5500.
    assert result.groups["amount_share"]["champions"] == pytest.approx(1900 / 5500)


@pytest.mark.parametrize("n", [5, 6, 7, 8, 9, 13])
def test_fifths_without_ties_are_those_of_ntile(n):
    values = pd.Series(np.arange(n, dtype=float))
    expected = np.concatenate(
        [np.full(len(p), i + 1) for i, p in enumerate(np.array_split(values, 5))]
    )
    assert score_fifths(values).tolist() == expected.tolist()


def test_equal_values_share_a_score_whatever_the_order():
    values = pd.Series([0.0] * 8 + [1.0, 2.0], index=list("abcdefghij"))
    scores = score_fifths(values)
    assert len(set(scores[:8])) == 1
    shuffled = score_fifths(values.iloc[::-1]).reindex(values.index)
    assert shuffled.equals(scores)


def test_large_and_silent_must_not_be_lost():
    x = frame(10)
    x.loc["d00", "recency_days"] = 300
    assert score_rfm(x).table.loc["d00", "rfm_group"] == "cannot_lose"


def test_dealers_that_never_ordered_have_no_score_and_move_nobody():
    never = pd.DataFrame({"order_days": [0], "recency_days": [np.nan]}, index=["z"])
    result = score_rfm(pd.concat([frame(10), never]))
    assert result.table.loc["z"].isna().all()
    assert result.table.drop("z").equals(score_rfm(frame(10)).table)
    assert "Never ordered, no score: 1." in result.text


def test_too_few_dealers_are_not_cut_into_fifths():
    result = score_rfm(frame(4))
    assert result.table.isna().all().all()
    assert "4 of the dealers have ordered, at least 5 are needed" in result.text
    assert score_rfm(frame(4).iloc[:0]).table.empty


def test_every_cell_of_the_grid_is_a_group_and_every_group_has_a_name():
    assert {group for row in GRID for group in row} == set(RFM_GROUPS)
    assert all(has_entry(f"segments.rfm_group.{group}") for group in RFM_GROUPS)


def test_groups_count_every_scored_dealer_once():
    result = score_rfm(frame(13))
    assert result.groups["dealers"].sum() == 13
    assert result.groups["amount"].sum() == frame(13)["net_amount_365d"].sum()

import numpy as np
import pandas as pd
import pytest

from dealerml.health.outcomes import compare_bands, find_next_payment, list_tenths

FIRST, SECOND = pd.to_datetime(["2024-12-31", "2025-03-31"])


def pairs_of(band, churned, **more):
    index = pd.MultiIndex.from_tuples(
        [(FIRST, f"D{n}") for n in range(len(band))], names=["as_of", "dealer_id"]
    )
    columns = {"net_amount_next": np.nan, "net_amount_before": np.nan, "late_next": np.nan}
    return pd.DataFrame({"band": band, "churned": churned, **columns, **more}, index=index)


def test_the_payment_that_followed_is_the_one_a_quarter_later():
    index = pd.MultiIndex.from_product([[FIRST, SECOND], ["A", "B"]], names=["as_of", "dealer_id"])
    panel = pd.DataFrame({"late_paid_share_90d": [0.1, 0.2, 0.3, np.nan]}, index=index)
    found = find_next_payment(panel, 90)
    assert found.fillna(-1).tolist() == [0.3, -1, -1, -1]
    assert find_next_payment(panel, 180).isna().all()


def test_a_tenth_is_out_of_order_only_beyond_both_intervals():
    churned = [1.0] * 10 + [0.0] * 990
    table = list_tenths(pd.DataFrame({"health": range(1000), "churned": churned}))
    assert table["scores"].tolist() == [100] * 10
    assert table["inverted"].tolist() == [0] * 10
    table = list_tenths(pd.DataFrame({"health": range(1000), "churned": churned[::-1]}))
    # None stopped in the lower tenths, 10 of 100 in the highest.
    assert table["inverted"].tolist() == [0] * 9 + [1]


def test_equal_scores_share_a_tenth():
    table = list_tenths(pd.DataFrame({"health": [50.0] * 8, "churned": [0.0] * 8}))
    assert table["scores"].tolist() == [8]


def test_gaps_between_bands_come_with_intervals_over_dealers():
    band = ["red"] * 20 + ["amber"] * 20 + ["green"] * 20
    churned = [1.0] * 10 + [0.0] * 10 + [1.0] * 2 + [0.0] * 38
    found = compare_bands(pairs_of(band, churned), n_bootstrap=300, random_state=0)
    assert found.index.tolist() == [("churned_share", "red"), ("churned_share", "amber")]
    assert found["band_gap"].tolist() == pytest.approx([0.4, 0.1])
    assert (found["gap_low"] < found["band_gap"]).all()
    assert (found["gap_high"] > found["band_gap"]).all()
    assert found["gap_low"].iloc[0] > 0
    again = compare_bands(pairs_of(band, churned), n_bootstrap=300, random_state=0)
    pd.testing.assert_frame_equal(found, again)


def test_growth_and_payment_are_compared_where_they_are_known():
    band = ["red", "red", "amber", "amber"]
    more = {
        "net_amount_next": [50.0, 50.0, 100.0, 100.0],
        "net_amount_before": 100.0,
        "late_next": [0.8, np.nan, 0.2, 0.2],
    }
    found = compare_bands(pairs_of(band, 0.0, **more), n_bootstrap=20, random_state=0)
    assert found.loc[("amount_change", "red"), "band_gap"] == -0.5
    assert found.loc[("late_paid_share", "red"), "band_gap"] == pytest.approx(0.6)
    assert ("amount_change", "amber") not in found.index

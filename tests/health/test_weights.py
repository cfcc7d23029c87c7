import numpy as np
import pandas as pd
import pytest

from dealerml.health.weights import check_weights


@pytest.fixture(scope="module")
def panel():
    """Silence tells who stops, sales on last year do not."""
    random = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [pd.date_range("2024-03-31", periods=4, freq="QE"), [f"D{n:03}" for n in range(300)]],
        names=["as_of", "dealer_id"],
    )
    overdue = random.uniform(1.0, 3.0, len(index))
    stops = random.random(len(index)) < (overdue - 1) / 8
    return pd.DataFrame(
        {
            "status": "active",
            "overdue_ratio": overdue,
            "year_ratio_90d": random.uniform(0.5, 1.05, len(index)),
            "churned": stops.astype("float64"),
        },
        index=index,
    )


@pytest.fixture(scope="module")
def found(panel):
    return check_weights(panel, n_bootstrap=100)


def test_what_tells_who_stops_is_told_from_what_does_not(found):
    table = found.table
    assert table.loc["rhythm", "related"] == 1
    assert table.loc["trend", "related"] == 0
    assert table.loc["rhythm", "weight_learnt"] > 80 > table.loc["trend", "weight_learnt"]
    assert "No relation to later stopping is shown for sales trend" in found.text


def test_weights_add_up_to_a_hundred_beside_each_other(found):
    assert found.table[["weight", "weight_learnt"]].sum().tolist() == pytest.approx([100, 100])
    assert (found.table["learnt_low"] <= found.table["learnt_high"]).all()


def test_learnt_weights_are_tried_on_dates_after_those_they_come_from(found):
    comparison = found.comparison["roc_auc"]
    assert comparison["learnt"] > comparison["expert"] > 0.5
    assert comparison["difference"] == pytest.approx(comparison["learnt"] - comparison["expert"])


def test_moving_a_weight_changes_some_bands(found):
    assert found.table["rank_correlation"].between(0.5, 1).all()
    assert found.table["band_changed_share"].between(0, 1).all()
    assert found.table["band_changed_share"].max() > 0


def test_the_same_seed_gives_the_same_weights(panel, found):
    again = check_weights(panel, n_bootstrap=100)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_with_few_that_stopped_nothing_is_learnt(panel):
    found = check_weights(panel.assign(churned=0.0))
    assert found.table.empty
    assert "only 0 scored dealers stopped" in found.text
    assert "0 例" in found.text_in("zh")

import numpy as np
import pandas as pd
import pytest

from dealerml.health.records import find_followed, record_rules

DATES = pd.date_range("2024-03-31", periods=4, freq="QE").as_unit("s")


@pytest.fixture
def panel():
    """A hundred dealers on four dates: overdue ones stop, lost categories mean nothing."""
    index = pd.MultiIndex.from_product([DATES, [f"D{n:03d}" for n in range(100)]])
    n = np.tile(np.arange(100), len(DATES))
    late = n < 10
    return pd.DataFrame(
        {
            "status": "active",
            "cohort": True,
            "overdue_ratio": np.where(late, 4.0, 0.8),
            "recency_days": np.where(late, 60.0, 10.0),
            "gap_p90_days": 20.0,
            "gap_days": 15.0,
            "order_days": 30.0,
            "categories_lost": np.where(n % 4 == 0, 2.0, 0.0),
            "categories_180d": 3.0,
            "net_amount_365d": 1000.0,
            "churned": np.where(late, (n < 8).astype(float), (n == 50).astype(float)),
            "net_amount_next": 100.0,
            "net_amount_ahead_last_year": 100.0,
        },
        index=index.set_names(["as_of", "dealer_id"]),
    )


def test_a_rule_that_is_right_stands_above_a_random_list(panel, policy):
    found = record_rules(panel, policy=policy)
    row = found.table.loc["overdue_order"]
    assert (row["alerts"], row["dealers"], row["known"]) == (40, 10, 40)
    assert row["precision"] == 0.8
    assert row["random_precision"] == pytest.approx(0.09)
    assert row["recall"] == pytest.approx(8 / 9)
    assert row["lead_days"] == policy.definitions["active_days"] - 60
    assert row["amount_saved"] == pytest.approx(policy.costs["save_rate"] * 32 * 1000)
    assert row["verdict"] == "helped"


def test_a_rule_that_cries_wolf_is_marked(panel, policy):
    found = record_rules(panel, policy=policy)
    assert found.table.loc["lost_category", "verdict"] == "no_better"
    assert "No better than chance so far: lost category." in found.text
    assert "优于随机" in found.text_in("zh")


def test_rules_without_data_or_with_few_alerts_say_nothing(panel, policy):
    found = record_rules(panel, policy=policy)
    assert found.table.loc["returns_surge", "verdict"] == "too_few"
    calm = panel.assign(overdue_ratio=0.5, categories_lost=0.0)
    assert "No rule can be judged yet" in record_rules(calm, policy=policy).text


def test_a_fall_to_less_than_half_counts_as_much_as_silence(panel):
    fallen = panel.assign(net_amount_next=40.0, churned=0.0)
    assert find_followed(fallen).eq(1).all()
    unknown = panel.assign(churned=np.nan)
    assert find_followed(unknown).isna().all()


def test_dates_add_up_to_the_whole(panel, policy):
    found = record_rules(panel, policy=policy)
    sums = found.by_date.groupby(level="kind")["alerts"].sum()
    pd.testing.assert_series_equal(
        sums.reindex(found.table.index), found.table["alerts"], check_names=False
    )

import numpy as np
import pandas as pd
import pytest

from dealerml.errors import PolicyError, TableError
from dealerml.policy import load_policy
from dealerml.segments import assign_tiers

AMOUNTS = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]
BY_AMOUNT = load_policy().changed(
    {
        "tiers.rule": "amount",
        "tiers.tiers": [{"name": "钻石", "at_least": 100}, {"name": "gold", "at_least": 40}],
    }
)


def frame(amounts: list[float], status: str = "active") -> pd.DataFrame:
    index = [f"d{n:02d}" for n in range(len(amounts))]
    return pd.DataFrame({"net_amount_365d": amounts, "status": status}, index=index, dtype=object)


def test_quantiles_of_dealers_that_order():
    # Eleven amounts 0..100: the 90 % quantile is 90, the 60 % quantile is 60.
    table = assign_tiers(frame(AMOUNTS)).table
    assert table["tier"].tolist() == ["bronze"] * 6 + ["silver"] * 3 + ["gold"] * 2
    assert table["gap_to_next_amount"].tolist()[:9] == [60, 50, 40, 30, 20, 10, 30, 20, 10]
    assert table["gap_to_next_amount"].tail(2).isna().all()


def test_lapsed_dealers_neither_get_a_tier_nor_move_the_rule():
    x = pd.concat([frame(AMOUNTS), frame([1e6]).rename({"d00": "z"}).assign(status="lapsed")])
    result = assign_tiers(x)
    assert pd.isna(result.table.loc["z", "tier"])
    assert pd.isna(result.table.loc["z", "gap_to_next_amount"])
    assert result.tiers["at_least_amount"].tolist() == [90, 60, 0]


def test_thresholds_in_money_with_the_companys_own_names():
    result = assign_tiers(frame([150.0, 100.0, 99.0, 39.0]), policy=BY_AMOUNT)
    assert result.table["tier"].tolist()[:3] == ["钻石", "钻石", "gold"]
    assert pd.isna(result.table["tier"].iloc[3])
    # Below the lowest tier the gap is the one to the lowest tier.
    assert result.table["gap_to_next_amount"].tolist()[2:] == [1.0, 1.0]
    assert "钻石 2" in result.text
    assert "金牌 1 家" in result.text_in("zh")


def test_dealers_close_to_the_next_tier_are_counted_in_money():
    result = assign_tiers(frame([150.0, 99.0, 91.0, 50.0, 39.0]), policy=BY_AMOUNT)
    # 99 and 91 are within 10 of 100, 39 is within 4 of 40.
    assert "Within 10.0 % of the next tier: 3; 11 more would lift them all." in result.text


def test_equal_amounts_share_a_tier():
    table = assign_tiers(frame([5.0] * 7)).table
    assert set(table["tier"]) == {"gold"}


def test_a_missing_amount_has_no_tier():
    assert assign_tiers(frame([np.nan, 5.0])).table["tier"].isna().tolist() == [True, False]


def test_nobody_orders():
    result = assign_tiers(frame([5.0, 6.0], status="lapsed"))
    assert result.table["tier"].isna().all()
    assert result.text == "No tiers: none of 2 dealers orders and reaches a tier."


def test_what_the_tiers_bring_adds_up():
    result = assign_tiers(frame(AMOUNTS))
    assert result.tiers["amount"].sum() == sum(AMOUNTS)
    assert result.tiers["dealers"].sum() == len(AMOUNTS)


def test_tiers_out_of_order_are_refused_when_the_policy_is_read():
    rising = [{"name": "a", "at_least": 1.0}, {"name": "b", "at_least": 2.0}]
    with pytest.raises(PolicyError, match="highest tier first"):
        load_policy().changed({"tiers.rule": "amount", "tiers.tiers": rising})


def test_without_a_status_nobody_can_be_ranked():
    with pytest.raises(TableError, match="status"):
        assign_tiers(pd.DataFrame({"net_amount_365d": [1.0]}))


def test_the_gaps_are_told_in_money_and_as_growth_and_fall():
    x = pd.DataFrame(
        {"net_amount_365d": [80.0, 125.0, 250.0], "status": "active"}, index=list("abc")
    )
    policy = load_policy().changed(
        {
            "tiers.rule": "amount",
            "tiers.tiers": [
                {"name": "gold", "at_least": 200.0},
                {"name": "base", "at_least": 100.0},
            ],
        }
    )
    table = assign_tiers(x, policy=policy).table
    assert table["gap_to_next_amount"].to_list()[:2] == [20, 75]
    assert table["gap_to_next_share"].to_list()[:2] == [0.25, 0.6]
    assert table["gap_to_lower_amount"].to_list()[1:] == [25, 50]
    assert table["gap_to_lower_share"].to_list()[1:] == [0.2, 0.2]
    assert table.isna().sum().to_list() == [1, 1, 1, 1, 1]


def test_in_each_region_its_own_tenth_is_gold():
    x = pd.DataFrame(
        {
            "net_amount_365d": [1.0, 2.0, 3.0, 100.0, 200.0, 300.0],
            "region": ["华东"] * 3 + ["North"] * 3,
            "status": "active",
        },
        index=list("abcdef"),
    )
    result = assign_tiers(x, policy=load_policy().changed({"tiers.within": "region"}))
    assert result.table["tier"].to_list() == ["bronze", "bronze", "gold"] * 2
    assert result.table.loc["b", "gap_to_next_amount"] < 2
    assert result.tiers["at_least_amount"].isna().all()
    assert result.tiers["dealers"].sum() == 6


POINTS = load_policy().changed(
    {
        "tiers.rule": "points",
        "tiers.points": [
            {"measure": "net_amount_365d", "weight": 60.0},
            {"measure": "order_days_365d", "weight": 40.0},
        ],
        "tiers.tiers": [{"name": "gold", "at_least": 80.0}, {"name": "base", "at_least": 0.0}],
    }
)


def test_points_are_weighted_places():
    x = pd.DataFrame(
        {
            "net_amount_365d": [10.0, 20.0, 30.0, 999.0],
            "order_days_365d": [9.0, None, 3.0, 99.0],
            "status": ["active", "active", "new", "lapsed"],
        },
        index=list("abcd"),
    )
    result = assign_tiers(x, policy=POINTS)
    # a: 0 and 40, b: 30 and the middle 20, c: 60 and 0; the lapsed dealer is not compared with.
    assert result.table["gap_to_lower_amount"].to_list()[:3] == [40, 50, 60]
    assert result.table["gap_to_next_amount"].to_list()[:3] == [40, 30, 20]
    assert result.tiers["amount"].to_dict() == {"gold": 0, "base": 60}
    assert result.measure == "points"


def test_points_need_their_measures_and_weights_of_a_hundred():
    x = pd.DataFrame({"net_amount_365d": [1.0], "status": "active"})
    with pytest.raises(TableError, match="order_days_365d"):
        assign_tiers(x, policy=POINTS)
    with pytest.raises(PolicyError, match="adds up to 60"):
        load_policy().changed({"tiers.points": [{"measure": "net_amount_365d", "weight": 60.0}]})

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

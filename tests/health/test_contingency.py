import pandas as pd

from dealerml.health.contingency import plan_contingency


def frame():
    index = pd.Index(list("ABCDEFGH"), name="dealer_id")
    return pd.DataFrame(
        {
            "status": ["active"] * 6 + ["lapsed", "active"],
            "region": ["North"] * 7 + [None],
            "net_amount_365d": [50.0, 20.0, 10.0, 8.0, 7.0, 5.0, 90.0, 40.0],
        },
        index=index,
    )


def test_alternatives_buy_in_the_region_and_are_not_at_risk_themselves():
    bands = pd.Series({"B": "green", "C": "red", "D": "amber", "E": None, "F": "green"})
    exposure = pd.Series({"A": 12.0})
    found = plan_contingency(frame(), ["A", "B"], bands=bands, exposure=exposure)
    assert found.index.tolist() == ["A", "B"]
    # C is red, B at risk itself, G lapsed.
    assert found.loc["A", "alternatives"] == "D;E;F"
    assert found.loc["A", "alternatives_amount"] == 20.0
    assert found.loc["A", "receivable_amount"] == 12.0
    assert found["receivable_amount"].isna().tolist() == [False, True]
    assert found.loc["A", "region_amount_share"] == 50.0 / 190.0


def test_without_a_region_nobody_is_near():
    found = plan_contingency(frame(), ["H"])
    assert found.loc["H", "alternatives"] == ""
    assert found.loc["H", "alternatives_amount"] == 0.0
    assert plan_contingency(frame(), []).empty

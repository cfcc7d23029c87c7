import numpy as np
import pandas as pd

from dealerml.growth.bridge import STEPS, build_bridge, pick_movers, place_dealers, to_units


def test_amounts_become_whole_ten_thousandths() -> None:
    assert to_units(pd.Series([0.1 + 0.2, -1.2345, 1e10])).tolist() == [3000, -12345, 10**14]


def test_every_dealer_has_exactly_one_step() -> None:
    rows = {
        "stopped": (0.0, 5.0, True),
        "only returns left": (-2.0, 5.0, True),
        "reduced": (3.0, 5.0, True),
        "increased": (7.0, 5.0, True),
        "same": (5.0, 5.0, True),
        "nothing": (0.0, 0.0, True),
        "new": (5.0, 0.0, False),
        "recovered": (5.0, 0.0, True),
        "recovered from returns": (5.0, -1.0, True),
        "more returns": (-3.0, -1.0, True),
        "fewer returns": (0.0, -1.0, True),
        "new with a return": (-1.0, 0.0, False),
    }
    table = pd.DataFrame(rows, index=["now", "base", "began"]).T
    steps = place_dealers(
        table["now"].astype(float), table["base"].astype(float), began=table["began"].astype(bool)
    )
    assert steps.to_dict() == {
        "stopped": "stopped",
        "only returns left": "stopped",
        "reduced": "reduced",
        "increased": "increased",
        "same": "same",
        "nothing": "same",
        "new": "new",
        "recovered": "recovered",
        "recovered from returns": "recovered",
        "more returns": "reduced",
        "fewer returns": "increased",
        "new with a return": "reduced",
    }


def test_steps_add_up_to_the_change_to_the_last_decimal() -> None:
    rng = np.random.default_rng(0)
    now, base = (pd.Series(rng.normal(0, 1e6, 5000).round(4)) for _ in range(2))
    began = pd.Series(rng.random(5000) < 0.5)
    steps = place_dealers(now, base, began=began)
    bridge = build_bridge(
        pd.DataFrame({"net_amount": now, "base_amount": base, "step": steps}), basis="last_year"
    )
    units = to_units(bridge["amount"])
    assert bridge["step"].tolist() == ["last_year", *STEPS, "period"]
    assert units.iloc[:-1].sum() == units.iloc[-1] == to_units(now).sum()
    assert bridge["dealers"].iloc[1:-1].sum() == (steps != "same").sum()


def test_nobody_moves_nothing() -> None:
    empty = pd.DataFrame({"net_amount": [], "base_amount": [], "step": []})
    bridge = build_bridge(empty.astype({"step": "str"}), basis="previous")
    assert (bridge[["amount", "dealers"]] == 0).all(axis=None)


def test_movers_are_sorted_by_change_then_by_dealer() -> None:
    dealers = pd.DataFrame(
        {
            "net_amount": [5.0, 9.0, 5.0, 0.0, 1.0],
            "base_amount": [2.0, 1.0, 2.0, 4.0, 1.0],
            "step": ["increased"] * 3 + ["stopped", "same"],
        },
        index=["C", "A", "B", "D", "E"],
    )
    movers = pick_movers(dealers, most=3)
    assert movers["dealer_id"].tolist() == ["A", "B", "C", "D"]
    assert movers["direction"].tolist() == ["pull"] * 3 + ["drag"]
    assert pick_movers(dealers, most=1)["dealer_id"].tolist() == ["A", "D"]
    assert pick_movers(dealers, most=0).empty

import numpy as np
import pandas as pd
import pytest

from dealerml.segments.behaviour import apply_scaling, learn_scaling, read_behaviour


def behaviour(n: int = 50) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rhythm": np.arange(1.0, n + 1),
            "order": 10.0 ** np.linspace(0, 4, n),
            "breadth": np.nan,
        }
    )


def test_the_middle_dealer_lies_at_zero_and_half_of_all_within_one():
    frame = behaviour(51)
    points = apply_scaling(frame, learn_scaling(frame))
    assert np.median(points[:, 1]) == pytest.approx(0.0)
    assert np.subtract(*np.quantile(points[:, 1], (0.75, 0.25))) == pytest.approx(1.0)


def test_an_axis_that_the_export_does_not_fill_is_left_out():
    assert learn_scaling(behaviour()).axes == ("rhythm", "order")


def test_another_currency_changes_nothing():
    frame = behaviour()
    dear = frame.assign(order=frame["order"] * 7.0)
    points = apply_scaling(frame, learn_scaling(frame))
    assert apply_scaling(dear, learn_scaling(dear)) == pytest.approx(points)


def test_nothing_below_nothing_and_missing_all_have_a_place():
    frame = behaviour()
    scaling = learn_scaling(frame)
    odd = pd.DataFrame({"rhythm": [0.0, 1.0, np.nan], "order": [-5.0, 0.0, np.nan]})
    points = apply_scaling(odd, scaling)
    assert np.isfinite(points).all()
    assert points[0].tolist() == points[1].tolist()
    assert points[2].tolist() == [0.0, 0.0]


def test_one_giant_does_not_stretch_the_scale():
    frame = behaviour(200)
    giant = frame.copy()
    giant.loc[199, "order"] = 1e12
    points = apply_scaling(giant, learn_scaling(giant))
    assert points[:, 1].max() < 3


def test_a_feature_that_is_absent_is_missing_not_zero():
    x = pd.DataFrame({"net_amount_365d": [5], "order_days_365d": [2]}, index=["d"])
    read = read_behaviour(x)
    assert read.loc["d", "size"] == 5
    assert pd.isna(read.loc["d", "breadth"])

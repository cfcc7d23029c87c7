import numpy as np
import pandas as pd

from dealerml.growth.backcasts import Rules, backcast, forecast_active
from dealerml.growth.fan import fan_months, fan_sum
from dealerml.growth.forecasters import theta
from dealerml.growth.levels import make_levels

RULES = Rules(history_months=48, silent_months=6, season_months=24, step=3, most=12)
Y = np.random.default_rng(0).gamma(3, 100, (40, 48)).round(2)
DEALER, TOTAL = make_levels(pd.RangeIndex(40).astype(str), None)


def both(y: np.ndarray) -> dict[str, pd.DataFrame]:
    made = backcast(y, theta, rules=RULES)
    means, active = forecast_active(y, theta, rules=RULES)
    facts = {"means": means.round(4), "active": active}
    return {
        "dealer": fan_months(y, made, level=DEALER, **facts),
        "total": fan_months(y, made, level=TOTAL, **facts),
        "sum": fan_sum(y, made, level=TOTAL, months=3, **facts),
    }


def test_means_of_dealers_add_up_to_the_total_to_the_last_decimal() -> None:
    fans = both(Y)
    sums = fans["dealer"].groupby("step")["mean"].sum().round(4)
    assert sums.tolist() == fans["total"]["mean"].tolist()
    assert np.isclose(fans["total"]["mean"].iloc[:3].sum(), fans["sum"]["mean"].item())


def test_the_range_of_the_total_is_narrower_than_added_ranges() -> None:
    fans = both(Y)
    added = (fans["dealer"]["hi80"] - fans["dealer"]["lo80"]).groupby(fans["dealer"]["step"]).sum()
    total = fans["total"]["hi80"] - fans["total"]["lo80"]
    assert (total.to_numpy() < added.to_numpy()).all()


def test_three_months_together_are_surer_than_three_ranges_added() -> None:
    fans = both(Y)
    months = (fans["total"]["hi80"] - fans["total"]["lo80"]).iloc[:3].sum()
    assert (fans["sum"]["hi80"] - fans["sum"]["lo80"]).item() < months


def test_a_silent_dealer_has_no_range() -> None:
    y = Y.copy()
    y[0, -6:] = 0
    first = both(y)["dealer"].query("key == '0'")
    assert (first[["mean", "lo80", "hi80", "lo95", "hi95"]] == 0).all(axis=None)

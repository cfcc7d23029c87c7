import numpy as np
import pandas as pd

from dealerml.growth.levels import make_levels
from dealerml.growth.outlook import forecast_growth, last_year_amounts, level_growth

MONTHS = pd.period_range("2024-01", periods=14, freq="M")


def test_the_months_ahead_are_held_against_the_same_months_last_year() -> None:
    y = np.arange(14.0)[None]
    # History ends with column 13; the next month was column 2 a year ago.
    assert last_year_amounts(y, 3).tolist() == [2 + 3 + 4]


def test_every_missing_growth_has_its_reason() -> None:
    series = pd.DataFrame(
        [[10.0] * 14, [np.nan] * 3 + [5.0] * 11, [0.0] * 13 + [5.0]], ["A", "B", "C"], MONTHS
    )
    means = pd.DataFrame([[12.0] * 12] * 3, series.index)
    growth = forecast_growth(means, series, horizon_months=3)
    assert np.isclose(growth.loc["A", "forecast_growth"], 0.2)
    assert growth["growth_reason"].tolist()[1:] == ["no_last_year", "last_year_not_positive"]
    assert growth["forecast_growth"].isna().tolist() == [False, True, True]
    assert growth["growth_reason"].isna().tolist() == [True, False, False]


def test_less_than_a_year_has_no_last_year() -> None:
    series = pd.DataFrame([[10.0] * 11], ["A"], MONTHS[:11])
    means = pd.DataFrame([[12.0] * 12], ["A"])
    assert (
        forecast_growth(means, series, horizon_months=3)["growth_reason"].item() == "no_last_year"
    )
    level = make_levels(series.index, None)[-1]
    growth = level_growth(np.array([36.0]), series.to_numpy(), level=level, horizon_months=3)
    assert np.isnan(growth).all()


def test_the_total_grows_on_all_of_last_year() -> None:
    y = np.array([[10.0] * 12, [np.nan] * 6 + [10.0] * 6])
    level = make_levels(pd.Index(["A", "B"]), None)[-1]
    growth = level_growth(np.array([60.0]), y, level=level, horizon_months=3)
    assert np.allclose(growth, 60 / 30 - 1)

"""The next whole months of each dealer against the same months last year."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.growth.levels import Level
from dealerml.growth.season import SEASON, FloatArray

# Why a dealer has no forecast growth; codes in files, words in the catalogue.
NO_FORECAST: Final = "no_forecast"
NO_LAST_YEAR: Final = "no_last_year"
LAST_YEAR_NOT_POSITIVE: Final = "last_year_not_positive"


def forecast_growth(
    means: pd.DataFrame, series: pd.DataFrame, *, horizon_months: int
) -> pd.DataFrame:
    """By how much will each dealer grow on the same months last year?

    Parameters
    ----------
    means
        n x 12 forecast means, index ``dealer_id``; the first column follows the last of `series`.
    series
        n x months of history on the same index, NaN before a dealer's first month.
    horizon_months
        Months counted, 1-12.

    Returns
    -------
    pd.DataFrame
        Index ``dealer_id``: ``amount_ahead`` (forecast), ``amount_last_year`` (the same months;
        NaN where not all of them are known), ``forecast_growth`` (-1 and up; NaN with a
        ``growth_reason``: no_forecast, no_last_year or last_year_not_positive).

    Examples
    --------
    >>> months = pd.period_range("2024-01", periods=12, freq="M")
    >>> series = pd.DataFrame([[10.0] * 12, [np.nan] * 11 + [5.0]], ["A", "B"], months)
    >>> means = pd.DataFrame([[11.0] * 12, [5.0] * 12], ["A", "B"])
    >>> forecast_growth(means, series, horizon_months=2)[["forecast_growth", "growth_reason"]]
       forecast_growth growth_reason
    A              0.1           NaN
    B              NaN  no_last_year
    """
    ahead = means.iloc[:, :horizon_months].sum(axis=1, min_count=horizon_months)
    before = pd.Series(last_year_amounts(series.to_numpy(), horizon_months), index=series.index)
    reason = pd.Series(None, index=series.index, dtype="str")
    reason = reason.mask(before <= 0, LAST_YEAR_NOT_POSITIVE)
    reason = reason.mask(before.isna(), NO_LAST_YEAR).mask(ahead.isna(), NO_FORECAST)
    growth = (ahead / before.where(before > 0) - 1).where(reason.isna())
    return pd.DataFrame(
        {
            "amount_ahead": ahead,
            "amount_last_year": before,
            "forecast_growth": growth,
            "growth_reason": reason,
        }
    )


def last_year_amounts(y: FloatArray, horizon_months: int) -> FloatArray:
    """What did the months ahead bring a year ago? NaN where one of them is not known."""
    if y.shape[1] < SEASON:
        return np.full(len(y), np.nan)
    start = y.shape[1] - SEASON
    total: FloatArray = y[:, start : start + horizon_months].sum(axis=1)
    return total


def level_growth(
    ahead: FloatArray, y: FloatArray, *, level: Level, horizon_months: int
) -> FloatArray:
    """By how much do the rows of a level grow, its dealers of today against all of last year?"""
    if y.shape[1] < SEASON or y.shape[1] == 0:
        return np.full(len(level.keys), np.nan)
    before = level.total(y[:, -SEASON:][:, :horizon_months]).sum(axis=1)
    return np.where(before > 0, ahead / np.where(before > 0, before, 1.0) - 1, np.nan)

"""What the calendar alone does to a month: its working days, and a festival that moves."""

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import SPRING_FESTIVAL
from dealerml.errors import PolicyError
from dealerml.growth.season import SEASON, FloatArray

WORKING_DAYS: Final = "working_days"
# Days before the festival in which dealers stock up, and days from it in which nobody works.
BEFORE, AFTER = 21, 15
# Changes on last year needed, and how far an effect must stand out of their noise to count.
FEWEST_CHANGES: Final = 24
CLEAR: Final = 2.5


def calendar_facts(months: pd.PeriodIndex, country: str = "") -> pd.DataFrame:
    """What do these months' calendars bring?

    Parameters
    ----------
    country
        Code such as CN or US, whose public holidays and make-up working days count; empty: every
        day from Monday to Friday works.

    Returns
    -------
    pd.DataFrame
        Index ``months``: ``working_days``; ``festival_before`` and ``festival_after``, shares (0-1)
        of the 21 days before the Spring Festival and of the 15 days from it that lie in the month.

    Raises
    ------
    PolicyError
        If the country is unknown.

    Examples
    --------
    >>> facts = calendar_facts(pd.period_range("2024-02", periods=1, freq="M"), "CN")
    >>> facts.round(2).values.tolist()
    [[18.0, 0.43, 1.0]]
    """
    days = pd.date_range(months[0].start_time, months[-1].end_time.normalize())
    works = _works(days, country)
    known = pd.DataFrame(
        {
            WORKING_DAYS: works,
            "festival_before": _share(days, -BEFORE, BEFORE),
            "festival_after": _share(days, 0, AFTER),
        },
        index=days.to_period("M"),
    )
    return known.groupby(level=0).sum().reindex(months)


def estimate_effects(y: FloatArray, facts: pd.DataFrame) -> tuple[FloatArray, pd.DataFrame]:
    """By which factor did the calendar move each month, for all dealers alike?

    Each month is held against the same month of the year before, of the dealers that had begun by
    then: the season cancels out, and what remains is put down to the differences of the calendars.
    An effect that does not stand out of the noise is taken as none.

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    facts
        From `calendar_facts`, for these months and any number after them.

    Returns
    -------
    tuple
        One factor for each row of `facts`, around 1; and a table, index fact: ``effect`` (change
        of the logarithm per working day, or for the whole festival), ``t`` (effect ÷ its standard
        error), ``n`` (changes on last year behind it).

    References
    ----------
    Bell & Hillmer (1983), Modeling time series with calendar variation,
    https://doi.org/10.1080/01621459.1983.10478005
    """
    table = pd.DataFrame({"effect": 0.0, "t": 0.0, "n": 0}, index=facts.columns)
    change, usable = _changes(y)
    values = facts.to_numpy(dtype=np.float64)
    apart = (values[SEASON : y.shape[1]] - values[: max(y.shape[1] - SEASON, 0)])[usable]
    table["n"] = len(change)
    if len(change) < FEWEST_CHANGES:
        return np.ones(len(facts)), table
    kept = [at for at in range(values.shape[1]) if np.ptp(apart[:, at]) > 0]
    while kept:
        effect, t = _regress(change, apart[:, kept])
        if np.abs(t).min() >= CLEAR:
            names = table.index[kept]
            table.loc[names, "effect"], table.loc[names, "t"] = effect, t
            break
        kept.pop(int(np.abs(t).argmin()))
    centred = values - values[: y.shape[1]].mean(axis=0)
    factor: FloatArray = np.exp(centred @ table["effect"].to_numpy())
    return factor, table


def _works(days: pd.DatetimeIndex, country: str) -> FloatArray:
    if not country:
        return (days.day_of_week < 5).astype(np.float64)
    import holidays

    try:
        known = holidays.country_holidays(country, years=range(days[0].year, days[-1].year + 1))
    except NotImplementedError as error:
        message = f"forecast.country {country!r} is unknown. Give a code such as CN, US or DE."
        raise PolicyError(message) from error
    return np.array([known.is_working_day(day.date()) for day in days], dtype=np.float64)


def _share(days: pd.DatetimeIndex, start: int, count: int) -> FloatArray:
    """Each day's share of a window of the festival, zero outside of it."""
    window = {
        festival + dt.timedelta(days=start + at)
        for festival in SPRING_FESTIVAL.values()
        for at in range(count)
    }
    return np.array([day.date() in window for day in days], dtype=np.float64) / count


def _changes(y: FloatArray) -> tuple[FloatArray, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Logarithms of each month ÷ the same month last year, and which months have one."""
    if y.shape[1] <= SEASON:
        return np.empty(0), np.zeros(0, dtype=bool)
    begun = np.isfinite(y[:, :-SEASON])
    now = np.where(begun, y[:, SEASON:], 0.0).sum(axis=0)
    before = np.where(begun, y[:, :-SEASON], 0.0).sum(axis=0)
    usable = (now > 0) & (before > 0)
    return np.log(now[usable] / before[usable]), usable


def _regress(change: FloatArray, apart: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Effects shrunken by their noise, and how many standard errors each is from none."""
    x = np.column_stack([np.ones(len(change)), apart])
    inverse = np.linalg.pinv(x.T @ x)
    effect = inverse @ x.T @ change
    rest = change - x @ effect
    freedom = max(len(change) - x.shape[1], 1)
    error = np.sqrt(np.maximum(np.diag(inverse) * (rest @ rest) / freedom, 1e-24))
    t = effect / error
    shrunken = effect * np.maximum(1 - 1 / np.maximum(t**2, 1e-12), 0.0)
    return shrunken[1:], t[1:]

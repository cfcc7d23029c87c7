"""Monthly history as the forecast reads it: which months, which regions, which rules."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dealerml.dates import month_end
from dealerml.errors import HistoryError
from dealerml.features import build_series
from dealerml.growth.backcasts import STEPS, Rules, read_rules
from dealerml.growth.calendar import calendar_facts
from dealerml.growth.levels import Level, make_levels
from dealerml.growth.regions import dealer_regions
from dealerml.growth.season import FloatArray

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot


@dataclass(frozen=True)
class History:
    """Everything a forecast starts from.

    Parameters
    ----------
    series
        n x months, index ``dealer_id``, columns of monthly periods; NaN before the first month.
    as_of
        Last day known.
    levels
        Dealers, regions where there are any, total.
    horizon_months
        Months ahead that cover the horizon, 1-12.
    rules
        How much history is used and where the past is tried.
    min_months, test_origins, methods
        From the policy.
    calendar
        See `calendar_facts`; the months of the series and the twelve after them.
    """

    series: pd.DataFrame
    as_of: dt.date
    levels: tuple[Level, ...]
    horizon_months: int
    rules: Rules
    min_months: int
    test_origins: int
    methods: tuple[str, ...]
    calendar: pd.DataFrame

    @property
    def y(self) -> FloatArray:
        """The amounts alone."""
        return self.series.to_numpy(dtype=np.float64)

    @property
    def too_short(self) -> bool:
        """Is there too little to forecast anything?"""
        return self.series.shape[1] < self.min_months or self.series.empty

    @property
    def ahead(self) -> tuple[str, ...]:
        """Which twelve months are forecast, as text?"""
        if self.series.shape[1] == 0:
            return ()
        last = pd.PeriodIndex(self.series.columns)[-1]
        return tuple(str(last + step) for step in range(1, STEPS + 1))

    @property
    def partial_month(self) -> str | None:
        """Which month was left out because it is not over?"""
        if self.as_of in (dt.date.min, month_end(self.as_of)):
            return None
        return f"{self.as_of:%Y-%m}"


def read_history(
    source: "Snapshot | pd.DataFrame",
    *,
    horizon: int,
    regions: pd.Series | None = None,
    as_of: dt.date | None = None,
    policy: "Policy | None" = None,
) -> History:
    """Which months, dealers and rules does the forecast start from?

    Parameters
    ----------
    as_of
        Last day known, for a table of months; the end of its last month where not given.

    Raises
    ------
    HistoryError
        If the horizon is not between 1 and 366 days, or the table is not one of monthly periods.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=6, freq="M")
    >>> history = read_history(pd.DataFrame([[1.0] * 6], ["A"], months), horizon=90)
    >>> history.horizon_months, history.ahead[:3], history.partial_month
    (3, ('2025-07', '2025-08', '2025-09'), None)
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    if not 1 <= horizon <= 366:
        message = f"The horizon is {horizon} days; the forecast reaches from 1 to 366 days."
        raise HistoryError(message)
    if isinstance(source, pd.DataFrame):
        # One order, whatever is handed in: what is drawn or added up then depends on no other.
        series, as_of = _checked(source).sort_index(), as_of or _last_day(source)
    else:
        series, as_of = build_series(source), source.as_of
        regions = dealer_regions(source, series.index) if regions is None else regions
    return History(
        series,
        as_of,
        make_levels(series.index, regions),
        _months_ahead(as_of, horizon),
        read_rules(policy.forecast, active_days=int(policy.definitions["active_days"])),
        int(policy.forecast["min_months"]),
        int(policy.forecast["test_origins"]),
        tuple(policy.forecast["methods"]),
        _calendar(series, str(policy.forecast["country"])),
    )


def level_history(history: History) -> pd.DataFrame:
    """What did regions and total bring in each month so far?

    Returns
    -------
    pd.DataFrame
        Columns ``level, key, month`` (text, 2025-06), ``net_amount``.
    """
    months = [str(month) for month in history.series.columns]
    frames = [
        pd.DataFrame(
            {
                "level": level.name,
                "key": np.repeat(np.array(level.keys, dtype=object), len(months)),
                "month": months * len(level.keys),
                "net_amount": level.total(history.y).reshape(-1),
            }
        )
        for level in history.levels
        if level.name != "dealer"
    ]
    return pd.concat(frames, ignore_index=True)


def _checked(series: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(series.columns, pd.PeriodIndex):
        message = (
            "A series needs one column per month (pandas Period), as build_series gives it; "
            f"the first column is {series.columns[0] if len(series.columns) else 'missing'!r}."
        )
        raise HistoryError(message)
    return series


def _calendar(series: pd.DataFrame, country: str) -> pd.DataFrame:
    if series.shape[1] == 0:
        return pd.DataFrame()
    months = pd.period_range(series.columns[0], periods=series.shape[1] + STEPS, freq="M")
    return calendar_facts(months, country)


def _last_day(series: pd.DataFrame) -> dt.date:
    if series.shape[1] == 0:
        return dt.date.min
    return month_end(f"{series.columns[-1]}-01")


def _months_ahead(as_of: dt.date, horizon: int) -> int:
    """Months from the first one not over to the one in which the horizon ends."""
    if as_of == dt.date.min:
        return 1
    end, first = as_of + dt.timedelta(days=horizon), as_of + dt.timedelta(days=1)
    months = 12 * (end.year - first.year) + end.month - first.month + 1
    return min(months, STEPS)

"""What was forecast at past dates with what was known then, and what came: who fell below it."""

from typing import Final

import pandas as pd

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.fan import fan_sum
from dealerml.growth.levels import Level
from dealerml.growth.season import FloatArray

COLUMNS: Final = ("mean", "lo80", "hi80", "lo95", "hi95")


def look_back(
    series: pd.DataFrame, y: FloatArray, made: Backcasts, *, level: Level, months: int
) -> pd.DataFrame:
    """What had been forecast for the months before each past date, and what came?

    Parameters
    ----------
    series
        Dealers × months, the columns being months.
    y
        The same amounts, NaN before a dealer's first month.
    made
        Forecasts at past origins.
    level
        The level of dealers.
    months
        Months that are looked at together.

    Returns
    -------
    Index (``as_of``, ``dealer_id``), the last day of those months, the oldest first, for dealers
    that were forecast: ``net_amount_seen`` and the ``mean, lo80, hi80, lo95, hi95`` that had been
    said of it, limits by the errors known then, and ``forecast_low_ratio``: seen ÷ ``lo95``, below
    1 where less came than the lowest that was likely; NaN where the limit is not above zero.
    Dates without two earlier origins have no rows, as their limits would be guesses.
    """
    known = y.shape[1]
    parts = {}
    for at, origin in enumerate(made.origins[:-2]):
        if origin + months > known:
            continue
        earlier = Backcasts(made.origins[at + 1 :], made.means[at + 1 :], made.active[at + 1 :])
        said = fan_sum(
            y[:, :origin],
            earlier,
            means=made.means[at],
            level=level,
            active=made.active[at],
            months=months,
        )
        seen = y[:, origin : origin + months].sum(axis=1)
        table = said[list(COLUMNS)].set_axis(series.index).assign(net_amount_seen=seen)
        ratio = table["net_amount_seen"] / table["lo95"].where(table["lo95"] > 0)
        last = pd.PeriodIndex(series.columns)[origin + months - 1].end_time.normalize()
        parts[last.as_unit("s")] = table.assign(forecast_low_ratio=ratio)[made.active[at]]
    if not parts:
        index = pd.MultiIndex.from_arrays([[], []], names=["as_of", "dealer_id"])
        columns = [*COLUMNS, "net_amount_seen", "forecast_low_ratio"]
        return pd.DataFrame(columns=columns, index=index, dtype="float64")
    found: pd.DataFrame = pd.concat(dict(sorted(parts.items())), names=["as_of", "dealer_id"])
    return found

"""Means and limits as tables: month by month, and for the months of the horizon together."""

import numpy as np
import pandas as pd

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.intervals import (
    LIMITS,
    measure_margins,
    past_errors,
    past_sum_errors,
    put_limits,
    usual_change,
)
from dealerml.growth.levels import Level
from dealerml.growth.outlook import level_growth
from dealerml.growth.season import BoolArray, FloatArray, lowest

# Amounts are stored with four decimals; rounded to them, means add up exactly.
DECIMALS = 4
SHOWN = ("lo80", "hi80", "lo95", "hi95")
# Where limits come from: read off past errors, or a spread assumed around too few of them.
FROM_ERRORS, FROM_SPREAD = "errors", "spread"


def fan_months(
    y: FloatArray, made: Backcasts, *, means: FloatArray, level: Level, active: BoolArray
) -> pd.DataFrame:
    """What is expected of each row of a level in each month ahead?

    Parameters
    ----------
    y
        n x months of history.
    made
        Forecasts at past origins by the same method.
    means
        n x 12 forecast of the dealers.
    active
        n; dealers without an active past get no width.

    Returns
    -------
    pd.DataFrame
        Columns ``key, step`` (0-11), ``mean, lo80, hi80, lo95, hi95``.
    """
    mean = level.total(means).round(DECIMALS)
    history = level.total(y)
    unit = _unit(history, level=level, active=active)
    margins = measure_margins(past_errors(y, made, level=level))
    limits = put_limits(mean, unit, margins=margins, floor=lowest(history)).round(DECIMALS)
    steps = mean.shape[1]
    columns = {"key": np.repeat(np.array(level.keys, dtype=object), steps)}
    columns["step"] = np.tile(np.arange(steps), len(level.keys))
    return pd.DataFrame(columns | {"mean": mean.reshape(-1)} | _named(limits))


def fan_sum(
    y: FloatArray,
    made: Backcasts,
    *,
    means: FloatArray,
    level: Level,
    active: BoolArray,
    months: int,
) -> pd.DataFrame:
    """What is expected of each row of a level in the next months together?

    Returns
    -------
    pd.DataFrame
        Columns ``key, mean, lo80, hi80, lo95, hi95, forecast_growth, limits_from``.
    """
    mean = level.total(means[:, :months].sum(axis=1)[:, None]).round(DECIMALS)
    history = level.total(y)
    unit = _unit(history, level=level, active=active) * months
    errors = past_sum_errors(y, made, level=level, months=months)
    # Months pool many errors, sums few: there it shows that regions err together.
    margins = measure_margins(errors, shared=level.shared)
    floor = lowest(history) * months
    limits = put_limits(mean, unit, margins=margins, floor=floor).round(DECIMALS)
    columns = {"key": np.array(level.keys, dtype=object), "mean": mean[:, 0]}
    growth = level_growth(mean[:, 0], y, level=level, horizon_months=months)
    found = FROM_ERRORS if margins.measured else FROM_SPREAD
    return pd.DataFrame(
        columns | _named(limits) | {"forecast_growth": growth, "limits_from": found}
    )


def _unit(history: FloatArray, *, level: Level, active: BoolArray) -> FloatArray:
    unit = usual_change(history)
    return np.where(active, unit, 0.0) if level.name == "dealer" else unit


def _named(limits: FloatArray) -> dict[str, FloatArray]:
    by_name = dict(zip(LIMITS, limits, strict=True))
    return {name: by_name[name].reshape(-1) for name in SHOWN}

"""How good the forecasts would have been: at past dates, next to simply repeating last year."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.intervals import (
    QUANTILES,
    known_by,
    measure_margins,
    past_errors,
    put_limits,
    usual_change,
)
from dealerml.growth.levels import Level
from dealerml.growth.season import SEASON, FloatArray, lowest

BACKTEST_COLUMNS: Final = (
    "level",
    "method",
    "origins",
    "series",
    "wape",
    "bias",
    "mase",
    "quantile_loss",
    "coverage_80",
    "coverage_95",
)


@dataclass(frozen=True)
class _Outcome:
    """What one method said at one past date, and what came: series x steps."""

    actual: FloatArray
    mean: FloatArray
    limits: FloatArray
    naive: FloatArray
    measured: bool


def backtest_forecasts(
    y: FloatArray,
    made: Mapping[str, Backcasts],
    *,
    levels: Sequence[Level],
    horizon_months: int,
    origins: int,
) -> pd.DataFrame:
    """How far off was each forecaster at past dates, and did its ranges hold?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    made
        Backcasts by the name of the forecaster, all with the same origins.
    levels
        Where sums are judged too.
    horizon_months
        Steps judged; only origins of which all steps are known count.
    origins
        Number of latest origins judged.

    Returns
    -------
    pd.DataFrame
        One row per level and method: ``origins``, ``series`` (forecasts made per origin, mean),
        ``wape`` (sum of absolute errors of single months ÷ sum of absolute amounts), ``bias`` (sum
        of errors ÷ sum of amounts; above zero said too much), ``mase`` (absolute errors ÷ absolute
        changes on last year in the history, both summed), ``quantile_loss`` (twice the pinball
        loss ÷ absolute amounts, mean of the quantiles 2.5, 10, 50, 90 and 97.5 %),
        ``coverage_80`` and ``coverage_95`` (share 0-1 of months within their limits). Limits rest
        on errors that were known at the origin; where none were, the last three are NaN.
    """
    asked = [(level, method) for level in levels for method in made]

    def judge(one: tuple[Level, str]) -> dict[str, object]:
        level, method = one
        outcomes = _outcomes(y, made[method], level=level, steps=horizon_months, origins=origins)
        return {"level": level.name, "method": method, **_score(outcomes)} if outcomes else {}

    with ThreadPoolExecutor() as pool:
        rows = [row for row in pool.map(judge, asked) if row]
    return pd.DataFrame(rows, columns=list(BACKTEST_COLUMNS))


def _outcomes(
    y: FloatArray, backcasts: Backcasts, *, level: Level, steps: int, origins: int
) -> list[_Outcome]:
    errors = past_errors(y, backcasts, level=level)
    over = [k for k, origin in enumerate(backcasts.origins) if origin + steps <= y.shape[1]]
    return [
        _outcome(y, backcasts, errors=errors, level=level, at=(k, steps)) for k in over[:origins]
    ]


def _outcome(
    y: FloatArray, backcasts: Backcasts, *, errors: FloatArray, level: Level, at: tuple[int, int]
) -> _Outcome:
    k, steps = at
    origin = backcasts.origins[k]
    begun = np.isfinite(y[:, origin - 1])
    actual = level.total(np.where(begun[:, None], y[:, origin : origin + steps], np.nan))
    history = level.total(y[:, :origin])
    known = known_by(errors, backcasts, month=origin)
    margins = measure_margins(known)
    mean = level.total(backcasts.means[k])
    limits = put_limits(mean, usual_change(history), margins=margins, floor=lowest(history))
    rows = backcasts.active[k] if level.name == "dealer" else np.ones(len(mean), dtype=bool)
    return _Outcome(
        actual[rows],
        mean[rows, :steps],
        limits[:, rows, :steps],
        _naive_error(history[rows]),
        measured=bool(np.isfinite(known).any()),
    )


def _naive_error(history: FloatArray) -> FloatArray:
    """Mean absolute change on last year per series; NaN with less than thirteen months."""
    change = np.abs(history[:, SEASON:] - history[:, :-SEASON])
    known = np.isfinite(change)
    mean = np.where(known, change, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known.any(axis=1), mean, np.nan)


def _score(outcomes: list[_Outcome]) -> dict[str, float]:
    actual = np.concatenate([o.actual for o in outcomes])
    mean = np.concatenate([o.mean for o in outcomes])
    naive = np.concatenate([o.naive for o in outcomes])
    error = mean - actual
    based = np.isfinite(naive)
    scored = {
        "origins": len(outcomes),
        "series": round(len(actual) / len(outcomes)),
        "wape": _ratio(np.abs(error).sum(), np.abs(actual).sum()),
        "bias": _ratio(error.sum(), actual.sum()),
        "mase": _ratio(np.abs(error[based]).sum(), naive[based].sum() * error.shape[1]),
    }
    return scored | _score_limits([o for o in outcomes if o.measured])


def _score_limits(outcomes: list[_Outcome]) -> dict[str, float]:
    if not outcomes:
        return dict.fromkeys(BACKTEST_COLUMNS[-3:], np.nan)
    actual = np.concatenate([o.actual for o in outcomes])
    mean = np.concatenate([o.mean for o in outcomes])
    lo95, lo80, hi80, hi95 = np.concatenate([o.limits for o in outcomes], axis=1)
    said = dict(zip((*QUANTILES, 0.5), (lo95, lo80, hi80, hi95, mean), strict=True))
    losses = [
        2 * np.maximum(q * (actual - v), (q - 1) * (actual - v)).sum() for q, v in said.items()
    ]
    return {
        "quantile_loss": _ratio(float(np.mean(losses)), np.abs(actual).sum()),
        "coverage_80": _share((actual >= lo80) & (actual <= hi80)),
        "coverage_95": _share((actual >= lo95) & (actual <= hi95)),
    }


def _share(inside: np.ndarray) -> float:
    return float(inside.mean()) if inside.size else np.nan


def _ratio(top: float, base: float) -> float:
    return float(top / base) if base > 0 else np.nan

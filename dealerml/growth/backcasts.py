"""What would have been forecast at past dates: the ground for backtest and intervals alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dealerml.growth.forecasters import Forecaster
from dealerml.growth.season import BoolArray, FloatArray

Effects = Mapping[int, FloatArray]

STEPS: Final = 12
NO_EFFECTS: Final[Effects] = {}
DAYS_OF_A_MONTH: Final = 365.25 / 12
# With fewer origins than this, shorter histories are let in: a rough trial beats none.
ENOUGH_ORIGINS: Final = 4


@dataclass(frozen=True)
class Rules:
    """How much history is used, who is still forecast, and where the past is tried.

    Parameters
    ----------
    history_months
        Months looked back at; older ones say little about today's level.
    silent_months
        A dealer without a positive amount for so many whole months is forecast nothing.
    season_months
        Months from which a season is estimated.
    step
        Months between past origins.
    most
        Past origins at most.
    """

    history_months: int
    silent_months: int
    season_months: int
    step: int
    most: int


@dataclass(frozen=True)
class Backcasts:
    """Forecasts made at past origins with nothing but the months before them.

    Parameters
    ----------
    origins
        Number of months known at each origin, the latest first.
    means
        Origins x n x 12.
    active
        Origins x n; whether the dealer had begun and not fallen silent by then.
    """

    origins: tuple[int, ...]
    means: FloatArray
    active: BoolArray


def read_rules(forecast: Mapping[str, Any], *, active_days: int) -> Rules:
    """Which rules does the policy set?"""
    return Rules(
        history_months=int(forecast["history_months"]),
        silent_months=max(1, round(active_days / DAYS_OF_A_MONTH)),
        season_months=int(forecast["min_season_months"]),
        step=int(forecast["origin_step_months"]),
        most=int(forecast["most_origins"]),
    )


def forecast_active(
    y: FloatArray, forecaster: Forecaster, *, rules: Rules, effects: Effects = NO_EFFECTS
) -> tuple[FloatArray, BoolArray]:
    """What will each dealer buy in the next twelve months, and who is forecast at all?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    effects
        By months known: what the calendar does to each of them and the twelve after, a factor.

    Returns
    -------
    tuple
        Means, n x 12, zero for dealers who have fallen silent; and whether each dealer is active.
    """
    recent = y[:, -rules.silent_months :]
    active = np.asarray((np.where(np.isfinite(recent), recent, 0.0) > 0).any(axis=1))
    means = np.zeros((len(y), STEPS))
    if active.any():
        history, put_back = without_effect(y[active], effects, rules.history_months)
        means[active] = forecaster(history, STEPS) * put_back
    return means, active


def without_effect(y: FloatArray, effects: Effects, months: int) -> tuple[FloatArray, FloatArray]:
    """The last months of a history without what the calendar did, and what it will do to twelve."""
    effect = effects.get(y.shape[1])
    if effect is None:
        return y[:, -months:], np.ones(STEPS)
    known = y.shape[1]
    return (y / effect[:known])[:, -months:], effect[known : known + STEPS]


def past_origins(months: int, *, rules: Rules) -> tuple[int, ...]:
    """From how many months of history are past forecasts made, the longest first?

    Examples
    --------
    >>> rules = Rules(history_months=48, silent_months=6, season_months=24, step=3, most=5)
    >>> past_origins(60, rules=rules), past_origins(20, rules=rules), past_origins(12, rules=rules)
    ((57, 54, 51, 48, 45), (17, 14), ())
    """
    tried = [months - rules.step * k for k in range(1, rules.most + 1)]
    seasonal = tuple(origin for origin in tried if origin >= rules.season_months)
    if len(seasonal) >= ENOUGH_ORIGINS:
        return seasonal
    return tuple(origin for origin in tried if origin >= rules.season_months // 2)


def backcast(
    y: FloatArray, forecaster: Forecaster, *, rules: Rules, effects: Effects = NO_EFFECTS
) -> Backcasts:
    """What would have been forecast at each past origin?"""
    origins = past_origins(y.shape[1], rules=rules)
    made = [
        forecast_active(y[:, :origin], forecaster, rules=rules, effects=effects)
        for origin in origins
    ]
    shape = (len(origins), len(y))
    return Backcasts(
        origins,
        np.array([means for means, _ in made]).reshape(*shape, STEPS),
        np.array([active for _, active in made], dtype=bool).reshape(shape),
    )

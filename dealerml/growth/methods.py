"""Every forecaster tried on the same past, those that learn from the others last."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from dealerml.errors import PolicyError
from dealerml.growth.backcasts import (
    NO_EFFECTS,
    Backcasts,
    Effects,
    Rules,
    backcast,
    forecast_active,
)
from dealerml.growth.combining import combine_backcasts, combine_means
from dealerml.growth.forecasters import FORECASTERS
from dealerml.growth.pooled import boost_backcasts, boost_means
from dealerml.growth.season import BoolArray, FloatArray

BASELINE: Final = "seasonal_naive"
# Learnt from the past forecasts of others: the smoothing that boosting corrects, and the mix.
BOOSTING, CORRECTED = "pooled_boosting", "seasonal_smoothing"
COMBINATION: Final = "combination"
MEMBERS: Final = ("seasonal_smoothing", "theta", "tsb", BOOSTING)
METHODS: Final = (*FORECASTERS, BOOSTING, COMBINATION)


@dataclass(frozen=True)
class Tried:
    """What each method said at past origins, and says now.

    Parameters
    ----------
    made
        Past forecasts by method.
    means
        n x 12 by method; zero for dealers who have fallen silent.
    active
        n; who is forecast at all.
    """

    made: dict[str, Backcasts]
    means: dict[str, FloatArray]
    active: BoolArray


def try_methods(
    y: FloatArray, names: Sequence[str], *, rules: Rules, effects: Effects = NO_EFFECTS
) -> Tried:
    """What does each of these methods forecast, and what would it have forecast before?

    Parameters
    ----------
    y
        n x months; NaN before the first month of a dealer.
    names
        Names in ``METHODS``; the yardstick always takes part.
    effects
        What the calendar does, by months known; the yardstick knows nothing of it.

    Raises
    ------
    PolicyError
        If a name is unknown.
    """
    unknown = [name for name in names if name not in METHODS]
    if unknown:
        message = (
            f"forecast.methods names {len(unknown)} unknown methods, first {unknown[0]!r}. "
            f"Known: {', '.join(METHODS)}."
        )
        raise PolicyError(message)
    wanted = {BASELINE, *names}
    if COMBINATION in wanted:
        wanted |= set(MEMBERS)
    if BOOSTING in wanted:
        wanted.add(CORRECTED)
    # Each forecaster works on its own; what comes out does not depend on which one ends first.
    single = [name for name in FORECASTERS if name in wanted]
    told = {name: {"effects": NO_EFFECTS if name == BASELINE else effects} for name in single}
    with ThreadPoolExecutor() as pool:
        past = pool.map(lambda n: backcast(y, FORECASTERS[n], rules=rules, **told[n]), single)
        now = pool.map(lambda n: forecast_active(y, FORECASTERS[n], rules=rules, **told[n]), single)
        made, ahead = dict(zip(single, past, strict=True)), dict(zip(single, now, strict=True))
    means, active = {name: mean for name, (mean, _) in ahead.items()}, ahead[BASELINE][1]
    if BOOSTING in wanted:
        made[BOOSTING] = boost_backcasts(y, made[CORRECTED])
        means[BOOSTING] = boost_means(y, means[CORRECTED], active, made[CORRECTED])
    if COMBINATION in wanted:
        members = {name: made[name] for name in MEMBERS}
        made[COMBINATION] = combine_backcasts(y, members)
        means[COMBINATION] = combine_means(y, means, members)
    asked = [name for name in METHODS if name in (BASELINE, *names)]
    return Tried({n: made[n] for n in asked}, {n: means[n] for n in asked}, active)

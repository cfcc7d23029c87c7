"""The forecast: twelve months for every dealer, each region and the total, with limits."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.growth.backcasts import STEPS, Backcasts, past_origins
from dealerml.growth.backtest import BACKTEST_COLUMNS, backtest_forecasts
from dealerml.growth.calendar import estimate_effects
from dealerml.growth.fading import fade_backcasts, fade_means
from dealerml.growth.fan import DECIMALS, fan_months, fan_sum
from dealerml.growth.forecast_words import say_forecast, say_too_short
from dealerml.growth.hindsight import look_back
from dealerml.growth.history import History, level_history, read_history
from dealerml.growth.keeping import weigh_dealers
from dealerml.growth.levels import Level
from dealerml.growth.methods import BASELINE, COMBINATION, Tried, try_methods
from dealerml.growth.outlook import forecast_growth
from dealerml.growth.reconciling import (
    Sums,
    forecast_sums,
    reconcile_backcasts,
    reconcile_means,
)
from dealerml.growth.season import BoolArray, FloatArray
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

# Taken where no past date can tell which forecaster is best.
DEFAULT_METHOD: Final = COMBINATION
TABLE_COLUMNS: Final = ("level", "key", "month", "mean", "lo80", "hi80", "lo95", "hi95")
AHEAD_COLUMNS: Final = (
    "level",
    "key",
    "mean",
    "lo80",
    "hi80",
    "lo95",
    "hi95",
    "forecast_growth",
    "limits_from",
)


@dataclass(frozen=True)
class Forecast(Spoken):
    """What each dealer, region and all together will buy.

    Parameters
    ----------
    table
        One row per ``level`` (dealer, region, total), ``key`` and ``month`` (text, 2025-07), twelve
        months each: ``mean``, ``lo80``, ``hi80``, ``lo95``, ``hi95``, net amounts. Means of dealers
        add up to regions and total; limits do not, since errors of dealers offset each other. No
        rows with less than three months of history.
    ahead
        One row per ``level`` and ``key``: ``mean`` and limits of the next ``horizon_months``
        together, ``forecast_growth`` on the same months last year, and ``limits_from``: errors (of
        past forecasts) or spread (assumed around too few of them).
    stay
        Index ``dealer_id``, twelve columns by month: the mean if the dealer goes on buying as it
        did, before experience with past forecasts and probabilities of still buying.
    growth
        Index ``dealer_id``: see `forecast_growth`.
    backtest
        One row per level and method: see `backtest_forecasts`.
    history
        Monthly net amount of regions and total: ``level, key, month, net_amount``.
    method
        Name of the forecaster in ``FORECASTERS`` that missed least in the backtest; "" for none.
    horizon_months
        Months that cover the horizon, 1-12.
    hindsight
        What past forecasts had said of dealers, and what came: see `look_back`. Empty without any.
    """

    ahead: pd.DataFrame
    stay: pd.DataFrame
    growth: pd.DataFrame
    backtest: pd.DataFrame
    history: pd.DataFrame
    method: str
    horizon_months: int
    hindsight: pd.DataFrame


@dataclass(frozen=True)
class _Outcome:
    """Everything found out, before it becomes tables and sentences."""

    method: str
    made: Backcasts
    backtest: pd.DataFrame
    stay: pd.DataFrame
    means: FloatArray
    active: BoolArray


def forecast_sales(
    source: "Snapshot | pd.DataFrame",
    *,
    horizon: int = 90,
    regions: pd.Series | None = None,
    keep_probability: pd.Series | None = None,
    as_of: dt.date | None = None,
    policy: "Policy | None" = None,
) -> Forecast:
    """What will each dealer, each region and the whole channel buy in the next twelve months?

    Every forecaster is tried at past dates; the one that missed least is taken, and corrected by
    how far its past forecasts came true, stopped dealers included. Regions and total are sums of
    dealers; limits are errors of past forecasts, of the sums where sums are shown. Dealers who sign
    later are not in it, and dealers silent for ``active_days`` are at zero.

    Parameters
    ----------
    source
        A snapshot, or monthly amounts as `build_series` gives them.
    horizon
        Days ahead that matter most; the whole months that cover them are summed in ``ahead``.
    regions
        Region by dealer id. From a snapshot the dated region of the order lines where not given.
    keep_probability
        Probability of still buying by dealer id, such as 1 - ``churn_risk``; moves amounts between
        dealers, see `weigh_dealers`.
    as_of
        Last day known, for a table of months; the end of its last month where not given.
    policy
        Shipped defaults where not given.

    References
    ----------
    Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice, chapter 11.
    https://otexts.com/fpp3/

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=4, freq="M")
    >>> series = pd.DataFrame([[10.0] * 4, [30.0] * 4], ["A", "B"], months)
    >>> table = forecast_sales(series, horizon=60).table
    >>> table.loc[table["month"] == "2025-05", ["level", "key", "mean"]]
         level    key  mean
    0   dealer      A  10.0
    12  dealer      B  30.0
    24   total  total  40.0
    """
    history = read_history(source, horizon=horizon, regions=regions, as_of=as_of, policy=policy)
    if history.too_short:
        return _say_nothing(history)
    outcome = _find_out(history, keep_probability)
    weighed = keep_probability is not None and not keep_probability.empty
    said = (Sentence("growth.forecast_weighed"),) if weighed else ()
    forecast = _assemble(history, outcome)
    return replace(forecast, said=forecast.said + said)


def choose_method(backtest: pd.DataFrame) -> str:
    """Which forecaster missed least at past dates, of single dealers and of the total together?

    Of two alike the first by name; the default where nothing could be tried.
    """
    judged = backtest[backtest["level"].isin(["dealer", "total"])]
    missed = judged.groupby("method")["wape"].agg(lambda wape: wape.sum(skipna=False)).dropna()
    return str(missed.idxmin()) if len(missed) else DEFAULT_METHOD


def past_forecasts(history: History) -> dict[str, Backcasts]:
    """What would each method have forecast at past dates, corrected by what was known then?"""
    return _try(history)[2]


def _try(history: History) -> tuple[Tried, Sums, dict[str, Backcasts]]:
    effects = _effects(history)
    tried = try_methods(history.y, history.methods, rules=history.rules, effects=effects)
    sums = forecast_sums(history.y, history.levels, rules=history.rules, effects=effects)
    with ThreadPoolExecutor() as pool:
        past = pool.map(lambda name: _in_line(history, name, tried.made[name], sums), tried.made)
        made = dict(zip(tried.made, past, strict=True))
    return tried, sums, made


def _find_out(history: History, keep_probability: pd.Series | None) -> _Outcome:
    y, rules = history.y, history.rules
    tried, sums, made = _try(history)
    backtest = backtest_forecasts(
        y,
        made,
        levels=history.levels,
        horizon_months=history.horizon_months,
        origins=history.test_origins,
    )
    method = choose_method(backtest)
    raw = tried.means[method]
    stay = pd.DataFrame(raw, index=history.series.index, columns=list(history.ahead))
    means = raw
    if method != BASELINE:
        means = fade_means(y, raw, tried.made[method], block=rules.step)
        faded = fade_backcasts(y, tried.made[method], block=rules.step)
        means = reconcile_means(y, means, faded, sums)
    if keep_probability is not None:
        amount = pd.Series(means[:, : history.horizon_months].sum(axis=1), history.series.index)
        means = means * weigh_dealers(amount, keep_probability)[:, None]
    return _Outcome(
        method, made[method], backtest, stay.round(DECIMALS), means.round(DECIMALS), tried.active
    )


def _effects(history: History) -> dict[int, FloatArray]:
    """What the calendar does, by months known: at each past origin by what was known then."""
    y = history.y
    origins = (*past_origins(y.shape[1], rules=history.rules), y.shape[1])
    return {
        origin: estimate_effects(y[:, :origin], history.calendar.iloc[: origin + STEPS])[0]
        for origin in origins
    }


def _in_line(history: History, name: str, made: Backcasts, sums: Sums) -> Backcasts:
    """Past forecasts, each corrected by what earlier ones taught; the baseline stays as it is."""
    if name == BASELINE:
        return made
    faded = fade_backcasts(history.y, made, block=history.rules.step)
    return reconcile_backcasts(history.y, faded, sums)


def _assemble(history: History, outcome: _Outcome) -> Forecast:
    levels = history.levels
    ahead = pd.concat([_sum(history, outcome, level) for level in levels], ignore_index=True)
    means = pd.DataFrame(outcome.means, index=history.series.index)
    silent = len(history.series) - int(outcome.active.sum())
    return Forecast(
        pd.concat([_months(history, outcome, level) for level in levels], ignore_index=True),
        say_forecast(
            history, ahead=ahead, backtest=outcome.backtest, method=outcome.method, silent=silent
        ),
        ahead=ahead,
        stay=outcome.stay,
        growth=forecast_growth(means, history.series, horizon_months=history.horizon_months),
        backtest=outcome.backtest,
        history=level_history(history),
        method=outcome.method,
        horizon_months=history.horizon_months,
        hindsight=_look_back(history, outcome.made),
    )


def _look_back(history: History, made: Backcasts) -> pd.DataFrame:
    level, months = history.levels[0], history.horizon_months
    return look_back(history.series, history.y, made, level=level, months=months)


def _months(history: History, outcome: _Outcome, level: Level) -> pd.DataFrame:
    months = fan_months(
        history.y, outcome.made, means=outcome.means, level=level, active=outcome.active
    )
    names = pd.Series(history.ahead, dtype="str")
    months = months.assign(level=level.name, month=names.iloc[months["step"]].to_numpy())
    return months[list(TABLE_COLUMNS)]


def _sum(history: History, outcome: _Outcome, level: Level) -> pd.DataFrame:
    ahead = fan_sum(
        history.y,
        outcome.made,
        means=outcome.means,
        level=level,
        active=outcome.active,
        months=history.horizon_months,
    )
    return ahead.assign(level=level.name)[list(AHEAD_COLUMNS)]


def _say_nothing(history: History) -> Forecast:
    dealers = history.series.index
    unknown = pd.DataFrame(index=dealers, columns=range(1), dtype="float64")
    return Forecast(
        pd.DataFrame(columns=list(TABLE_COLUMNS)),
        say_too_short(history),
        ahead=pd.DataFrame(columns=list(AHEAD_COLUMNS)),
        stay=pd.DataFrame(index=dealers, columns=list(history.ahead), dtype="float64"),
        growth=forecast_growth(unknown, history.series, horizon_months=1),
        backtest=pd.DataFrame(columns=list(BACKTEST_COLUMNS)),
        history=level_history(history),
        method="",
        horizon_months=history.horizon_months,
        hindsight=pd.DataFrame(),
    )

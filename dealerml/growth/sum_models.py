"""Regions and the total, each modelled as one series, with what the residuals say of the model."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.errors import HistoryError
from dealerml.growth.backcasts import STEPS
from dealerml.growth.calendar import calendar_facts, estimate_effects
from dealerml.growth.levels import NO_REGION, region_of
from dealerml.growth.season import SEASON, FloatArray
from dealerml.words import Sentence, Spoken

# Whole years of one series that its season and its calendar can be read from.
FEWEST_MONTHS: Final = 36
# Past dates on which the two models are tried, and months ahead they are judged by.
TRIED, AHEAD = 4, 3
LAGS: Final = 12
ETS, SARIMAX = "ets", "sarimax"
WIDTHS: Final = {80: 1.2816, 95: 1.96}

Fit = Callable[[FloatArray, FloatArray, int], "Fitted"]


@dataclass(frozen=True)
class Fitted:
    """One model of one series, on the scale of logarithms.

    Parameters
    ----------
    mean, spread
        Forecast and its standard error for the months ahead.
    residuals
        One-step errors of the months that the model has seen.
    effect, effect_low, effect_high
        Change of sales with one working day more, as a share, and its 95 % interval.
    """

    mean: FloatArray
    spread: FloatArray
    residuals: FloatArray
    effect: tuple[float, float, float]


@dataclass(frozen=True)
class SumModels(Spoken):
    """Regions and the total, each by its own model.

    Parameters
    ----------
    table
        One row per ``level``, ``key`` and ``month`` (text): ``mean, lo80, hi80, lo95, hi95``.
    models
        Index (``level``, ``key``): ``model`` (ets or sarimax, the one that missed less at four past
        dates), ``wape`` of both (``wape_ets``, ``wape_sarimax``) and of last year repeated
        (``wape_naive``), three months ahead; ``day_effect``, ``day_low``, ``day_high``: what one
        working day more changes, as a share; ``ljung_box_p`` (below 0.05: residuals still follow
        each other), ``jarque_bera_p`` (below 0.05: not normal, so that limits are rough), ``n``
        months.
    residuals
        One row per month, one column per (level, key): one-step errors, logarithms.
    """

    models: pd.DataFrame
    residuals: pd.DataFrame


def model_sums(
    series: pd.DataFrame,
    *,
    regions: pd.Series | None = None,
    country: str = "",
) -> SumModels:
    """What do regions and the total say of themselves, and is their model sound?

    Exponential smoothing with a damped trend and a season (ETS) of months freed of the calendar,
    and a seasonal ARIMA (0,1,1)(0,1,1) with working days and the Spring Festival as regressors,
    both of logarithms; the one that missed less at past dates is taken. Sums are of all dealers,
    those who will come and go included.

    Parameters
    ----------
    series
        Monthly amounts as `build_series` gives them.
    regions
        Region by dealer id; only the total where None.
    country
        Whose public holidays are no working days, as in `calendar_facts`.

    Raises
    ------
    HistoryError
        If there are less than three years of months.

    References
    ----------
    Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice, chapters
    8 to 10. https://otexts.com/fpp3/
    """
    if series.shape[1] < FEWEST_MONTHS:
        message = (
            f"A model of a sum needs {FEWEST_MONTHS} months; the series has {series.shape[1]}."
        )
        raise HistoryError(message)
    months = pd.period_range(series.columns[0], periods=series.shape[1] + STEPS, freq="M")
    facts = calendar_facts(months, country)
    tables, models, residuals = [], {}, {}
    for (level, key), y in _sums(series, regions).items():
        if not (y > 0).all():  # a silent month has no logarithm
            continue
        fitted, row = _choose(y, facts)
        models[level, key] = row
        residuals[level, key] = pd.Series(
            fitted.residuals, series.columns[-len(fitted.residuals) :]
        )
        names = months[series.shape[1] :].astype("str")
        tables.append(_limits(fitted).assign(level=level, key=key, month=names))
    index = pd.MultiIndex.from_tuples(models, names=["level", "key"])
    summary = pd.DataFrame(list(models.values()), index=index)
    columns = ["level", "key", "month", "mean", "lo80", "hi80", "lo95", "hi95"]
    table = (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )
    return SumModels(table, _said(summary), summary, pd.DataFrame(residuals))


def _sums(series: pd.DataFrame, regions: pd.Series | None) -> dict[tuple[str, str], FloatArray]:
    y = series.fillna(0.0)
    sums = {("total", "total"): y.sum().to_numpy()}
    known = region_of(series.index, regions)
    if (known != NO_REGION).any():
        single = y.groupby(known.to_numpy()).sum()
        sums |= {("region", str(name)): row.to_numpy() for name, row in single.iterrows()}
    return sums


def _choose(y: FloatArray, facts: pd.DataFrame) -> tuple[Fitted, dict[str, Any]]:
    missed = dict.fromkeys((ETS, SARIMAX, "naive"), 0.0)
    size = 0.0
    for back in range(AHEAD, AHEAD * (TRIED + 1), AHEAD):
        known = y[: len(y) - back]
        if len(known) < FEWEST_MONTHS - SEASON:
            break
        came = y[len(known) : len(known) + AHEAD]
        for name, fit in FITS.items():
            told = np.exp(fit(known, _facts(facts, len(known)), AHEAD).mean)
            missed[name] += float(np.abs(told - came).sum())
        missed["naive"] += float(np.abs(known[-SEASON:][:AHEAD] - came).sum())
        size += float(came.sum())
    best = min(FITS, key=lambda name: missed[name])
    fitted = FITS[best](y, _facts(facts, len(y)), STEPS)
    wapes = {f"wape_{name}": value / size for name, value in missed.items()}
    effect = dict(zip(("day_effect", "day_low", "day_high"), fitted.effect, strict=True))
    return fitted, {"model": best, **wapes, **effect, **_diagnose(fitted.residuals), "n": len(y)}


def _facts(facts: pd.DataFrame, months: int) -> FloatArray:
    """Calendar of the known months and those ahead, around its mean; constant facts left out."""
    values = facts.to_numpy(dtype=np.float64)[: months + STEPS]
    known = values[:months]
    moves = np.ptp(known[SEASON:] - known[:-SEASON], axis=0) > 0
    centred: FloatArray = (values - known.mean(axis=0))[:, moves]
    return centred


def fit_ets(y: FloatArray, facts: FloatArray, steps: int) -> Fitted:
    """Exponential smoothing, damped trend and season, of months freed of the calendar."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    names = pd.DataFrame(facts)
    factor, table = estimate_effects(y[None], names)
    model = ETSModel(
        pd.Series(np.log(y / factor[: len(y)])),
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=SEASON,
    )
    fit = _quietly(lambda: model.fit(disp=False))
    told = fit.get_prediction(start=len(y), end=len(y) + steps - 1)
    spread = np.sqrt(np.asarray(told.forecast_variance, dtype=np.float64))
    mean = np.asarray(told.predicted_mean) + np.log(factor[len(y) : len(y) + steps])
    return Fitted(mean, spread, np.asarray(fit.resid)[SEASON:], _shrunken_effect(table))


def fit_sarimax(y: FloatArray, facts: FloatArray, steps: int) -> Fitted:
    """Seasonal ARIMA of differences, with the calendar as regressors."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX as Model

    known = facts[: len(y)] if facts.shape[1] else None
    ahead = facts[len(y) : len(y) + steps] if facts.shape[1] else None
    model = Model(np.log(y), exog=known, order=(0, 1, 1), seasonal_order=(0, 1, 1, SEASON))
    fit = _quietly(lambda: model.fit(disp=False, maxiter=200))
    told = fit.get_forecast(steps, exog=ahead)
    effect = (np.nan, np.nan, np.nan)
    if facts.shape[1]:
        low, high = np.asarray(fit.conf_int())[0]
        effect = (float(np.expm1(fit.params[0])), float(np.expm1(low)), float(np.expm1(high)))
    residuals = np.asarray(fit.resid)[SEASON + 1 :]
    return Fitted(np.asarray(told.predicted_mean), np.asarray(told.se_mean), residuals, effect)


FITS: Final[dict[str, Fit]] = {ETS: fit_ets, SARIMAX: fit_sarimax}


def _shrunken_effect(table: pd.DataFrame) -> tuple[float, float, float]:
    if not len(table) or not table["t"].iloc[0]:
        return np.nan, np.nan, np.nan
    effect, t = float(table["effect"].iloc[0]), float(table["t"].iloc[0])
    reach = 1.96 * abs(effect / t)
    mean, low, high = np.expm1([effect, effect - reach, effect + reach])
    return float(mean), float(low), float(high)


def _quietly(fit: Callable[[], Any]) -> Any:
    """A fit that stops early still forecasts; how well is measured, not believed."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    # One thread: matrices are small, and on a busy machine two wait for each other.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        return fit()


def _diagnose(residuals: FloatArray) -> dict[str, float]:
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import jarque_bera

    lags = min(LAGS, len(residuals) // 2)
    box = acorr_ljungbox(residuals, lags=[lags])["lb_pvalue"].iloc[0]
    return {"ljung_box_p": float(box), "jarque_bera_p": float(jarque_bera(residuals)[1])}


def _limits(fitted: Fitted) -> pd.DataFrame:
    table = {"mean": np.exp(fitted.mean)}
    for name, width in WIDTHS.items():
        table[f"lo{name}"] = np.exp(fitted.mean - width * fitted.spread)
        table[f"hi{name}"] = np.exp(fitted.mean + width * fitted.spread)
    return pd.DataFrame(table)


def _said(models: pd.DataFrame) -> tuple[Sentence, ...]:
    if not len(models) or ("total", "total") not in models.index:
        return (Sentence("growth.sum_models_nothing"),)
    row = models.loc[[("total", "total")]].iloc[0]
    best = str(row["model"])
    facts = {"model": Sentence(f"growth.sum_model.{best}"), "wape": row[f"wape_{best}"]}
    said = [Sentence("growth.sum_models", facts | {"naive": row["wape_naive"], "dates": TRIED})]
    if pd.notna(row["day_effect"]):
        ends = {"effect": row["day_effect"], "low": row["day_low"], "high": row["day_high"]}
        said.append(Sentence("growth.sum_models_day", ends))
    key = "growth.sum_models_follow" if row["ljung_box_p"] < 0.05 else "growth.sum_models_sound"
    said.append(Sentence(key, {"p": row["ljung_box_p"]}))
    return tuple(said)

"""What a forecast says, sentence by sentence."""

import pandas as pd

from dealerml.growth.fan import FROM_SPREAD
from dealerml.growth.history import History
from dealerml.growth.methods import BASELINE
from dealerml.words import Sentence


def say_forecast(
    history: History, *, ahead: pd.DataFrame, backtest: pd.DataFrame, method: str, silent: int
) -> tuple[Sentence, ...]:
    """What is to be expected, how sure is it, and what is not in it?

    Parameters
    ----------
    ahead
        Sums over the horizon with limits.
    method
        The forecaster that was taken.
    silent
        Dealers forecast at zero because they fell silent.
    """
    total = ahead[ahead["level"] == "total"].iloc[0]
    return (
        *_say_total(history, total),
        *_say_trial(backtest, method=method),
        *_say_silent(history, silent),
        *_say_partial(history),
        *_say_limits(history, total, method=method),
    )


def say_too_short(history: History) -> tuple[Sentence, ...]:
    """Why is there no forecast?"""
    months = {"months": history.series.shape[1], "needed": history.min_months}
    if len(history.series) == 0 and months["months"] >= history.min_months:
        return (Sentence("growth.forecast_nobody"),)
    return (Sentence("growth.forecast_too_short", months), *_say_partial(history))


def _say_total(history: History, total: pd.Series) -> tuple[Sentence, ...]:
    months = history.ahead[: history.horizon_months]
    span = {"months": len(months), "first": months[0], "last": months[-1]}
    amounts = {"amount": total["mean"], "lo": total["lo80"], "hi": total["hi80"]}
    said = [Sentence("growth.forecast_total", span | amounts)]
    if pd.notna(total["forecast_growth"]):
        said.append(Sentence("growth.forecast_change", {"growth": total["forecast_growth"]}))
    else:
        said.append(Sentence("growth.forecast_no_last_year"))
    return tuple(said)


def _say_trial(backtest: pd.DataFrame, *, method: str) -> tuple[Sentence, ...]:
    dealers = backtest[backtest["level"] == "dealer"].set_index("method")
    missed = dealers["wape"].dropna()
    if method not in missed.index:
        return (Sentence("growth.forecast_untried"),)
    own = dealers.loc[method]
    total = backtest[(backtest["level"] == "total") & (backtest["method"] == method)]
    facts = {"origins": own["origins"], "wape": own["wape"], "total": total["wape"].iloc[0]}
    if method == BASELINE:
        said = [Sentence("growth.forecast_trial_naive", facts)]
    else:
        naive = {"naive": missed.loc[BASELINE]}
        said = [Sentence("growth.forecast_trial", facts | naive)]
    if pd.notna(own["coverage_80"]):
        said.append(Sentence("growth.forecast_coverage", {"share": own["coverage_80"]}))
    return tuple(said)


def _say_silent(history: History, silent: int) -> tuple[Sentence, ...]:
    if not silent:
        return ()
    facts = {"n": silent, "months": history.rules.silent_months}
    return (Sentence("growth.forecast_silent", facts),)


def _say_limits(history: History, total: pd.Series, *, method: str) -> tuple[Sentence, ...]:
    said = []
    months, needed = history.series.shape[1], history.rules.season_months
    # Repeating last year repeats its season too.
    if months < needed and method != BASELINE:
        said.append(Sentence("growth.forecast_no_season", {"months": months, "needed": needed}))
    if total["limits_from"] == FROM_SPREAD:
        said.append(Sentence("growth.forecast_wide"))
    return tuple(said)


def _say_partial(history: History) -> tuple[Sentence, ...]:
    month = history.partial_month
    return (Sentence("growth.forecast_partial", {"month": month}),) if month else ()

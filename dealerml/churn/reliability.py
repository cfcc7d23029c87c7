"""Does a risk of ten per cent mean that one dealer in ten stops? And who is found first?"""

import numpy as np
import pandas as pd

from dealerml.churn.backtest import Backtest
from dealerml.churn.metrics import EDGE, dealer_weights, interval
from dealerml.churn.slices import at_dates, slice_dates

NEWTON_STEPS = 12
FEWEST = 10  # churners and stayers below which a slope says nothing


def measure_reliability(backtest: Backtest, model: str, *, bins: int = 10) -> pd.DataFrame:
    """How often did dealers of a given risk really churn?

    Returns
    -------
    One row per group of dealers, from the lowest risk, each group with about equally many expected
    churners, since most dealers have next to no risk; equal risks are in one group:
        ``n``, ``events``      dealers and churners
        ``predicted``          mean risk, 0–1
        ``observed``           share that churned, 0–1
        ``low``, ``high``      95 % interval of that share

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    https://doi.org/10.1080/01621459.1927.10502953
    """
    from statsmodels.stats.proportion import proportion_confint

    risk, churned = backtest.predictions[model], backtest.predictions["churned"]
    if risk.empty:
        columns = ["n", "events", "predicted", "observed", "low", "high"]
        return pd.DataFrame(columns=columns, dtype=float)
    parts = pd.DataFrame({"risk": risk, "churned": churned}).groupby(_groups(risk, bins))
    table = parts.agg(n=("churned", "size"), events=("churned", "sum"), predicted=("risk", "mean"))
    table["observed"] = table["events"] / table["n"]
    low, high = proportion_confint(table["events"], table["n"], method="wilson")
    return table.assign(low=low, high=high).reset_index(drop=True)


def measure_gain(backtest: Backtest) -> pd.DataFrame:
    """Which share of the churners is found by calling on the riskiest dealers first?

    Returns
    -------
    Index ``called``, share of dealers from 0 to 1 in steps of 1 %; one column per model, share of
    the churners among them. Empty where nobody churned.
    """
    predictions = backtest.predictions
    churned = predictions["churned"].to_numpy()
    called = pd.Index(np.linspace(0, 1, 101), name="called")
    if not churned.sum():
        return pd.DataFrame(index=called[:0])
    models = [name for name in predictions.columns if name != "churned"]
    return pd.DataFrame(
        {name: _gain_curve(churned, predictions[name].to_numpy(), called) for name in models},
        index=called,
    )


def measure_calibration(
    backtest: Backtest,
    model: str,
    *,
    slices: int = 4,
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Did the risks of the last slices mean what they said, and how sure is that?

    Parameters
    ----------
    slices
        So many of the latest tested as-of dates.

    Returns
    -------
    Index ``as_of``, one row per slice and a last one ``pooled``:
        ``n``, ``events``, ``expected``  dealers, churners, and the sum of the risks
        ``intercept``, ``slope``         of a logistic curve of the label on the predicted log-odds;
                                         0 and 1 are perfect, empty with fewer than 10 of a kind.
                                         The intercept is that with the slope held at 1
        ``…_lo``, ``…_hi``               95 % interval by dealer, bootstrap

    References
    ----------
    Van Calster, McLernon, van Smeden, Wynants, Steyerberg (2019), Calibration: the Achilles heel of
    predictive analytics, https://doi.org/10.1186/s12916-019-1466-7
    """
    predictions = backtest.predictions
    dates = slice_dates(predictions)[-slices:]
    last = at_dates(predictions, dates)
    parts = {str(date.date()): at_dates(last, [date]) for date in dates}
    parts["pooled"] = last
    rows = {
        name: _calibrate(part, model, n_bootstrap=n_bootstrap, random_state=random_state)
        for name, part in parts.items()
    }
    return pd.DataFrame(rows).T.rename_axis("as_of")


def _calibrate(
    part: pd.DataFrame, model: str, *, n_bootstrap: int, random_state: int
) -> dict[str, float]:
    churned, risk = part["churned"].to_numpy(dtype=float), part[model].to_numpy(dtype=float)
    events = churned.sum()
    facts = {"n": len(part), "events": events, "expected": risk.sum()}
    ends = ("", "_lo", "_hi")
    if min(events, len(part) - events) < FEWEST:
        return facts | {f"{name}{end}": np.nan for name in ("intercept", "slope") for end in ends}
    dealers = part.index.get_level_values("dealer_id").to_numpy()
    drawn = dealer_weights(dealers, replicates=n_bootstrap, random_state=random_state)
    weights = np.vstack([np.ones(len(part)), drawn])
    safe = np.clip(risk, EDGE, 1 - EDGE)
    intercept, slope = _curve(np.log(safe / (1 - safe)), churned, weights)
    for name, values in (("intercept", intercept), ("slope", slope)):
        facts |= dict(
            zip((f"{name}{end}" for end in ends), (values[0], *interval(values[1:])), strict=True)
        )
    return facts


def _curve(
    log_odds: np.ndarray, churned: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Intercept with slope 1, and slope with an intercept of its own, for each row of weights."""
    shift, both = np.zeros(len(weights)), np.tile([0.0, 1.0], (len(weights), 1))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        for _ in range(NEWTON_STEPS):
            chance = 1 / (1 + np.exp(-(log_odds + shift[:, None])))
            spread = (weights * chance * (1 - chance)).sum(axis=1)
            shift += _bounded((weights * (churned - chance)).sum(axis=1) / spread)
            both += _bounded(_step(log_odds, churned, weights, both))
    return shift, both[:, 1]


def _bounded(step: np.ndarray) -> np.ndarray:
    """Short steps, so that a draw in which hardly anybody churned cannot run away."""
    return np.asarray(np.clip(np.nan_to_num(step), -1, 1))


def _step(
    log_odds: np.ndarray, churned: np.ndarray, weights: np.ndarray, both: np.ndarray
) -> np.ndarray:
    chance = 1 / (1 + np.exp(-(both[:, :1] + both[:, 1:] * log_odds)))
    error, spread = weights * (churned - chance), weights * chance * (1 - chance)
    pull = error.sum(axis=1), (error * log_odds).sum(axis=1)
    one, two, three = (
        (spread * power).sum(axis=1) for power in (1.0, log_odds, log_odds * log_odds)
    )
    size = one * three - two * two
    return np.column_stack(
        [(three * pull[0] - two * pull[1]) / size, (one * pull[1] - two * pull[0]) / size]
    )


def _groups(risk: pd.Series, bins: int) -> np.ndarray:
    values, place = np.unique(risk.to_numpy(), return_inverse=True)
    expected = values * np.bincount(place)
    # The middle of its own expected churners decides to which group a risk belongs.
    middle = (np.cumsum(expected) - expected / 2) / max(expected.sum(), 1e-300)
    return np.asarray(np.minimum(bins * middle, bins - 1).astype(int)[place])


def _gain_curve(churned: np.ndarray, risk: np.ndarray, called: pd.Index) -> np.ndarray:
    order = np.argsort(-risk, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(risk[order]) != 0, True))
    found = np.cumsum(churned[order])[ends] / churned.sum()
    share = np.append(0.0, (ends + 1) / len(risk))
    return np.asarray(np.interp(called.to_numpy(), share, np.append(0.0, found)))

"""Does a risk of ten per cent mean that one dealer in ten stops? And who is found first?"""

import numpy as np
import pandas as pd

from dealerml.churn.backtest import Backtest


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

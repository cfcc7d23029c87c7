"""Who of the dealers the expected sales come from, once it is known who may stop."""

import numpy as np
import pandas as pd

from dealerml.errors import HistoryError
from dealerml.growth.season import FloatArray


def weigh_dealers(amount: pd.Series, keep_probability: pd.Series) -> FloatArray:
    """By how much is each dealer's forecast scaled when some are likelier to stop than others?

    Forecasts are already held against what came of past ones, stopped dealers included, so the
    level is right on average. The probabilities move amounts from dealers who may stop to those who
    stay; the sum remains.

    Parameters
    ----------
    amount
        Expected amount by dealer id; it weighs the average probability.
    keep_probability
        0-1 by dealer id; a dealer without one, such as a new dealer, is left as it is.

    Returns
    -------
    FloatArray
        Probability ÷ average probability, 1 for dealers without one.

    Raises
    ------
    HistoryError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> amount = pd.Series([10.0, 30.0, 5.0], ["A", "B", "C"])
    >>> weigh_dealers(amount, pd.Series({"A": 0.4, "B": 0.9})).round(3).tolist()
    [0.516, 1.161, 1.0]
    """
    given = keep_probability.reindex(amount.index).to_numpy(dtype=np.float64)
    _check(given, amount.index)
    known = np.isfinite(given)
    size = np.maximum(amount.to_numpy(dtype=np.float64), 0.0)[known]
    kept = (given[known] * size).sum()
    average = float(kept / size.sum()) if kept > 0 else 1.0
    return np.where(known, given, average) / average


def _check(given: FloatArray, dealers: "pd.Index[str]") -> None:
    outside = np.flatnonzero((given < 0) | (given > 1))
    if outside.size:
        first = outside[0]
        message = (
            f"{outside.size} probabilities of still buying are not between 0 and 1, the first is "
            f"{given[first]} of dealer {dealers[first]}. Give 1 minus the churn risk."
        )
        raise HistoryError(message)

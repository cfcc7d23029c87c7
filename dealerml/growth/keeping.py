"""How much of a forecast remains when not every dealer goes on buying."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.errors import HistoryError
from dealerml.growth.season import FloatArray


@dataclass(frozen=True)
class Keeping:
    """Probabilities of still buying.

    Parameters
    ----------
    weights
        n x steps; multiplies each dealer's forecast.
    average
        steps; what all dealers together keep, for forecasts of the past.
    """

    weights: FloatArray
    average: FloatArray


def weigh_dealers(
    stay: pd.DataFrame, keep_probability: pd.Series, *, horizon_months: int
) -> Keeping:
    """With which probability does each dealer still buy in each month ahead?

    Within the horizon it is the given probability. In each later horizon every dealer that is
    left runs the average risk: those who stayed through a high risk are no longer at a high one.

    Parameters
    ----------
    stay
        n x 12, the forecast if the dealer stays; index ``dealer_id``. Its amounts weigh the mean.
    keep_probability
        0-1 by dealer id; a dealer without one, such as a new dealer, keeps the average.

    Raises
    ------
    HistoryError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> stay = pd.DataFrame([[10.0] * 4, [30.0] * 4], ["A", "B"])
    >>> kept = weigh_dealers(stay, pd.Series({"A": 0.5, "B": 0.9}), horizon_months=2)
    >>> kept.weights.round(2).tolist(), kept.average.round(2).tolist()
    ([[0.5, 0.5, 0.4, 0.4], [0.9, 0.9, 0.72, 0.72]], [0.8, 0.8, 0.64, 0.64])
    """
    given = keep_probability.reindex(stay.index).to_numpy(dtype=np.float64)
    _check(given, stay.index)
    known = np.isfinite(given)
    size = np.maximum(stay.to_numpy()[:, :horizon_months].sum(axis=1), 0.0)[known]
    average = float((given[known] * size).sum() / size.sum()) if size.sum() > 0 else 1.0
    later = np.arange(stay.shape[1]) // horizon_months
    first = np.where(known, given, average)
    fading: FloatArray = np.power(average, later.astype(np.float64))
    return Keeping(first[:, None] * fading, average * fading)


def _check(given: FloatArray, dealers: "pd.Index[str]") -> None:
    outside = np.flatnonzero((given < 0) | (given > 1))
    if outside.size:
        first = outside[0]
        message = (
            f"{outside.size} probabilities of still buying are not between 0 and 1, the first is "
            f"{given[first]} of dealer {dealers[first]}. Give 1 minus the churn risk."
        )
        raise HistoryError(message)

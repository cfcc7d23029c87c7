"""What an order is worth, and what a dealer still is: gamma-gamma and residual value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.churn.buying import FEWEST, BuyingModel, describe_parameters, predict_buying
from dealerml.churn.likelihood import maximise
from dealerml.errors import TableError
from dealerml.words import Sentence, Spoken

NAMES: Final = ("p", "q", "v")
STARTS: Final = ((2.0, 3.0, 1.5), (6.0, 4.0, 1.0), (1.0, 1.5, 1.0), (20.0, 2.0, 0.1))
STEPS_A_YEAR: Final = 12


@dataclass(frozen=True)
class SpendingModel(Spoken):
    """A fitted model of the mean amount per order.

    Parameters
    ----------
    table
        Index ``parameter``: ``value``, ``standard_error``, ``low``, ``high`` (95 %).
    kind
        ``gamma_gamma``, or ``pooled`` where it could not be fitted: each dealer's mean drawn half
        way to that of all.
    log_likelihood
        Of the means given the numbers of orders; NaN where pooled.
    mean_amount
        Expected per order of a dealer of whom nothing is known.
    correlation
        Between number of orders and mean amount: the model takes them as unrelated.
    n, left_out
        Dealers fitted on, and those without a positive mean or repeat orders.
    """

    kind: str
    parameters: Mapping[str, float]
    log_likelihood: float
    mean_amount: float
    correlation: float
    n: int
    left_out: int


def fit_spending(orders: pd.DataFrame) -> SpendingModel:
    """How much is an order worth, from dealer to dealer?

    Parameters
    ----------
    orders
        Columns ``frequency`` and ``mean_amount``, the mean amount of its orders. Returns belong in
        it, netted by order; a dealer whose mean is not above zero is left out and counted.

    References
    ----------
    Fader, Hardie, Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
    https://doi.org/10.1509/jmkr.2005.42.4.415
    """
    missing = [name for name in ("frequency", "mean_amount") if name not in orders]
    if missing:
        message = f"Orders lack {', '.join(missing)}. They need frequency and mean_amount."
        raise TableError(message)
    x, mean = (orders[name].to_numpy(dtype="float64") for name in ("frequency", "mean_amount"))
    used = np.isfinite(mean) & (mean > 0) & (x >= 1)
    x, mean = x[used], mean[used]
    left_out = len(orders) - len(x)
    if len(x) < FEWEST or len(np.unique(mean)) < 3:
        return _pool(mean, len(x), left_out)
    unit = float(mean.mean())

    def objective(logs: np.ndarray) -> tuple[float, np.ndarray]:
        values = np.exp(logs)
        with np.errstate(all="ignore"):
            value, gradient = _likelihood(values, x, mean / unit)
            return value, gradient * values

    found = maximise(objective, STARTS, weight=float(len(x)))
    if not found.converged:
        return _pool(mean, len(x), left_out)
    stretch = np.array([1.0, 1.0, unit])
    value = found.log_likelihood - len(x) * np.log(unit)
    values = found.parameters * stretch
    table = describe_parameters(NAMES, values, found.covariance * np.outer(stretch, stretch))
    p, q, v = values
    average = float(p * v / (q - 1)) if q > 1 else float(np.median(mean))
    correlation = float(np.corrcoef(x, mean)[0, 1]) if np.ptp(x) > 0 else 0.0
    facts = {"n": len(x), "left_out": left_out, "correlation": correlation}
    said = (Sentence("buying.spending", facts),)
    parameters = dict(zip(NAMES, values.tolist(), strict=True))
    return SpendingModel(
        table, said, "gamma_gamma", parameters, value, average, correlation, len(x), left_out
    )


def predict_spending(model: SpendingModel, orders: pd.DataFrame) -> pd.Series:
    """How much will an order of each dealer be worth on average?

    Returns
    -------
    Money, > 0, ``mean_amount_expected``: a dealer without repeat orders, or whose mean is not above
    zero, is expected to order like the average dealer, so few orders never make a dealer look rich.
    """
    x, mean = (orders[name].astype("float64") for name in ("frequency", "mean_amount"))
    known = (x >= 1) & (mean > 0)
    if model.kind == "pooled":
        own = (mean + model.mean_amount) / 2
    else:
        p, q, v = (model.parameters[name] for name in NAMES)
        own = p * (v + x * mean) / (p * x + q - 1).where(p * x + q > 1)
    return own.where(known).fillna(model.mean_amount).rename("mean_amount_expected")


def value_residual(
    buying: BuyingModel,
    spending: SpendingModel,
    orders: pd.DataFrame,
    *,
    years: float = 3.0,
    days_per_unit: float = 1.0,
    discount_rate: float = 0.1,
) -> pd.DataFrame:
    """What is each dealer still worth, in today's money?

    Parameters
    ----------
    orders
        Columns of both models.
    years
        How far ahead orders count.
    days_per_unit
        Days in the unit of time of ``recency`` and ``age``: 7 where they are weeks.
    discount_rate
        Per year.

    Returns
    -------
    Index as ``orders``: ``orders_expected`` within those years, ``mean_amount_expected``, and
    ``residual_value``, money: expected amounts, month by month, discounted.
    """
    steps = np.arange(1, round(years * STEPS_A_YEAR) + 1)
    month = 365.25 / STEPS_A_YEAR / days_per_unit
    expected = [
        predict_buying(buying, orders, horizon=month * step)["orders_expected"] for step in steps
    ]
    by_step = np.diff(np.vstack([np.zeros(len(orders)), *expected]), axis=0)
    discount = (1 + discount_rate) ** (-(steps - 0.5) / STEPS_A_YEAR)
    worth = predict_spending(spending, orders)
    discounted = (by_step * discount[:, None]).sum(axis=0)
    return pd.DataFrame(
        {
            "orders_expected": expected[-1],
            "mean_amount_expected": worth,
            "residual_value": discounted * worth,
        },
        index=orders.index,
    )


def _likelihood(values: np.ndarray, x: np.ndarray, mean: np.ndarray) -> tuple[float, np.ndarray]:
    from scipy.special import gammaln, psi

    p, q, v = values
    shape, total = p * x, v + x * mean
    logs = np.log(total)
    value = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
        + (shape - 1) * np.log(mean) + shape * np.log(x) - (shape + q) * logs
    )  # fmt: skip
    both = psi(shape + q)
    gradient = [
        (x * (both - psi(shape) + np.log(mean) + np.log(x) - logs)).sum(),
        (both - psi(q) + np.log(v) - logs).sum(),
        (q / v - (shape + q) / total).sum(),
    ]
    return float(value.sum()), np.array(gradient)


def _pool(mean: np.ndarray, n: int, left_out: int) -> SpendingModel:
    average = float(mean.mean()) if n else float("nan")
    table = describe_parameters((), np.array([]), np.empty((0, 0)))
    said = (Sentence("buying.spending_pooled", {"n": n, "left_out": left_out}),)
    return SpendingModel(
        table, said, "pooled", {}, float("nan"), average, float("nan"), n, left_out
    )

"""Buy till you die: how many orders each dealer will place, and whether it still is one.

Three numbers tell all that these models read of a dealer: ``frequency``, its repeat order days;
``recency``, its age at the last of them; ``age``, the time since its first order. Any unit of time
will do. Equal rows are counted once and weighed, so that a million dealers cost little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.churn.likelihood import Objective, Optimum, maximise
from dealerml.churn.processes import PROCESSES, Process, Rows, make_rows
from dealerml.errors import TableError
from dealerml.words import Sentence, Spoken

COLUMNS: Final = ("frequency", "recency", "age")
# What is fitted instead where a model cannot be: the same buying without an end, then one rate.
WAY_OUT: Final = {"pareto_nbd": "bg_nbd", "bg_nbd": "nbd", "nbd": "poisson"}
FEWEST: Final = 10
THIN_TO: Final = 20_000  # different rows on which the parameters are looked for first
NORMAL_95: Final = 1.959963984540054


@dataclass(frozen=True)
class BuyingModel(Spoken):
    """A fitted model of repeat orders.

    Parameters
    ----------
    table
        Index ``parameter``: ``value``, ``standard_error``, and ``low``, ``high``, its 95 %
        interval.
    kind
        ``bg_nbd``, ``pareto_nbd``, or the way out that was taken: ``nbd`` (nobody ever stops) or
        ``poisson`` (all dealers alike, too).
    covariance
        Of the parameters; NaN where it is not known.
    log_likelihood
        Of the orders given their times.
    converged
        Whether the kind that was asked for was fitted.
    n
        Dealers fitted on.
    """

    kind: str
    parameters: Mapping[str, float]
    covariance: pd.DataFrame
    log_likelihood: float
    converged: bool
    n: int


def count_orders(x: pd.DataFrame) -> pd.DataFrame:
    """What do the models read, from the features of one date?

    Returns
    -------
    Index as ``x`` without dealers that never ordered: ``frequency`` (count, ≥ 0), ``recency`` and
    ``age`` (days). Returns are no orders; a dealer with one order day has frequency and recency 0.

    Examples
    --------
    >>> x = pd.DataFrame({"order_days": [3, 1], "tenure_days": [60, 9], "recency_days": [30, 9]})
    >>> count_orders(x).values.tolist()
    [[2.0, 30.0, 60.0], [0.0, 0.0, 9.0]]
    """
    known = x[x["order_days"] > 0]
    orders = {
        "frequency": known["order_days"] - 1,
        "recency": known["tenure_days"] - known["recency_days"],
        "age": known["tenure_days"],
    }
    return pd.DataFrame(orders, index=known.index).astype("float64")


def fit_buying(orders: pd.DataFrame, *, kind: str = "bg_nbd") -> BuyingModel:
    """How do dealers buy, and how do they stop?

    Parameters
    ----------
    orders
        Columns ``frequency``, ``recency``, ``age`` in one unit of time; index ``dealer_id``.
    kind
        ``bg_nbd``: a dealer may stop after any order; ``pareto_nbd``: at any time.

    Returns
    -------
    Where the likelihood has no top inside its bounds, or there are fewer than ten dealers with
    repeat orders, a simpler model is fitted and ``said`` tells so.

    Raises
    ------
    TableError
        If a row cannot be: negative, or a last order after the end.

    References
    ----------
    Fader, Hardie, Lee (2005), "Counting your customers" the easy way,
    https://doi.org/10.1287/mksc.1040.0098
    Schmittlein, Morrison, Colombo (1987), Counting your customers: who are they and what will they
    do next?, https://doi.org/10.1287/mnsc.33.1.1

    Examples
    --------
    >>> few = pd.DataFrame({"frequency": [2, 0], "recency": [30, 0], "age": [60, 9]})
    >>> model = fit_buying(few)
    >>> model.kind, round(model.parameters["rate"], 3), model.converged
    ('poisson', 0.029, False)
    """
    rows = _read(orders)
    asked, tried = kind, []
    enough = rows.weight[rows.frequency > 0].sum() >= FEWEST
    optimum = None
    while kind != "poisson":
        if enough:
            optimum = _fit(PROCESSES[kind], rows)
            if optimum.converged:
                break
        tried.append(kind)
        kind = WAY_OUT[kind]
    if kind == "poisson" or optimum is None:
        optimum = _pool(rows)
    return _describe(kind, asked, optimum, rows)


def predict_buying(model: BuyingModel, orders: pd.DataFrame, *, horizon: float) -> pd.DataFrame:
    """Is each dealer still one, and what will it do within the horizon?

    Returns
    -------
    Index as ``orders``:
        ``alive_probability``     probability, 0–1; that it has not stopped for good
        ``orders_expected``       count, ≥ 0; repeat order days within the horizon
        ``no_order_probability``  probability, 0–1; of none within the horizon

    Notes
    -----
    The chance of no order is the likelihood of having been silent until the end of the horizon over
    that of having been silent until now, in every one of these models.
    """
    rows = _read(orders, weigh=False)
    process, values = PROCESSES[model.kind], np.array([*model.parameters.values()])
    later = rows._replace(age=rows.age + horizon)
    silent = np.exp(process.log_likelihood(values, later) - process.log_likelihood(values, rows))
    table = {
        "alive_probability": process.alive(values, rows),
        "orders_expected": process.expect(values, rows, horizon),
        "no_order_probability": np.clip(silent, 0, 1),
    }
    return pd.DataFrame(table, index=orders.index)


def _read(orders: pd.DataFrame, *, weigh: bool = True) -> Rows:
    missing = [name for name in COLUMNS if name not in orders]
    if missing:
        message = f"Orders lack {', '.join(missing)}. They need {', '.join(COLUMNS)}."
        raise TableError(message)
    values = orders[list(COLUMNS)].to_numpy(dtype="float64")
    x, last, age = values.T
    wrong = ~np.isfinite(values).all(axis=1) | (x < 0) | (last < 0) | (last > age)
    wrong |= (x == 0) & (last > 0)
    if wrong.any():
        first = orders.index[int(np.argmax(wrong))]
        message = (
            f"{int(wrong.sum())} of {len(orders)} rows of orders cannot be, first {first!r}: "
            "needed is 0 ≤ recency ≤ age, and recency 0 where frequency is 0."
        )
        raise TableError(message)
    if not weigh:
        return make_rows(x, last, age, np.ones(len(x)))
    return _count_alike(x, last, age)


def _count_alike(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> Rows:
    """Each different row once, in order, with how often it is there."""
    places = [np.unique(values, return_inverse=True) for values in (x, last, age)]
    sizes = [len(values) for values, _ in places]
    key = (places[0][1] * sizes[1] + places[1][1]) * sizes[2] + places[2][1]
    keys, weight = np.unique(key, return_counts=True)
    rest, third = np.divmod(keys, sizes[2])
    first, second = np.divmod(rest, sizes[1])
    columns = [values[at] for (values, _), at in zip(places, (first, second, third), strict=True)]
    return make_rows(columns[0], columns[1], columns[2], weight.astype(float))


def _fit(process: Process, rows: Rows) -> Optimum:
    # In units of the mean age, so that the same starts serve days, weeks and years.
    unit = float((rows.age * rows.weight).sum() / rows.weight.sum()) or 1.0
    scaled = rows._replace(recency=rows.recency / unit, age=rows.age / unit)

    def on(part: Rows) -> Objective:
        def objective(logs: np.ndarray) -> tuple[float, np.ndarray]:
            values = np.exp(logs)
            with np.errstate(all="ignore"):
                value, gradient = process.gradient(values, part)
                return value, gradient * values

        return objective

    step = max(1, len(rows.age) // THIN_TO)
    thin = make_rows(*(values[::step] for values in scaled[:4])) if step > 1 else scaled
    found = maximise(
        on(scaled),
        process.starts,
        weight=float(rows.weight.sum()),
        thinned=(on(thin), float(thin.weight.sum())) if step > 1 else None,
    )
    stretch = np.where(np.array(process.in_time), unit, 1.0)
    # Density of orders in another unit: each order contributes one factor of time.
    shift = float((rows.frequency * rows.weight).sum()) * np.log(unit)
    return Optimum(
        found.parameters * stretch,
        found.covariance * np.outer(stretch, stretch),
        found.log_likelihood - shift,
        found.converged,
    )


def _pool(rows: Rows) -> Optimum:
    orders, time = (float((values * rows.weight).sum()) for values in (rows.frequency, rows.age))
    rate = (orders + 0.5) / (time + 1e-9) if orders == 0 else orders / time
    value = float((PROCESSES["poisson"].log_likelihood(np.array([rate]), rows) * rows.weight).sum())
    spread = np.array([[rate * rate / max(orders, 0.5)]])
    return Optimum(np.array([rate]), spread, value, converged=True)


def describe_parameters(
    names: tuple[str, ...], values: np.ndarray, covariance: np.ndarray
) -> pd.DataFrame:
    """Parameters with what is known of their precision; empty where it is not.

    The interval is one of logarithms, where the likelihood is closest to a parabola.
    """
    variance = np.diag(covariance)
    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    reach = np.exp(NORMAL_95 * error / values)
    columns = {"value": values, "standard_error": error}
    columns |= {"low": values / reach, "high": values * reach}
    return pd.DataFrame(columns, index=pd.Index(names, name="parameter", dtype="object"))


def _describe(kind: str, asked: str, found: Optimum, rows: Rows) -> BuyingModel:
    names = PROCESSES[kind].names
    n = int(rows.weight.sum())
    facts: dict[str, Any] = {"n": n, "repeats": float((rows.frequency * rows.weight).sum())}
    facts["model"] = Sentence(f"buying.kind.{kind}")
    if kind == asked:
        said = Sentence("buying.fitted", facts)
    else:
        said = Sentence("buying.way_out", facts | {"asked": Sentence(f"buying.kind.{asked}")})
    return BuyingModel(
        describe_parameters(names, found.parameters, found.covariance),
        (said,),
        kind,
        dict(zip(names, found.parameters.tolist(), strict=True)),
        pd.DataFrame(found.covariance, names, names),
        found.log_likelihood,
        kind == asked,
        n,
    )

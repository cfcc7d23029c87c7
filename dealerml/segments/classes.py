"""ABC classes: who makes up the business."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.columns import (
    ColumnName,
    code_series,
    count_codes,
    need_columns,
    read_numbers,
)
from dealerml.words import Sentence, Spoken

ABC_CLASSES = ("A", "B", "C")
TOP = 10  # how many of the largest dealers are told by name of their share
# Shares are sums of floats: a dealer exactly at a border must not cross it by a rounding error.
BORDER = 1e-9


@dataclass(frozen=True)
class Classes(Spoken):
    """ABC classes by dealer, what each class brings, and how concentrated sales are.

    ``table`` is indexed by dealer_id:
        ``abc_class``         A, B or C; missing where the measure is missing
        ``share``             float 0-1, part of the sum of all positive amounts
        ``cumulative_share``  float 0-1, part of the largest dealers up to and including this one
    ``classes`` has one row per class (see ``count_codes``), ``measure`` is the column ranked by,
    ``gini`` runs from 0 (all alike) to 1 (one has all) among dealers above zero, and
    ``top_share`` is what the ten largest bring.
    """

    classes: pd.DataFrame
    measure: str
    gini: float
    top_share: float


def rank_abc(
    x: pd.DataFrame, *, measure: str | None = None, policy: Policy | None = None
) -> Classes:
    """Which dealers make up the business?

    Dealers are sorted by amount, largest first and ties by dealer_id. A are those that together
    bring the first 80 %, the one that crosses it included; B go on to 95 %; the rest is C.

    Parameters
    ----------
    x
        Features, one row per dealer.
    measure
        Column to rank by; policy says ``net_amount_365d``.
    policy
        ``classes``: ``measure``, ``a_share`` and ``b_share``.

    Returns
    -------
    Classes; a dealer whose total is zero or below is C and has no part in the curve.

    Raises
    ------
    TableError
        If the measure is not among the features.

    Examples
    --------
    >>> amounts = {"A": 50.0, "B": 35.0, "C": 12.0, "D": 3.0, "E": -4.0}
    >>> result = rank_abc(pd.DataFrame({"net_amount_365d": pd.Series(amounts)}))
    >>> result.table
      abc_class  share  cumulative_share
    A         A   0.50              0.50
    B         A   0.35              0.85
    C         B   0.12              0.97
    D         C   0.03              1.00
    E         C   0.00              1.00
    """
    rules = (policy or load_policy()).classes
    measure = measure or str(rules["measure"])
    need_columns(x, [measure])
    amount = read_numbers(x, measure)
    table = _curve(amount)
    before = table["cumulative_share"] - table["share"]
    codes = code_series(x.index, "abc_class").mask(amount.notna(), "C")
    codes = codes.mask((amount > 0) & (before < float(rules["b_share"]) - BORDER), "B")
    codes = codes.mask((amount > 0) & (before < float(rules["a_share"]) - BORDER), "A")
    table.insert(0, "abc_class", codes)
    classes = count_codes(codes, amount.clip(lower=0.0), ABC_CLASSES)
    top_share = float(table["share"].nlargest(TOP).sum())
    said = _say(classes, amount, measure, top_share)
    return Classes(table, said, classes, measure, measure_gini(amount), top_share)


def measure_gini(amount: pd.Series) -> float:
    """How unequal are the amounts of those above zero: 0 all alike, towards 1 one has all?

    Missing without any amount above zero.

    References
    ----------
    Gastwirth, J. L. (1972), The estimation of the Lorenz curve and Gini index,
    https://doi.org/10.2307/1937992

    Examples
    --------
    >>> measure_gini(pd.Series([1.0, 1.0])), measure_gini(pd.Series([1.0, 3.0]))
    (0.0, 0.25)
    """
    values = np.sort(amount[amount > 0].to_numpy())
    if not len(values):
        return float("nan")
    ranks = np.arange(1, len(values) + 1)
    return float(2 * (ranks * values).sum() / (len(values) * values.sum()) - 1 - 1 / len(values))


def _curve(amount: pd.Series) -> pd.DataFrame:
    positive = amount.clip(lower=0.0)
    total = float(positive.sum())
    share = positive / total if total > 0 else positive * float("nan")
    # A stable sort by falling amount over rows in dealer_id order breaks ties by dealer_id.
    ordered = share.sort_index().sort_values(ascending=False, kind="stable")
    cumulative = ordered.cumsum().clip(upper=1.0).reindex(amount.index)
    return pd.DataFrame({"share": share, "cumulative_share": cumulative})


def _say(
    classes: pd.DataFrame, amount: pd.Series, measure: str, top_share: float
) -> tuple[Sentence, ...]:
    known = int(amount.notna().sum())
    if not (amount > 0).any():
        return (Sentence("segments.abc_nothing", {"n": known, "measure": ColumnName(measure)}),)
    values: dict[str, object] = {"n": known, "measure": ColumnName(measure)}
    for code in ABC_CLASSES:
        values[f"{code.lower()}_dealers"] = int(classes["dealers"][code])
        values[f"{code.lower()}_share"] = float(classes["amount_share"][code])
    said = [Sentence("segments.abc_summary", values)]
    if known > TOP:
        said.append(Sentence("segments.abc_top", {"top": TOP, "share": top_share}))
    below = amount[amount < 0]
    if len(below):
        values = {"n": len(below), "amount": float(below.sum())}
        said.append(Sentence("segments.abc_below_zero", values))
    missing = len(amount) - known
    if missing:
        said.append(Sentence("segments.abc_missing", {"n": missing}))
    return tuple(said)

"""ABC classes: who makes up the business."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.columns import (
    code_series,
    count_codes,
    need_columns,
    read_numbers,
    read_scope,
)
from dealerml.words import ColumnName, Sentence, Spoken

ABC_CLASSES = ("A", "B", "C")
CONTRIBUTION, POTENTIAL = "contribution", "potential"
TOP = (1, 5, 10, 20)  # of so many of the largest dealers the share is told together
TOLD = 10
GROWTH = "year_ratio_365d"
# Shares are sums of floats: a dealer exactly at a border must not cross it by a rounding error.
BORDER = 1e-9


@dataclass(frozen=True)
class Classes(Spoken):
    """ABC classes by dealer, what each class brings, and how concentrated sales are.

    ``table`` is indexed by dealer_id:
        ``abc_class``         A, B or C; missing where the measure is missing
        ``share``             float 0-1, part of the sum of all positive amounts in its scope
        ``cumulative_share``  float 0-1, part of the largest dealers up to and including this one
        ``held``              bool, whether it keeps the class it had, being near the border
    ``classes`` has one row per class (see ``count_codes``), ``measure`` is the column ranked by and
    ``scheme`` says what the classes mean (see `class_name`). Among all dealers above zero ``gini``
    runs from 0 (all alike) to 1 (one has all), ``hhi`` from 1/n to 1, and ``top`` holds, by number
    of dealers, what the largest 1, 5, 10 and 20 bring, float 0-1.
    """

    classes: pd.DataFrame
    measure: str
    scheme: str
    gini: float
    hhi: float
    top: pd.Series


def rank_abc(
    x: pd.DataFrame,
    *,
    measure: str | None = None,
    within: str | None = None,
    previous: pd.Series | None = None,
    policy: Policy | None = None,
) -> Classes:
    """Which dealers make up the business?

    Dealers are sorted by amount, largest first and ties by dealer_id. A are those that together
    bring the first 80 %, the one that crosses it included; B go on to 95 %; the rest is C.

    Parameters
    ----------
    x
        Features, one row per dealer.
    measure
        Column to rank by, such as ``margin_365d`` or ``quantity_365d``; policy says
        ``net_amount_365d``.
    within
        Column such as ``region``, in each value of which dealers are ranked by themselves; those
        without a value are one group.
    previous
        Dealer → class of the last ranking. A dealer whose place on the curve is nearer to the
        border it crossed than ``buffer_share`` keeps it, so that nobody flips on noise.
    policy
        ``classes``: ``measure``, ``a_share``, ``b_share``, ``buffer_share``, and ``scheme``: what
        the classes mean.

    Returns
    -------
    Classes; a dealer whose total is zero or below is C and has no part in the curve.

    Raises
    ------
    TableError
        If the measure, or a column that scope or scheme need, is not among the features.

    Examples
    --------
    >>> amounts = {"A": 50.0, "B": 35.0, "C": 12.0, "D": 3.0, "E": -4.0}
    >>> result = rank_abc(pd.DataFrame({"net_amount_365d": pd.Series(amounts)}))
    >>> result.table
      abc_class  share  cumulative_share   held
    A         A   0.50              0.50  False
    B         A   0.35              0.85  False
    C         B   0.12              0.97  False
    D         C   0.03              1.00  False
    E         C   0.00              1.00  False
    """
    rules = (policy or load_policy()).classes
    measure, scheme = measure or str(rules["measure"]), str(rules["scheme"])
    growth = [GROWTH] if scheme == POTENTIAL else []
    need_columns(x, [measure, *growth, *([within] if within else [])])
    amount = read_numbers(x, measure)
    scope = read_scope(x, within)
    borders = float(rules["a_share"]), float(rules["b_share"])
    table = classify_amounts(amount, borders, scope=scope)
    codes = table["abc_class"]
    held = pd.Series(0, index=x.index, dtype="bool")
    if previous is not None:
        start = table["cumulative_share"] - table["share"]
        codes, held = _hold(codes, start, previous.reindex(x.index), rules)
    if scheme == POTENTIAL:
        codes = _by_potential(codes, read_numbers(x, GROWTH), float(rules["growing_ratio"]))
    table = table.assign(abc_class=codes, held=held)
    classes = count_codes(codes, amount.clip(lower=0.0), ABC_CLASSES)
    top = _top_shares(amount)
    said = _say(classes, amount, measure, scheme, (float(top[TOLD]), int(held.sum())))
    indices = measure_gini(amount), measure_hhi(amount)
    return Classes(table, said, classes, measure, scheme, *indices, top)


def classify_amounts(
    amount: pd.Series, borders: tuple[float, float], *, scope: pd.Series | None = None
) -> pd.DataFrame:
    """Which class has each amount on the curve of all of them, or of those in its scope?

    Returns
    -------
    ``abc_class``, ``share`` and ``cumulative_share`` on the same index, as in `Classes`.
    """
    table = _curve(amount, pd.Series("", index=amount.index) if scope is None else scope)
    codes = _classify(amount, table["cumulative_share"] - table["share"], borders)
    table.insert(0, "abc_class", codes)
    return table


def class_name(code: str, scheme: str = CONTRIBUTION) -> Sentence:
    """What does a class mean under a scheme?

    Examples
    --------
    >>> class_name("B", "potential").text, class_name("A", "core").text_in("zh")
    ('B, potential', 'A类（核心）')
    """
    meant = "class" if scheme == CONTRIBUTION else scheme
    return Sentence(f"segments.abc_{meant}.{code}")


def measure_hhi(amount: pd.Series) -> float:
    """How concentrated are the amounts of those above zero: 1/n all alike, 1 one has all?

    The Herfindahl-Hirschman index, the sum of squared shares; 1 divided by it is the number of
    equal dealers that would be as concentrated. Missing without any amount above zero.

    References
    ----------
    Hirschman, A. O. (1964), The paternity of an index, American Economic Review 54(5), 761-762

    Examples
    --------
    >>> measure_hhi(pd.Series([1.0, 1.0])), measure_hhi(pd.Series([1.0, 3.0]))
    (0.5, 0.625)
    """
    values = np.sort(amount[amount > 0].to_numpy(dtype="float64"))
    return float(((values / values.sum()) ** 2).sum()) if len(values) else float("nan")


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


def _curve(amount: pd.Series, scope: pd.Series) -> pd.DataFrame:
    positive = amount.clip(lower=0.0)
    total = positive.groupby(scope).transform("sum")
    share = positive / total.where(total > 0)
    # A stable sort by falling amount over rows in dealer_id order breaks ties by dealer_id.
    ordered = share.sort_index().sort_values(ascending=False, kind="stable")
    cumulative = ordered.groupby(scope.reindex(ordered.index)).cumsum().clip(upper=1.0)
    return pd.DataFrame({"share": share, "cumulative_share": cumulative.reindex(amount.index)})


def _classify(amount: pd.Series, start: pd.Series, borders: tuple[float, float]) -> pd.Series:
    codes = code_series(amount.index, "abc_class").mask(amount.notna(), "C")
    for code, border in zip("BA", reversed(borders), strict=True):
        codes = codes.mask((amount > 0) & (start < border - BORDER), code)
    return codes


def _hold(
    codes: pd.Series, start: pd.Series, previous: pd.Series, rules: Mapping[str, Any]
) -> tuple[pd.Series, pd.Series]:
    """Who keeps its last class: those that crossed one border, and are still near to it?"""
    near = {}
    for upper, lower, border in (("A", "B", "a_share"), ("B", "C", "b_share")):
        up, down = (codes == upper) & (previous == lower), (codes == lower) & (previous == upper)
        distance = (start - float(rules[border])).abs()
        near[border] = (up | down) & (distance <= float(rules["buffer_share"]) + BORDER)
    held = pd.DataFrame(near).any(axis=1)
    return codes.mask(held, previous), held


def _by_potential(codes: pd.Series, growth: pd.Series, growing: float) -> pd.Series:
    """Key dealers stay; of the others, those that grow have potential."""
    others = codes.isin(["B", "C"])
    return codes.mask(others, "C").mask(others & (growth >= growing), "B")


def _top_shares(amount: pd.Series) -> pd.Series:
    positive = amount[amount > 0].sort_values(ascending=False)
    total = float(positive.sum())
    shares = {k: float(positive.head(k).sum()) / total if total > 0 else np.nan for k in TOP}
    return pd.Series(shares, name="share").rename_axis("dealers")


def _say(
    classes: pd.DataFrame,
    amount: pd.Series,
    measure: str,
    scheme: str,
    counted: tuple[float, int],
) -> tuple[Sentence, ...]:
    known, (top_share, held) = int(amount.notna().sum()), counted
    if not (amount > 0).any():
        return (Sentence("segments.abc_nothing", {"n": known, "measure": ColumnName(measure)}),)
    said = [_summary(classes, known, measure, scheme)]
    if known > TOLD:
        said.append(Sentence("segments.abc_top", {"top": TOLD, "share": top_share}))
    if held:
        said.append(Sentence("segments.abc_held", {"n": held}))
    below = amount[amount < 0]
    if len(below):
        values = {"n": len(below), "amount": float(below.sum())}
        said.append(Sentence("segments.abc_below_zero", values))
    missing = len(amount) - known
    if missing:
        said.append(Sentence("segments.abc_missing", {"n": missing}))
    return tuple(said)


def _summary(classes: pd.DataFrame, known: int, measure: str, scheme: str) -> Sentence:
    values: dict[str, object] = {"n": known, "measure": ColumnName(measure)}
    for code in ABC_CLASSES:
        values[f"{code.lower()}_dealers"] = int(classes["dealers"][code])
        values[f"{code.lower()}_share"] = float(classes["amount_share"][code])
        values[f"{code.lower()}_name"] = class_name(code, scheme)
    if scheme == CONTRIBUTION:
        values = {name: value for name, value in values.items() if not name.endswith("_name")}
        return Sentence("segments.abc_summary", values)
    return Sentence("segments.abc_scheme_summary", values)

"""The few columns of features that segments read, and how their codes are counted."""

from collections.abc import Iterable, Sequence

import pandas as pd

from dealerml.errors import TableError

ORDERING_STATUSES = ("new", "active")
# Days of history under which nobody can be called frequent, rare or silent.
SHORTEST_HISTORY = 90


def find_short_history(x: pd.DataFrame) -> dict[str, int]:
    """Is the history too short to tell habits, and by how much?

    Returns
    -------
    ``days`` since the first dealer first ordered, and days ``needed``; empty where that is enough
    or ``tenure_days`` is not among the features.

    Examples
    --------
    >>> find_short_history(pd.DataFrame({"tenure_days": [22.0, 3.0]}))
    {'days': 22, 'needed': 90}
    """
    if "tenure_days" not in x.columns or not x["tenure_days"].max() < SHORTEST_HISTORY:
        return {}
    return {"days": int(x["tenure_days"].max()), "needed": SHORTEST_HISTORY}


def need_columns(x: pd.DataFrame, names: Iterable[str]) -> None:
    """Are the columns that a ranking needs among the features?

    Raises
    ------
    TableError
        If any is missing, all of them at once.
    """
    missing = [name for name in dict.fromkeys(names) if name not in x.columns]
    if missing:
        message = (
            f"features: {len(missing)} needed columns are missing (first: {missing[0]}): "
            f"{', '.join(missing)}. Pass the frame that build_features returns, or name in the "
            f"policy a measure that it has, such as {_examples(x)}."
        )
        raise TableError(message)


def read_numbers(x: pd.DataFrame, name: str) -> pd.Series:
    """What are the values of a column as plain floats, missing where the column is absent?

    Examples
    --------
    >>> x = pd.DataFrame({"net_amount_365d": [5, None]}, index=["A", "B"], dtype="Int64")
    >>> read_numbers(x, "net_amount_365d").tolist(), read_numbers(x, "margin_365d").tolist()
    ([5.0, nan], [nan, nan])
    """
    if name not in x.columns:
        return pd.Series(float("nan"), index=x.index, name=name)
    return pd.to_numeric(x[name]).astype("float64")


def read_scope(x: pd.DataFrame, within: str | None) -> pd.Series:
    """Among whom is each dealer ranked: those of its group ("" without one), or all?

    Examples
    --------
    >>> x = pd.DataFrame({"region": ["华东", None]})
    >>> read_scope(x, "region").tolist(), read_scope(x, None).tolist()
    (['华东', ''], ['', ''])
    """
    if not within:
        return pd.Series("", index=x.index)
    return x[within].astype("str").fillna("")


def code_series(index: pd.Index, name: str) -> pd.Series:
    """Which column of codes holds nothing yet?"""
    return pd.Series(pd.NA, index=index, name=name, dtype="str")


def count_codes(codes: pd.Series, amount: pd.Series, order: Sequence[str]) -> pd.DataFrame:
    """How many dealers carry each code, and what do they bring?

    Parameters
    ----------
    codes
        One code per dealer; missing ones are left out.
    amount
        Their amounts; missing amounts count as nothing.
    order
        Every code there is, in the order of the rows; codes without a dealer stay as zero.

    Returns
    -------
    One row per code:
        ``dealers``       int, number of dealers
        ``amount``        float, sum of their amounts
        ``amount_share``  float, part of the sum over all codes; missing where that is not above 0

    Examples
    --------
    >>> codes = pd.Series(["A", "C", "C"], index=["x", "y", "z"])
    >>> amount = pd.Series([80.0, 15.0, 5.0], index=["x", "y", "z"])
    >>> count_codes(codes, amount, ["A", "B", "C"])
       dealers  amount  amount_share
    A        1    80.0           0.8
    B        0     0.0           0.0
    C        2    20.0           0.2
    """
    dealers = codes.value_counts().reindex(list(order), fill_value=0).astype("int64")
    sums = amount.fillna(0.0).groupby(codes).sum().reindex(list(order), fill_value=0.0)
    total = float(sums.sum())
    share = sums / total if total > 0 else sums * float("nan")
    table = {"dealers": dealers, "amount": sums.astype("float64"), "amount_share": share}
    return pd.DataFrame(table, index=pd.Index(list(order), dtype="str"))


def _examples(x: pd.DataFrame) -> str:
    names = [str(name) for name in x.columns if str(name).startswith(("net_amount", "quantity"))]
    return ", ".join(names[:3]) or "net_amount_365d"

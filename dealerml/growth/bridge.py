"""From last year's sales to this year's: which dealers the change comes from, to the last cent."""

from typing import Final

import numpy as np
import pandas as pd

# Amounts are counted in whole ten-thousandths, the precision they are stored with: sums of
# integers are exact in any order, sums of floats are not.
UNITS: Final = 10_000
STEPS: Final = ("stopped", "reduced", "new", "recovered", "increased")
SAME: Final = "same"
# What the period is held against, best first.
BASES: Final = ("last_year", "previous")


def to_units(amounts: pd.Series) -> pd.Series:
    """How many ten-thousandths are these amounts?

    Examples
    --------
    >>> to_units(pd.Series([0.1, 0.2])).tolist()
    [1000, 2000]
    """
    return (amounts * UNITS).round().astype("int64")


def place_dealers(now: pd.Series, base: pd.Series, *, began: pd.Series) -> pd.Series:
    """To which step of the bridge does each dealer belong?

    Parameters
    ----------
    now, base
        Net amounts of the period and of the months it is held against, index ``dealer_id``.
    began
        bool; whether the dealer had placed its first order by the end of the base months.

    Returns
    -------
    pd.Series
        One of ``stopped`` (bought then, nothing now), ``reduced``, ``new`` (first order since),
        ``recovered`` (a dealer before, but nothing then), ``increased``, ``same``.

    Examples
    --------
    >>> now, base = pd.Series([0.0, 5.0, 5.0, 5.0]), pd.Series([5.0, 9.0, 0.0, 0.0])
    >>> place_dealers(now, base, began=pd.Series([True, True, True, False])).tolist()
    ['stopped', 'reduced', 'recovered', 'new']
    """
    arrived = (now > 0) & (base <= 0)
    conditions = [
        now == base,
        (now <= 0) & (base > 0),
        arrived & ~began,
        arrived,
        now < base,
    ]
    names = [SAME, "stopped", "new", "recovered", "reduced"]
    return pd.Series(np.select(conditions, names, default="increased"), index=now.index)


def build_bridge(dealers: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """How does the base become the period, dealer group by dealer group?

    Parameters
    ----------
    dealers
        One row per dealer: ``net_amount``, ``base_amount``, ``step``.
    basis
        ``last_year`` or ``previous``; the name of the first row.

    Returns
    -------
    pd.DataFrame
        Rows ``step`` (the basis, five steps, ``period``), ``amount`` (the change it brings; first
        and last row are totals) and ``dealers``. The first row and the steps add up to the last.

    Examples
    --------
    >>> dealers = pd.DataFrame(
    ...     {"net_amount": [0.0, 5.5], "base_amount": [4.0, 0.0], "step": ["stopped", "new"]}
    ... )
    >>> bridge = build_bridge(dealers, basis="last_year").set_index("step")["amount"]
    >>> bridge[["last_year", "stopped", "new", "period"]].tolist()
    [4.0, -4.0, 5.5, 5.5]
    """
    now, base = to_units(dealers["net_amount"]), to_units(dealers["base_amount"])
    change = (now - base).groupby(dealers["step"]).sum().reindex(STEPS, fill_value=0)
    count = dealers["step"].value_counts().reindex(STEPS, fill_value=0)
    amounts = [base.sum(), *change, now.sum()]
    return pd.DataFrame(
        {
            "step": [basis, *STEPS, "period"],
            "amount": np.array(amounts, dtype=np.float64) / UNITS,
            "dealers": np.array([(base > 0).sum(), *count, (now > 0).sum()], dtype=np.int64),
        }
    )


def pick_movers(dealers: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """Which dealers pulled sales up most, and which dragged them down?

    Parameters
    ----------
    dealers
        Index ``dealer_id``; ``net_amount``, ``base_amount``, ``step``.
    most
        Dealers named at most on each side.

    Returns
    -------
    pd.DataFrame
        Columns ``dealer_id``, ``direction`` (pull, drag), ``step``, ``net_amount``,
        ``base_amount``, ``change_amount``; pullers first, the strongest first.
    """
    change = (to_units(dealers["net_amount"]) - to_units(dealers["base_amount"])) / UNITS
    moved = dealers[["step", "net_amount", "base_amount"]].assign(change_amount=change)
    moved = moved.rename_axis(index="dealer_id").reset_index()
    up = moved.sort_values(["change_amount", "dealer_id"], ascending=[False, True])
    down = moved.sort_values(["change_amount", "dealer_id"])
    sides = [
        up[up["change_amount"] > 0].head(most).assign(direction="pull"),
        down[down["change_amount"] < 0].head(most).assign(direction="drag"),
    ]
    columns = ["dealer_id", "direction", "step", "net_amount", "base_amount", "change_amount"]
    return pd.concat(sides, ignore_index=True)[columns]

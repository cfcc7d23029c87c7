"""New dealers beside earlier ones at the same age, and smaller ones that rise."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.growth.season import SEASON
from dealerml.words import Sentence, Spoken

FEWEST_EARLIER: Final = 10
MOST_AGE: Final = 24
RISING_GROWTH: Final = 0.2
RISING_CLASSES: Final = ("B", "C")


@dataclass(frozen=True)
class Ramp(Spoken):
    """How new dealers come on, beside those who came before them.

    Parameters
    ----------
    table
        Index ``dealer_id``, dealers in their first twelve months: ``months`` since the first order
        month, ``amount_so_far``, ``amount_usual`` (median of earlier dealers at the same age),
        ``place_share`` (share of earlier dealers that had bought less, 0-1). The strongest first.
    curve
        Index ``months`` (age): quartiles ``low``, ``middle``, ``high`` of the amounts bought so
        far by earlier dealers, and ``n`` of them.
    """

    curve: pd.DataFrame


def compare_ramp(series: pd.DataFrame) -> Ramp:
    """Do this year's new dealers grow as those before them did at the same age?

    Parameters
    ----------
    series
        Monthly amounts as `build_series` gives them.

    Notes
    -----
    Earlier dealers are all that began before the last twelve months but after the first month of
    the export, whose dealers may be old. Those who have stopped since count too.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=3, freq="M")
    >>> compare_ramp(pd.DataFrame([[np.nan, 5.0, 5.0]], ["A"], months)).table["amount_so_far"]
    A    10.0
    Name: amount_so_far, dtype: float64
    """
    y = series.to_numpy(dtype=np.float64)
    known = np.isfinite(y)
    # Before the first whole month there is no age to compare, and no column to look through.
    begins = known.argmax(axis=1) if y.shape[1] else np.zeros(len(y), dtype=np.int64)
    first = np.where(known.any(axis=1), begins, y.shape[1])
    age = y.shape[1] - first
    by_age = np.full((len(y), MOST_AGE), np.nan)
    for row in range(len(y)):
        life = np.cumsum(y[row, first[row] :])[:MOST_AGE]
        by_age[row, : len(life)] = life
    is_new = (age <= SEASON) & (age > 0) & (first > 0)
    earlier = by_age[(first > 0) & (age > SEASON)]
    count = np.isfinite(earlier).sum(axis=0)
    curve = pd.DataFrame({"n": count}, index=pd.RangeIndex(1, MOST_AGE + 1, name="months"))
    for name, q in (("low", 0.25), ("middle", 0.5), ("high", 0.75)):
        curve[name] = [
            np.nanquantile(earlier[:, at], q) if n >= FEWEST_EARLIER else np.nan
            for at, n in enumerate(count)
        ]
    rows = np.flatnonzero(is_new)
    so_far = by_age[rows, np.minimum(age[rows], MOST_AGE) - 1]
    same_age = earlier[:, age[rows] - 1]
    below = (same_age < so_far).sum(axis=0) / np.maximum(np.isfinite(same_age).sum(axis=0), 1)
    enough = count[age[rows] - 1] >= FEWEST_EARLIER
    table = pd.DataFrame(
        {
            "months": age[rows],
            "amount_so_far": so_far,
            "amount_usual": curve["middle"].to_numpy()[age[rows] - 1],
            "place_share": np.where(enough, below, np.nan),
        },
        index=series.index[rows],
    )
    table = table.sort_index().sort_values(
        ["place_share", "amount_so_far"], ascending=False, kind="stable"
    )
    return Ramp(table, _said_ramp(table, curve), curve)


@dataclass(frozen=True)
class Rising(Spoken):
    """Dealers of the lower classes that grow surely.

    Parameters
    ----------
    table
        Index ``dealer_id``, the largest gain first: ``abc_class``, ``net_amount_365d``,
        ``change_amount`` on the year before, ``growth``, ``months_up`` (of the last six, those
        above the same month last year).
    """


def find_rising(series: pd.DataFrame, classes: pd.Series) -> Rising:
    """Which B and C dealers grow, and not by a single order?

    Parameters
    ----------
    series
        Monthly amounts as `build_series` gives them.
    classes
        ``abc_class`` by dealer id.

    Returns
    -------
    Dealers up by a fifth or more over twelve months on the twelve before, of the last six months at
    least four above the same month last year.
    """
    y = series.to_numpy(dtype=np.float64)
    if y.shape[1] < 2 * SEASON:
        empty = pd.DataFrame(columns=list(RISING_COLUMNS)).rename_axis("dealer_id")
        return Rising(empty, (Sentence("growth.rising_unknown"),))
    last, before = y[:, -SEASON:], y[:, -2 * SEASON : -SEASON]
    up = (last[:, -6:] > before[:, -6:]).sum(axis=1)
    table = pd.DataFrame(
        {
            "abc_class": classes.reindex(series.index),
            "net_amount_365d": last.sum(axis=1),
            "change_amount": last.sum(axis=1) - before.sum(axis=1),
            "growth": last.sum(axis=1)
            / np.where(before.sum(axis=1) > 0, before.sum(axis=1), np.nan)
            - 1,
            "months_up": up,
        },
        index=series.index,
    )
    rising = table[
        table["abc_class"].isin(RISING_CLASSES)
        & (table["growth"] >= RISING_GROWTH)
        & (table["months_up"] >= 4)
    ]
    rising = rising.sort_index().sort_values("change_amount", ascending=False, kind="stable")
    total = float(rising["change_amount"].sum())
    asked = int(table["abc_class"].isin(RISING_CLASSES).sum())
    facts = {"n": len(rising), "asked": asked, "change": total}
    return Rising(rising[list(RISING_COLUMNS)], (Sentence("growth.rising", facts),))


RISING_COLUMNS: Final = ("abc_class", "net_amount_365d", "change_amount", "growth", "months_up")


def _said_ramp(table: pd.DataFrame, curve: pd.DataFrame) -> tuple[Sentence, ...]:
    placed = table["place_share"].dropna()
    if placed.empty:
        return (Sentence("growth.ramp_unknown", {"n": len(table)}),)
    above = int((placed > 0.5).sum())
    facts = {"n": len(placed), "above": above, "earlier": int(curve["n"].iloc[0])}
    return (Sentence("growth.ramp", facts),)

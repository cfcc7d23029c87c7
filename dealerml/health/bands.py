"""From points to a score, a band, and why a dealer has none."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.parts import Part

BANDS: Final = ("red", "amber", "green")
# Dealers of these statuses are shown apart: they have no rhythm or trend to judge, or no orders.
APART: Final = ("never", "lapsed", "new")


def weigh_parts(scores: pd.DataFrame, parts: tuple[Part, ...]) -> tuple[pd.DataFrame, pd.Series]:
    """Which share of the score does each part have for each dealer, and how much is known?

    Parameters
    ----------
    scores
        Dealer × part, NaN where a part is not known.
    parts
        The supplied parts: only these count.

    Returns
    -------
    shares
        Dealer × part; 0 to 1, adding up to 1 over a dealer's known parts, NaN elsewhere.
    coverage
        0 to 1; weight of the known parts ÷ weight of the supplied parts.
    """
    names = [part.name for part in parts]
    weights = np.array([part.weight for part in parts], dtype="float64")
    known = scores[names].notna().to_numpy() * weights
    total = known.sum(axis=1)
    divisor = np.where(total > 0, total, np.nan)[:, None]
    shares = pd.DataFrame(known / divisor, index=scores.index, columns=names)
    coverage = total / weights.sum() if weights.sum() > 0 else total
    return shares.where(known > 0), pd.Series(coverage, index=scores.index)


def find_unscored(
    status: pd.Series, scores: pd.DataFrame, *, parts: tuple[Part, ...], enough: pd.Series
) -> pd.Series:
    """Why does a dealer have no score?

    Parameters
    ----------
    status
        Status of each dealer.
    scores
        Dealer × part, NaN where a part is not known.
    parts
        All parts of the policy, which say what is needed.
    enough
        Whether the coverage reaches the least allowed.

    Returns
    -------
    Code per dealer, the first that fits: never, lapsed, new, part_missing, low_coverage; missing
    where a score is given.
    """
    needed = [part.name for part in parts if part.needed]
    reason = status.where(status.isin(APART)).astype("str")
    reason = reason.mask(reason.isna() & scores[needed].isna().any(axis=1), "part_missing")
    return reason.mask(reason.isna() & ~enough, "low_coverage")


def name_bands(health: pd.Series, rules: Mapping[str, Any]) -> pd.Series:
    """In which band is each score? Missing where there is no score.

    Examples
    --------
    >>> name_bands(pd.Series([39.9, 40.0, 70.0]), {"amber_from": 40, "green_from": 70}).tolist()
    ['red', 'amber', 'green']
    """
    bands = pd.Series("red", index=health.index, dtype="str", name="band")
    bands = bands.mask(health >= rules["amber_from"], "amber")
    return bands.mask(health >= rules["green_from"], "green").where(health.notna())


def cap_bands(
    band: pd.Series, caps: Mapping[str, tuple[pd.Series, str]]
) -> tuple[pd.Series, pd.Series]:
    """Whose band is worse than its score, because something may not stand as it is?

    Parameters
    ----------
    caps
        Name → for whom it holds, and the best band it allows. The score itself stays, so that its
        parts add up.

    Returns
    -------
    The bands; and for each dealer the caps that made its band worse, joined by ``;``.

    Examples
    --------
    >>> band, late = pd.Series(["green", "red"]), pd.Series([True, True])
    >>> [column.tolist() for column in cap_bands(band, {"late_payment": (late, "amber")})]
    [['amber', 'red'], ['late_payment', '']]
    """
    capped, by = band, pd.Series("", index=band.index, dtype="str", name="capped_by")
    for name, (holds, best) in caps.items():
        better = band.isin(BANDS[BANDS.index(best) + 1 :]) & holds
        worse = better & capped.isin(BANDS[BANDS.index(best) + 1 :])
        capped = capped.mask(worse, best)
        by = by.mask(better, (by + ";" + name).str.lstrip(";"))
    return capped, by

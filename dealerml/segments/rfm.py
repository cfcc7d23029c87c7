"""RFM scores: how lately, how often and how much each dealer ordered."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.segments.columns import (
    code_series,
    count_codes,
    find_short_history,
    need_columns,
    read_numbers,
)
from dealerml.words import Sentence, Spoken

SCORES = 5
RECENCY, FREQUENCY, MONEY = "recency_days", "order_days_365d", "net_amount_365d"
# Rows are r from 1 to 5, columns the mean of f and m from 1 to 5: the grid managers know.
GRID = (
    ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    ("promising", "potential", "potential", "loyal", "loyal"),
    ("fresh", "potential", "potential", "champions", "champions"),
)
# From the dealers to keep to those to let rest.
RFM_GROUPS = (
    "champions",
    "loyal",
    "potential",
    "fresh",
    "promising",
    "need_attention",
    "cannot_lose",
    "at_risk",
    "about_to_sleep",
    "hibernating",
)
SLIPPING = ("cannot_lose", "at_risk")


@dataclass(frozen=True)
class Rfm(Spoken):
    """RFM scores and groups by dealer.

    ``table`` is indexed by dealer_id; all missing for dealers that never ordered:
        ``r``, ``f``, ``m``  Int64 1-5; 5 is the most recent, most frequent, largest fifth
        ``rfm_group``        one of ``RFM_GROUPS``
    ``groups`` has one row per group: ``dealers``, ``amount`` and ``amount_share`` of 12 months.
    """

    groups: pd.DataFrame


def score_rfm(x: pd.DataFrame) -> Rfm:
    """How lately, how often and how much did each dealer order, in fifths?

    Recency is in days since the last order day, frequency in order days and money in net amount,
    both of the last 365 days. Only dealers with an order are ranked, and only where there are at
    least five and the history reaches back 90 days.

    Parameters
    ----------
    x
        Features, one row per dealer.

    Notes
    -----
    Fifths are of equal size, the first ones larger by one where the number does not divide. Dealers
    with equal values always share a score, that of the middle of their group, so that neither
    row order nor a code decides between two dealers that behave alike.

    Raises
    ------
    TableError
        If a column is missing.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {
    ...         "order_days": [9, 8, 7, 2, 2, 0],
    ...         "recency_days": [1, 10, 20, 90, 150, None],
    ...         "order_days_365d": [9, 8, 5, 2, 1, 0],
    ...         "net_amount_365d": [900.0, 500.0, 300.0, 250.0, 40.0, 0.0],
    ...     },
    ...     index=list("ABCDEF"),
    ... )
    >>> score_rfm(x).table
          r     f     m       rfm_group
    A     5     5     5       champions
    B     4     4     4           loyal
    C     3     3     3  need_attention
    D     2     2     2     hibernating
    E     1     1     1     hibernating
    F  <NA>  <NA>  <NA>             NaN
    """
    need_columns(x, ["order_days", RECENCY, FREQUENCY, MONEY])
    known = x[(read_numbers(x, "order_days") > 0) & read_numbers(x, RECENCY).notna()]
    ordered, short = len(known), find_short_history(x)
    if ordered < SCORES or short:
        known = known.iloc[:0]
    scores = pd.DataFrame(
        {
            "r": score_fifths(-read_numbers(known, RECENCY)),
            "f": score_fifths(read_numbers(known, FREQUENCY).fillna(0.0)),
            "m": score_fifths(read_numbers(known, MONEY).fillna(0.0)),
        }
    )
    table = scores.reindex(x.index).astype("Int64")
    table["rfm_group"] = code_series(x.index, "rfm_group")
    if len(known):
        table.loc[known.index, "rfm_group"] = _groups(scores)
    groups = count_codes(table["rfm_group"], read_numbers(x, MONEY), RFM_GROUPS)
    said = _say(groups, ordered, len(x) - ordered)
    if short:
        said = (Sentence("segments.rfm_too_short", short),)
    return Rfm(table, said, groups)


def score_fifths(values: pd.Series) -> pd.Series:
    """In which fifth does each value lie, 5 the highest, equal values alike?

    Examples
    --------
    >>> score_fifths(pd.Series([1.0, 2.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])).tolist()
    [1, 1, 1, 2, 3, 3, 4, 4, 5, 5]
    """
    # The mean rank of a group of equals, rounded down, is the (lower) middle of its places.
    place = np.floor(values.rank(method="average").to_numpy()) - 1
    size, larger = divmod(len(values), SCORES)
    inside = place // (size + 1)
    after = larger + (place - larger * (size + 1)) // size
    score = np.where(place < larger * (size + 1), inside, after)
    return pd.Series(score + 1, index=values.index).astype("int64")


def _groups(scores: pd.DataFrame) -> list[str]:
    # Halves round up: f 4 and m 5 belong with the best.
    strength = (scores["f"] + scores["m"] + 1) // 2
    return [GRID[r - 1][s - 1] for r, s in zip(scores["r"], strength, strict=True)]


def _say(groups: pd.DataFrame, ordered: int, never: int) -> tuple[Sentence, ...]:
    if ordered < SCORES:
        return (Sentence("segments.rfm_nothing", {"n": ordered, "needed": SCORES}),)
    slipping = groups.loc[list(SLIPPING)]
    said = [
        Sentence(
            "segments.rfm_summary",
            {
                "n": ordered,
                "champions": int(groups["dealers"]["champions"]),
                "share": float(groups["amount_share"]["champions"]),
                "slipping": int(slipping["dealers"].sum()),
                "amount": float(slipping["amount"].sum()),
            },
        )
    ]
    if never:
        said.append(Sentence("segments.rfm_never", {"n": never}))
    return tuple(said)

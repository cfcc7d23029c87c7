"""Movers: why the amount of dealers that changed their class rose or fell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dealerml.segments.columns import need_columns, read_numbers
from dealerml.words import Sentence, Spoken

AMOUNT, DAYS = "net_amount_365d", "order_days_365d"
LINES, QUANTITY = "lines_per_order_day_365d", "quantity_365d"
# Amount = order days × lines on an order day × units on a line × money for a unit.
FACTORS = ("frequency", "range", "volume", "price")
ENTERED, LEFT = "entered", "left"


@dataclass(frozen=True)
class Movers(Spoken):
    """Why amounts changed, dealer by dealer, the largest loss first.

    ``table`` is indexed by dealer_id:
        ``amount_before``, ``amount_after``, ``change``  float, money of 12 months
        ``frequency``  float, money of the change that comes from more or fewer order days
        ``range``      float, from more or fewer lines on an order day
        ``volume``     float, from more or fewer units on a line
        ``price``      float, from more or less money for a unit; without quantities ``volume``
                       holds both and ``price`` is missing
        ``move_reason``  the largest of these in the direction of the change; ``entered`` where a
                       dealer bought nothing before, ``left`` where it buys nothing now
    The parts of a dealer add up to its change; they are missing where it entered or left, or where
    an amount is not above zero. ``reasons`` has one row per reason: ``dealers`` and ``change``.
    """

    reasons: pd.DataFrame


def explain_moves(
    before: pd.DataFrame, after: pd.DataFrame, *, dealers: pd.Index | None = None
) -> Movers:
    """Did dealers buy more or less often, a wider or narrower range, larger lots, or dearer goods?

    Parameters
    ----------
    before, after
        Features at the earlier and the later date, one row per dealer.
    dealers
        Which dealers to explain, such as the index of ``Migration.moves``; all where None.

    Notes
    -----
    The amount is a product of four factors, and its change is shared out by their logarithms,
    weighted by the logarithmic mean of the two amounts. That leaves no rest and treats rises and
    falls alike.

    References
    ----------
    Ang, B. W. (2004), Decomposition analysis for policymaking in energy: which is the preferred
    method?, https://doi.org/10.1016/S0301-4215(03)00076-4

    Raises
    ------
    TableError
        If amount, order days or lines per order day are not among the features of both.

    Examples
    --------
    Twice as many order days, everything else as it was.

    >>> before = pd.DataFrame(
    ...     {
    ...         "net_amount_365d": [100.0],
    ...         "order_days_365d": [5],
    ...         "lines_per_order_day_365d": [2.0],
    ...         "quantity_365d": [20.0],
    ...     },
    ...     index=["A"],
    ... )
    >>> after = before * [2, 2, 1, 2]
    >>> explain_moves(before, after).table[["change", "frequency", "price", "move_reason"]]
       change  frequency  price move_reason
    A   100.0      100.0    0.0   frequency
    """
    for x in (before, after):
        need_columns(x, [AMOUNT, DAYS, LINES])
    index = before.index.union(after.index) if dealers is None else dealers
    then, now = _factors(before, index), _factors(after, index)
    amounts = [read_numbers(x, AMOUNT).reindex(index).fillna(0.0) for x in (before, after)]
    table = pd.DataFrame(
        {
            "amount_before": amounts[0],
            "amount_after": amounts[1],
            "change": amounts[1] - amounts[0],
        }
    )
    parts = _share_out(table, then, now)
    table = table.join(parts)
    table["move_reason"] = _name_reasons(table)
    table = table.sort_index().sort_values("change", kind="stable")
    groups = table.groupby("move_reason")["change"]
    order = [name for name in (*FACTORS, ENTERED, LEFT) if name in groups.groups]
    reasons = pd.DataFrame({"dealers": groups.size(), "change": groups.sum()}).reindex(order)
    return Movers(table, _say(table, reasons), reasons)


def _factors(x: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    days = read_numbers(x, DAYS).reindex(index)
    lines = read_numbers(x, LINES).reindex(index)
    quantity = read_numbers(x, QUANTITY).reindex(index)
    amount = read_numbers(x, AMOUNT).reindex(index)
    factors = {
        "frequency": days,
        "range": lines,
        "volume": quantity / (days * lines),
        "price": amount / quantity,
        "money": amount / (days * lines),
    }
    frame = pd.DataFrame(factors)
    return frame.where(frame > 0)


def _share_out(table: pd.DataFrame, then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    first, last = table["amount_before"], table["amount_after"]
    ratio = (last / first).where((first > 0) & (last > 0))
    logs = pd.Series(np.log(ratio), index=table.index)
    # The logarithmic mean of two equal amounts is either of them.
    weight = ((last - first) / logs.where(logs != 0)).where(ratio != 1, first)
    moved = (now / then).apply(np.log).mul(weight, axis=0)
    # Without quantities at either date, volume and price are one.
    split = moved["price"].notna() & moved["volume"].notna()
    volume = moved["volume"].where(split, moved["money"])
    parts = moved[list(FACTORS)].assign(volume=volume, price=moved["price"].where(split))
    whole = parts[["frequency", "range", "volume"]].notna().all(axis=1)
    return pd.DataFrame(parts.where(whole))


def _name_reasons(table: pd.DataFrame) -> pd.Series:
    direction = np.sign(table["change"]).replace(0.0, 1.0)
    towards = table[list(FACTORS)].mul(direction, axis=0)
    known = towards.notna().any(axis=1)
    reason = pd.Series(pd.NA, index=table.index, dtype="str")
    reason[known] = towards[known].idxmax(axis=1).astype("str")
    reason = reason.mask((table["amount_before"] <= 0) & (table["amount_after"] > 0), ENTERED)
    return reason.mask((table["amount_after"] <= 0) & (table["amount_before"] > 0), LEFT)


def _say(table: pd.DataFrame, reasons: pd.DataFrame) -> tuple[Sentence, ...]:
    if reasons.empty:
        return (Sentence("segments.movers_nothing", {"n": len(table)}),)
    parts = [
        Sentence(
            "segments.movers_part",
            {
                "reason": Sentence(f"segments.move_reason.{reason}"),
                "n": int(row["dealers"]),
                "change": float(row["change"]),
            },
        )
        for reason, row in reasons.iterrows()
    ]
    values = {"n": len(table), "change": float(table["change"].sum()), "parts": parts}
    return (Sentence("segments.movers_summary", values),)

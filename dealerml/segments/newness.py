"""New, repeating and lapsed dealers between two periods."""

from dataclasses import dataclass

import pandas as pd

from dealerml.segments.columns import code_series, need_columns, read_numbers
from dealerml.words import Sentence, Spoken

NEWNESS_GROUPS = ("new", "repeating", "lapsed")


@dataclass(frozen=True)
class Newness(Spoken):
    """New, repeating and lapsed dealers, and the money that came, stayed and went with them.

    ``table`` is indexed by dealer_id: ``newness`` is new, repeating or lapsed, missing for dealers
    that bought in neither period; ``amount_before``, ``amount_now`` and ``change`` are money.
    ``groups`` has one row per group: ``dealers``, the two amounts and ``change``, which add up to
    the change of all dealers that bought in either period.
    """

    groups: pd.DataFrame


def group_newness(
    x: pd.DataFrame, *, now: str = "net_amount_365d", before: str = "net_amount_365d_last_year"
) -> Newness:
    """Which dealers came, which stayed and which went from one period to the next?

    A dealer bought in a period if what it bought is worth more than what it returned. Those that
    bought in the later one alone are new, in both repeating, in the earlier one alone lapsed.

    Parameters
    ----------
    x
        Features, one row per dealer.
    now, before
        Columns with the amounts of the later and the earlier period; a missing amount is none.

    Raises
    ------
    TableError
        If a column is not among the features.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {
    ...         "net_amount_365d": [5.0, 6.0, -1.0, 0.0],
    ...         "net_amount_365d_last_year": [None, 4.0, 3.0, 0.0],
    ...     },
    ...     index=list("ABCD"),
    ... )
    >>> group_newness(x).table["newness"].tolist()
    ['new', 'repeating', 'lapsed', nan]
    """
    need_columns(x, [now, before])
    table = pd.DataFrame(
        {
            "newness": code_series(x.index, "newness"),
            "amount_before": read_numbers(x, before),
            "amount_now": read_numbers(x, now),
        }
    )
    filled = table.fillna({"amount_before": 0.0, "amount_now": 0.0})
    table["change"] = filled["amount_now"] - filled["amount_before"]
    had, has = filled["amount_before"] > 0, filled["amount_now"] > 0
    for code, holds in (("new", ~had & has), ("repeating", had & has), ("lapsed", had & ~has)):
        table["newness"] = table["newness"].mask(holds, code)
    sums = table.drop(columns="newness").groupby(table["newness"]).sum()
    groups = sums.reindex(list(NEWNESS_GROUPS), fill_value=0.0).rename_axis(None)
    counts = table["newness"].value_counts().reindex(groups.index, fill_value=0)
    groups.insert(0, "dealers", counts.astype("int64"))
    return Newness(table, _say(groups), groups)


def _say(groups: pd.DataFrame) -> tuple[Sentence, ...]:
    values: dict[str, object] = {"n": int(groups["dealers"].sum())}
    if not values["n"]:
        return (Sentence("segments.newness_nothing"),)
    for code in NEWNESS_GROUPS:
        values[code] = int(groups["dealers"][code])
        values[f"{code}_change"] = float(groups["change"][code])
    return (Sentence("segments.newness_summary", values),)

"""Migration: who moved from one class, tier, segment or stage to another."""

from dataclasses import dataclass

import pandas as pd

from dealerml.errors import TableError
from dealerml.segments.columns import ColumnName
from dealerml.words import Sentence, Spoken

NOWHERE = ""  # not in the table at that date, or without a value there


@dataclass(frozen=True)
class Migration(Spoken):
    """Moves between two dates, in dealers and in money.

    ``table`` has one row per pair that occurs, sorted:
        ``before``, ``after``  codes; empty where a dealer had none at that date
        ``dealers``            int, number of dealers
        ``amount_before``, ``amount_after``  float, sum of their amounts at either date
        ``change``             float, the difference
    ``column`` is what was compared; ``dealers`` and ``change`` are the same as square tables, rows
    before and columns after.
    """

    column: str
    dealers: pd.DataFrame
    change: pd.DataFrame


def migrate(
    before: pd.DataFrame, after: pd.DataFrame, *, column: str, amount: str = "net_amount_365d"
) -> Migration:
    """Who moved from one group to another between two dates, and what money moved with them?

    Parameters
    ----------
    before, after
        One row per dealer, indexed by dealer_id, at the earlier and the later date.
    column
        The code to compare, such as ``abc_class``; in both tables.
    amount
        The money to compare; in both tables.

    Raises
    ------
    TableError
        If a column is missing in either table.

    Examples
    --------
    >>> before = pd.DataFrame({"tier": ["gold", "bronze"], "net_amount_365d": [90.0, 5.0]})
    >>> after = pd.DataFrame({"tier": ["gold", "gold"], "net_amount_365d": [80.0, 85.0]})
    >>> migrate(before, after, column="tier").table
       before after  dealers  amount_before  amount_after  change
    0  bronze  gold        1            5.0          85.0    80.0
    1    gold  gold        1           90.0          80.0   -10.0
    """
    _need({"before": before, "after": after}, (column, amount))
    index = before.index.union(after.index)
    moves = pd.DataFrame(
        {
            "before": before[column].reindex(index).astype("str").fillna(NOWHERE),
            "after": after[column].reindex(index).astype("str").fillna(NOWHERE),
            "amount_before": before[amount].reindex(index).astype("float64").fillna(0.0),
            "amount_after": after[amount].reindex(index).astype("float64").fillna(0.0),
        }
    )
    grouped = moves.groupby(["before", "after"])
    table = grouped.sum()
    table.insert(0, "dealers", grouped.size())
    table["change"] = table["amount_after"] - table["amount_before"]
    table = table.reset_index()
    dealers, change = _square(table, "dealers").astype("int64"), _square(table, "change")
    return Migration(table, _say(table, column), column, dealers, change)


def _need(tables: dict[str, pd.DataFrame], columns: tuple[str, ...]) -> None:
    problems = [
        f"{name}: column {column} is missing; it has {', '.join(map(str, table.columns))}."
        for name, table in tables.items()
        for column in columns
        if column not in table.columns
    ]
    if problems:
        raise TableError(problems)


def _square(table: pd.DataFrame, value: str) -> pd.DataFrame:
    codes = sorted({*table["before"], *table["after"]})
    square = table.pivot_table(index="before", columns="after", values=value, aggfunc="sum")
    return square.reindex(index=codes, columns=codes).fillna(0.0)


def _say(table: pd.DataFrame, column: str) -> tuple[Sentence, ...]:
    both = table[(table["before"] != NOWHERE) & (table["after"] != NOWHERE)]
    moved = both[both["before"] != both["after"]]
    values = {
        "column": ColumnName(column),
        "n": int(both["dealers"].sum()),
        "moved": int(moved["dealers"].sum()),
        "change": float(moved["change"].sum()),
        "entered": int(table.loc[table["before"] == NOWHERE, "dealers"].sum()),
        "left": int(table.loc[table["after"] == NOWHERE, "dealers"].sum()),
    }
    return (Sentence("segments.migration_summary", values),)

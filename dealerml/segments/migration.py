"""Migration: who moved from one class, tier, segment or stage to another."""

from dataclasses import dataclass

import pandas as pd

from dealerml.errors import TableError
from dealerml.segments.classes import ABC_CLASSES
from dealerml.segments.lifecycle import STAGES
from dealerml.segments.rfm import RFM_GROUPS
from dealerml.words import ColumnName, Sentence, Spoken

NOWHERE = ""  # not in the table at that date, or without a value there
ORDERS = {"abc_class": ABC_CLASSES, "lifecycle": STAGES, "rfm_group": RFM_GROUPS}


@dataclass(frozen=True)
class Migration(Spoken):
    """Moves between two dates, in dealers and in money.

    ``table`` has one row per pair that occurs, sorted:
        ``before``, ``after``  codes; empty where a dealer had none at that date
        ``dealers``            int, number of dealers
        ``amount_before``, ``amount_after``  float, sum of their amounts at either date
        ``change``             float, the difference
    ``column`` is what was compared; ``dealers`` and ``change`` are the same as square tables, rows
    before and columns after, in the usual order or by falling amount per dealer, dealers without a
    code last. ``known`` is the number of dealers with a code at both dates, ``moved`` how many of
    them changed it. ``moves`` has one row per dealer whose code differs, indexed by dealer_id, the
    largest loss first: ``<column>_before``, ``<column>_after`` and the three amounts.
    """

    column: str
    dealers: pd.DataFrame
    change: pd.DataFrame
    known: int
    moved: int
    moves: pd.DataFrame


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
    index = before.index.union(after.index).rename("dealer_id")
    pairs = pd.DataFrame(
        {
            "before": before[column].reindex(index).astype("str").fillna(NOWHERE),
            "after": after[column].reindex(index).astype("str").fillna(NOWHERE),
            "amount_before": before[amount].reindex(index).astype("float64").fillna(0.0),
            "amount_after": after[amount].reindex(index).astype("float64").fillna(0.0),
        }
    )
    grouped = pairs.groupby(["before", "after"])
    table = grouped.sum()
    table.insert(0, "dealers", grouped.size())
    table["change"] = table["amount_after"] - table["amount_before"]
    table = table.reset_index()
    codes = _codes(table, column)
    dealers, change = (_square(table, value, codes) for value in ("dealers", "change"))
    both = table[(table["before"] != NOWHERE) & (table["after"] != NOWHERE)]
    moved = both[both["before"] != both["after"]]
    known, changed = int(both["dealers"].sum()), int(moved["dealers"].sum())
    said = _say(table, column, float(moved["change"].sum()), (known, changed))
    dealers, moves = dealers.astype("int64"), _moves(pairs, column)
    return Migration(table, said, column, dealers, change, known, changed, moves)


def _need(tables: dict[str, pd.DataFrame], columns: tuple[str, ...]) -> None:
    problems = [
        f"{name}: column {column} is missing; it has {', '.join(map(str, table.columns))}."
        for name, table in tables.items()
        for column in columns
        if column not in table.columns
    ]
    if problems:
        raise TableError(problems)


def _moves(pairs: pd.DataFrame, column: str) -> pd.DataFrame:
    moved = pairs[pairs["before"] != pairs["after"]]
    moved = moved.assign(change=moved["amount_after"] - moved["amount_before"])
    named = moved.rename(columns={end: f"{column}_{end}" for end in ("before", "after")})
    return named.sort_index().sort_values("change", kind="stable")


def _codes(table: pd.DataFrame, column: str) -> list[str]:
    ends = [
        table.rename(columns={end: "code", f"amount_{end}": "amount"})[
            ["code", "dealers", "amount"]
        ]
        for end in ("before", "after")
    ]
    sums = pd.concat(ends).groupby("code").sum()
    known = list(ORDERS.get(column, ()))
    places = []
    for code, per_dealer in (sums["amount"] / sums["dealers"]).items():
        rank = known.index(str(code)) if code in known else len(known)
        places.append((code == NOWHERE, rank, -float(per_dealer), str(code)))
    return [code for *_, code in sorted(places)]


def _square(table: pd.DataFrame, value: str, codes: list[str]) -> pd.DataFrame:
    square = table.pivot_table(index="before", columns="after", values=value, aggfunc="sum")
    return square.reindex(index=codes, columns=codes).fillna(0.0)


def _say(
    table: pd.DataFrame, column: str, change: float, counts: tuple[int, int]
) -> tuple[Sentence, ...]:
    values = {
        "column": ColumnName(column),
        "n": counts[0],
        "moved": counts[1],
        "change": change,
        "entered": int(table.loc[table["before"] == NOWHERE, "dealers"].sum()),
        "left": int(table.loc[table["after"] == NOWHERE, "dealers"].sum()),
    }
    return (Sentence("segments.migration_summary", values),)

"""The laws every feature obeys, as a check for one's own."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from dealerml.dates import to_day
from dealerml.features.build import Family, collect
from dealerml.features.events import extended
from dealerml.tables import (
    KNOWN,
    SCHEMAS,
    Column,
    Lazy,
    Snapshot,
    Tables,
)
from dealerml.tables.columns import AMOUNT
from dealerml.tables.dated import cut_table, known_on

if TYPE_CHECKING:
    from typing import TypeAlias

    Change: TypeAlias = Callable[[Tables, dt.date], Tables]
    Law: TypeAlias = Callable[[Family, pd.DataFrame, "Trial"], str]

SCALE = 8  # a power of two: multiplying by it is exact in floats
TOLERANCE = 1e-9
FAR_AWAY = dt.date(2199, 12, 31)


@dataclass(frozen=True)
class Trial:
    """What laws are tried on: tables at a date, and the same ones changed, each made once."""

    tables: Tables
    day: dt.date
    changed: dict["Change", Snapshot] = field(default_factory=dict)

    @property
    def snapshot(self) -> Snapshot:
        """The tables as they are."""
        return self.under(as_they_are)

    def under(self, change: "Change") -> Snapshot:
        """The tables after a change."""
        if change not in self.changed:
            self.changed[change] = change(self.tables, self.day).as_of(self.day)
        return self.changed[change]


def check_feature(
    family: Family, *, tables: Tables | None = None, as_of: str | dt.date | None = None
) -> pd.DataFrame:
    """Does a feature of one's own obey the laws that all features obey?

    Parameters
    ----------
    family
        A function from a snapshot to a lazy frame with ``as_of_day, dealer_id`` and features.
    tables
        What to try it on; the running example where None.
    as_of
        The as-of date to try it at; the middle of the export where None.

    Returns
    -------
    One row per law of `LAWS`, index ``law``:
        ``holds``   bool
        ``problem`` text; what went wrong, empty where the law holds

    Examples
    --------
    >>> from dealerml.features.pace import pace
    >>> bool(check_feature(pace)["holds"].all())
    True
    """
    from dealerml.tables import example_tables

    tables = tables or example_tables()
    first, last = tables.span()
    day = tables.as_of(as_of or first + (last - first) / 2).as_of
    return try_laws(family, Trial(tables, day))


def try_laws(family: Family, trial: Trial) -> pd.DataFrame:
    """Does a feature obey every law? The table of `check_feature`, on a trial made before."""
    before = _compute(family, trial.snapshot)
    problems = {name: law(family, before, trial) for name, law in LAWS.items()}
    table = pd.DataFrame({"problem": pd.Series(problems, dtype="str")}).rename_axis("law")
    table.insert(0, "holds", table["problem"] == "")
    return table


def as_they_are(tables: Tables, as_of: dt.date | None = None) -> Tables:
    """No change."""
    return tables


def without_future(tables: Tables, as_of: dt.date) -> Tables:
    """The tables as if every line that became known after a date had not been exported."""
    known = tables.lines.filter(nw.col("known_day") <= to_day(as_of))
    others = {name: _known_part(name, frame, as_of) for name, frame in _dated(tables).items()}
    return replace(
        tables, order_lines=known.drop("day", "known_day"), others={**tables.others, **others}
    )


def with_wild_future(tables: Tables, as_of: dt.date) -> Tables:
    """The tables with lines known after a date changed beyond recognition."""
    future = nw.col("known_day") > to_day(as_of)
    wild = {
        "net_amount": (nw.col("net_amount") * -7).cast(AMOUNT),
        "dealer_id": nw.concat_str(nw.lit("ghost of "), nw.col("dealer_id")),
        "product_id": nw.lit("?"),
    }
    changed = {name: nw.when(future).then(to).otherwise(nw.col(name)) for name, to in wild.items()}
    lines = tables.lines.with_columns(**changed).drop("day", "known_day")
    others = {name: _wild_part(name, frame, as_of) for name, frame in _dated(tables).items()}
    return replace(tables, order_lines=lines, others={**tables.others, **others})


def reordered(tables: Tables, as_of: dt.date | None = None) -> Tables:
    """The same tables with their lines in another order."""
    lines = tables.order_lines.sort("net_amount", "order_date", "dealer_id", descending=True)
    others = {
        name: frame.sort(*reversed(frame.collect_schema().names()), descending=True)
        for name, frame in tables.others.items()
    }
    return replace(tables, order_lines=lines, others=others)


def without_dealer_list(tables: Tables, as_of: dt.date | None = None) -> Tables:
    """The same tables with every row of the dealer list gone: it tells today, not the past."""
    if tables.dealers is None:
        return tables
    return replace(tables, dealers=tables.dealers.filter(nw.col("dealer_id").is_null()))


def scaled(tables: Tables, as_of: dt.date | None = None) -> Tables:
    """The same tables in another currency: all money times `SCALE`."""
    others = {name: _in_other_money(name, frame) for name, frame in tables.others.items()}
    return replace(
        tables, order_lines=_in_other_money("order_lines", tables.order_lines), others=others
    )


def _in_other_money(name: str, frame: Lazy) -> Lazy:
    money = [column for column in SCHEMAS[name] if column.endswith(("_amount", "_price"))]
    return extended(frame, {name: (nw.col(name) * SCALE).cast(AMOUNT) for name in money})


def _dated(tables: Tables) -> dict[str, Lazy]:
    return {
        name: frame
        for name, frame in tables.others.items()
        if name in KNOWN and f"{name}.{KNOWN[name]}" in tables.supplied
    }


def _known_part(name: str, frame: Lazy, as_of: dt.date) -> Lazy:
    """What was known of a table; what it says of today is empty, since nobody may read it."""
    today = {
        column: nw.lit(None, dtype=described.dtype)
        for column, described in SCHEMAS[name].items()
        if described.current_state
    }
    return extended(cut_table(name, frame, as_of), today).select(*SCHEMAS[name])


def _wild_part(name: str, frame: Lazy, as_of: dt.date) -> Lazy:
    future = known_on(name) > nw.lit(as_of)
    changed = {
        column: nw.when(future).then(wild).otherwise(nw.col(column))
        for column, described in SCHEMAS[name].items()
        for wild in _wild_values(column, described)
    }
    # What a row tells of a day after the date, such as when it was closed, is a century away.
    later = {
        column: nw.when(nw.col(described.known_from) > nw.lit(as_of))
        .then(nw.lit(FAR_AWAY))
        .otherwise(nw.col(column))
        for column, described in SCHEMAS[name].items()
        if described.known_from == column
    }
    return extended(extended(frame, changed), later)


def _wild_values(column: str, described: Column) -> list[nw.Expr]:
    if column == "dealer_id" and not described.known_from:
        return [nw.concat_str(nw.lit("ghost of "), nw.col(column))]
    if described.dtype == AMOUNT:
        return [(nw.col(column) * -7).cast(AMOUNT)]
    return []


def differing_columns(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Which columns of two frames are not the same, value for value?"""
    if list(before.columns) != list(after.columns) or not before.index.equals(after.index):
        return ["(rows or columns)"]
    return [name for name in before.columns if not before[name].equals(after[name])]


def _same(change: "Change") -> "Law":
    def law(family: Family, before: pd.DataFrame, trial: Trial) -> str:
        changed = differing_columns(before, _compute(family, trial.under(change)))
        return f"changed: {', '.join(changed)}" if changed else ""

    return law


def _one_row_per_dealer(family: Family, x: pd.DataFrame, trial: Trial) -> str:
    twice = x.index[x.index.duplicated()]
    return f"{len(twice)} dealers have two rows (first: {twice[0][1]})" if len(twice) else ""


def _money_scales(family: Family, before: pd.DataFrame, trial: Trial) -> str:
    after = _compute(family, trial.under(scaled))
    wrong = [
        name
        for name in before.columns
        if not (_close(before[name], after[name]) or _close(before[name] * SCALE, after[name]))
    ]
    return f"neither unchanged nor scaled: {', '.join(wrong)}" if wrong else ""


def _many_dates_agree(family: Family, alone: pd.DataFrame, trial: Trial) -> str:
    day = trial.day
    together = _compute(family, trial.snapshot.at(day - dt.timedelta(days=7), day))
    if pd.Timestamp(day) not in together.index.get_level_values(0):
        return "as_of_day is not an as-of date of the snapshot"
    changed = differing_columns(alone, together.loc[[pd.Timestamp(day)]])
    return f"changed: {', '.join(changed)}" if changed else ""


def _compute(family: Family, snapshot: Snapshot) -> pd.DataFrame:
    frame = family(snapshot)
    return pd.DataFrame() if frame is None else collect(frame)


def _close(left: pd.Series, right: pd.Series) -> bool:
    both = left.isna() & right.isna()
    near = (left - right).abs() <= TOLERANCE * left.abs().clip(lower=1)
    return bool((both | near).all())


LAWS: Mapping[str, "Law"] = {
    "one row per dealer and date": _one_row_per_dealer,
    "no future: later lines deleted": _same(without_future),
    "no future: later lines changed": _same(with_wild_future),
    "order of rows does not matter": _same(reordered),
    "today's dealer list is not read": _same(without_dealer_list),
    "money scales, counts do not": _money_scales,
    "many dates at once change nothing": _many_dates_agree,
}

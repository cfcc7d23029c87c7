"""What was known on a date of the tables beyond orders and lists."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import narwhals as nw

from dealerml.errors import TableError
from dealerml.tables.columns import Column
from dealerml.tables.engine import Lazy
from dealerml.tables.schemas import KNOWN, PLACED, POSTED, SCHEMAS

DATED = tuple(name for name in KNOWN if name not in PLACED)


def refuse_undated(name: str) -> None:
    """Is there something to be known of this table on a date?

    Raises
    ------
    TableError
        If it is no canonical table, carries no date or is an attribute of its own.
    """
    if name not in DATED:
        message = f"{name!r} is no table with dates. Such tables are {', '.join(DATED)}."
        raise TableError(message)


def cut_table(
    name: str, frame: Lazy, as_of: dt.date | nw.Expr, *, also: Sequence[str] = ()
) -> Lazy:
    """Which rows and values of a dated table were known at the end of a day?

    The day may be a column of the frame; columns named in `also` are kept as they are.

    Rows without the date that makes them known are left out. What a row says of later, such as
    when a case was closed, is empty until then. What carries no date at all is left away.
    """
    day = as_of if isinstance(as_of, nw.Expr) else nw.lit(as_of)
    values = [
        _blank_later(column, described, day)
        for column, described in SCHEMAS[name].items()
        if not described.current_state
    ]
    return frame.filter(known_on(name) <= day).select(*values, *also)


def rows_of(frame: Lazy, rows: Iterable[Mapping[str, nw.Expr]]) -> Lazy:
    """A frame of these rows, on the engine of another frame that has at least one."""
    one = frame.head(1)
    return nw.concat([one.select(**row) for row in rows])


def known_on(name: str) -> nw.Expr:
    """On which date does each row of a table become known?"""
    date = nw.col(KNOWN[name])
    if name not in POSTED:
        return date
    return nw.max_horizontal(date, nw.coalesce(nw.col(POSTED[name]), date))


def _blank_later(name: str, described: Column, day: nw.Expr) -> nw.Expr:
    if not described.known_from:
        return nw.col(name)
    return nw.when(nw.col(described.known_from) <= day).then(nw.col(name)).alias(name)

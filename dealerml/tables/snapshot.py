"""All tables of an export, and the snapshot of them that was known on a date."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import narwhals as nw

from dealerml.dates import as_date, day_number, from_day, to_day
from dealerml.errors import HistoryError, TableError
from dealerml.policy import load_policy
from dealerml.tables.dated import cut_table, refuse_undated, rows_of
from dealerml.tables.days import derive_days, known_date, number_days, sum_days
from dealerml.tables.engine import Lazy, persist
from dealerml.tables.schemas import KNOWN, PLACED, SCHEMAS
from dealerml.tables.successors import follow_successors, rename_dealers


@dataclass(frozen=True)
class Tables:
    """All that an export says, in canonical columns, before any as-of date.

    Parameters
    ----------
    order_lines
        One row per order line; columns of ``SCHEMAS["order_lines"]``, absent ones as null.
    others
        All further tables of ``SCHEMAS`` that the export has, by name.
    supplied
        ``table.column`` of every column the export really had.
    connection
        The engine's connection, where it has one.
    ingest
        Where every row of the export went; None when the tables were made in Python.
    """

    order_lines: Lazy
    dealers: Lazy | None = None
    products: Lazy | None = None
    notes: Lazy | None = None
    successors: Lazy | None = None
    others: Mapping[str, Lazy] = field(default_factory=dict)
    supplied: frozenset[str] = frozenset()
    connection: Any = None
    ingest: Any = None
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def table(self, name: str) -> Lazy | None:
        """What does a canonical table hold? None: the export has none.

        Raises
        ------
        TableError
            If there is no canonical table of this name.
        """
        if name not in SCHEMAS:
            message = f"{name!r} is not a canonical table. Known are {', '.join(SCHEMAS)}."
            raise TableError(message)
        frame: Lazy | None = getattr(self, name) if name in PLACED else self.others.get(name)
        return frame

    def keep(self, name: str, build: Callable[[], Lazy]) -> Lazy:
        """Compute a lazy frame once per tables and reuse it afterwards."""
        if name not in self._kept:
            self._kept[name] = persist(build(), self.connection)
        frame: Lazy = self._kept[name]
        return frame

    def span(self) -> tuple[dt.date, dt.date]:
        """On which days do the order lines begin and end?"""
        frame = self.days.select(first=nw.col("day").min(), last=nw.col("day").max())
        row = frame.collect("pyarrow").to_native().to_pylist()[0]
        if row["first"] is None:
            message = "The export holds no usable order line, so there is nothing to review."
            raise HistoryError(message)
        return from_day(row["first"]), from_day(row["last"])

    def as_of(self, date: str | dt.date, *, earlier: Iterable[str | dt.date] = ()) -> "Snapshot":
        """What was known at the end of this day?

        Parameters
        ----------
        date
            The as-of date, inclusive.
        earlier
            More as-of dates, none later than `date`, to be carried along in one snapshot.
        """
        day = as_date(date)
        dates = tuple(sorted({as_date(other) for other in earlier})) or (day,)
        if dates[-1] > day:
            message = f"The as-of date {dates[-1]} is later than the snapshot's {day}."
            raise HistoryError(message)
        return Snapshot(day, dates, self)

    @cached_property
    def lines(self) -> Lazy:
        """Order lines with integer days: ``day``, and ``known_day`` ≥ ``day``."""
        known = self.order_lines.with_columns(known_date=known_date(self.supplied))
        return number_days(known, self.supplied).drop("known_date")

    @cached_property
    def days(self) -> Lazy:
        """The dealer-day table, derived once: one row per dealer, day and day it became known."""
        return self.keep("days", lambda: derive_days(self.order_lines, self.supplied))

    @cached_property
    def late_lines(self) -> bool:
        """Whether any line became known after its business date."""
        if "order_lines.posted_date" not in self.supplied:
            return False
        return _any_row(self.days.filter(nw.col("known_day") > nw.col("day")))


@dataclass(frozen=True)
class Snapshot:
    """The tables as they were known at the end of one or more as-of dates.

    `Tables.as_of` makes it. Lines count from the day they became known: the later of business
    date and posting date. Nothing built from a snapshot can look beyond ``as_of``.
    """

    as_of: dt.date
    dates: tuple[dt.date, ...]
    _tables: Tables = field(repr=False)
    definitions: Mapping[str, Any] = field(
        default_factory=lambda: load_policy().definitions, repr=False
    )

    @property
    def supplied(self) -> frozenset[str]:
        """``table.column`` of every column the export really had."""
        return self._tables.supplied

    @property
    def products(self) -> Lazy | None:
        """Products with their stable attributes."""
        return self._tables.products

    @property
    def dealers(self) -> Lazy | None:
        """Dealers as listed today: for display only, never for a feature or a score."""
        return self._tables.dealers

    def table(self, name: str) -> Lazy | None:
        """What was known by ``as_of`` of a table beyond orders and lists, such as contacts?

        None: the export has no such table, or not the date by which its rows become known.

        However many dates the snapshot carries, the table is cut at ``as_of`` alone; `dated` cuts
        it at each of them.

        Returns
        -------
        The columns of ``SCHEMAS[name]`` that are no current state, old dealer codes renamed to
        their successors'. What a row says of a day after ``as_of`` is empty: a case that was
        closed later is open.

        Raises
        ------
        TableError
            If there is no such table, or it carries no dates.
        """
        frame = self._dated_table(name)
        return None if frame is None else self._renamed(name, cut_table(name, frame, self.as_of))

    def dated(self, name: str) -> Lazy | None:
        """What was known of a table beyond orders and lists at each as-of date?

        None: the export has no such table, or not the date by which its rows become known.

        Returns
        -------
        The columns of `table`, cut at each as-of date by itself: a case that was closed between two
        of them is open at the first. Adds ``as_of_day`` and ``days_ago`` ≥ 0, counted from the
        date by which the table's rows become known.
        """
        frame = self._dated_table(name)
        if frame is None:
            return None
        columns = ("as_of_day", "as_of_date")
        each = frame.join(self.as_of_dates, how="cross")
        known = cut_table(name, each, nw.col("as_of_date"), also=columns).drop("as_of_date")
        day = day_number(nw.col(KNOWN[name])).cast(nw.Int64())
        return self._renamed(name, known).with_columns(days_ago=nw.col("as_of_day") - day)

    @cached_property
    def as_of_dates(self) -> Lazy:
        """One row per as-of date: ``as_of_day`` and ``as_of_date``."""
        rows = [
            {"as_of_day": nw.lit(to_day(date), dtype=nw.Int64()), "as_of_date": nw.lit(date)}
            for date in self.dates
        ]
        return self.keep(f"dates_{self.dates}", lambda: rows_of(self._tables.order_lines, rows))

    def under(self, definitions: Mapping[str, Any]) -> "Snapshot":
        """The same knowledge, read by a company's own definitions."""
        return replace(self, definitions=definitions)

    @cached_property
    def begin(self) -> dt.date:
        """The first day with a known order line: what lies before is unknown, not zero."""
        frame = self.base_days.select(first=nw.col("day").min())
        first = frame.collect("pyarrow").to_native().to_pylist()[0]["first"]
        if first is None:
            begin, end = self._tables.span()
            message = (
                f"No order line was known by {self.as_of}. The export's order lines run from "
                f"{begin} to {end}; take an as-of date from then on."
            )
            raise HistoryError(message)
        return from_day(first)

    def at(self, *dates: str | dt.date) -> "Snapshot":
        """The same knowledge, seen at one or more dates up to ``as_of``."""
        return self._tables.as_of(self.as_of, earlier=dates).under(self.definitions)

    def keep(self, name: str, build: Callable[[], Lazy]) -> Lazy:
        """Compute a lazy frame once for this as-of date and reuse it afterwards."""
        return self._tables.keep(f"{name}@{self.as_of}", build)

    @cached_property
    def lines(self) -> Lazy:
        """Order lines known by ``as_of``, old dealer codes renamed to their successors'."""
        # Compared as dates: numbering the days of millions of lines costs more than a query does.
        known = self._tables.lines.filter(known_date(self.supplied) <= nw.lit(self.as_of))
        return rename_dealers(known, self.successors)

    @cached_property
    def base_days(self) -> Lazy:
        """Dealer days known by ``as_of``: ``day``, ``known_day`` and sums, one row each."""
        days = self._tables.days.filter(nw.col("known_day") <= to_day(self.as_of))
        if not self.successors:
            return days
        renamed = rename_dealers(days, self.successors)
        return self.keep("days", lambda: sum_days(renamed, ["dealer_id", "day", "known_day"]))

    @cached_property
    def days(self) -> Lazy:
        """The day table of each as-of date: adds ``as_of_day`` and ``days_ago`` ≥ 0."""
        keys = ["as_of_day", "dealer_id", "day"]
        seen = self.cut(self.base_days)
        if not self._tables.late_lines:
            return seen
        return sum_days(seen, keys).with_columns(days_ago=nw.col("as_of_day") - nw.col("day"))

    @cached_property
    def calendar(self) -> Lazy:
        """Every date with an order line known by ``as_of``: ``order_date`` and its ``day``."""
        dates = self.lines.group_by("order_date").agg(lines=nw.len())
        day = day_number(nw.col("order_date")).cast(nw.Int64())
        return self.keep("calendar", lambda: dates.select("order_date", day=day))

    @property
    def late_lines(self) -> bool:
        """Whether any line became known after its business date."""
        return self._tables.late_lines

    @cached_property
    def has_returns(self) -> bool:
        """Whether any returned goods were known by ``as_of``."""
        return _any_row(self.base_days.filter(nw.col("returns_amount") > 0))

    def cut(self, frame: Lazy, *, since_days: int | None = None) -> Lazy:
        """Rows of a frame with ``day`` and ``known_day`` as known at each as-of date.

        Parameters
        ----------
        since_days
            Keep only rows of fewer than this many days before each as-of date; None keeps all.
        """
        return nw.concat([_cut_one(frame, to_day(date), since_days) for date in self.dates])

    @cached_property
    def successors(self) -> Mapping[str, str]:
        """Old dealer code → the code that continues it, as known by ``as_of``."""
        return follow_successors(self._small("successors"))

    @cached_property
    def notes(self) -> tuple[Mapping[str, Any], ...]:
        """Notes that were known by ``as_of``, oldest first, under the dealer's present code."""
        rows = self._small("notes")
        for row in rows:
            row["dealer_id"] = self.successors.get(row["dealer_id"], row["dealer_id"])
        return tuple(sorted(rows, key=lambda r: (r["from_date"], r["dealer_id"], r["kind"])))

    def _dated_table(self, name: str) -> Lazy | None:
        """A table with the date by which its rows become known; None where the export has not."""
        refuse_undated(name)
        frame = self._tables.table(name)
        return frame if f"{name}.{KNOWN[name]}" in self.supplied else None

    def _renamed(self, name: str, frame: Lazy) -> Lazy:
        return rename_dealers(frame, self.successors) if "dealer_id" in SCHEMAS[name] else frame

    def _small(self, table: str) -> list[dict[str, Any]]:
        frame: Lazy | None = getattr(self._tables, table)
        if frame is None:
            return []
        known = frame.filter(nw.col("from_date") <= nw.lit(self.as_of))
        rows: list[dict[str, Any]] = known.collect("pyarrow").to_native().to_pylist()
        return rows


def _any_row(frame: Lazy) -> bool:
    counted = frame.select(n=nw.len())
    return bool(counted.collect("pyarrow").to_native().to_pylist()[0]["n"])


def _cut_one(frame: Lazy, as_of_day: int, since_days: int | None) -> Lazy:
    seen = frame.filter(nw.col("known_day") <= as_of_day)
    if since_days is not None:
        seen = seen.filter(nw.col("day") > as_of_day - since_days)
    ago = nw.lit(as_of_day, dtype=nw.Int64()) - nw.col("day")
    return seen.with_columns(as_of_day=nw.lit(as_of_day, dtype=nw.Int64()), days_ago=ago)

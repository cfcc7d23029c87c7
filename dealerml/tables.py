"""Canonical tables, and the snapshot of them that was known on a date.

Everything here is a lazy narwhals frame over order lines. No engine is named but in `persist`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals as nw

from dealerml.dates import as_date, day_number, from_day, to_day
from dealerml.errors import HistoryError, TableError

AMOUNT = nw.Decimal(18, 4)
TEXT = nw.String()
DATE = nw.Date()


@dataclass(frozen=True)
class Column:
    """One column of a canonical table: its type, whether it must be there, and its meaning."""

    dtype: nw.dtypes.DType
    meaning: str
    required: bool = False
    current_state: bool = False


def _now(dtype: nw.dtypes.DType, meaning: str) -> Column:
    return Column(dtype, meaning, current_state=True)


SCHEMAS: Mapping[str, Mapping[str, Column]] = {
    "order_lines": {
        "order_id": Column(TEXT, "The order; where absent, all lines of a dealer-day are one."),
        "line_no": Column(TEXT, "Position of the line in its order."),
        "dealer_id": Column(TEXT, "The billed party.", required=True),
        "order_date": Column(DATE, "Business date; of a return, its own.", required=True),
        "posted_date": Column(DATE, "When the line became known; absent: on the order date."),
        "product_id": Column(TEXT, "What was ordered."),
        "quantity": Column(AMOUNT, "Units; negative for returns."),
        "net_amount": Column(
            AMOUNT, "Money net of tax and discounts, before rebates; returns < 0.", required=True
        ),
        "cost_amount": Column(AMOUNT, "What the goods of the line cost us."),
        "region": Column(TEXT, "Sales region as written on the order, so dated."),
        "owner": Column(TEXT, "Our employee in charge as written on the order."),
        "line_kind": Column(TEXT, "goods, gift, sample, freight, service or adjustment."),
    },
    "dealers": {
        "dealer_id": Column(TEXT, "The dealer.", required=True),
        "dealer_name": _now(TEXT, "Name as listed today."),
        "role": _now(TEXT, "dealer, sub-dealer or outlet."),
        "parent_id": _now(TEXT, "The dealer this one belongs to."),
        "region": _now(TEXT, "Region as listed today."),
        "city": _now(TEXT, "City as listed today."),
        "owner": _now(TEXT, "Our employee in charge today."),
        "tier_current": _now(TEXT, "Tier in the company's own system today."),
        "status_current": _now(TEXT, "Status in the company's own system today."),
        "signed_date": Column(DATE, "When the dealer signed."),
    },
    "products": {
        "product_id": Column(TEXT, "The product.", required=True),
        "product_name": Column(TEXT, "Its name."),
        "category": Column(TEXT, "Its category."),
        "brand": Column(TEXT, "Its brand or vendor."),
    },
    "notes": {
        "dealer_id": Column(TEXT, "The dealer the note is about.", required=True),
        "kind": Column(TEXT, "What it says, from a closed list.", required=True),
        "from_date": Column(DATE, "Since when it holds and is known.", required=True),
        "until_date": Column(DATE, "Until when it holds."),
        "note": Column(TEXT, "Free text."),
        "author": Column(TEXT, "Our employee who wrote it."),
    },
    "successors": {
        "dealer_id": Column(TEXT, "The old code.", required=True),
        "successor_id": Column(TEXT, "The code that continues it.", required=True),
        "from_date": Column(DATE, "Since when.", required=True),
    },
}

NOTE_KINDS = (
    "closed_by_us",
    "moved",
    "merged_into",
    "renamed",
    "seasonal",
    "strategic",
    "excluded",
    "text",
)
LINE_KINDS = ("goods", "gift", "sample", "freight", "service", "adjustment")
DAY_SUMS = (
    "orders",
    "net_amount",
    "returns_amount",
    "quantity",
    "lines",
    "cost_amount",
    "costed_amount",
)
COUNTS = ("orders", "lines")


def persist(frame: nw.LazyFrame, connection: Any) -> nw.LazyFrame:
    """Which rows does a lazy frame hold, computed once and kept for the queries that follow?

    The only engine-specific line of the house: a temporary table on the one DuckDB connection, a
    cached frame on Spark; any other engine gets the frame back as it is.
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        name = f"kept_{len(connection.execute('SELECT 1 FROM duckdb_tables()').fetchall())}"
        native.create(name)
        return nw.from_native(connection.table(name))
    if frame.implementation.is_pyspark():
        return nw.from_native(native.cache())
    return frame


@dataclass(frozen=True)
class Tables:
    """All that an export says, in canonical columns, before any as-of date.

    Parameters
    ----------
    order_lines
        One row per order line; columns of ``SCHEMAS["order_lines"]``, absent ones as null.
    supplied
        ``table.column`` of every column the export really had.
    connection
        The engine's connection, where it has one.
    ingest
        Where every row of the export went; None when the tables were made in Python.
    """

    order_lines: nw.LazyFrame
    dealers: nw.LazyFrame | None = None
    products: nw.LazyFrame | None = None
    notes: nw.LazyFrame | None = None
    successors: nw.LazyFrame | None = None
    supplied: frozenset[str] = frozenset()
    connection: Any = None
    ingest: Any = None
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, name: str, build: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """Compute a lazy frame once per tables and reuse it afterwards."""
        if name not in self._kept:
            self._kept[name] = persist(build(), self.connection)
        frame: nw.LazyFrame = self._kept[name]
        return frame

    def span(self) -> tuple[dt.date, dt.date]:
        """On which days do the order lines begin and end?"""
        frame = self.days.select(first=nw.col("day").min(), last=nw.col("day").max())
        row = frame.collect("pyarrow").to_native().to_pylist()[0]
        if row["first"] is None:
            message = "The export holds no usable order line, so there is nothing to review."
            raise HistoryError(message)
        return from_day(row["first"]), from_day(row["last"])

    def as_of(
        self, date: str | dt.date, *, earlier: Iterable[str | dt.date] = ()
    ) -> "Snapshot":
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
    def lines(self) -> nw.LazyFrame:
        """Order lines with integer days: ``day``, and ``known_day`` ≥ ``day``."""
        day = day_number(nw.col("order_date")).cast(nw.Int64())
        frame = self.order_lines.with_columns(day=day)
        if "order_lines.posted_date" not in self.supplied:
            return frame.with_columns(known_day=nw.col("day"))
        posted = nw.coalesce(day_number(nw.col("posted_date")).cast(nw.Int64()), nw.col("day"))
        return frame.with_columns(known_day=nw.max_horizontal(nw.col("day"), posted))

    @cached_property
    def days(self) -> nw.LazyFrame:
        """The dealer-day table, derived once: one row per dealer, day and day it became known."""
        return self.keep("days", lambda: _derive_days(self.lines, self.supplied))

    @cached_property
    def late_lines(self) -> bool:
        """Whether any line became known after its business date."""
        if "order_lines.posted_date" not in self.supplied:
            return False
        late = self.days.filter(nw.col("known_day") > nw.col("day")).select(n=nw.len())
        return bool(late.collect("pyarrow").to_native().to_pylist()[0]["n"])


def _derive_days(lines: nw.LazyFrame, supplied: frozenset[str]) -> nw.LazyFrame:
    amount, zero = nw.col("net_amount"), nw.lit(0).cast(AMOUNT)
    goods = nw.col("line_kind") == "goods"
    costed = ~nw.col("cost_amount").is_null()
    lines = lines.with_columns(
        qualifies=nw.when(goods & (amount > 0)).then(1).otherwise(0),
        returned=nw.when(goods & (amount < 0)).then(zero - amount).otherwise(zero),
        costed_sum=nw.when(costed).then(amount).otherwise(zero),
        cost_sum=nw.when(costed).then(nw.col("cost_amount")).otherwise(zero),
    )
    keys = ["dealer_id", "day", "known_day"]
    has_orders = "order_lines.order_id" in supplied
    by_order = lines.group_by(*keys, *(["order_id"] if has_orders else [])).agg(
        orders=nw.col("qualifies").max(),
        net_amount=amount.sum(),
        returns_amount=nw.col("returned").sum(),
        quantity=nw.col("quantity").sum(),
        lines=nw.len(),
        cost_amount=nw.col("cost_sum").sum(),
        costed_amount=nw.col("costed_sum").sum(),
    )
    if has_orders and "order_lines.posted_date" in supplied:
        by_order = _count_at_first_posting(by_order)
    return _sum_days(by_order, keys)


def _count_at_first_posting(by_order: nw.LazyFrame) -> nw.LazyFrame:
    """An order whose lines were posted on two days counts once, when it first became known."""
    known = nw.when(nw.col("orders") > 0).then(nw.col("known_day"))
    frame = by_order.with_columns(qualified_on=known)
    first = nw.col("qualified_on").min().over("dealer_id", "day", "order_id")
    frame = frame.with_columns(first_qualified=first)
    counts = nw.col("qualified_on") == nw.col("first_qualified")
    return frame.with_columns(orders=nw.when(counts).then(1).otherwise(0))


def _sum_days(frame: nw.LazyFrame, keys: list[str]) -> nw.LazyFrame:
    sums = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in DAY_SUMS))
    money = [name for name in DAY_SUMS if name not in COUNTS]
    return sums.with_columns(
        nw.col(*COUNTS).cast(nw.Int64()), *(nw.col(name).cast(AMOUNT) for name in money)
    )


@dataclass(frozen=True)
class Snapshot:
    """The tables as they were known at the end of one or more as-of dates.

    `Tables.as_of` makes it. Lines count from the day they became known: the later of business
    date and posting date. Nothing built from a snapshot can look beyond ``as_of``.
    """

    as_of: dt.date
    dates: tuple[dt.date, ...]
    _tables: Tables = field(repr=False)

    @property
    def supplied(self) -> frozenset[str]:
        """``table.column`` of every column the export really had."""
        return self._tables.supplied

    @property
    def products(self) -> nw.LazyFrame | None:
        """Products with their stable attributes."""
        return self._tables.products

    @property
    def dealers(self) -> nw.LazyFrame | None:
        """Dealers as listed today: for display only, never for a feature or a score."""
        return self._tables.dealers

    def at(self, *dates: str | dt.date) -> "Snapshot":
        """The same knowledge, seen at one or more dates up to ``as_of``."""
        return self._tables.as_of(self.as_of, earlier=dates)

    def keep(self, name: str, build: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """Compute a lazy frame once for this as-of date and reuse it afterwards."""
        return self._tables.keep(f"{name}@{self.as_of}", build)

    @cached_property
    def lines(self) -> nw.LazyFrame:
        """Order lines known by ``as_of``, old dealer codes renamed to their successors'."""
        known = self._tables.lines.filter(nw.col("known_day") <= to_day(self.as_of))
        return rename_dealers(known, self.successors)

    @cached_property
    def base_days(self) -> nw.LazyFrame:
        """Dealer days known by ``as_of``: ``day``, ``known_day`` and sums, one row each."""
        days = self._tables.days.filter(nw.col("known_day") <= to_day(self.as_of))
        if not self.successors:
            return days
        renamed = rename_dealers(days, self.successors)
        return self.keep("days", lambda: _sum_days(renamed, ["dealer_id", "day", "known_day"]))

    @cached_property
    def days(self) -> nw.LazyFrame:
        """The day table of each as-of date: adds ``as_of_day`` and ``days_ago`` ≥ 0."""
        keys = ["as_of_day", "dealer_id", "day"]
        seen = self.cut(self.base_days)
        if not self._tables.late_lines:
            return seen
        return _sum_days(seen, keys).with_columns(days_ago=nw.col("as_of_day") - nw.col("day"))

    @property
    def late_lines(self) -> bool:
        """Whether any line became known after its business date."""
        return self._tables.late_lines

    def cut(self, frame: nw.LazyFrame, *, since_days: int | None = None) -> nw.LazyFrame:
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
        return _resolve(self._small("successors"))

    @cached_property
    def notes(self) -> tuple[Mapping[str, Any], ...]:
        """Notes that were known by ``as_of``, oldest first, under the dealer's present code."""
        rows = self._small("notes")
        renamed = (dict(r, dealer_id=self.successors.get(r["dealer_id"], r["dealer_id"])) for r in rows)
        return tuple(sorted(renamed, key=lambda r: (r["from_date"], r["dealer_id"], r["kind"])))

    def _small(self, table: str) -> list[dict[str, Any]]:
        frame: nw.LazyFrame | None = getattr(self._tables, table)
        if frame is None:
            return []
        known = frame.filter(nw.col("from_date") <= nw.lit(self.as_of))
        rows: list[dict[str, Any]] = known.collect("pyarrow").to_native().to_pylist()
        return rows


def _cut_one(frame: nw.LazyFrame, as_of_day: int, since_days: int | None) -> nw.LazyFrame:
    seen = frame.filter(nw.col("known_day") <= as_of_day)
    if since_days is not None:
        seen = seen.filter(nw.col("day") > as_of_day - since_days)
    ago = nw.lit(as_of_day, dtype=nw.Int64()) - nw.col("day")
    return seen.with_columns(as_of_day=nw.lit(as_of_day, dtype=nw.Int64()), days_ago=ago)


def rename_dealers(frame: nw.LazyFrame, successors: Mapping[str, str]) -> nw.LazyFrame:
    """The same rows with every old dealer code replaced by the code that continues it."""
    if not successors:
        return frame
    old, new = zip(*sorted(successors.items()), strict=True)
    renamed = nw.col("dealer_id").replace_strict(old, new, default=nw.col("dealer_id"))
    return frame.with_columns(dealer_id=renamed)


def _resolve(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Follow chains A → B → C to their end; a ring has none and is refused."""
    step = {row["dealer_id"]: row["successor_id"] for row in rows}
    final = {}
    for start in sorted(step):
        seen, code = {start}, step[start]
        while code in step:
            if code in seen:
                message = (
                    f"successors: the codes {', '.join(sorted(seen))} succeed one another in a "
                    "ring. Remove the row that points back."
                )
                raise TableError(message)
            seen.add(code)
            code = step[code]
        final[start] = code
    return final


def make_tables(connection: Any = None, ingest: Any = None, **frames: Any) -> Tables:
    """Which canonical tables do frames in Python make?

    Parameters
    ----------
    connection
        The connection that lazy frames of DuckDB belong to. Eager frames (pandas, Polars, Arrow)
        are put into it, or into a new one in memory.
    frames
        ``order_lines`` and any of ``dealers, products, notes, successors``: any frame narwhals
        takes, in canonical columns.

    Raises
    ------
    TableError
        If a table or column is unknown, a required column is missing, or a note's kind is unknown.
    """
    connection, lazies = _to_engine(connection, frames)
    problems = [p for name, frame in lazies.items() for p in _schema_problems(name, frame)]
    if "order_lines" not in lazies:
        problems.append("order_lines is missing. It is the one table that is always needed.")
    if problems:
        raise TableError(problems)
    supplied = frozenset(
        f"{name}.{column}" for name, frame in lazies.items() for column in frame.collect_schema()
    )
    complete = {name: _complete(name, frame) for name, frame in lazies.items()}
    return Tables(**complete, supplied=supplied, connection=connection, ingest=ingest)


def _to_engine(
    connection: Any, frames: Mapping[str, Any]
) -> tuple[Any, dict[str, nw.LazyFrame]]:
    lazies = {}
    for name, native in frames.items():
        frame = nw.from_native(native)
        if isinstance(frame, nw.DataFrame):
            connection = connection or open_connection()
            frame = nw.from_native(connection.from_arrow(frame.to_arrow()))
        lazies[name] = frame
    return connection, lazies


def open_connection(memory_limit: str = "2GB") -> Any:
    """Which embedded engine works when no other is given? A DuckDB in memory, silent and bounded."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET memory_limit = ?", [memory_limit])
    return connection


def _schema_problems(table: str, frame: nw.LazyFrame) -> list[str]:
    if table not in SCHEMAS:
        return [f"{table} is not a canonical table. Known are {', '.join(SCHEMAS)}."]
    known, have = SCHEMAS[table], frame.collect_schema().names()
    problems = [
        f"{table}.{name} is not a canonical column. Known are {', '.join(known)}."
        for name in have
        if name not in known
    ]
    missing = [name for name, column in known.items() if column.required and name not in have]
    return problems + [f"{table}.{name} is missing; it is always needed." for name in missing]


def _complete(table: str, frame: nw.LazyFrame) -> nw.LazyFrame:
    have = frame.collect_schema().names()
    columns = [
        (nw.col(name) if name in have else nw.lit(None)).cast(column.dtype).alias(name)
        for name, column in SCHEMAS[table].items()
    ]
    complete = frame.select(*columns)
    if table != "order_lines":
        return complete
    return complete.with_columns(line_kind=nw.coalesce(nw.col("line_kind"), nw.lit("goods")))

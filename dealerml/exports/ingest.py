"""Where every row of an export went: kept or set aside, by file and rule, to the last cent."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from dealerml.errors import ExportError
from dealerml.exports.linking.links import Links
from dealerml.exports.opening.found import Unread
from dealerml.exports.views import Group
from dealerml.exports.workspace import Workspace
from dealerml.words import Spoken

NOTHING = Decimal("0.0000")


@dataclass(frozen=True)
class RuleCount:
    """How many rows of a file one rule decided about.

    Parameters
    ----------
    rule
        Name of the rule; empty: no rule, the rows were simply kept.
    line_kind
        What the kept rows count as; empty where no file says so.
    amount, size
        Sum of the net amounts, and of their absolute values.
    row, example
        Where the first such row stands in the file, counted as a spreadsheet or an editor shows it
        (in a Parquet file 1 = first row), and its values as ``label=value``.
    """

    rule: str
    set_aside: bool
    line_kind: str
    rows: int
    amount: Decimal
    size: Decimal
    row: int
    example: str = ""
    zeros: int = 0


@dataclass(frozen=True)
class UnreadValues:
    """How many values of an optional column could not be read; their rows are kept without them."""

    column: str
    rows: int


@dataclass(frozen=True)
class OwnTotal:
    """A total that a file states itself, beside our sum of the rows above it.

    ``agrees`` is whether the difference is below a cent per row; ``row`` is where it stands.
    """

    row: int
    stated: Decimal
    summed: Decimal
    agrees: bool


@dataclass(frozen=True)
class FileIngest:
    """What became of one file, or one sheet of a workbook.

    Parameters
    ----------
    name
        Path relative to the exports, with ``#sheet`` behind that of a workbook.
    kind, table
        What it was taken for, and the table it feeds (``lookup``: it only translates keys).
    rows, amount
        Counted over the file itself, apart from all rules.
    columns
        Field → the label it was found under.
    unused
        Labels that no field goes by.
    header_row
        Number of the row that names the columns, or of the last one of several.
    titles
        The lines above the header.
    written
        Field → how its values are written, where that had to be found out: ``dmy``, ``,``, …
    factors
        Field → what its numbers were multiplied by, where that is not 1.
    first_date, last_date
        Days of the first and the last kept row; None where the table has no date.
    own_totals
        Totals the file states itself.
    """

    name: str
    source: str
    kind: str
    table: str
    encoding: str
    sha256: str
    rows: int
    amount: Decimal
    columns: dict[str, str]
    unused: tuple[str, ...]
    counts: tuple[RuleCount, ...] = ()
    unread_values: tuple[UnreadValues, ...] = ()
    header_row: int = 1
    titles: tuple[str, ...] = ()
    written: dict[str, str] = field(default_factory=dict)
    factors: dict[str, Decimal] = field(default_factory=dict)
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    own_totals: tuple[OwnTotal, ...] = ()

    def rows_where(self, *, set_aside: bool) -> int:
        """How many rows were set aside, or kept?"""
        return sum(count.rows for count in self.counts if count.set_aside == set_aside)

    def amount_where(self, *, set_aside: bool) -> Decimal:
        """Which amount was set aside, or kept?"""
        amounts = (count.amount for count in self.counts if count.set_aside == set_aside)
        return sum(amounts, NOTHING)


@dataclass(frozen=True)
class Unmatched:
    """Dealers without orders, and orders of dealers that are not on the list of dealers.

    ``amount`` is the money of those orders, ``share`` its part of all kept money by absolute value.
    """

    dealers_without_orders: int = 0
    dealers_not_listed: int = 0
    rows: int = 0
    amount: Decimal = NOTHING
    share: float = 0.0


@dataclass(frozen=True)
class Ingest(Spoken):
    """Where every row of an export went.

    ``table`` has one row per file, outcome and rule: ``file``, ``table``, ``outcome`` (kept or
    set_aside), ``rule`` (empty: none), ``line_kind``, ``rows``, ``amount``, ``example``.

    Parameters
    ----------
    unread
        Files that were not read, each with the reason.
    repeats
        Order lines equal to an earlier one in every column. They are kept: without a line number
        nobody can know whether they are real.
    set_aside_share
        Absolute amount set aside ÷ absolute amount of all order lines; 0 to 1.
    first_date, last_date
        Days of the first and the last kept order line; None without any.
    links
        How the dealers of several systems belong together; None for one system.
    """

    source: str
    files: tuple[FileIngest, ...]
    unread: tuple[Unread, ...]
    unmatched: Unmatched | None
    repeats: int
    set_aside_share: float
    first_date: dt.date | None
    last_date: dt.date | None
    links: Links | None
    workspace: Workspace = field(repr=False, compare=False)
    groups: tuple[Group, ...] = field(repr=False, compare=False)

    @property
    def rows(self) -> int:
        """How many order lines do the files hold?"""
        return sum(file.rows for file in self.files if file.table == "order_lines")

    @property
    def amount(self) -> Decimal:
        """To what do all order lines of the files add up?"""
        lines = (file.amount for file in self.files if file.table == "order_lines")
        return sum(lines, NOTHING)

    def amount_where(self, *, set_aside: bool) -> Decimal:
        """Which amount of order lines was set aside, or kept?"""
        lines = [file for file in self.files if file.table == "order_lines"]
        return sum((file.amount_where(set_aside=set_aside) for file in lines), NOTHING)

    def rows_where(self, *, set_aside: bool) -> int:
        """How many order lines were set aside, or kept?"""
        lines = [file for file in self.files if file.table == "order_lines"]
        return sum(file.rows_where(set_aside=set_aside) for file in lines)


def reconcile(files: tuple[FileIngest, ...], kept: dict[str, tuple[int, Decimal]]) -> None:
    """Does every file add up, and does every table hold exactly the rows that were kept?

    Parameters
    ----------
    files
        Totals of each file, counted over the file, and counts by rule.
    kept
        Table → rows and amount, counted over the finished table.

    Raises
    ------
    ExportError
        If one row or one cent is missing or counted twice, with all differences.
    """
    problems = []
    for file in files:
        rows = sum(count.rows for count in file.counts)
        amount = sum((count.amount for count in file.counts), NOTHING)
        if (rows, amount) != (file.rows, file.amount):
            problems.append(
                f"{file.name} holds {file.rows:,} rows of {file.amount:,}, but {rows:,} rows of "
                f"{amount:,} are kept or set aside."
            )
    for table, found in kept.items():
        own = [file for file in files if file.table == table]
        expected = (
            sum(file.rows_where(set_aside=False) for file in own),
            sum((file.amount_where(set_aside=False) for file in own), NOTHING),
        )
        if found != expected:
            problems.append(f"{table} holds (rows, amount) {found}, but {expected} were kept.")
    if problems:
        raise ExportError([*problems, "This is a fault of dealerml. Please report it."])

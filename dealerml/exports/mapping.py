"""What a mapping file says: which column is what in the exports of one kind of system."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from functools import cached_property

import narwhals as nw

from dealerml.exports.labels import normalise_label
from dealerml.tables import SCHEMAS

# What a kind of file feeds: a canonical table, a translation of keys, or nothing.
LOOKUP, UNUSED = "lookup", "unused"
TARGETS = (*SCHEMAS, LOOKUP, UNUSED)
FIELD_KINDS = ("text", "decimal", "date", "percent", "boolean", "time")
NUMBER_KINDS = ("decimal", "percent")
RATE_DECIMALS = 8
MONEY_ENDINGS = ("amount", "price")
# What is derived like this is in the unit of all its inputs, or of the first one only.
UNIT_OF_ALL, UNIT_OF_FIRST = ("add", "subtract", "negate", "first_of"), ("without_tax", "convert")


@dataclass(frozen=True)
class Condition:
    """One test of one field: ``column``, the name of the test, and what it compares with."""

    column: str
    test: str
    value: object


@dataclass(frozen=True)
class Rule:
    """A named decision about the rows for which all conditions hold.

    Parameters
    ----------
    set_aside
        True: the rows are set aside. False: they are kept, as `line_kind` where that is given.
    """

    name: str
    when: tuple[Condition, ...]
    set_aside: bool
    line_kind: str | None = None


@dataclass(frozen=True)
class Derived:
    """A field made from other fields.

    Parameters
    ----------
    how
        A key of ``DERIVED`` in ``mapping_problems.py``: ``multiply``, ``first_of``, ``lookup``, …
    inputs
        The fields it is made from; of a constant its text.
    when
        Of ``negate``: only rows for which all conditions hold change sign.
    lookup, key, take
        Of ``lookup``: the kind of file, its key field, and the field to take from it.
    split, at
        Of ``part``: what separates the parts of a text, and which one is meant (1 = first).
    """

    how: str
    inputs: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    lookup: str = ""
    key: str = ""
    take: str = ""
    split: str = ""
    at: int = 1


@dataclass(frozen=True)
class Fill:
    """Cells left blank below the first row of an order: `fields` are filled within `within`."""

    within: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Melt:
    """A sheet with a column for each month: `period` gets the month, measures their cells.

    ``measures`` is field → the labels a measure goes by below or beside the month; a month without
    a measure is the first of them.
    """

    period: str
    measures: MappingType[str, tuple[str, ...]]


@dataclass(frozen=True)
class FileKind:
    """One kind of file of a source: how to know it, and what each of its columns is.

    Parameters
    ----------
    table
        The canonical table it feeds, ``lookup`` or ``unused``.
    needs
        Fields whose labels must all be there for a file to be of this kind.
    labels
        Field → the labels it goes by, the preferred first.
    kinds
        Kind of each field that is not a canonical column: ``text``, ``decimal`` or ``date``.
    clean
        Field → how its text is cleaned: ``strip_prefix``, ``pad_zeros``, …
    values
        Field → what each value is called in the canonical table.
    reads
        Field → how it is written, where the evidence in the column does not say.
    key
        Fields that name one row: a row that is there in an earlier file too is not counted twice.
    """

    name: str
    table: str
    needs: tuple[str, ...]
    labels: MappingType[str, tuple[str, ...]]
    kinds: MappingType[str, str]
    clean: MappingType[str, MappingType[str, object]]
    values: MappingType[str, MappingType[str, str]]
    derived: MappingType[str, Derived]
    rules: tuple[Rule, ...]
    reads: MappingType[str, MappingType[str, object]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    fill: Fill | None = None
    melt: Melt | None = None
    source: str = ""
    time_zone: str = ""
    home_currency: str = ""

    @cached_property
    def spelt(self) -> MappingType[str, tuple[str, ...]]:
        """Field → its labels the way labels are compared."""
        return {name: tuple(map(normalise_label, found)) for name, found in self.labels.items()}

    def field_kind(self, field: str) -> str:
        """Is a field text, a number, a date or one of the other kinds?"""
        column = SCHEMAS.get(self.table, {}).get(field)
        if column is None or field in self.kinds:
            return self.kinds.get(field, "text")
        if isinstance(column.dtype, nw.Decimal):
            return "decimal"
        return "date" if isinstance(column.dtype, nw.Date) else "text"

    def is_money(self, field: str) -> bool:
        """Is a field an amount or a price, by its name or because one is made of it?

        A title 单位：万元 speaks of 价税合计 and 税额 as well, whatever a mapping calls them.
        """
        if field.endswith(MONEY_ENDINGS):
            return True
        made = (name for name, how in self.derived.items() if field in _of_one_unit(how))
        return any(name != field and self.is_money(name) for name in made)

    def scale(self, field: str) -> int:
        """How many decimals has a number: as its canonical column, else four, a rate eight?"""
        column = SCHEMAS.get(self.table, {}).get(field)
        if column and isinstance(column.dtype, nw.Decimal):
            return column.dtype.scale
        return RATE_DECIMALS if field.endswith("rate") else 4


@dataclass(frozen=True)
class Mapping:
    """All kinds of files that one source hands over; each knows its source and time zone."""

    source: str
    files: MappingType[str, FileKind]


def _of_one_unit(how: Derived) -> tuple[str, ...]:
    if how.how in UNIT_OF_ALL:
        return how.inputs
    return how.inputs[:1] if how.how in UNIT_OF_FIRST else ()

"""What a mapping file says: which column is what in the exports of one kind of system."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass

import narwhals as nw

from dealerml.tables import SCHEMAS

# What a kind of file feeds: a canonical table, a translation of keys, or nothing.
LOOKUP, UNUSED = "lookup", "unused"
TARGETS = (*SCHEMAS, LOOKUP, UNUSED)
FIELD_KINDS = ("text", "decimal", "date")


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
        ``multiply``, ``join``, ``first_of``, ``negate``, ``constant`` or ``lookup``.
    inputs
        The fields it is made from; of a constant its text.
    when
        Of ``negate``: only rows for which all conditions hold change sign.
    lookup, key, take
        Of ``lookup``: the kind of file, its key field, and the field to take from it.
    """

    how: str
    inputs: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    lookup: str = ""
    key: str = ""
    take: str = ""


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
        Field → how its text is cleaned: ``strip_prefix``, ``strip_decimal``.
    values
        Field → what each value is called in the canonical table.
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

    def field_kind(self, field: str) -> str:
        """Is a field text, a decimal or a date?"""
        column = SCHEMAS.get(self.table, {}).get(field)
        if column is None:
            return self.kinds.get(field, "text")
        if isinstance(column.dtype, nw.Decimal):
            return "decimal"
        return "date" if isinstance(column.dtype, nw.Date) else "text"


@dataclass(frozen=True)
class Mapping:
    """All kinds of files that one source hands over."""

    source: str
    files: MappingType[str, FileKind]

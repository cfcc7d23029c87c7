"""How the fields of a kind of file are made from its raw columns, as expressions of the engine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from dealerml.exports.conditions import all_hold
from dealerml.exports.mapping import Derived, FileKind
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged, raw_name
from dealerml.exports.values import DECIMAL, clean_text, is_unreadable, read_value


@dataclass(frozen=True)
class Expression:
    """One field: its expression, its kind, and whether a row holds a value that cannot be read."""

    sql: str
    kind: str
    unreadable: str = "false"


@dataclass(frozen=True)
class LookupTable:
    """A table of the engine that translates ``lookup_key`` into each taken field."""

    name: str
    kinds: dict[str, str]


# Which table translates a key field of a kind of file? None where no such file was handed over.
FindLookup: TypeAlias = Callable[[str, str], LookupTable | None]


@dataclass(frozen=True)
class Fields:
    """All fields that a group of equal files has, and the joins that some of them need.

    Parameters
    ----------
    joins
        Lookup table and the expression of its key → the name under which it is joined.
    """

    expressions: dict[str, Expression] = field(default_factory=dict)
    joins: dict[tuple[str, str], str] = field(default_factory=dict)

    def sql(self) -> dict[str, str]:
        """The expression of each field."""
        return {name: expression.sql for name, expression in self.expressions.items()}


def make_fields(staged: Staged, find_lookup: FindLookup) -> Fields:
    """Which fields do a staged file, and all files equal to it, have?

    A derived field whose inputs or lookup file are not there is left out.
    """
    kind, fields = staged.item.kind, Fields()
    for name, position in staged.item.positions.items():
        expression = _read(kind, name, raw_name(position), staged.types[position])
        fields.expressions[name] = expression
    for name, how in kind.derived.items():
        made = _derive(how, fields, find_lookup)
        if made is not None:
            fields.expressions[name] = _finish(kind, name, made)
    return fields


def _read(kind: FileKind, name: str, raw: str, dtype: str) -> Expression:
    target = kind.field_kind(name)
    sql = read_value(raw, dtype, target)
    if target == "text":
        return _cleaned(kind, name, sql)
    return Expression(sql, target, is_unreadable(raw, dtype, target))


def _finish(kind: FileKind, name: str, made: Expression) -> Expression:
    """A derived text becomes a number or a date where its column asks for one."""
    target = kind.field_kind(name)
    if made.kind == "text" and target != "text":
        unreadable = is_unreadable(made.sql, "VARCHAR", target)
        return Expression(read_value(made.sql, "VARCHAR", target), target, unreadable)
    return _cleaned(kind, name, made.sql) if made.kind == "text" else made


def _cleaned(kind: FileKind, name: str, sql: str) -> Expression:
    text = clean_text(sql, kind.clean.get(name, {}), kind.values.get(name, {}))
    return Expression(text, "text")


def _derive(how: Derived, fields: Fields, find_lookup: FindLookup) -> Expression | None:
    if how.how == "lookup":
        return _look_up(how, fields, find_lookup)
    return DERIVE[how.how](how, fields)


def _inputs(how: Derived, fields: Fields) -> list[Expression]:
    return [fields.expressions[name] for name in how.inputs if name in fields.expressions]


def _any_unreadable(inputs: list[Expression]) -> str:
    asked = [item.unreadable for item in inputs if item.unreadable != "false"]
    return f"({' OR '.join(asked)})" if asked else "false"


def _multiply(how: Derived, fields: Fields) -> Expression | None:
    inputs = _inputs(how, fields)
    if len(inputs) < len(how.inputs):
        return None
    product = inputs[0].sql
    for factor in inputs[1:]:
        product = f"TRY_CAST(({product}) * ({factor.sql}) AS {DECIMAL})"
    return Expression(product, "decimal", _any_unreadable(inputs))


def _join(how: Derived, fields: Fields) -> Expression | None:
    inputs = _inputs(how, fields)
    if not inputs:
        return None
    texts = ", ".join(item.sql for item in inputs)
    return Expression(f"nullif(concat_ws(' ', {texts}), '')", "text")


def _first_of(how: Derived, fields: Fields) -> Expression | None:
    inputs = _inputs(how, fields)
    if not inputs:
        return None
    first = f"coalesce({', '.join(item.sql for item in inputs)})"
    return Expression(first, inputs[0].kind, _any_unreadable(inputs))


def _negate(how: Derived, fields: Fields) -> Expression | None:
    inputs = _inputs(how, fields)
    if not inputs:
        return None
    value = inputs[0].sql
    turned = f"CASE WHEN {all_hold(how.when, fields.sql())} THEN -({value}) ELSE {value} END"
    return Expression(turned, "decimal", inputs[0].unreadable)


def _constant(how: Derived, fields: Fields) -> Expression | None:
    return Expression(quote_text(how.inputs[0]), "text")


def _look_up(how: Derived, fields: Fields, find_lookup: FindLookup) -> Expression | None:
    by, table = _inputs(how, fields), find_lookup(how.lookup, how.key)
    if not by or table is None or how.take not in table.kinds:
        return None
    alias = fields.joins.setdefault((table.name, by[0].sql), f"looked_{len(fields.joins)}")
    return Expression(f"{alias}.{quote_name(how.take)}", table.kinds[how.take])


DERIVE: dict[str, Callable[[Derived, Fields], Expression | None]] = {
    "multiply": _multiply,
    "join": _join,
    "first_of": _first_of,
    "negate": _negate,
    "constant": _constant,
}

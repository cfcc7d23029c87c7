"""How the fields of a kind of file are made from its raw columns, as expressions of the engine."""

from collections.abc import Callable
from dataclasses import dataclass, field

from dealerml.exports.conditions import all_hold
from dealerml.exports.forms import PLAIN
from dealerml.exports.mapping import Derived, FileKind
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged, raw_name
from dealerml.exports.values import DECIMAL, clean_text, is_unreadable, read_value, text_kind

# Wide enough to divide money without losing a cent.
EXACT = "DECIMAL(28, 10)"


@dataclass(frozen=True)
class Expression:
    """One field: its expression, its kind, and whether a row holds a value that cannot be read.

    ``rule`` names what sets a row aside whose value cannot be read; empty: the usual name.
    """

    sql: str
    kind: str
    unreadable: str = "false"
    rule: str = ""


@dataclass(frozen=True)
class LookupTable:
    """A table of the engine that translates ``lookup_key`` into each taken field."""

    name: str
    kinds: dict[str, str]


@dataclass(frozen=True)
class Finders:
    """What finds the table that translates a key of a kind of file, and the table of rates.

    Each gives None where no such file was handed over.
    """

    lookup: Callable[[str, str], LookupTable | None]
    rates: Callable[[], LookupTable | None]


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


def make_fields(staged: Staged, find: Finders) -> Fields:
    """Which fields do a staged file, and all files equal to it, have?

    A derived field whose inputs or lookup file are not there is left out.
    """
    kind, fields = staged.item.kind, Fields()
    for name, position in staged.item.positions.items():
        fields.expressions[name] = _read(staged, name, position)
    for name, how in kind.derived.items():
        made = _derive(kind, how, fields, find)
        if made is not None:
            fields.expressions[name] = _finish(kind, name, made)
    return fields


def _read(staged: Staged, name: str, position: int) -> Expression:
    kind, raw, dtype = staged.item.kind, raw_name(position), staged.types[position]
    target, form = kind.field_kind(name), staged.forms.get(name, PLAIN)
    if target == "text":
        tidy = name in staged.tidy
        return _cleaned(kind, name, raw if tidy else read_value(raw, dtype, text_kind(name)))
    scale = kind.scale(name)
    sql = read_value(raw, dtype, target, form, scale=scale)
    return Expression(sql, target, is_unreadable(raw, dtype, target, form, scale=scale))


def _finish(kind: FileKind, name: str, made: Expression) -> Expression:
    """A derived text becomes a number or a date where its column asks for one."""
    target = kind.field_kind(name)
    if made.kind == "text" and target != "text":
        scale = kind.scale(name)
        unreadable = is_unreadable(made.sql, "VARCHAR", target, scale=scale)
        value = read_value(made.sql, "VARCHAR", target, scale=scale)
        return Expression(value, target, unreadable)
    return _cleaned(kind, name, made.sql) if made.kind == "text" else made


def _cleaned(kind: FileKind, name: str, sql: str) -> Expression:
    text = clean_text(sql, kind.clean.get(name, {}), kind.values.get(name, {}))
    return Expression(text, "text")


def _derive(kind: FileKind, how: Derived, fields: Fields, find: Finders) -> Expression | None:
    if how.how == "lookup":
        return _look_up(how, fields, find)
    if how.how == "convert":
        return _convert(how, fields, find, kind.home_currency)
    return DERIVE[how.how](how, fields)


def _inputs(how: Derived, fields: Fields) -> list[Expression]:
    return [fields.expressions[name] for name in how.inputs if name in fields.expressions]


def _any_unreadable(inputs: list[Expression]) -> str:
    asked = [item.unreadable for item in inputs if item.unreadable != "false"]
    return f"({' OR '.join(asked)})" if asked else "false"


def _all_inputs(how: Derived, fields: Fields) -> list[Expression]:
    """The inputs where they are all there, else none."""
    inputs = _inputs(how, fields)
    return inputs if len(inputs) == len(how.inputs) else []


def _multiply(how: Derived, fields: Fields) -> Expression | None:
    return _calculate(_all_inputs(how, fields), "({}) * ({})")


def _add(how: Derived, fields: Fields) -> Expression | None:
    return _calculate(_all_inputs(how, fields), "({}) + ({})")


def _subtract(how: Derived, fields: Fields) -> Expression | None:
    """The first without the others; what is missing takes nothing away."""
    return _calculate(_all_inputs(how, fields), "({}) - coalesce({}, 0)")


def _divide(how: Derived, fields: Fields) -> Expression | None:
    return _calculate(_all_inputs(how, fields), f"CAST({{}} AS {EXACT}) / nullif({{}}, 0)")


def _without_tax(how: Derived, fields: Fields) -> Expression | None:
    """What remains of an amount without the tax in it; a row without a rate has no such amount."""
    return _calculate(_all_inputs(how, fields), f"CAST({{}} AS {EXACT}) / nullif(1 + ({{}}), 0)")


def _calculate(inputs: list[Expression], operation: str) -> Expression | None:
    if not inputs:
        return None
    result = inputs[0].sql
    for operand in inputs[1:]:
        result = f"TRY_CAST({operation.format(result, operand.sql)} AS {DECIMAL})"
    return Expression(result, "decimal", _any_unreadable(inputs))


def _part(how: Derived, fields: Fields) -> Expression | None:
    inputs = _inputs(how, fields)
    if not inputs:
        return None
    part = f"split_part({inputs[0].sql}, {quote_text(how.split)}, {how.at})"
    return Expression(f"nullif(trim({part}), '')", "text")


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


def _look_up(how: Derived, fields: Fields, find: Finders) -> Expression | None:
    by, table = _inputs(how, fields), find.lookup(how.lookup, how.key)
    if not by or table is None or how.take not in table.kinds:
        return None
    alias = fields.joins.setdefault((table.name, by[0].sql), f"looked_{len(fields.joins)}")
    return Expression(f"{alias}.{quote_name(how.take)}", table.kinds[how.take])


def _convert(how: Derived, fields: Fields, find: Finders, home: str) -> Expression | None:
    """An amount in our own money, at the rate in force on the day of the row."""
    inputs = _all_inputs(how, fields)
    if not inputs:
        return None
    amount, currency, date = inputs
    table = find.rates()
    rate = "CAST(NULL AS DECIMAL(18, 8))"
    if table is not None:
        key = f"upper({currency.sql}) || '@' || CAST({date.sql} AS VARCHAR)"
        alias = fields.joins.setdefault((table.name, key), f"looked_{len(fields.joins)}")
        rate = f"{alias}.rate"
    own = f"coalesce(upper({currency.sql}) = {quote_text(home.upper())}, true)"
    value = (
        f"CASE WHEN {own} THEN {amount.sql} ELSE TRY_CAST({amount.sql} * {rate} AS {DECIMAL}) END"
    )
    missing = f"(NOT {own} AND {amount.sql} IS NOT NULL AND {rate} IS NULL)"
    unreadable = _any_unreadable([amount, Expression("", "", missing)])
    return Expression(value, "decimal", unreadable, rule="no_rate")


DERIVE: dict[str, Callable[[Derived, Fields], Expression | None]] = {
    "multiply": _multiply,
    "add": _add,
    "subtract": _subtract,
    "divide": _divide,
    "without_tax": _without_tax,
    "join": _join,
    "first_of": _first_of,
    "negate": _negate,
    "part": _part,
    "constant": _constant,
}

"""How the fields of a kind of file are made: first those with a column, then one by one the others.

Every field is a column of a query of its own, and a field made from others speaks of these columns
by name. So each expression is written once and worked out once, however many fields are made of it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dealerml.exports.derivations import DERIVE, PRODUCT, Expression
from dealerml.exports.mapping import Derived, FileKind
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged, raw_name
from dealerml.exports.values.forms import PLAIN
from dealerml.exports.values.values import DECIMAL, clean_text, is_unreadable, read_value, text_kind

# Where a row stands, and what is said of the row as a whole.
PLACES = ('"at:file"', '"at:row"', '"raw:row"', '"raw:surplus"', '"raw:layout"')
FOUND = '"looked:value"'


@dataclass(frozen=True)
class LookupTable:
    """A table of the engine that translates ``lookup_key`` into each taken field."""

    name: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class Finders:
    """What finds the table that translates a key of a kind of file, and the table of rates.

    Each gives None where no such file was handed over.
    """

    lookup: Callable[[str, str], LookupTable | None]
    rates: Callable[[], LookupTable | None]


@dataclass(frozen=True)
class Layer:
    """A field made from others: its name and expression, the fields it needs, and a join.

    ``table``, ``take`` and ``key`` are the table that is joined, the column taken from it and the
    expression of its key; empty: none.
    """

    name: str
    expression: Expression
    needs: tuple[str, ...]
    table: str = ""
    take: str = ""
    key: str = ""


@dataclass(frozen=True)
class Fields:
    """All fields that a group of equal files has.

    Parameters
    ----------
    direct
        Fields that have a column, as expressions of the raw columns.
    layers
        Fields made from these and from each other, in order.
    """

    direct: dict[str, Expression] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)

    @property
    def expressions(self) -> dict[str, Expression]:
        """Every field as it stands in the end."""
        return {**self.direct, **{layer.name: layer.expression for layer in self.layers}}

    def named(self) -> dict[str, str]:
        """How each field made so far is called in a query."""
        return {name: quote_name(name) for name in self.expressions}

    def select(self, rows: str, wanted: Collection[str] | None = None) -> str:
        """The query of all fields, or of the wanted ones and those they are made from.

        Parameters
        ----------
        rows
            The raw rows, as a query in brackets.
        """
        needed = self._closure(wanted) if wanted is not None else set(self.expressions)
        columns = [*PLACES]
        for name, expression in self.direct.items():
            if name in needed:
                columns += _columns(name, expression)
        query, have = f"SELECT {', '.join(columns)} FROM {rows}", needed & set(self.direct)
        for layer in self.layers:
            if layer.name in needed:
                query = _on_top(query, layer, replaces=layer.name in have)
                have.add(layer.name)
        return query

    def _closure(self, wanted: Collection[str]) -> set[str]:
        needed = set(wanted)
        for layer in reversed(self.layers):
            if layer.name in needed:
                needed.update(layer.needs)
        return needed


def _columns(name: str, expression: Expression) -> list[str]:
    return [
        f"{expression.sql} AS {quote_name(name)}",
        f"{expression.unreadable} AS {unread_name(name)}",
    ]


def _on_top(query: str, layer: Layer, *, replaces: bool) -> str:
    columns = ", ".join(_columns(layer.name, layer.expression))
    chosen = f"* REPLACE ({columns})" if replaces else f"*, {columns}"
    if not layer.table:
        return f"SELECT {chosen} FROM ({query})"
    own = f"row_of.* REPLACE ({columns})" if replaces else f"row_of.*, {columns}"
    found = f"SELECT lookup_key, {quote_name(layer.take)} AS {FOUND} FROM {layer.table}"
    return (
        f"SELECT {own} FROM ({query}) AS row_of LEFT JOIN ({found}) AS found "
        f"ON found.lookup_key = {layer.key}"
    )


def unread_name(name: str) -> str:
    """What the column is called that says whether a field of a row cannot be read.

    Examples
    --------
    >>> unread_name("quantity")
    '"unread:quantity"'
    """
    return quote_name(f"unread:{name}")


def make_fields(staged: Staged, find: Finders) -> Fields:
    """Which fields do a staged file, and all files equal to it, have?

    A derived field whose inputs or lookup file are not there is left out.
    """
    kind, fields = staged.item.kind, Fields()
    for name, position in staged.item.positions.items():
        fields.direct[name] = _read(staged, name, position)
    for name, how in kind.derived.items():
        layer = _make_layer(kind, name, how, fields, find)
        if layer is not None:
            fields.layers.append(layer)
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


def _make_layer(
    kind: FileKind, name: str, how: Derived, fields: Fields, find: Finders
) -> Layer | None:
    known, given = fields.expressions, () if how.how == "constant" else how.inputs
    inputs = [_by_name(field, known[field]) for field in given if field in known]
    asked = (condition.column for condition in how.when)
    needs = tuple(field for field in (*given, *asked) if field in known)
    if how.how == "lookup":
        layer = _look_up(name, how, inputs, find)
    elif how.how == "convert":
        layer = _convert(name, kind.home_currency, inputs, find)
    else:
        made = DERIVE[how.how](how, inputs, fields.named())
        layer = Layer(name, made, ()) if made else None
    if layer is None:
        return None
    finished = _finish(kind, name, layer.expression)
    return replace(layer, expression=finished, needs=needs)


def _by_name(name: str, expression: Expression) -> Expression:
    """A field as others speak of it: by its column, not by how it was made."""
    unreadable = "false" if expression.unreadable == "false" else unread_name(name)
    return Expression(quote_name(name), expression.kind, unreadable, expression.rule)


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


def _look_up(name: str, how: Derived, inputs: Iterable[Expression], find: Finders) -> Layer | None:
    table, keys = find.lookup(how.lookup, how.key), [item.sql for item in inputs]
    if not keys or table is None or how.take not in table.kinds:
        return None
    taken = Expression(FOUND, table.kinds[how.take])
    return Layer(name, taken, (), table.name, how.take, keys[0])


def _convert(name: str, home: str, inputs: list[Expression], find: Finders) -> Layer | None:
    """An amount in our own money, at the rate in force on the day of the row."""
    if len(inputs) < 3:
        return None
    amount, currency, date = inputs
    table = find.rates()
    rate = FOUND if table else "CAST(NULL AS DECIMAL(18, 8))"
    own = f"coalesce(upper({currency.sql}) = {quote_text(home.upper())}, true)"
    changed = f"TRY_CAST({PRODUCT.format(amount.sql, rate)} AS {DECIMAL})"
    missing = f"({amount.sql} IS NOT NULL AND NOT {own} AND {rate} IS NULL)"
    made = Expression(
        f"CASE WHEN {own} THEN {amount.sql} ELSE {changed} END",
        "decimal",
        missing if amount.unreadable == "false" else f"({amount.unreadable} OR {missing})",
        rule="no_rate",
    )
    key = f"upper({currency.sql}) || '@' || CAST({date.sql} AS VARCHAR)"
    return Layer(name, made, (), table.name, "rate", key) if table else Layer(name, made, ())

"""The ways of making a field from others, as expressions of the engine: a closed vocabulary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dealerml.exports.conditions import all_hold
from dealerml.exports.mapping import Derived
from dealerml.exports.sql import quote_text
from dealerml.exports.values.values import DECIMAL

# Wide enough to divide money without losing a cent.
EXACT = "DECIMAL(28, 10)"
# The engine leaves a product of two decimals of 18 digits in 18 digits, and stops where that is not
# enough; with a factor of more digits it takes 38. What exceeds those is no value.
PRODUCT = "TRY(CAST({} AS DECIMAL(22, 8)) * ({}))"


@dataclass(frozen=True)
class Expression:
    """One field: its expression, its kind, and whether a row holds a value that cannot be read.

    ``rule`` names what sets a row aside whose value cannot be read; empty: the usual name.
    """

    sql: str
    kind: str
    unreadable: str = "false"
    rule: str = ""


Inputs = list[Expression]
Names = Mapping[str, str]


def _any_unreadable(inputs: Inputs) -> str:
    asked = [item.unreadable for item in inputs if item.unreadable != "false"]
    return f"({' OR '.join(asked)})" if asked else "false"


def _calculate(how: Derived, inputs: Inputs, operation: str) -> Expression | None:
    """The inputs, one after the other, under an operation; nothing unless all are there."""
    if not inputs or len(inputs) < len(how.inputs):
        return None
    result = inputs[0].sql
    for operand in inputs[1:]:
        result = f"TRY_CAST({operation.format(result, operand.sql)} AS {DECIMAL})"
    return Expression(result, "decimal", _any_unreadable(inputs))


def _multiply(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    return _calculate(how, inputs, PRODUCT)


def _add(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    return _calculate(how, inputs, "({}) + ({})")


def _subtract(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    """The first without the others; what is missing takes nothing away."""
    return _calculate(how, inputs, "({}) - coalesce({}, 0)")


def _divide(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    return _calculate(how, inputs, f"CAST({{}} AS {EXACT}) / nullif({{}}, 0)")


def _without_tax(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    """What remains of an amount without the tax in it; a row without a rate has no such amount."""
    return _calculate(how, inputs, f"CAST({{}} AS {EXACT}) / nullif(1 + ({{}}), 0)")


def _join(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    if not inputs:
        return None
    texts = ", ".join(item.sql for item in inputs)
    return Expression(f"nullif(concat_ws(' ', {texts}), '')", "text")


def _first_of(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    if not inputs:
        return None
    first = f"coalesce({', '.join(item.sql for item in inputs)})"
    rule = next((item.rule for item in inputs if item.rule), "")
    return Expression(first, inputs[0].kind, _any_unreadable(inputs), rule)


def _negate(how: Derived, inputs: Inputs, names: Names) -> Expression | None:
    if not inputs:
        return None
    value = inputs[0].sql
    turned = f"CASE WHEN {all_hold(how.when, names)} THEN -({value}) ELSE {value} END"
    return Expression(turned, "decimal", inputs[0].unreadable)


def _part(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    if not inputs:
        return None
    part = f"split_part({inputs[0].sql}, {quote_text(how.split)}, {how.at})"
    return Expression(f"nullif(trim({part}), '')", "text")


def _constant(how: Derived, inputs: Inputs, _: Names) -> Expression | None:
    return Expression(quote_text(how.inputs[0]), "text")


DERIVE: dict[str, Callable[[Derived, Inputs, Names], Expression | None]] = {
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

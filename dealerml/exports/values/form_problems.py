"""What is known of how a column is written, and what its owner must be asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dealerml.exports.values.day_styles import ORDERS
from dealerml.exports.values.numerals import FACTOR_DIGITS, factor_width
from dealerml.exports.values.weighing import (
    COMMA,
    COUNTED,
    MAYBE_COMMA,
    MAYBE_POINT,
    POINT,
    SAME,
    Weights,
)

MARKS = {POINT: ".", COMMA: ","}
ORDER_NAMES = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


@dataclass(frozen=True)
class Column:
    """A column whose form is looked for.

    Parameters
    ----------
    raw, dtype, kind
        Its name in the query, its type of the engine, and the kind of its field.
    label
        What its owner knows it by, file included, such as ``orders.csv, 金额``.
    asked
        What the mapping says under ``reads``: ``date_order``, ``decimal``, ``factor``, ``percent``.
    factor
        What its label or title says about its unit.
    """

    raw: str
    dtype: str
    kind: str
    label: str
    asked: Mapping[str, object] = field(default_factory=dict)
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Evidence:
    """What is known of a column: where it is, what its values said, and an example of each."""

    name: str
    column: Column
    weights: Weights
    example: Callable[[str], str]

    @property
    def ask(self) -> str:
        """How the owner says it in the mapping, up to the value."""
        return f"reads.{self.name} = "


def sure_marks(item: Evidence) -> set[str]:
    """Which decimal marks must values of a column have?"""
    return {mark for says, mark in MARKS.items() if says in item.weights}


def open_orders(item: Evidence) -> list[str]:
    """Which orders do all values of a column leave open, if any value spoke of orders?"""
    spoken = [set(says.split()) for says in item.weights if says not in (SAME, COUNTED)]
    return [order for order in ORDERS if spoken and all(order in said for said in spoken)]


def form_problems(item: Evidence, evidence: Iterable[Evidence], zone: str) -> Iterator[str]:
    """What must the owner of a column say before it can be read?"""
    yield from _asked_problems(item)
    if item.column.kind in ("decimal", "percent"):
        yield from _factor_problems(item)
        if "decimal" not in item.column.asked:
            yield from _mark_problems(item, evidence)
    if item.column.kind == "date":
        if not zone and COUNTED in item.weights:
            yield _zone_problem(item)
        if "date_order" not in item.column.asked:
            yield from _order_problems(item)


def _asked_problems(item: Evidence) -> Iterator[str]:
    for key, allowed in (("decimal", tuple(MARKS.values())), ("date_order", ORDERS)):
        if key in item.column.asked and item.column.asked[key] not in allowed:
            listed = ", ".join(f'"{value}"' for value in allowed)
            yield f"{item.ask}{{ {key} = {item.column.asked[key]!r} }}: {key} is one of {listed}."


def _factor_problems(item: Evidence) -> Iterator[str]:
    factor = Decimal(str(item.column.asked.get("factor", item.column.factor)))
    if not factor.is_finite() or factor <= 0 or factor_width(factor) > FACTOR_DIGITS:
        yield (
            f"{item.column.label}: the factor {factor} is not between 0.000000001 and 999999999. "
            f"Write for example {item.ask}{{ factor = 10000 }} in the mapping."
        )


def _mark_problems(item: Evidence, evidence: Iterable[Evidence]) -> Iterator[str]:
    own, label = sure_marks(item), item.column.label
    remedy = f'{item.ask}{{ decimal = "," }} or {{ decimal = "." }}'
    if len(own) > 1:
        yield (
            f"{label}: a comma stands before the decimals in {_count(item, COMMA)} and a point in "
            f"{_count(item, POINT)}. One column cannot be both. Export it in one way, or say which "
            f"one counts in the mapping: {remedy}."
        )
    maybe = next((says for says in (MAYBE_POINT, MAYBE_COMMA) if says in item.weights), None)
    if not own and maybe and len(set().union(*map(sure_marks, evidence))) > 1:
        yield (
            f"{label}: {_count(item, maybe)} could be thousands or decimals, and other columns of "
            f"the file have both. Say which it is in the mapping: {remedy}."
        )


def _order_problems(item: Evidence) -> Iterator[str]:
    spoken = sorted(says for says in item.weights if says not in (SAME, COUNTED))
    orders, label = open_orders(item), item.column.label
    if len(orders) > 1:
        remedy = " or ".join(f'{{ date_order = "{order}" }}' for order in orders)
        yield (
            f"{label}: {_count(item, *spoken)} could be {_name_orders(orders)}. "
            f"Say which in the mapping: {item.ask}{remedy}."
        )
    elif spoken and not orders:
        counts = ", ".join(
            f"{_count(item, says)} can only be {_name_orders(says.split())}" for says in spoken
        )
        yield (
            f"{label}: {counts}. One column cannot be both. Export it with the year first, such "
            f"as 2025-01-31, or say which one counts in the mapping: "
            f'{item.ask}{{ date_order = "dmy" }}.'
        )


def _name_orders(orders: Iterable[str]) -> str:
    return " or ".join(ORDER_NAMES[order] for order in orders)


def _zone_problem(item: Evidence) -> str:
    return (
        f"{item.column.label}: seconds since 1970 stand in {_count(item, COUNTED)}; which day that "
        "is depends on the time zone. Say it at the top of the mapping: "
        'time_zone = "Asia/Shanghai".'
    )


def _count(item: Evidence, *says: str) -> str:
    number = sum(item.weights[said] for said in says)
    return f"{number} value{'s' * (number != 1)} (first {item.example(says[0])})"

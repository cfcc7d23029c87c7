"""How is each column of a file written? Found by the evidence of its values, never by a guess.

``1.234`` may be a thousand and more, 3/4/2025 a day in March or in April, and 12 a share of 12 %.
One value cannot tell, but its column can: 1.234,56 and 31/4/2025 leave no choice. Where a column
leaves a choice, or contradicts itself, its owner is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dealerml.errors import ExportError
from dealerml.exports.day_styles import ORDERS
from dealerml.exports.numerals import FACTOR_DIGITS, factor_width, is_number_type
from dealerml.exports.weighing import (
    ANSWER,
    COMMA,
    COUNTED,
    MAYBE_COMMA,
    MAYBE_POINT,
    POINT,
    POINTS_BY_COMMA,
    POINTS_BY_POINT,
    PROBES,
    SAME,
    TICK,
    Weights,
    weigh,
)
from dealerml.exports.workspace import Workspace

MARKS = {POINT: ".", COMMA: ","}
EXAMPLES = {"dmy": "31/1/2025", "mdy": "1/31/2025", "ymd": "25/1/31"}


@dataclass(frozen=True)
class Form:
    """How a column is written.

    Parameters
    ----------
    decimal
        The mark before decimals, ``.`` or ``,``.
    date_order
        ``dmy``, ``mdy``, ``ymd`` (years of two digits), or empty where days begin with the year.
    factor
        What numbers are multiplied by: 10000 in a column of 万元.
    percent
        Whether numbers without a percent sign are percent points.
    zone
        Where the day of a moment with an offset is asked for; empty for the day as written.
    ticked
        Whether a flag is ticked or blank, so that a blank is a "no".
    """

    decimal: str = "."
    date_order: str = ""
    factor: Decimal = Decimal(1)
    percent: bool = False
    zone: str = ""
    ticked: bool = False


PLAIN = Form()


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


def find_forms(
    workspace: Workspace, source_sql: str, columns: Mapping[str, Column], zone: str = ""
) -> dict[str, Form]:
    """How is each column of a file written?

    Columns whose type or mapping leaves no question cost nothing, and all others one scan.

    Raises
    ------
    ExportError
        With all columns that contradict themselves or can be read in two ways.
    """
    probes = {name: _probes(column, zone) for name, column in columns.items()}
    found = weigh(workspace.rows, source_sql, {n: asked for n, asked in probes.items() if asked})
    evidence = [
        Evidence(name, column, found.get(name, {}), _examples(workspace, source_sql, column))
        for name, column in columns.items()
    ]
    forms, problems = {}, []
    for item in evidence:
        problems += _problems(item, evidence, zone)
        forms[item.name] = _settle(item, evidence, zone)
    if problems:
        raise ExportError(problems)
    return forms


def _probes(column: Column, zone: str) -> tuple[str, ...]:
    """What the values of a column must be asked; nothing where the answer is known."""
    known = {
        "decimal": "decimal" in column.asked,
        "percent": {"decimal", "percent"} <= set(column.asked),
        "date": bool(zone) and ("date_order" in column.asked or is_number_type(column.dtype)),
    }
    if known.get(column.kind):
        return ()
    asked = (probe(column.raw, column.dtype) for probe in PROBES.get(column.kind, ()))
    return tuple(sql for sql in asked if sql != "NULL")


def _examples(workspace: Workspace, source_sql: str, column: Column) -> Callable[[str], str]:
    def first(says: str) -> str:
        """The first value that said this; looked for only where it is to be shown."""
        probes = [probe(column.raw, column.dtype) for probe in PROBES[column.kind]]
        test = " OR ".join(f"coalesce({probe}, '') = '{says}'" for probe in probes)
        query = f"SELECT CAST({column.raw} AS VARCHAR) FROM {source_sql} WHERE {test} LIMIT 1"
        return str(workspace.rows(query)[0][0]).strip()

    return first


def _settle(item: Evidence, evidence: list[Evidence], zone: str) -> Form:
    column, weights = item.column, item.weights
    factor = Decimal(str(column.asked.get("factor", column.factor)))
    if column.kind == "decimal":
        return Form(decimal=_mark(item, evidence), factor=factor)
    if column.kind == "percent":
        mark = _mark(item, evidence)
        points = POINTS_BY_POINT if mark == "." else POINTS_BY_COMMA
        percent = column.asked.get("percent", points in weights)
        return Form(decimal=mark, percent=bool(percent))
    if column.kind == "date":
        return Form(date_order=_order(item), zone=zone)
    if column.kind == "boolean":
        return Form(ticked=TICK in weights and ANSWER not in weights)
    return Form(zone=zone)


def _mark(item: Evidence, evidence: list[Evidence]) -> str:
    """The decimal mark of a column: as asked for, by its own evidence, or by that of its file."""
    if "decimal" in item.column.asked:
        return str(item.column.asked["decimal"])
    own = _sure_marks(item)
    marks = own or set().union(*map(_sure_marks, evidence))
    return "," if marks == {","} else "."


def _sure_marks(item: Evidence) -> set[str]:
    return {mark for says, mark in MARKS.items() if says in item.weights}


def _order(item: Evidence) -> str:
    if "date_order" in item.column.asked:
        return str(item.column.asked["date_order"])
    orders = _open_orders(item)
    # Where day and month are equal throughout, either order reads the same.
    return "dmy" if not orders and SAME in item.weights else "".join(orders[:1])


def _open_orders(item: Evidence) -> list[str]:
    """The orders that all values of a column leave open, if any value spoke of orders."""
    spoken = [set(says.split()) for says in item.weights if says not in (SAME, COUNTED)]
    return [order for order in ORDERS if spoken and all(order in said for said in spoken)]


def _problems(item: Evidence, evidence: list[Evidence], zone: str) -> Iterator[str]:
    if item.column.kind in ("decimal", "percent"):
        yield from _factor_problems(item)
        if "decimal" not in item.column.asked:
            yield from _mark_problems(item, evidence)
    if item.column.kind == "date":
        if not zone and COUNTED in item.weights:
            yield _zone_problem(item)
        if "date_order" not in item.column.asked:
            yield from _order_problems(item)


def _factor_problems(item: Evidence) -> Iterator[str]:
    factor = Decimal(str(item.column.asked.get("factor", item.column.factor)))
    if not factor.is_finite() or factor <= 0 or factor_width(factor) > FACTOR_DIGITS:
        yield (
            f"{item.column.label}: the factor {factor} is not between 0.000000001 and 999999999. "
            f"Write for example {item.ask}{{ factor = 10000 }} in the mapping."
        )


def _mark_problems(item: Evidence, evidence: list[Evidence]) -> Iterator[str]:
    own, label = _sure_marks(item), item.column.label
    remedy = f'{item.ask}{{ decimal = "," }} or {{ decimal = "." }}'
    if len(own) > 1:
        yield (
            f"{label}: {_count(item, COMMA)} with a comma before the decimals and "
            f"{_count(item, POINT)} with a point. One column cannot be both. Export it in one way, "
            f"or say which one counts in the mapping: {remedy}."
        )
    maybe = next((says for says in (MAYBE_POINT, MAYBE_COMMA) if says in item.weights), None)
    if not own and maybe and len(set().union(*map(_sure_marks, evidence))) > 1:
        yield (
            f"{label}: {_count(item, maybe)} that may have thousands or decimals, and other "
            f"columns of the file have both marks. Say it in the mapping: {remedy}."
        )


def _order_problems(item: Evidence) -> Iterator[str]:
    spoken = [says for says in item.weights if says not in (SAME, COUNTED)]
    orders, label = _open_orders(item), item.column.label
    if len(orders) > 1:
        shown = " or ".join(f"{order} ({EXAMPLES[order]})" for order in orders)
        yield (
            f"{label}: {_count(item, *spoken)} could be {shown}. "
            f'Say which in the mapping: {item.ask}{{ date_order = "{orders[0]}" }}.'
        )
    elif spoken and not orders:
        counts = " and ".join(f"{_count(item, says)} as {says}" for says in sorted(spoken))
        yield (
            f"{label}: {counts.replace(' as ', ' can only be ')}. One column cannot be both. "
            f"Export it with the year first, such as 2025-01-31, or say which one counts in the "
            f'mapping: {item.ask}{{ date_order = "dmy" }}.'
        )


def _zone_problem(item: Evidence) -> str:
    return (
        f"{item.column.label}: {_count(item, COUNTED)} that count seconds since 1970; which day "
        "that is depends on the time zone. Say it at the top of the mapping: "
        'time_zone = "Asia/Shanghai".'
    )


def _count(item: Evidence, *says: str) -> str:
    number = sum(item.weights[said] for said in says)
    plural = "value" if number == 1 else "values"
    return f"{number} {plural} (first {item.example(says[0])})"

"""How is each column of a file written? Found by the evidence of its values, never by a guess.

``1.234`` may be a thousand and more, 3/4/2025 a day in March or in April, and 12 a share of 12 %.
One value cannot tell, but its column can: 1.234,56 and 31/4/2025 leave no choice. Where a column
leaves a choice, or contradicts itself, its owner is asked.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dealerml.errors import ExportError
from dealerml.exports.values.form_problems import (
    Column,
    Evidence,
    form_problems,
    open_orders,
    sure_marks,
)
from dealerml.exports.values.numerals import is_number_type
from dealerml.exports.values.weighing import (
    CROSS,
    POINTS_BY_COMMA,
    POINTS_BY_POINT,
    PROBES,
    SAME,
    TICK,
    weigh,
)
from dealerml.exports.workspace import Workspace

__all__ = ["PLAIN", "Column", "Form", "find_forms", "has_offsets", "is_typed_safe"]

# What the engine reads into a typed column just as it is meant.
TYPED = {
    "text": re.compile(".*", re.DOTALL),
    "date": re.compile(r"\d{4}-\d\d?-\d\d?(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d{1,6})?)?)?"),
    "decimal": re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)"),
}
THREE_DECIMALS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
DECIMALS = re.compile(r"[-+]?\d*\.\d+")
OFFSET = re.compile(r"\d:\d\d(?:\.\d+)? ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)


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
    forms: dict[str, Form] = {}
    problems: list[str] = []
    for item in evidence:
        problems += form_problems(item, evidence, zone)
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
        return Form(ticked=set(weights) in ({TICK}, {CROSS}))
    return Form(zone=zone)


def _mark(item: Evidence, evidence: list[Evidence]) -> str:
    """The decimal mark of a column: as asked for, by its own evidence, or by that of its file."""
    if "decimal" in item.column.asked:
        return str(item.column.asked["decimal"])
    own = sure_marks(item)
    marks = own or set().union(*map(sure_marks, evidence))
    return "," if marks == {","} else "."


def _order(item: Evidence) -> str:
    if "date_order" in item.column.asked:
        return str(item.column.asked["date_order"])
    orders = open_orders(item)
    # Where day and month are equal throughout, either order reads the same.
    return "dmy" if not orders and SAME in item.weights else "".join(orders[:1])


def is_typed_safe(values: Iterable[str], kind: str) -> bool:
    """Can the engine read a column of this kind into its type at once, by its first values?

    Only where they are written plainly. 1.234 alone does not say that it has decimals.
    """
    given = [value.strip() for value in values if value and value.strip()]
    if kind not in TYPED or not all(TYPED[kind].fullmatch(value) for value in given):
        return False
    open_ones = [value for value in given if THREE_DECIMALS.fullmatch(value)]
    decimals = [value for value in given if DECIMALS.fullmatch(value)]
    return kind != "decimal" or not open_ones or len(decimals) > len(open_ones)


def has_offsets(values: Iterable[str]) -> bool:
    """Does any of the first values of a column say how far it is from Greenwich?"""
    return any(OFFSET.search(value.strip()) for value in values if value)

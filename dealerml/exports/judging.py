"""Which rule decides about each row, and is the row kept or set aside? As engine expressions."""

from dataclasses import dataclass

from dealerml.exports.conditions import all_hold
from dealerml.exports.fields import Fields
from dealerml.exports.mapping import FileKind
from dealerml.exports.sql import quote_name, quote_text
from dealerml.tables import SCHEMAS

# Rules that every source has: a row without these values can be of no use.
TOO_MANY_CELLS, REPEATED_ID = "too_many_cells", "repeated_id"
SHORT_NAMES = {
    "dealer_id": "dealer",
    "product_id": "product",
    "successor_id": "successor",
    "order_date": "date",
    "from_date": "date",
    "net_amount": "amount",
}


@dataclass(frozen=True)
class Verdict:
    """Three expressions over the fields of a row.

    Parameters
    ----------
    number
        Which rule of the mapping fits first, counted from 0; NULL: none.
    set_aside
        Name of the rule that sets the row aside; NULL: the row is kept. Reads ``judged:number``.
    rule
        Name of the rule that keeps the row in a special way. Reads ``judged:number``.
    line_kind
        What kind of order line it is. Reads ``judged:number``; empty where no column says so.
    """

    number: str
    set_aside: str
    rule: str
    line_kind: str


def judge_rows(kind: FileKind, fields: Fields) -> Verdict:
    """How is every row of a kind of file judged?"""
    names = {name: quote_name(name) for name in fields.expressions}
    tests = " ".join(
        f"WHEN {all_hold(rule.when, names)} THEN {number}" for number, rule in enumerate(kind.rules)
    )
    aside = {n: rule.name for n, rule in enumerate(kind.rules) if rule.set_aside}
    keeps = {n: rule.name for n, rule in enumerate(kind.rules) if not rule.set_aside}
    kinds = {n: rule.line_kind for n, rule in enumerate(kind.rules) if rule.line_kind}
    given = names.get("line_kind", "NULL")
    return Verdict(
        number=f"CASE {tests} END" if tests else "CAST(NULL AS INTEGER)",
        set_aside=_set_aside(kind, fields, aside),
        rule=_by_number(keeps, "CAST(NULL AS VARCHAR)"),
        line_kind=_by_number(kinds, given) if kinds or "line_kind" in names else "",
    )


def unread_name(field: str) -> str:
    """What the column is called that says whether a field of a row cannot be read.

    Examples
    --------
    >>> unread_name("quantity")
    '"unread:quantity"'
    """
    return quote_name(f"unread:{field}")


def _set_aside(kind: FileKind, fields: Fields, aside: dict[int, str]) -> str:
    cases = [f"WHEN \"raw:surplus\" IS NOT NULL THEN '{TOO_MANY_CELLS}'"]
    cases += [f'WHEN "judged:number" = {n} THEN {quote_text(name)}' for n, name in aside.items()]
    for name, column in SCHEMAS.get(kind.table, {}).items():
        if column.required:
            cases += _without(name, fields)
    return f"CASE {' '.join(cases)} END"


def _without(name: str, fields: Fields) -> list[str]:
    short, cases = SHORT_NAMES.get(name, name), []
    if name not in fields.expressions:
        return [f"WHEN true THEN 'no_{short}'"]
    if fields.expressions[name].unreadable != "false":
        cases.append(f"WHEN {unread_name(name)} THEN 'bad_{short}'")
    return [*cases, f"WHEN {quote_name(name)} IS NULL THEN 'no_{short}'"]


def _by_number(names: dict[int, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN {number} THEN {quote_text(name)}" for number, name in names.items())
    return f'CASE "judged:number" {cases} ELSE {otherwise} END' if cases else otherwise

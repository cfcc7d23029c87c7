"""Which rule decides about each row, and is the row kept or set aside? As engine expressions."""

from collections.abc import Sequence
from dataclasses import dataclass

from dealerml.exports.conditions import all_hold
from dealerml.exports.fields import Fields, unread_name
from dealerml.exports.mapping import FileKind
from dealerml.exports.sql import quote_name, quote_text
from dealerml.tables import SCHEMAS

# Rules that every source has: a row without these values can be of no use.
TOO_MANY_CELLS, REPEATED_ID = "too_many_cells", "repeated_id"
NOTHING, USUAL_KIND = "CAST(NULL AS VARCHAR)", "'goods'"
# What a required column is called in the name of the rule that misses it, by how its name ends.
SHORT_ENDINGS = {"_id": "", "_date": "date", "_amount": "amount"}


@dataclass(frozen=True)
class Verdict:
    """Three expressions over the fields of a row.

    Each stands by itself, because the engine works out a filter apart from everything else: what
    only keeps rows must not make finding the kept rows any slower.

    Parameters
    ----------
    set_aside
        Name of the rule that sets the row aside; NULL: the row is kept.
    rule
        Name of the rule that keeps the row in a special way.
    line_kind
        What kind of order line it is; empty where nothing says so.
    """

    set_aside: str
    rule: str
    line_kind: str


def judge_rows(kind: FileKind, fields: Fields) -> Verdict:
    """How is every row of a kind of file judged? The first rule that fits decides."""
    names = {name: quote_name(name) for name in fields.expressions}
    tests = [all_hold(rule.when, names) for rule in kind.rules]
    aside = [rule.name if rule.set_aside else None for rule in kind.rules]
    keeps = [None if rule.set_aside else rule.name for rule in kind.rules]
    kinds = [rule.line_kind for rule in kind.rules]
    usual = f"coalesce({names['line_kind']}, {USUAL_KIND})" if "line_kind" in names else USUAL_KIND
    has_kind = any(kinds) or "line_kind" in names
    set_aside = first_that_fits(tests, aside, otherwise=_without_required(kind, fields))
    surplus = (
        'CASE WHEN "raw:layout" IS NOT NULL THEN "raw:layout" WHEN "raw:surplus" IS NOT NULL '
        f"THEN '{TOO_MANY_CELLS}' ELSE {set_aside} END"
    )
    return Verdict(
        set_aside=surplus,
        rule=first_that_fits(tests, keeps),
        line_kind=first_that_fits(tests, kinds, otherwise=usual) if has_kind else "",
    )


def first_that_fits(
    tests: Sequence[str], results: Sequence[str | None], otherwise: str = NOTHING
) -> str:
    """Which result belongs to the first test that holds? Tests after the last result are left out.

    What holds otherwise is said in ELSE: the engine takes three times as long for a coalesce.

    Examples
    --------
    >>> first_that_fits(["a", "b", "c"], [None, "two", None], "'none'")
    "CASE WHEN a THEN 'none' WHEN b THEN 'two' ELSE 'none' END"
    """
    pairs = list(zip(tests, results, strict=True))
    while pairs and pairs[-1][1] is None:
        pairs.pop()
    if not pairs:
        return otherwise
    cases = (f"WHEN {t} THEN {otherwise if r is None else quote_text(r)}" for t, r in pairs)
    return f"CASE {' '.join(cases)} ELSE {otherwise} END"


def _without_required(kind: FileKind, fields: Fields) -> str:
    required = [name for name, column in SCHEMAS.get(kind.table, {}).items() if column.required]
    cases = [_without(name, fields) for name in required]
    return f"CASE {' '.join(cases)} END" if cases else NOTHING


def _without(name: str, fields: Fields) -> str:
    short = _short_name(name)
    without = quote_text(f"no_{short}")
    if name not in fields.expressions:
        return f"WHEN true THEN {without}"
    if fields.expressions[name].unreadable != "false":
        bad = quote_text(fields.expressions[name].rule or f"bad_{short}")
        without = f"CASE WHEN {unread_name(name)} THEN {bad} ELSE {without} END"
    return f"WHEN {quote_name(name)} IS NULL THEN {without}"


def _short_name(name: str) -> str:
    for ending, short in SHORT_ENDINGS.items():
        if name.endswith(ending):
            return short or name.removesuffix(ending)
    return name

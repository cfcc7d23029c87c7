"""Which rules do the statuses and types of documents call for?"""

from collections.abc import Iterator
from dataclasses import replace

from dealerml.exports.proposal.kinds import Kind, ProposedRule
from dealerml.exports.proposal.knowledge import value_words
from dealerml.exports.proposal.placement import LIKELY
from dealerml.tables import LINE_KINDS

STATUS, VOID, TYPES = "document_status", "void_status", ("line_type", "document_type")
# What a status sets aside, and what a type makes of a line; both under the usual names of rules.
ASIDE = ("void", "draft")
LINE_KIND_OF = {
    "gift": "gift",
    "sample": "sample",
    "freight": "freight",
    "service": "service",
    "goods_rebate": "rebate",
    "project": "project",
}


def propose_rules(kind: Kind) -> Kind:
    """The same order lines, with rules for void documents and drafts, gifts, freight and so on.

    Only values that say it themselves make a rule that holds. All other values of a status are
    listed in rules that are comments.
    """
    if kind.table != "order_lines":
        return kind
    rules = (*_of_void(kind), *_of_status(kind), *_of_gifts(kind), *_of_types(kind))
    return replace(kind, rules=rules)


def _of_void(kind: Kind) -> Iterator[ProposedRule]:
    """A column of its own says which documents are void, in a word or by a mark."""
    meaning = value_words("void") | value_words("yes")
    values = tuple(value for value in _values(kind, VOID) if value.casefold() in meaning)
    if values:
        yield ProposedRule("void", VOID, values, "set_aside")


def _of_status(kind: Kind) -> Iterator[ProposedRule]:
    values = _values(kind, STATUS)
    said: set[str] = set()
    for name in ASIDE:
        meant = tuple(value for value in values if value.casefold() in value_words(name))
        said |= set(meant)
        if meant:
            yield ProposedRule(name, STATUS, meant, "set_aside")
    rest = tuple(value for value in values if value not in said)
    if rest and len(values) > 1:
        yield ProposedRule("draft", STATUS, rest, "set_aside", real=False)


def _of_gifts(kind: Kind) -> Iterator[ProposedRule]:
    placed = kind.placed.get("is_gift")
    if placed is not None and placed.column.evidence.looks == "boolean":
        yield ProposedRule("gift", "is_gift", ("true",), "keep", "gift")


def _of_types(kind: Kind) -> Iterator[ProposedRule]:
    for column in TYPES:
        for name, line_kind in LINE_KIND_OF.items():
            values = _values(kind, column)
            meant = tuple(value for value in values if value.casefold() in value_words(name))
            if meant and line_kind in LINE_KINDS:
                yield ProposedRule(name, column, meant, "keep", line_kind)


def _values(kind: Kind, field: str) -> tuple[str, ...]:
    """The values of a closed list, where it is likely enough that the column is this field."""
    placed = {**kind.borrowed, **kind.placed}.get(field)
    return placed.column.evidence.values if placed and placed.certainty >= LIKELY else ()

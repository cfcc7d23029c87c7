"""Which table is a file, told by its columns as a whole and by its name?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from dealerml.exports.proposal.keys import Reference
from dealerml.exports.proposal.knowledge import Knowledge, label_key, table_words
from dealerml.exports.proposal.placement import ROW_KEYS, Placed, guess_missing, place_fields
from dealerml.exports.proposal.samples import Sample
from dealerml.tables import SCHEMAS

# What a table must reach, and what the name of a file adds.
LEAST_SCORE, NAMED = 0.8, 1.0
MISSING_FIELD, NO_KEY, NAMED_OTHERWISE = 0.3, 0.5, 0.4
# Helpers say little about the table; these stand for a required field.
HELPER, STANDS_IN = 0.5, ("dealer_label", "gross_amount")
# A file that names each dealer or product once is a list of them, however few columns it has.
LIST_NAMES, LISTED = {"dealers": "dealer_name", "products": "product_name"}, 0.5
INSTEAD: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "order_date": (("posted_date",),),
    "dealer_id": (("dealer_label",),),
    "net_amount": (("gross_amount",), ("price", "quantity")),
}
NOT_PROPOSED = ("dealer_links",)
# What the file with the heads of orders gives to their lines.
FROM_HEAD = frozenset({"order_date", "dealer_id"})
Placements: TypeAlias = dict[str, dict[str, Placed]]


@dataclass(frozen=True)
class Classified:
    """A file, the table it was taken for (empty: none), and its columns as fields of that.

    ``head`` is the link to the file with the heads of its orders, where it holds only lines.
    """

    sample: Sample
    table: str
    placed: dict[str, Placed]
    score: float = 0.0
    head: Reference | None = None


def classify(
    knowledge: Knowledge, samples: Sequence[Sample], references: Sequence[Reference]
) -> list[Classified]:
    """Which table is each file?

    A file of order lines may lack dealer and date where it refers to a file that has them.
    """
    placements = {sample.name: _place(knowledge, sample) for sample in samples}
    alone = [_best(knowledge, s, placements[s.name], frozenset({"net_amount"})) for s in samples]
    heads = {
        item.sample.name: item
        for item in alone
        if item.table == "order_lines" and _has(item.placed, "order_date", "dealer_id")
    }
    found = [_best(knowledge, s, placements[s.name], frozenset()) for s in samples]
    for at, sample in enumerate(samples):
        if link := _head_of(sample, heads, references):
            lines = _best(knowledge, sample, placements[sample.name], FROM_HEAD)
            if lines.table == "order_lines" and _has(lines.placed, "net_amount"):
                found[at] = replace(lines, head=link)
    return found


def missing_fields(table: str, placed: Mapping[str, Placed]) -> list[str]:
    """Which fields that a table always needs were not found, nor anything to make them from?"""
    required = [name for name, column in SCHEMAS[table].items() if column.required]
    return [name for name in required if not _has(placed, name)]


def _place(knowledge: Knowledge, sample: Sample) -> Placements:
    tables = (table for table in SCHEMAS if table not in NOT_PROPOSED)
    return {table: place_fields(knowledge, table, sample.columns) for table in tables}


def _head_of(
    sample: Sample, heads: Mapping[str, Classified], references: Sequence[Reference]
) -> Reference | None:
    """Which column of a file names the orders of another one?"""
    for link in references:
        head = heads.get(link.there.name)
        if link.here is sample and head is not None and _names_orders(link, head):
            return link
    return None


def _names_orders(link: Reference, head: Classified) -> bool:
    """Whether a link leads to an order, and not to its dealer or its owner."""
    own = {item.column.position: field for field, item in head.placed.items()}
    return own.get(link.key.position, "order_id") in ("order_id", "line_no", "parent_id")


def _best(
    knowledge: Knowledge, sample: Sample, placements: Placements, reached: frozenset[str]
) -> Classified:
    """The table with most to be said for it; `reached` are fields that another file gives."""
    named = {table for table in SCHEMAS if _is_named(sample, table)}
    found = [_as_table(knowledge, sample, t, placed, reached) for t, placed in placements.items()]
    rated = [replace(item, score=_by_name(item, named, reached)) for item in found]
    best = max(rated, key=lambda item: item.score)
    return best if best.score >= LEAST_SCORE else Classified(sample, "", {})


def _as_table(
    knowledge: Knowledge,
    sample: Sample,
    table: str,
    placed: dict[str, Placed],
    reached: frozenset[str],
) -> Classified:
    score = sum(_weight(knowledge, table, item) for item in placed.values())
    if table == "order_lines" and sample.measures:
        score += 1
    elif table == "order_lines" and score > 1 and missing_fields(table, placed):
        placed = guess_missing(placed, sample.columns)
    item = Classified(sample, table, placed)
    score *= MISSING_FIELD ** len(_lacking(item, reached))
    key = placed.get(ROW_KEYS.get(table, ""))
    if key is not None and not key.column.evidence.unique:
        score *= NO_KEY
    elif key is not None and LIST_NAMES.get(table) in placed:
        score += LISTED
    return replace(item, score=score)


def _lacking(item: Classified, reached: frozenset[str]) -> set[str]:
    given = set(reached)
    if item.table == "order_lines" and item.sample.measures:
        given |= {"order_date", "net_amount"}
    return set(missing_fields(item.table, item.placed)) - given


def _by_name(item: Classified, named: set[str], reached: frozenset[str]) -> float:
    """The score, with what the name of the file speaks for or against.

    Only order lines suffer from the name of something else: deals or payments taken for sales would
    be counted as money.
    """
    if item.table in named and len(item.placed) > 1 and not _lacking(item, reached):
        return item.score + NAMED
    misnamed = item.table == "order_lines" and bool(named) and item.table not in named
    return item.score * (NAMED_OTHERWISE if misnamed else 1)


def _weight(knowledge: Knowledge, table: str, item: Placed) -> float:
    """How much a field speaks for its table: less where its label means something everywhere."""
    canonical = item.field in SCHEMAS[table] or item.field in STANDS_IN
    weight: float = item.certainty * (1 if canonical else HELPER)
    spread = max(knowledge.spread(item.column.label), 1)
    return weight / math.sqrt(spread)


def _is_named(sample: Sample, table: str) -> bool:
    name = label_key(f"{sample.file.rpartition('/')[2].partition('.')[0]} {sample.sheet}")
    return any(label_key(word) in name for word in table_words().get(table, ()))


def _has(placed: Mapping[str, Placed], *fields: str) -> bool:
    return all(
        any(all(name in placed for name in way) for way in ((field,), *INSTEAD.get(field, ())))
        for field in fields
    )

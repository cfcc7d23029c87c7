"""Which table is a file, told by its columns as a whole and by its name?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dealerml.exports.proposal.keys import Reference
from dealerml.exports.proposal.knowledge import Knowledge, label_key, table_words
from dealerml.exports.proposal.placement import Placed, guess_missing, place_fields
from dealerml.exports.proposal.samples import Sample
from dealerml.tables import SCHEMAS

# What a table must reach, and what the name of a file adds.
LEAST_SCORE, NAMED = 0.8, 1.0
MISSING_FIELD, NO_KEY, NAMED_OTHERWISE = 0.3, 0.5, 0.4
# Helpers say little about the table; these stand for a required field.
HELPER, STANDS_IN = 0.5, ("dealer_label", "gross_amount")
# A row of these tables is known by this field alone, so it does not repeat.
ROW_KEYS = {
    "dealers": "dealer_id",
    "products": "product_id",
    "leads": "lead_id",
    "deals": "deal_id",
}
INSTEAD: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "order_date": (("posted_date",),),
    "dealer_id": (("dealer_label",),),
    "net_amount": (("gross_amount",), ("price", "quantity")),
}
NOT_PROPOSED = ("dealer_links",)


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
    alone = [_best(knowledge, sample, frozenset({"net_amount"})) for sample in samples]
    heads = {
        item.sample.name: item
        for item in alone
        if item.table == "order_lines" and _has(item.placed, "order_date", "dealer_id")
    }
    return [_classify_one(knowledge, sample, heads, references) for sample in samples]


def missing_fields(table: str, placed: Mapping[str, Placed]) -> list[str]:
    """Which fields that a table always needs were not found, nor anything to make them from?"""
    required = [name for name, column in SCHEMAS[table].items() if column.required]
    return [name for name in required if not _has(placed, name)]


def _classify_one(
    knowledge: Knowledge,
    sample: Sample,
    heads: Mapping[str, Classified],
    references: Sequence[Reference],
) -> Classified:
    own = _best(knowledge, sample, frozenset())
    for link in references:
        head = heads.get(link.there.name)
        if link.here is not sample or head is None or not _names_orders(link, head):
            continue
        lines = _best(knowledge, sample, frozenset({"order_date", "dealer_id"}))
        if lines.table == "order_lines" and _has(lines.placed, "net_amount"):
            return Classified(sample, lines.table, lines.placed, lines.score, link)
    return own


def _names_orders(link: Reference, head: Classified) -> bool:
    """Whether a link leads to an order, and not to its dealer or its owner."""
    own = {item.column.position: field for field, item in head.placed.items()}
    return own.get(link.key.position, "order_id") in ("order_id", "line_no", "parent_id")


def _best(knowledge: Knowledge, sample: Sample, reached: frozenset[str]) -> Classified:
    found = [
        _as_table(knowledge, sample, table, reached)
        for table in SCHEMAS
        if table not in NOT_PROPOSED
    ]
    best = max(found, key=lambda item: item.score)
    return best if best.score >= LEAST_SCORE else Classified(sample, "", {})


def _as_table(
    knowledge: Knowledge, sample: Sample, table: str, reached: frozenset[str]
) -> Classified:
    placed = place_fields(knowledge, table, sample.columns)
    score = sum(_weight(knowledge, table, item) for item in placed.values())
    missing = [name for name in missing_fields(table, placed) if name not in reached]
    matrix = bool(sample.measures) and table == "order_lines"
    if matrix:
        missing = [name for name in missing if name not in ("order_date", "net_amount")]
        score += 1
    elif table == "order_lines" and missing and score > 1:
        placed = guess_missing(placed, sample.columns)
        missing = [name for name in missing_fields(table, placed) if name not in reached]
    score *= MISSING_FIELD ** len(missing)
    key = placed.get(ROW_KEYS.get(table, ""))
    if key is not None and not key.column.evidence.unique:
        score *= NO_KEY
    named = {name for name in SCHEMAS if _is_named(sample, name)}
    if table in named and not missing and len(placed) + matrix > 1:
        score += NAMED
    elif named and table not in named:
        score *= NAMED_OTHERWISE
    return Classified(sample, table, placed, score)


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

"""Which column of a file is which field of a table, and how sure is that?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import narwhals as nw

from dealerml.exports.proposal.evidence import Evidence
from dealerml.exports.proposal.knowledge import Knowledge, Known
from dealerml.exports.proposal.samples import Column
from dealerml.tables import SCHEMAS
from dealerml.words import Sentence

# Certainty from which a field is called sure, or likely; below it is a guess.
SURE, LIKELY = 0.9, 0.6
# Below this a column is left out rather than guessed.
LEAST = 0.25
# What sums that come out in nearly every row make of a doubtful label.
PROVEN = 0.95
# A column that would fit a field this well is named beside the better one.
WORTH_NAMING = 0.5
# Two columns that fit a field this nearly alike leave the choice to a person.
AS_GOOD, OF_TWO = 0.05, 0.85
# Fields that only derive others, by the kind of their values; all others are texts.
HELPER_KINDS = {
    **dict.fromkeys(("gross_amount", "tax_amount", "price", "gross_price"), "decimal"),
    "tax_rate": "percent",
    "is_gift": "boolean",
}
# A row of these tables is known by this field alone, so it hardly repeats.
ROW_KEYS = {
    "dealers": "dealer_id",
    "products": "product_id",
    "leads": "lead_id",
    "deals": "deal_id",
    "contacts": "contact_id",
    "cases": "case_id",
    "payments": "payment_id",
}
HARDLY, REPEATS = 0.9, 0.5
NAMES = ("dealer_name", "product_name", "dealer_label", "product_label", "course")
FREE_TEXTS = ("note", "comment", "author")
# By how much a label is believed where the values speak against it, or say nothing.
AGAINST, DOUBTFUL, SILENT = 0.2, 0.75, 0.85
NO_DIFFERENCE, OF_ROWS, HIGHEST_TAX = 0.015, 0.95, 0.3
LEAST_ROWS = 3


@dataclass(frozen=True)
class Placed:
    """A field, the column it is taken from, how sure that is, and why.

    Parameters
    ----------
    certainty
        0 to 1.
    others
        Labels of columns that would fit as well, but less.
    """

    field: str
    column: Column
    certainty: float
    why: tuple[Sentence, ...]
    rank: int = 0
    others: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """The certainty in a word: ``sure``, ``likely`` or ``guess``."""
        return level_of(self.certainty)


def level_of(certainty: float) -> str:
    """How is a certainty from 0 to 1 called?

    Examples
    --------
    >>> [level_of(certainty) for certainty in (0.95, 0.7, 0.3)]
    ['sure', 'likely', 'guess']
    """
    return "sure" if certainty >= SURE else "likely" if certainty >= LIKELY else "guess"


def field_kind(table: str, field: str) -> str:
    """Of which kind are the values of a field of this table, or of a helper?"""
    column = SCHEMAS.get(table, {}).get(field)
    if column is None:
        return HELPER_KINDS.get(field, "text")
    if isinstance(column.dtype, nw.Decimal):
        return "percent" if field.endswith("_share") else "decimal"
    if isinstance(column.dtype, nw.Date):
        return "date"
    return "text"


def place_fields(knowledge: Knowledge, table: str, columns: Sequence[Column]) -> dict[str, Placed]:
    """Which columns are the fields of a table, were it this table?

    Each column is one field and each field one column: the most certain pair is taken first, and
    of equal ones that whose label is preferred.
    """
    pairs = [pair for column in columns for pair in _judge(knowledge, table, column)]
    pairs = [pair for pair in pairs if pair.certainty >= LEAST]
    pairs.sort(key=lambda pair: (-round(pair.certainty, 3), pair.rank, pair.column.position))
    placed: dict[str, Placed] = {}
    taken: set[int] = set()
    for pair in pairs:
        if pair.field not in placed and pair.column.position not in taken:
            placed[pair.field] = pair
            taken.add(pair.column.position)
    for pair in pairs:
        if pair.column.position not in taken and pair.certainty >= WORTH_NAMING:
            chosen = placed[pair.field]
            placed[pair.field] = _with_other(chosen, pair)
            taken.add(pair.column.position)
    return check_sums(placed, columns) if table == "order_lines" else placed


def _with_other(chosen: Placed, other: Placed) -> Placed:
    """The chosen column with one that fits as well, or less; of two as good none is sure."""
    others = (*chosen.others, other.column.label)
    rivals = chosen.certainty - other.certainty < AS_GOOD
    certainty = min(chosen.certainty, OF_TWO) if rivals else chosen.certainty
    return replace(chosen, certainty=certainty, others=others)


def check_sums(placed: Mapping[str, Placed], columns: Sequence[Column]) -> dict[str, Placed]:
    """The same, with the amounts of each row held against each other, whatever their labels say.

    Where two columns are equal once the tax is added to one of them, that one is net of tax.
    """
    sure = dict(placed)
    net, tax, gross = (sure.get(name) for name in ("net_amount", "tax_amount", "gross_amount"))
    if tax and (found := _find_sum(tax.column, net, gross, columns)):
        for item, column in zip(("net_amount", "gross_amount"), found, strict=True):
            sure = {n: p for n, p in sure.items() if p.column != column or n == item}
            sure[item] = _proven(item, column, placed)
        sure["tax_amount"] = _proven("tax_amount", tax.column, placed)
    elif net and gross and _equal(net, gross) and net.certainty < SURE:
        del sure["net_amount"]
    elif net and gross and net.certainty < SURE and _rate_between(net, gross):
        why = Sentence("proposal.why.below_gross", {"label": gross.column.label})
        sure["net_amount"] = replace(net, certainty=PROVEN, why=(*net.why, why))
    return sure


def guess_missing(placed: Mapping[str, Placed], columns: Sequence[Column]) -> dict[str, Placed]:
    """The same, with the day and the money of order lines guessed where one column alone can be.

    Only where a quantity or a product shows that goods were sold.
    """
    if not {"quantity", "product_id", "product_label"} & set(placed):
        return dict(placed)
    guessed = dict(placed)
    taken = {item.column.position for item in placed.values()}
    free = [c for c in columns if c.position not in taken and not c.evidence.personal]
    wanted = (("order_date", "date", ()), ("net_amount", "decimal", ("gross_amount", "price")))
    for field, looks, instead in wanted:
        alike = [column for column in free if column.evidence.looks == looks]
        if len(alike) == 1 and not {field, *instead} & set(guessed):
            why = (Sentence(f"proposal.why.only_{looks}"),)
            guessed[field] = Placed(field, alike[0], 0.3, why)
    return guessed


def _judge(knowledge: Knowledge, table: str, column: Column) -> list[Placed]:
    return [
        Placed(
            field,
            column,
            _certainty(table, field, known, column.evidence),
            (_label_reason(known), *_value_reasons(column.evidence)),
            known.rank,
        )
        for field, known in knowledge.fits(table, column.label).items()
    ]


def _certainty(table: str, field: str, known: Known, evidence: Evidence) -> float:
    agreement = AGREE.get(field_kind(table, field), _agrees_text)(field, evidence)
    if ROW_KEYS.get(table) == field and len(evidence.keys) < HARDLY * evidence.key_cells:
        agreement *= REPEATS
    # Nothing but a sum that comes out makes a label more than it says.
    return round(0.97 * known.strength * (SILENT if evidence.looks == "empty" else agreement), 3)


def _agrees_date(field: str, evidence: Evidence) -> float:
    if evidence.looks == "date":
        return 1.0
    return DOUBTFUL if evidence.serials else AGAINST


def _agrees_number(field: str, evidence: Evidence) -> float:
    if evidence.looks not in ("decimal", "whole"):
        return DOUBTFUL if evidence.keys <= {"0", "1"} else AGAINST
    given = [number for number in evidence.numbers if number is not None]
    return 1.0 if any(given) else AGAINST


def _agrees_boolean(field: str, evidence: Evidence) -> float:
    if evidence.looks == "boolean":
        return 1.0
    return DOUBTFUL if 0 < len(evidence.values) <= LEAST_ROWS else AGAINST


def _agrees_text(field: str, evidence: Evidence) -> float:
    looks = evidence.looks
    if field in FREE_TEXTS:
        return 1.0
    if looks == "date" or (looks == "decimal" and not evidence.has_decimals):
        return AGAINST
    if field == "line_no":
        return {"whole": 1.0, "boolean": 1.0, "code": DOUBTFUL}.get(looks, AGAINST)
    if field.endswith("_id"):
        return DOUBTFUL if looks == "text" and not evidence.code_and_name else 1.0
    if field in NAMES:
        return {"whole": AGAINST, "boolean": AGAINST, "code": DOUBTFUL}.get(looks, 1.0)
    return DOUBTFUL if looks in ("whole", "boolean") else 1.0


def _label_reason(known: Known) -> Sentence:
    if known.similar:
        return Sentence("proposal.why.alike", {"label": known.label})
    return Sentence("proposal.why.equal" if known.strength >= SURE else "proposal.why.often")


def _value_reasons(evidence: Evidence) -> Iterable[Sentence]:
    return (Sentence(f"proposal.looks.{evidence.looks}"),)


def _find_sum(
    tax: Column, net: Placed | None, gross: Placed | None, columns: Sequence[Column]
) -> tuple[Column, Column] | None:
    """Which two columns differ by the tax in each row? One of them was taken for an amount."""
    numeric = [c for c in columns if c.evidence.numbers and c != tax]
    taken = [item.column for item in (net, gross) if item]
    pairs = [(one, other) for one in taken for other in (*taken, *numeric) if one != other]
    for one, other in pairs:
        for low, high in ((one, other), (other, one)):
            if _adds_up(low, tax, high):
                return low, high
    return None


def _proven(field: str, column: Column, placed: Mapping[str, Placed]) -> Placed:
    own = placed.get(field)
    why = (Sentence("proposal.why.sum"),)
    if own is not None and own.column == column:
        return replace(own, certainty=max(own.certainty, PROVEN), why=(*own.why, *why))
    return Placed(field, column, PROVEN, why)


def _adds_up(net: Column, tax: Column, gross: Column) -> bool:
    rows = _numbers(net, tax, gross)
    taxed = [(n, t) for n, t, _ in rows if n and t]
    return (
        len(taxed) >= LEAST_ROWS
        # Two amounts add up to a third in either order; the tax is a usual part of the other.
        and _mostly(0 < t / n < HIGHEST_TAX for n, t in taxed)
        and _mostly(abs(n + t - g) <= NO_DIFFERENCE for n, t, g in rows)
    )


def _equal(one: Placed, other: Placed) -> bool:
    return _mostly(abs(a - b) <= NO_DIFFERENCE for a, b in _numbers(one.column, other.column))


def _rate_between(net: Placed, gross: Placed) -> bool:
    """Whether gross is net and a usual tax in most rows."""
    rows = [(n, g) for n, g in _numbers(net.column, gross.column) if n]
    return _mostly(0.005 < g / n - 1 < HIGHEST_TAX for n, g in rows)


def _numbers(*columns: Column) -> list[tuple[float, ...]]:
    rows = zip(*(column.evidence.numbers for column in columns), strict=False)
    return [tuple(n for n in row if n is not None) for row in rows if None not in row]


def _mostly(tests: Iterable[bool]) -> bool:
    found = list(tests)
    return len(found) >= LEAST_ROWS and sum(found) >= OF_ROWS * len(found)


AGREE = {
    "date": _agrees_date,
    "decimal": _agrees_number,
    "percent": _agrees_number,
    "boolean": _agrees_boolean,
}

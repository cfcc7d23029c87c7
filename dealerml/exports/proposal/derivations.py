"""What has to be made from other columns: money net of tax, and the signs of returns."""

from dataclasses import replace

from dealerml.exports.proposal.kinds import Kind, Made
from dealerml.exports.proposal.knowledge import says_return, value_words
from dealerml.exports.proposal.placement import SURE
from dealerml.exports.proposal.samples import Column
from dealerml.words import Sentence

# No derivation is sure until a person has looked at it.
MADE, WEAK = 0.8, 0.65


def derive_net_amount(kind: Kind) -> Kind:
    """The same order lines, with money net of tax made from what is there, or left to decide."""
    have = kind.placed
    if kind.table != "order_lines" or kind.is_matrix:
        return kind
    if "net_amount" in have:
        return _doubt_net_amount(kind)
    for fields, how, why, certainty in WAYS:
        if all(field in have for field in fields):
            sure = min(certainty, *(have[field].certainty for field in fields))
            made = Made(how, round(sure, 3), (Sentence(f"proposal.why.{why}"),))
            return replace(kind, derived={**kind.derived, "net_amount": made})
    if "gross_amount" in have:
        label = have["gross_amount"].column.label
        note = Sentence("proposal.note.only_gross", {"label": label})
        return replace(kind, notes=(*kind.notes, note))
    return kind


def date_orders(kind: Kind) -> Kind:
    """The same order lines, dated by the day of posting where that is the only day there is."""
    posted = kind.placed.get("posted_date")
    if kind.table != "order_lines" or posted is None:
        return kind
    if {"order_date"} & {*kind.placed, *kind.derived}:
        return kind
    placed = {name: item for name, item in kind.placed.items() if name != "posted_date"}
    why = (*posted.why, Sentence("proposal.why.only_posted"))
    certainty = min(posted.certainty, WEAK)
    placed["order_date"] = replace(posted, field="order_date", certainty=certainty, why=why)
    return replace(kind, placed=placed)


def turn_returns(kind: Kind) -> Kind:
    """The same order lines, with returns made negative where they are written as positive."""
    if kind.table != "order_lines" or kind.is_matrix:
        return kind
    if _is_of_returns(kind):
        return _turn(kind, "")
    for name in ("document_type", "line_type"):
        if name in kind.placed and (values := _positive_returns(kind, kind.placed[name].column)):
            listed = ", ".join(f'"{value}"' for value in values)
            return _turn(kind, f', when = [{{ column = "{name}", in = [{listed}] }}]')
    return kind


def _doubt_net_amount(kind: Kind) -> Kind:
    item = kind.placed["net_amount"]
    if item.certainty >= SURE or any(why.key == "proposal.why.equal" for why in item.why):
        return kind
    note = Sentence("proposal.note.is_it_net", {"label": item.column.label})
    return replace(kind, notes=(*kind.notes, note))


def _is_of_returns(kind: Kind) -> bool:
    said = (kind.sample.name, *(column.label for column in kind.sample.columns))
    numbers = _amounts(kind)
    return any(map(says_return, said)) and bool(numbers) and min(numbers) >= 0


def _positive_returns(kind: Kind, types: Column) -> tuple[str, ...]:
    """Which values of a column of types mean a return, though their amounts are above zero?"""
    values = tuple(v for v in types.evidence.values if v.casefold() in value_words("return"))
    amount = _amount_column(kind)
    if not values or amount is None:
        return ()
    rows = zip(types.evidence.cells, amount.evidence.numbers, strict=False)
    numbers = [number for cell, number in rows if cell in values and number]
    return values if numbers and min(numbers) > 0 else ()


def _amount_column(kind: Kind) -> Column | None:
    for name in ("net_amount", "gross_amount", "quantity"):
        if name in kind.placed:
            return kind.placed[name].column
    return None


def _amounts(kind: Kind) -> list[float]:
    column = _amount_column(kind)
    return [n for n in column.evidence.numbers if n] if column else []


def _turn(kind: Kind, when: str) -> Kind:
    """Amount and quantity under names of their own, and the fields as what is left once turned."""
    placed, derived = dict(kind.placed), dict(kind.derived)
    why = (Sentence("proposal.why.returns"),)
    for field, raw in (("net_amount", "returned_amount"), ("quantity", "returned_quantity")):
        if field in placed:
            item = placed.pop(field)
            placed[raw] = replace(item, field=raw)
        elif field in derived:
            derived[raw] = derived.pop(field)
        else:
            continue
        derived[field] = Made(f'{{ negate = "{raw}"{when} }}', MADE, why)
    derived = {
        name: _renamed(made) if name == "returned_amount" else made
        for name, made in derived.items()
    }
    return replace(kind, placed=placed, derived=derived)


def _renamed(made: Made) -> Made:
    return replace(made, how=made.how.replace('"quantity"', '"returned_quantity"'))


WAYS = (
    (
        ("gross_amount", "tax_amount"),
        '{ subtract = ["gross_amount", "tax_amount"] }',
        "gross_less_tax",
        MADE,
    ),
    (
        ("gross_amount", "tax_rate"),
        '{ without_tax = "gross_amount", rate = "tax_rate" }',
        "without_tax",
        MADE,
    ),
    (("price", "quantity"), '{ multiply = ["quantity", "price"] }', "price_times_quantity", WEAK),
)

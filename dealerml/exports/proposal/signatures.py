"""By which of its fields is each kind of file known, so that no file fits two of them?"""

from collections.abc import Sequence
from dataclasses import replace

from dealerml.exports.labels import normalise_label
from dealerml.exports.proposal.kinds import Kind
from dealerml.exports.proposal.placement import SURE, Placed
from dealerml.exports.proposal.samples import Column, Sample
from dealerml.tables import SCHEMAS

# A field of its own for a column that only tells a kind of file from the others.
MARK = "mark"
# Of a file that only completes others: what it cannot be without.
CORE = ("order_key", "order_id", "dealer_id", "order_date")


def choose_needs(kinds: Sequence[Kind]) -> list[Kind]:
    """The same kinds, each with the fields by which a file of it is known.

    As few as possible, so that a later export that lacks an optional column is still known; as many
    as it takes to tell the kinds apart.
    """
    chosen = [replace(kind, needs=_core(kind)) for kind in kinds]
    for at, kind in enumerate(chosen):
        spare = [name for name in kind.placed if name not in kind.needs]
        while spare and _is_mistaken(at, chosen):
            kind = replace(kind, needs=(*kind.needs, spare.pop(0)))
            chosen[at] = kind
        if _is_mistaken(at, chosen) and (mark := _find_mark(kind, chosen)):
            placed = {**kind.placed, MARK: Placed(MARK, mark, SURE, ())}
            chosen[at] = replace(kind, placed=placed, needs=(*kind.needs, MARK))
    return chosen


def _find_mark(kind: Kind, kinds: Sequence[Kind]) -> Column | None:
    """A column that is no field, but that no file of another kind has."""
    others = (other.sample for other in kinds if other is not kind)
    theirs = {normalise_label(label) for sample in others for label in sample.header.labels}
    own = (c for c in kind.unplaced if normalise_label(c.label) not in theirs)
    return next(own, None)


def _core(kind: Kind) -> tuple[str, ...]:
    """What a row of the table must have, or what that is made from."""
    required = [name for name, c in SCHEMAS.get(kind.table, {}).items() if c.required]
    wanted = required if kind.table in SCHEMAS else CORE
    behind = set(wanted)
    while new := {n for name in behind if name in kind.derived for n in kind.derived[name].inputs}:
        if new <= behind:
            break
        behind |= new
    needs = tuple(name for name in kind.placed if name in behind)
    return needs if len(needs) > 1 else tuple(kind.placed)[:2]


def _is_mistaken(at: int, kinds: Sequence[Kind]) -> bool:
    """Whether a file of another kind, or one of its own, would be taken for the wrong kind."""
    for number, other in enumerate(kinds):
        scores = [_score(kind, other.sample) for kind in kinds]
        own = scores[number]
        best = max(score for score in scores if score is not None)
        rivals = [n for n, score in enumerate(scores) if score == best and n != number]
        if (own is None or own < best or rivals) and (at == number or scores[at] == best):
            return True
    return False


def _score(kind: Kind, sample: Sample) -> tuple[bool, int, int] | None:
    """How much speaks for a kind, counted as the reading of files counts it."""
    have = {normalise_label(label) for label in sample.header.labels}
    found = {n for n, item in kind.placed.items() if normalise_label(item.column.label) in have}
    if any(name not in found for name in kind.needs) or (kind.is_matrix and not sample.measures):
        return None
    return kind.is_matrix, len(kind.needs), len(found)

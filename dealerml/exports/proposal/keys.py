"""Which columns of different files hold the same keys?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dealerml.exports.proposal.evidence import Evidence
from dealerml.exports.proposal.knowledge import label_key
from dealerml.exports.proposal.samples import KEY_ROWS, Column, Sample

# Share of a column's values that must be found in the other file, read whole or in part.
WHOLE, PART = 0.8, 0.3
LEAST_COMMON = 3
# Values this short occur everywhere; they are held to be the same keys only under like labels.
SHORT = 4
KEY_LOOKS = ("code", "whole", "text")


@dataclass(frozen=True)
class Reference:
    """The values of `column` in the file `here` are keys of rows in `there`, where `key` is."""

    here: Sample
    column: Column
    there: Sample
    key: Column


def find_references(samples: Sequence[Sample]) -> tuple[Reference, ...]:
    """Which columns hold keys of the rows of another file?

    A key names each row of its file once; the other column may repeat it. Files of equal columns
    are parts of one table and are not held against each other.
    """
    return tuple(
        Reference(here, column, there, key)
        for here in samples
        for there in samples
        if here.shape != there.shape
        for column, key in _shared(here, there)
    )


def _shared(here: Sample, there: Sample) -> Iterator[tuple[Column, Column]]:
    keys = [column for column in there.columns if column.evidence.unique and _is_key(column)]
    for column in here.columns:
        if _is_key(column):
            yield from ((column, key) for key in keys if _holds(column, key))


def _is_key(column: Column) -> bool:
    evidence = column.evidence
    return evidence.looks in KEY_LOOKS or evidence.has_decimals


def _holds(column: Column, key: Column) -> bool:
    own, known = _values(column.evidence), _values(key.evidence)
    common = len(own & known)
    whole = key.evidence.key_cells < KEY_ROWS
    if common < min(LEAST_COMMON, len(own)) or common < (WHOLE if whole else PART) * len(own):
        return False
    return max(map(len, own)) >= SHORT or _like_labels(column.label, key.label)


def _values(evidence: Evidence) -> frozenset[str]:
    prefix = len(evidence.prefix)
    return frozenset(key[prefix:] for key in evidence.keys) if prefix else evidence.keys


def _like_labels(one: str, other: str) -> bool:
    first, second = sorted((label_key(one), label_key(other)), key=len)
    return bool(first) and first in second

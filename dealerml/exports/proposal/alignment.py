"""Is a dealer or a product known in all files by the same code?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dealerml.exports.proposal.keys import Reference
from dealerml.exports.proposal.kinds import Kind, Made, in_order
from dealerml.exports.proposal.placement import LIKELY, Placed
from dealerml.exports.proposal.samples import Column
from dealerml.words import Sentence

# How sure a field is that is found by a code, by a name, and by a name that is on no list.
BY_CODE, BY_NAME, AS_NAME = 0.95, 0.8, 0.65
# Share of the names of one file that must be on the other's list.
ON_THE_LIST = 0.6


@dataclass(frozen=True)
class Listed:
    """A list, and what its code, a second code, its name, and that name elsewhere are called."""

    table: str
    code: str
    key: str
    name: str
    label: str


LISTS = (
    Listed("dealers", "dealer_id", "dealer_key", "dealer_name", "dealer_label"),
    Listed("products", "product_id", "product_key", "product_name", "product_label"),
)


def align_keys(kinds: Sequence[Kind], references: Sequence[Reference]) -> list[Kind]:
    """The same kinds, with dealers and products known by one code in all of them.

    A system often has two codes: one for people, which is kept, and its own, which its files refer
    to and which is translated. Where files say the name only, that is translated.
    """
    done = list(kinds)
    for listed in LISTS:
        at = next((n for n, kind in enumerate(done) if kind.table == listed.table), None)
        if at is not None:
            done = _align(done, at, listed, references)
        there = None if at is None else done[at]
        done = [_find_by_name(kind, there, listed) for kind in done]
    return done


def _align(
    kinds: list[Kind], at: int, listed: Listed, references: Sequence[Reference]
) -> list[Kind]:
    home = kinds[at]
    own = home.placed.get(listed.code)
    found = dict(_referring(kinds, home, listed, references))
    counts = Counter(found.values())
    if own is not None:
        del counts[own.column]
    if not counts:
        return kinds
    key = min(counts, key=lambda column: (-counts[column], column.position))
    why = (Sentence("proposal.why.referred"),)
    placed = {name: item for name, item in home.placed.items() if item.column != key}
    if own is None or own.certainty < LIKELY or not own.column.evidence.unique:
        placed[listed.code] = Placed(listed.code, key, BY_CODE, why)
        kinds[at] = replace(home, placed=in_order(home.table, placed))
        return kinds
    placed[listed.key] = Placed(listed.key, key, BY_CODE, why)
    kinds[at] = replace(home, placed=placed)
    return [
        _find(kind, home, listed, listed.key) if found.get(kind.name) == key else kind
        for kind in kinds
    ]


def _referring(
    kinds: Sequence[Kind], home: Kind, listed: Listed, references: Sequence[Reference]
) -> Iterator[tuple[str, Column]]:
    """Which kinds of files name a dealer or product by which column of its list?

    By the code that the list itself is known by, where several columns hold the same values.
    """
    own = home.placed.get(listed.code)
    for kind in kinds:
        item = kind.placed.get(listed.code)
        if kind is home or item is None or item.column.evidence.looks == "text":
            continue
        columns = [
            reference.key
            for reference in references
            if reference.here in kind.parts
            and reference.there in home.parts
            and reference.column == item.column
        ]
        if columns:
            yield kind.name, own.column if own and own.column in columns else columns[0]


def _find(kind: Kind, home: Kind, listed: Listed, by: str) -> Kind:
    """The code of a dealer or product looked up on its list by what this kind of file says."""
    item = kind.placed[listed.code if listed.code in kind.placed else by]
    key = listed.name if by == listed.label else by
    how = f'{{ lookup = "{home.name}", by = "{by}", key = "{key}", take = "{listed.code}" }}'
    name = "by_name" if by == listed.label else "by_code"
    why = (Sentence(f"proposal.why.{name}", {"file": home.sample.name}),)
    certainty = BY_NAME if by == listed.label else min(BY_CODE, item.certainty)
    placed = {n: i for n, i in kind.placed.items() if n not in (listed.code, by)}
    placed[by] = replace(item, field=by)
    made = Made(how, certainty, why)
    return replace(kind, placed=placed, derived={**kind.derived, listed.code: made})


def _find_by_name(kind: Kind, home: Kind | None, listed: Listed) -> Kind:
    """Where only a name is given: the code looked up by it, or the name in place of a code."""
    own, label = kind.placed.get(listed.code), kind.placed.get(listed.label)
    if kind.table == listed.table or listed.code in kind.derived:
        return kind
    if own is not None and own.column.evidence.looks == "text":
        label = own
    elif own is not None or label is None:
        return kind
    if home is not None and _on_the_list(label, home, listed):
        named = {**kind.placed, listed.code: label}
        return _find(replace(kind, placed=named), home, listed, listed.label)
    why = (*label.why, Sentence("proposal.why.name_as_key"))
    placed = {n: i for n, i in kind.placed.items() if i.column != label.column}
    certainty = min(label.certainty, AS_NAME)
    placed[listed.code] = replace(label, field=listed.code, certainty=certainty, why=why)
    return replace(kind, placed=placed)


def _on_the_list(label: Placed, home: Kind, listed: Listed) -> bool:
    if listed.name not in home.placed or listed.code not in home.placed:
        return False
    names = home.placed[listed.name].column.evidence.keys
    own = label.column.evidence.keys
    return bool(own) and len(own & names) >= ON_THE_LIST * len(own)

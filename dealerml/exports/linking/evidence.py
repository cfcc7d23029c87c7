"""What speaks for two entries of dealer lists being one dealer, and how certain that makes it?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Final

from dealerml.exports.linking.chinese_places import PROVINCE_OF
from dealerml.exports.linking.company_names import CHINESE
from dealerml.exports.linking.parties import (
    Key,
    Party,
    code_of,
    id_of,
    key_of,
    places_of,
    tax_number_of,
)

# Strongest first: of two that make a pair equally certain the first is named.
METHODS: Final = ("code", "tax_number", "name", "similar_name")
CERTAIN, UNCHECKED, DOUBTFUL, DISPUTED = 1.0, 0.95, 0.8, 0.5
# Names less alike than this, places and forms left out, speak against a code.
AGREEING: Final = 0.6
# A code that more entries than this share says nothing: "0", "-", a bucket for all small customers.
MAX_SHARED: Final = 3
# Shorter names without a legal form are often those of people, whom many share.
PERSON_CHARACTERS: Final = 3
# A name without place and form that more dealers of a list have is a chain's or a common word's.
MAX_NAMESAKES: Final = 50
# Names of one pattern are all alike; the nearest of them are looked at, all namesakes among them.
MAX_NEAR: Final = 2 * MAX_NAMESAKES
# Rows of the other list that are compared with all of ours at once: bounds the memory.
CHUNK: Final = 256
# Names are compared as if a place and a form stood with both; what the real ones say comes after.
# One wrong character in four is then 0.9, one in three less.
SAME_END: Final = "上海有限公司"
OTHER_FORM, UNKNOWN_PLACE, LARGER_PLACE, OTHER_PLACE, OTHER_MARKS = 0.97, 0.97, 0.93, 0.6, 0.6

# Position in our list and in the other → method and certainty.
Pairs = dict[tuple[int, int], tuple[str, float]]
Found = tuple[int, int, float]


Judge = Callable[[Party, Party], float]


def gather_evidence(
    ours: Sequence[Party], theirs: Sequence[Party], *, least_certainty: float
) -> Pairs:
    """Which entries of two lists may be one dealer, by which method and how certainly?

    Parameters
    ----------
    least_certainty
        Where similar names begin to be mentioned. Equal codes, numbers and names always are.

    Returns
    -------
    The best method of each pair. 1 and 0.95: nothing speaks against it; 0.8: an equal name that
    several dealers may well have; 0.5: codes or names are equal, and names or tax numbers speak
    against it. Similar names have their likeness, see ``compare_companies``.
    """
    pairs: Pairs = {}
    _add(pairs, "code", _by_code(ours, theirs))
    _add(pairs, "tax_number", _by_value(ours, theirs, tax_number_of, judge_tax_number))
    _add(pairs, "name", _by_value(ours, theirs, key_of, judge_name))
    sure = [pair for pair, (_, certainty) in pairs.items() if certainty >= UNCHECKED]
    mine = sorted(set(range(len(ours))) - {i for i, _ in sure})
    other = sorted(set(range(len(theirs))) - {j for _, j in sure})
    found = find_similar(
        [ours[i] for i in mine], [theirs[j] for j in other], least_certainty=least_certainty
    )
    _add(pairs, "similar_name", ((mine[i], other[j], certainty) for i, j, certainty in found))
    return pairs


def find_similar(
    ours: Sequence[Party], theirs: Sequence[Party] | None, *, least_certainty: float
) -> Iterator[Found]:
    """Which pairs have names that are alike but not equal, by position, and how alike are they?

    Names that differ in numbers or branches are not compared. Where ``theirs`` is None, ours are
    compared with each other, each pair once.
    """
    others = ours if theirs is None else theirs
    mine, other = _by_marks(ours), _by_marks(others)
    for marks in sorted(mine.keys() & other.keys(), key=sorted):
        for i, j in _near(ours, others, mine[marks], other[marks], least_certainty):
            certainty = judge_similar(ours[i], others[j])
            if certainty >= least_certainty and (theirs is not None or i < j):
                yield i, j, certainty


def judge_code(one: Party, other: Party, *, trusted: bool) -> float:
    """How certain are equal codes? Trusted ones need no name, the others one that agrees."""
    if _refuted(one, other):
        return DISPUTED
    if _comparable(one, other):
        return CERTAIN if names_agree(one, other) else DISPUTED
    return UNCHECKED if trusted else DISPUTED


def judge_tax_number(one: Party, other: Party) -> float:
    """How certain is one valid tax number? It is one legal person, whatever it is called by now."""
    return CERTAIN if names_agree(one, other) else UNCHECKED


def judge_name(one: Party, other: Party) -> float:
    """How certain is one name? That of a registered company is its own, another may be shared."""
    if _refuted(one, other):
        return DISPUTED
    place = same_place(one, other)
    if one.company.form:
        return DOUBTFUL if place == OTHER_PLACE else CERTAIN
    telling = len(one.company.key) > PERSON_CHARACTERS and place != OTHER_PLACE
    return UNCHECKED if telling or place == 1 else DOUBTFUL


def judge_similar(one: Party, other: Party) -> float:
    """How certain are names that are alike? Never as certain as equal ones, which count nothing."""
    if _refuted(one, other) or one.company.key == other.company.key:
        return 0.0
    return min(compare_companies(one, other), UNCHECKED)


def compare_companies(one: Party, other: Party) -> float:
    """How alike are two names, from 0 to 1?

    The likeness of the names without place and legal form, lowered where those, or numbers and
    branches, speak against it.

    Examples
    --------
    >>> hangzhou = Party("1", "浙江省杭州市恒达建材有限公司")
    >>> compare_companies(hangzhou, Party("2", "杭州恒达建材有限责任公司"))
    1.0
    >>> compare_companies(hangzhou, Party("2", "上海恒达建材有限公司"))
    0.6
    >>> compare_companies(hangzhou, Party("2", "恒达建材", city="杭州"))
    0.97
    """
    from rapidfuzz import fuzz

    return fuzz.ratio(_compared(one), _compared(other)) / 100 * _agreement(one, other)


def names_agree(one: Party, other: Party) -> bool:
    """Can two names be those of one dealer, a short form and a full one included?

    Examples
    --------
    >>> full = Party("1", "上海恒达建材有限公司")
    >>> [names_agree(full, Party("2", text)) for text in ("恒达", "上海恒大建材", "上海金源建材")]
    [True, True, False]
    """
    from rapidfuzz import fuzz

    short, long = sorted((one.company.core, other.company.core), key=len)
    alike = 1.0 if short and short in long else fuzz.ratio(short, long) / 100
    return alike * _agreement(one, other) >= AGREEING


def same_place(one: Party, other: Party) -> float:
    """How far do the places agree: 1 the same, less where unknown or only the province fits?"""
    here, there = one.place, other.place
    if not here or not there:
        return UNKNOWN_PLACE
    if here == there:
        return 1.0
    inside = PROVINCE_OF.get(here) == there or PROVINCE_OF.get(there) == here
    # A city that is no Chinese one is written in too many ways to speak against a name.
    known = here in PROVINCE_OF and there in PROVINCE_OF
    return LARGER_PLACE if inside else OTHER_PLACE if known else UNKNOWN_PLACE


def _agreement(one: Party, other: Party) -> float:
    forms = 1.0 if one.company.form == other.company.form else OTHER_FORM
    marks = 1.0 if one.company.marks == other.company.marks else OTHER_MARKS
    return forms * marks * same_place(one, other)


def _add(pairs: Pairs, method: str, found: Iterable[Found]) -> None:
    for i, j, certainty in found:
        if (i, j) not in pairs or pairs[i, j][1] < certainty:
            pairs[i, j] = (method, certainty)


def _by_code(ours: Sequence[Party], theirs: Sequence[Party]) -> Iterator[Found]:
    """Pairs in which one list names the code of the other, or both have one code.

    Two systems that both count their dealers from 1 have equal ids that mean nothing, so equal ids
    are believed without a name only where the names of the others agree as a rule.
    """
    sides = ((code_of, id_of), (id_of, code_of), (code_of, code_of))
    named = {pair for left, right in sides for pair in _equal(ours, theirs, left, right)}
    same_id = set(_equal(ours, theirs, id_of, id_of)) - named
    agreeing = [
        names_agree(ours[i], theirs[j]) for i, j in same_id if _comparable(ours[i], theirs[j])
    ]
    shared = 2 * sum(agreeing) >= len(agreeing)
    for i, j in sorted(named | same_id):
        yield i, j, judge_code(ours[i], theirs[j], trusted=shared or (i, j) in named)


def _by_value(
    ours: Sequence[Party], theirs: Sequence[Party], value_of: Key, judge: Judge
) -> Iterator[Found]:
    for i, j in _equal(ours, theirs, value_of, value_of):
        yield i, j, judge(ours[i], theirs[j])


def _equal(
    ours: Sequence[Party], theirs: Sequence[Party], left: Key, right: Key
) -> Iterator[tuple[int, int]]:
    """Pairs of entries with one value, but for values that too many share to say anything."""
    mine, other = places_of(ours, left), places_of(theirs, right)
    for value in sorted(mine.keys() & other.keys()):
        if max(len(mine[value]), len(other[value])) <= MAX_SHARED:
            yield from product(mine[value], other[value])


def _by_marks(parties: Sequence[Party]) -> dict[frozenset[str], list[int]]:
    """Positions of the names that say something, by the numbers and branches in them."""
    cores = Counter(party.company.core for party in parties)
    groups: dict[frozenset[str], list[int]] = defaultdict(list)
    for at, party in enumerate(parties):
        if party.company.core and cores[party.company.core] <= MAX_NAMESAKES:
            groups[party.company.marks].append(at)
    return groups


def _near(
    ours: Sequence[Party],
    theirs: Sequence[Party],
    mine: Sequence[int],
    other: Sequence[int],
    least: float,
) -> Iterator[tuple[int, int]]:
    """Pairs whose compared names are alike, some hundred rows against all of ours at a time."""
    import numpy as np
    from rapidfuzz import fuzz, process

    compared = [_compared(ours[i]) for i in mine]
    for start in range(0, len(other), CHUNK):
        chunk = other[start : start + CHUNK]
        alike = process.cdist(
            [_compared(theirs[j]) for j in chunk],
            compared,
            scorer=fuzz.ratio,
            score_cutoff=100 * least,
            dtype=np.float32,
        )
        for j, row in zip(chunk, alike, strict=True):
            columns = np.flatnonzero(row)
            nearest = columns[np.argsort(-row[columns], kind="stable")][:MAX_NEAR]
            yield from ((mine[column], j) for column in nearest.tolist())


def _compared(party: Party) -> str:
    return party.company.core + SAME_END


def _comparable(one: Party, other: Party) -> bool:
    """Are both named, and in the same script? 上海恒达 and Shanghai Hengda cannot be compared."""
    scripts = [bool(CHINESE.search(party.company.core)) for party in (one, other)]
    return bool(one.name and other.name) and scripts[0] == scripts[1]


def _refuted(one: Party, other: Party) -> bool:
    return bool(one.tax_number and other.tax_number) and one.tax_number != other.tax_number

"""Which dealers of one list may be one dealer under several codes?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from dealerml.exports.linking.evidence import (
    METHODS,
    Found,
    Judge,
    find_similar,
    judge_code,
    judge_name,
    judge_tax_number,
)
from dealerml.exports.linking.parties import (
    Key,
    Party,
    cells_of,
    code_of,
    id_of,
    key_of,
    list_parties,
    places_of,
    tax_number_of,
)

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("dealer_id", "dealer_name", "other_id", "other_name", "method", "certainty")
# Above the likeness that links of two systems need: within one list a single other character in a
# short name is mostly another dealer, 恒达 beside 恒源.
ALIKE_FROM: Final = 0.93
# A value that more dealers of a list share is a way of saying "none" or "all small customers".
MAX_ALIKE: Final = 10


def find_alike(
    dealers: "pd.DataFrame",
    *,
    successors: "pd.DataFrame | None" = None,
    least_certainty: float = ALIKE_FROM,
) -> "pd.DataFrame":
    """Which dealers of one list may be the same?

    Parameters
    ----------
    dealers
        Column ``dealer_id``, and as far as known ``dealer_name``, ``dealer_code``, ``city`` and
        ``tax_number``.
    successors
        Codes known to continue others (``dealer_id``, ``successor_id``): no news, so left out.
    least_certainty
        Where similar names begin to be mentioned, 0 to 1. With 0.9, which suits links, most pairs
        of a long list would be names that merely resemble each other.

    Returns
    -------
    A list to review, most certain first: ``dealer_id``, ``dealer_name``, ``other_id`` (the later
    id), ``other_name``, ``method`` (code: ids that differ in zeros or case, or one code in another
    system; tax_number, name, similar_name) and ``certainty`` (0 to 1, see ``gather_evidence``). Of
    more than two that are equal, each is beside the first.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["上海恒达建材有限公司", "上海恒达建材有限公司(停用)", "杭州王喆贸易有限公司"]
    >>> find_alike(pd.DataFrame({"dealer_id": ["1", "2", "3"], "dealer_name": names}))
      dealer_id     dealer_name other_id          other_name method  certainty
    0         1  上海恒达建材有限公司        2  上海恒达建材有限公司(停用)   name        1.0
    """
    import pandas as pd

    parties = list_parties(dealers)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    known = _known(successors)
    for method, (i, j, certainty) in _found(parties, least_certainty):
        if (parties[i].dealer_id, parties[j].dealer_id) not in known:
            rank = (-round(certainty, 2), METHODS.index(method))
            best[i, j] = min(best.get((i, j), rank), rank)
    rows = [
        (
            parties[i].dealer_id,
            parties[i].name,
            parties[j].dealer_id,
            parties[j].name,
            METHODS[method],
            -certainty,
        )
        for (certainty, method), (i, j) in sorted((rank, pair) for pair, rank in best.items())
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(COLUMNS[:-1], "str") | {"certainty": "float64"})


def _found(parties: Sequence[Party], least: float) -> Iterator[tuple[str, Found]]:
    for method, value_of, judge in EQUALITIES:
        for places in places_of(parties, value_of).values():
            first, *others = places if len(places) <= MAX_ALIKE else places[:1]
            for at in others:
                yield method, (first, at, judge(parties[first], parties[at]))
    for found in find_similar(parties, None, least_certainty=least):
        yield "similar_name", found


def _known(successors: "pd.DataFrame | None") -> set[tuple[str, str]]:
    if successors is None:
        return set()
    codes = (cells_of(successors, name) for name in ("dealer_id", "successor_id"))
    pairs = set(zip(*codes, strict=True))
    return pairs | {(new, old) for old, new in pairs}


def _judge_code(one: Party, other: Party) -> float:
    return judge_code(one, other, trusted=True)


EQUALITIES: Final[tuple[tuple[str, Key, Judge], ...]] = (
    ("code", id_of, _judge_code),
    ("code", code_of, _judge_code),
    ("tax_number", tax_number_of, judge_tax_number),
    ("name", key_of, judge_name),
)

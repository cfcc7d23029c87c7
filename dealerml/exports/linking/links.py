"""Which dealer of one system is which of another: proposed here, decided by people."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from dealerml.exports.linking.evidence import DISPUTED, METHODS, UNCHECKED, Pairs, gather_evidence
from dealerml.exports.linking.link_file import Link, read_links, tabulate_links
from dealerml.exports.linking.parties import Party, list_parties
from dealerml.words import Sentence, Spoken, has_entry

if TYPE_CHECKING:
    import pandas as pd

# A similar name is never believed unseen, whatever a policy says.
ACCEPT: Final = ("code", "tax_number", "name")
SHOWN: Final = 3


@dataclass(frozen=True)
class Links(Spoken):
    """Links between dealer lists, and what became of them.

    ``table`` has the columns of ``dealer_links.csv``, undecided rows first; ``accepted`` has the
    rows that count, see ``accepted_links``.
    """

    accepted: "pd.DataFrame"


def propose_links(
    ours: "pd.DataFrame",
    theirs: "pd.DataFrame",
    *,
    source: str,
    decided: "pd.DataFrame | None" = None,
    least_certainty: float = 0.9,
) -> "pd.DataFrame":
    """Which dealers of another source are probably which of ours?

    A pair is found by an equal code, an equal and valid tax number, an equal normalised name or a
    similar name; the most certain pairs are taken first, and a dealer is linked once. Where several
    pairs are equally good all of them are listed with a certainty of at most 0.5, for a person to
    choose. What a person decided earlier stays: a yes even where nothing speaks for it any more,
    and a no is never proposed again.

    Parameters
    ----------
    ours, theirs
        Column ``dealer_id``, and as far as known ``dealer_name``, ``dealer_code``, ``city`` and
        ``tax_number``. ``ours`` is the list of the source that counts.
    source
        What the other source is called.
    decided
        Earlier links as they stand in ``dealer_links.csv``, quotes before cells included; rows of
        other sources are passed over.
    least_certainty
        Where similar names begin to be proposed, 0 to 1.

    Returns
    -------
    Columns ``dealer_id``, ``dealer_name``, ``other_source``, ``other_id``, ``other_name``,
    ``method`` (code, tax_number, name, similar_name), ``certainty`` (0 to 1, see
    ``gather_evidence``) and ``decision`` (yes, no, empty); undecided rows first, most certain
    first.

    Raises
    ------
    ExportError
        If earlier decisions contradict each other, see ``read_links``.

    Examples
    --------
    >>> import pandas as pd
    >>> erp = pd.DataFrame({"dealer_id": ["1"], "dealer_name": ["上海恒达建材有限公司"]})
    >>> crm = pd.DataFrame({"dealer_id": ["x"], "dealer_name": ["上海恒達建材有限公司（停用）"]})
    >>> links = propose_links(erp, crm, source="zoho")
    >>> links[["dealer_id", "other_source", "other_id", "method", "certainty"]]
      dealer_id other_source other_id method  certainty
    0         1         zoho        x   name        1.0
    """
    mine, other = list_parties(ours), list_parties(theirs)
    settled = [
        k for k in read_links(decided, quoted=True) if k.decision and k.other_source == source
    ]
    linked = [k for k in settled if k.decision == "yes"]
    refused = {k.pair for k in settled if k.decision == "no"}
    free_mine = _without(mine, {k.dealer_id for k in linked})
    free_other = _without(other, {k.other_id for k in linked})
    pairs = gather_evidence(free_mine, free_other, least_certainty=least_certainty)
    open_pairs = {
        (i, j): found
        for (i, j), found in pairs.items()
        if (free_mine[i].dealer_id, source, free_other[j].dealer_id) not in refused
    }
    proposed = [
        _link(free_mine[i], free_other[j], source, open_pairs[i, j], tied=tied)
        for i, j, tied in _choose(open_pairs)
    ]
    return tabulate_links([*proposed, *_named(settled, mine, other)])


def accepted_links(links: "pd.DataFrame", *, accept: Collection[str] = ACCEPT) -> "pd.DataFrame":
    """Which links count: those decided yes, and sure ones that nobody has looked at?

    An undecided link is sure where its method is accepted, its certainty at least 0.95, and neither
    of its dealers stands in another row that was not refused.

    Parameters
    ----------
    links
        Of one other source or several, as ``propose_links`` gives them.
    accept
        Methods accepted without a decision, policy ``exports.accept``; a similar name never is.

    Returns
    -------
    The rows that count; each id of another source is there once.

    Raises
    ------
    ExportError
        If decisions contradict each other, see ``read_links``.

    Examples
    --------
    >>> import pandas as pd
    >>> erp = pd.DataFrame({"dealer_id": ["1", "2"], "dealer_name": ["恒达建材店", "恒达建材店"]})
    >>> crm = pd.DataFrame({"dealer_id": ["x"], "dealer_name": ["恒达建材店"]})
    >>> links = propose_links(erp, crm, source="zoho")
    >>> list(links["certainty"]), len(accepted_links(links))
    ([0.5, 0.5], 0)
    >>> accepted_links(links.assign(decision=["no", "yes"]))["dealer_id"].tolist()
    ['2']
    """
    standing = [link for link in read_links(links) if link.decision != "no"]
    seen = Counter(end for link in standing for end in _ends(link))
    believed = set(accept) & set(ACCEPT)
    return tabulate_links(
        link
        for link in standing
        if link.decision == "yes"
        or (
            link.method in believed
            and link.certainty >= UNCHECKED
            and all(seen[end] == 1 for end in _ends(link))
        )
    )


def tell_links(links: "pd.DataFrame", accepted: "pd.DataFrame") -> Links:
    """How many dealers of other sources are linked, how, and what waits for a decision?

    Parameters
    ----------
    links, accepted
        What ``propose_links`` and ``accepted_links`` gave, of one other source or several.

    Examples
    --------
    >>> import pandas as pd
    >>> erp = pd.DataFrame({"dealer_id": ["1"], "dealer_name": ["上海恒达建材有限公司"]})
    >>> crm = pd.DataFrame({"dealer_id": ["x"], "dealer_name": ["上海恒达建材公司"]})
    >>> links = propose_links(erp, crm, source="crm")
    >>> print(tell_links(links, accepted_links(links)).text)
    No dealer of crm is linked. 1 proposed links wait for a decision in dealer_links.csv, the most
    certain first: 上海恒达建材公司 (x) is 上海恒达建材有限公司 (1), 95.0 % certain.
    """
    rows, counted = read_links(links), read_links(accepted)
    said = [
        _told(source, [link for link in counted if link.other_source == source])
        for source in sorted({link.other_source for link in rows})
    ]
    pairs = {link.pair for link in counted}
    waiting = [link for link in rows if not link.decision and link.pair not in pairs]
    if waiting:
        args = {"n": len(waiting), "examples": [_example(link) for link in waiting[:SHOWN]]}
        said.append(Sentence("exports.links_waiting", args))
    refused = sum(link.decision == "no" for link in rows)
    if refused:
        said.append(Sentence("exports.links_refused", {"n": refused}))
    return Links(tabulate_links(rows), tuple(said), accepted)


def _without(parties: Sequence[Party], ids: Collection[str]) -> list[Party]:
    return [party for party in parties if party.dealer_id not in ids]


def _choose(pairs: Pairs) -> Iterator[tuple[int, int, bool]]:
    """Pairs from the most certain on, each dealer in one, and whether another was as good."""

    def rank(pair: tuple[int, int]) -> tuple[float, int]:
        method, certainty = pairs[pair]
        return -round(certainty, 4), METHODS.index(method)

    used: set[tuple[str, int]] = set()
    for _, group in groupby(sorted(pairs, key=lambda pair: (rank(pair), pair)), key=rank):
        free = [(i, j) for i, j in group if ("ours", i) not in used and ("theirs", j) not in used]
        ours, theirs = Counter(i for i, _ in free), Counter(j for _, j in free)
        for i, j in free:
            used |= {("ours", i), ("theirs", j)}
            yield i, j, ours[i] > 1 or theirs[j] > 1


def _link(one: Party, other: Party, source: str, found: tuple[str, float], *, tied: bool) -> Link:
    method, certainty = found
    sure = min(certainty, DISPUTED) if tied else certainty
    return Link(one.dealer_id, one.name, source, other.dealer_id, other.name, method, sure)


def _named(links: Sequence[Link], ours: Sequence[Party], theirs: Sequence[Party]) -> Iterator[Link]:
    """Decided links with the names of today, where the dealers are still there."""
    mine = {party.dealer_id: party.name for party in ours}
    other = {party.dealer_id: party.name for party in theirs}
    for link in links:
        yield replace(
            link,
            dealer_name=mine.get(link.dealer_id, "") or link.dealer_name,
            other_name=other.get(link.other_id, "") or link.other_name,
        )


def _ends(link: Link) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    source = link.other_source
    return ("ours", source, link.dealer_id), ("theirs", source, link.other_id)


def _told(source: str, counted: Sequence[Link]) -> Sentence:
    key = f"exports.source.{source}"
    named = Sentence(key) if has_entry(key) else source
    if not counted:
        return Sentence("exports.links_none", {"source": named})
    ways = Counter("decided" if link.decision else link.method for link in counted)
    by = [
        Sentence(
            "exports.links_by", {"method": Sentence(f"exports.link_method.{way}"), "n": ways[way]}
        )
        for way in ("decided", *METHODS)
        if ways[way]
    ]
    return Sentence("exports.links_counted", {"source": named, "n": len(counted), "methods": by})


def _example(link: Link) -> Sentence:
    names = {"dealer": link.dealer_name, "dealer_id": link.dealer_id}
    other = {"other": link.other_name, "other_id": link.other_id}
    return Sentence("exports.links_example", {**names, **other, "certainty": link.certainty})

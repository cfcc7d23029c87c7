"""What a mapping will say about each kind of file, before it is written down."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dealerml.exports.mapping import LOOKUP
from dealerml.exports.proposal.classification import Classified
from dealerml.exports.proposal.knowledge import label_key
from dealerml.exports.proposal.placement import Placed, field_kind, level_of
from dealerml.exports.proposal.samples import Column, Sample
from dealerml.tables import SCHEMAS
from dealerml.words import Sentence

NAMES = {"order_lines": "lines"}
HEADS = "orders"
# What order lines take from the heads of their orders.
FROM_HEADS = (
    *("dealer_id", "order_date", "posted_date", "region", "owner"),
    *("document_status", "document_type", "currency"),
)
# Below this share of orders cells are left out by chance, not because cells are merged.
LEAST_BLANK = 0.1
NAME = re.compile(r'"([a-z][a-z0-9_]*)"')


@dataclass(frozen=True)
class Made:
    """A field that is made from others: how, written as in a mapping file; how sure; and why."""

    how: str
    certainty: float
    why: tuple[Sentence, ...]

    @property
    def level(self) -> str:
        """The certainty in a word."""
        return level_of(self.certainty)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Which fields, and other names, does it speak of?"""
        return tuple(NAME.findall(self.how))


@dataclass(frozen=True)
class ProposedRule:
    """A rule: its name, the values of one column it is about, and what becomes of the rows.

    `real` ones are written to hold, others only as a comment that the analyst can let hold.
    """

    name: str
    column: str
    values: tuple[str, ...]
    do: str
    line_kind: str = ""
    real: bool = True


@dataclass(frozen=True)
class Kind:
    """All files of one kind: what they were taken for, and what will be written about them.

    Parameters
    ----------
    parts
        The files, the one that was looked at first.
    placed
        Field → the column it is taken from.
    borrowed
        Field → the column of another file that it is looked up in.
    missing
        Needed fields that nothing was found for; the kind cannot be read until they are added.
    held_back
        Whether its money may be in another file as well, so that it is only written as a comment.
    notes
        What a person has to decide.
    """

    name: str
    table: str
    parts: tuple[Sample, ...]
    placed: Mapping[str, Placed]
    derived: Mapping[str, Made] = field(default_factory=dict)
    rules: tuple[ProposedRule, ...] = ()
    borrowed: Mapping[str, Placed] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    held_back: bool = False
    notes: tuple[Sentence, ...] = ()

    @property
    def sample(self) -> Sample:
        """The file that was looked at."""
        return self.parts[0]

    @property
    def is_matrix(self) -> bool:
        """Whether the months of its header become rows."""
        return self.table == "order_lines" and bool(self.sample.measures)

    @property
    def is_read(self) -> bool:
        """Whether files of this kind can be read with the mapping as it is."""
        return not self.missing and not self.held_back

    @property
    def unplaced(self) -> tuple[Column, ...]:
        """The columns that are no field."""
        taken = {item.column.position for item in self.placed.values()}
        return tuple(c for c in self.sample.columns if c.position not in taken)

    def kind_of(self, name: str) -> str:
        """Of which kind are the values of a field, where the table does not say so itself?"""
        if name in SCHEMAS.get(self.table, {}):
            return ""
        if name.startswith("returned_"):
            return "decimal"
        kind = field_kind("order_lines" if self.table == LOOKUP else self.table, name)
        return "" if kind == "text" else kind


def gather_kinds(found: Sequence[Classified]) -> list[Kind]:
    """Which kinds of files are there? Files of equal columns are one."""
    groups: dict[tuple[str, tuple[str, ...]], list[Classified]] = {}
    for item in found:
        if item.table:
            groups.setdefault((item.table, item.sample.shape), []).append(item)
    kinds: list[Kind] = []
    for (table, _), items in groups.items():
        items.sort(key=lambda item: -_rows(item.sample))
        name = _free_name(NAMES.get(table, table), kinds)
        placed = in_order(table, items[0].placed)
        parts = tuple(item.sample for item in items)
        same = next((n for n, kind in enumerate(kinds) if _reads_alike(kind, table, placed)), None)
        if same is None:
            kinds.append(Kind(name, table, parts, placed))
        else:
            kinds[same] = replace(kinds[same], parts=(*kinds[same].parts, *parts))
    return kinds


def in_order(table: str, placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """The same fields in the order of the table, helpers behind them."""
    order = list(SCHEMAS.get(table, SCHEMAS["order_lines"]))
    place = {name: number for number, name in enumerate(order)}
    return dict(sorted(placed.items(), key=lambda pair: place.get(pair[0], len(place))))


def add_heads(kinds: Sequence[Kind], found: Sequence[Classified]) -> list[Kind]:
    """The same, with the heads of orders turned into a file that only completes its lines.

    Their amounts are those of the lines once more and must not be counted twice.
    """
    done = list(kinds)
    for item in found:
        if item.head is None:
            continue
        lines = _index(done, item.sample)
        head = _index(done, item.head.there)
        if head is not None and lines is not None and head != lines:
            by, key = item.head.column, item.head.key
            done[head] = _as_head(done[head], key, done)
            done[lines] = _with_head(done[lines], by, done[head])
    return done


def find_fill(kind: Kind) -> Kind:
    """The same, with cells filled that are blank because those of one order were merged."""
    order = kind.placed.get("order_id")
    if order is None or kind.table != "order_lines" or "order_id" in kind.needs:
        return kind
    blank = [not cell for cell in order.column.evidence.cells]
    if not LEAST_BLANK * len(blank) <= sum(blank) < len(blank):
        return kind
    same = [
        name
        for name in ("dealer_id", "dealer_label", "order_date", "posted_date", "region", "owner")
        if name in kind.placed and _blank_alike(kind.placed[name].column, blank)
    ]
    return replace(kind, fill=tuple(same))


def complete(kind: Kind) -> Kind:
    """The same, with what it still lacks."""
    if kind.table not in SCHEMAS:
        return kind
    have = {*kind.placed, *kind.derived}
    if kind.is_matrix:
        have |= {"order_date", "net_amount"}
    lacking = (name for name, c in SCHEMAS[kind.table].items() if c.required and name not in have)
    return replace(kind, missing=tuple(lacking))


def hold_back(kinds: Sequence[Kind]) -> list[Kind]:
    """The same, without order lines whose money may be counted twice.

    Where one file says what was sold, another one with dealer, day and amount alone is rather a
    list of payments, or of the same orders. Several that say it are left to a person.
    """
    lines = [kind for kind in kinds if kind.table == "order_lines" and not kind.missing]
    goods = [kind.name for kind in lines if _says_goods(kind)]
    bare = [kind.name for kind in lines if kind.name not in goods] if goods else []
    sold = [k.sample.name for k in lines if k.name in goods and "returned_amount" not in k.placed]
    return [_doubt(kind, bare, sold) for kind in kinds]


def _says_goods(kind: Kind) -> bool:
    fields = {*kind.placed, *kind.derived}
    return bool({"product_id", "product_label", "product_key", "quantity"} & fields)


def _doubt(kind: Kind, bare: Sequence[str], sold: Sequence[str]) -> Kind:
    if kind.name in bare:
        note = Sentence("proposal.note.no_goods", {"file": kind.sample.name})
        return replace(kind, held_back=True, notes=(*kind.notes, note))
    if len(sold) > 1 and kind.sample.name == sold[0]:
        note = Sentence("proposal.note.several", {"files": list(sold)})
        return replace(kind, notes=(*kind.notes, note))
    return kind


def _as_head(kind: Kind, key: Column, kinds: Sequence[Kind]) -> Kind:
    if kind.table == LOOKUP:
        return kind
    wanted = ("order_id", "dealer_label", *FROM_HEADS)
    placed = {name: item for name, item in kind.placed.items() if name in wanted}
    owner = next((name for name, item in placed.items() if item.column == key), "")
    if owner != "order_id":
        placed.pop(owner, None)
        why = (Sentence("proposal.why.key"),)
        placed = {"order_key": Placed("order_key", key, 0.95, why), **placed}
    others = [other for other in kinds if other is not kind]
    return replace(kind, name=_free_name(HEADS, others), table=LOOKUP, placed=placed)


def _with_head(lines: Kind, by: Column, head: Kind) -> Kind:
    key = "order_key" if "order_key" in head.placed else "order_id"
    why = (Sentence("proposal.why.link", {"label": by.label, "file": head.sample.name}),)
    placed = {n: item for n, item in lines.placed.items() if item.column != by and n != "order_id"}
    placed = {"order_id": Placed("order_id", by, 0.95, why), **placed}
    derived, borrowed = dict(lines.derived), dict(lines.borrowed)
    for name in FROM_HEADS:
        theirs = _certainty(head, name)
        if theirs and theirs > _certainty_of(placed.get(name)):
            placed.pop(name, None)
            look = f'{{ lookup = "{head.name}", by = "order_id", key = "{key}", take = "{name}" }}'
            derived[name] = Made(look, min(theirs, 0.95), why)
            borrowed |= {name: head.placed[name]} if name in head.placed else {}
    return replace(lines, placed=placed, derived=derived, borrowed=borrowed)


def _certainty(head: Kind, name: str) -> float:
    own = _certainty_of(head.placed.get(name))
    if not own and name == "dealer_id":
        return _certainty_of(head.placed.get("dealer_label"))
    return own


def _certainty_of(item: Placed | None) -> float:
    return item.certainty if item else 0.0


def _index(kinds: Sequence[Kind], sample: Sample) -> int | None:
    return next((at for at, kind in enumerate(kinds) if sample in kind.parts), None)


def _free_name(base: str, kinds: Iterable[Kind]) -> str:
    taken = {kind.name for kind in kinds}
    names = [base, *(f"{base}_{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _reads_alike(kind: Kind, table: str, placed: Mapping[str, Placed]) -> bool:
    """Whether the same labels are the same fields, so that nothing told two kinds apart."""
    ours, theirs = (
        {name: label_key(item.column.label) for name, item in fields.items()}
        for fields in (kind.placed, placed)
    )
    return kind.table == table and ours == theirs


def _rows(sample: Sample) -> int:
    return max((column.evidence.key_cells for column in sample.columns), default=0)


def _blank_alike(column: Column, blank: Sequence[bool]) -> bool:
    own = [not cell for cell in column.evidence.cells]
    return sum(a == b for a, b in zip(own, blank, strict=True)) >= 0.95 * len(blank)

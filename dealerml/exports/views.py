"""How staged files become views of the engine: raw, read, judged, and one view per table.

Names with a colon (``raw:0``, ``at:file``, ``judged:set_aside``) are ours: no field of a mapping
can have one, so nothing in a file can clash with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import narwhals as nw

from dealerml.exports.duplicates import find_repeats
from dealerml.exports.fields import Fields, Finders, LookupTable, make_fields
from dealerml.exports.filling import fill_down, needs_filling
from dealerml.exports.judging import REPEATED_ID, USUAL_KIND, judge_rows
from dealerml.exports.mapping import FileKind
from dealerml.exports.rates import RATES, make_rates
from dealerml.exports.shape import tell_layout
from dealerml.exports.sql import quote_name, quote_text, quote_texts
from dealerml.exports.staging import Staged, raw_columns
from dealerml.exports.systems import OTHER_SYSTEM, UNLINKED, Systems
from dealerml.exports.workspace import Workspace
from dealerml.tables import SCHEMAS

KEPT_BYTES = 8 << 20
# Tables in which an id may stand once; the first row of it is kept.
KEYS = {
    "dealers": "dealer_id",
    "products": "product_id",
    "deals": "deal_id",
    "leads": "lead_id",
}


@dataclass(frozen=True)
class Group:
    """Files of one kind with equal columns, scanned together; `number` names their views.

    Parameters
    ----------
    layout
        The expression that tells rows which are none of the table; NULL for all others.
    filled
        Whether cells left blank below the first row of an order are filled.
    """

    number: int
    files: tuple[Staged, ...]
    fields: Fields
    layout: str
    filled: bool

    @property
    def kind(self) -> FileKind:
        """What kind of file they are."""
        return self.files[0].item.kind

    @property
    def parses_text(self) -> bool:
        """Whether something has to be read out of text or cleaned, or rows depend on others."""
        first = self.files[0]
        texts = [f for f, at in first.item.positions.items() if first.types[at] == "VARCHAR"]
        return self.filled or any(field not in first.tidy for field in texts)

    @property
    def raw(self) -> str:
        """The rows of the files as they are, and where each stands."""
        return scan_files(self.files)

    @property
    def source(self) -> str:
        """The rows with what their layout says of them, and blank cells filled where that is so."""
        rows = f'(SELECT *, {self.layout} AS "raw:layout" FROM {self.raw})'
        return fill_down(self.files[0], rows) if self.filled else rows

    def select(self, *wanted: str) -> str:
        """The query of all fields, or only of some, over the rows of the files themselves."""
        return self.fields.select(self.source, wanted or None)


def scan_files(files: Sequence[Staged]) -> str:
    """The rows of equal files as they are, in one scan: ``at:file`` and ``at:row`` tell them apart.

    ``at:row`` is the place in the staged file, ``raw:row`` the number a reader finds the row by.
    """
    paths = quote_texts(str(staged.path) for staged in files)
    columns = ", ".join(raw_columns(files[0]))
    return (
        f'(SELECT {columns}, "at:file", file_row_number + 1 AS "at:row" FROM read_parquet('
        f"{paths}, filename = 'at:file', file_row_number = true, hive_partitioning = false))"
    )


@dataclass(frozen=True)
class Builder:
    """What makes groups out of staged files, lookups before the files that use them."""

    workspace: Workspace
    staged: Sequence[Staged]
    lookups: dict[tuple[str, str, str], LookupTable | None] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    def build(self) -> tuple[Group, ...]:
        """Make the groups of all files, and their views."""
        for source, kind in dict.fromkeys(map(_kind_of, self.staged)):
            self._groups_of(source, kind)
        return tuple(self.groups)

    def find_lookup(self, source: str, kind: str, key: str) -> LookupTable | None:
        """Which table translates this key of a kind of file of a source?"""
        if (source, kind, key) not in self.lookups:
            groups = self._groups_of(source, kind)
            name = f"lookup_{len(self.lookups)}"
            self.lookups[source, kind, key] = self._make_lookup(name, groups, key)
        return self.lookups[source, kind, key]

    def find_rates(self) -> LookupTable | None:
        """Which table gives the rate of a currency on a day, whichever system it comes from?"""
        if (place := ("", RATES, "")) not in self.lookups:
            self.lookups[place] = None
            kinds = [_kind_of(s) for s in self.staged if s.item.kind.table == RATES]
            groups = [group for kind in dict.fromkeys(kinds) for group in self._groups_of(*kind)]
            self.lookups[place] = make_rates(self.workspace, [group.number for group in groups])
        return self.lookups[place]

    def _groups_of(self, source: str, kind: str) -> list[Group]:
        own = (source, kind)
        known = [group for group in self.groups if _kind_of(group.files[0]) == own]
        files = [staged for staged in self.staged if _kind_of(staged) == own]
        if known or not files:
            return known
        shapes: dict[tuple[object, ...], list[Staged]] = {}
        for staged in files:
            place = (staged.has_surplus, staged.has_rows, staged.first_row)
            forms = tuple(sorted(staged.forms.items()))
            shape = (staged.item.labels, staged.types, *place, forms, staged.tidy)
            shapes.setdefault(shape, []).append(staged)
        return [self._make_group(alike) for alike in shapes.values()]

    def _make_group(self, alike: list[Staged]) -> Group:
        find = Finders(partial(self.find_lookup, alike[0].item.kind.source), self.find_rates)
        fields = make_fields(alike[0], find)
        layout, filled = tell_layout(alike[0]), needs_filling(self.workspace, alike)
        group = Group(len(self.groups), tuple(alike), fields, layout, filled)
        self._make_views(group)
        self.groups.append(group)
        return group

    def _make_views(self, group: Group) -> None:
        """Rows as fields, and their verdicts. Text is parsed once, not by every later query."""
        rows = f"SELECT *, {_verdict(group)} FROM ({group.select()})"
        name = f"read_{group.number}"
        if is_small([group]):
            self.workspace.connection.execute(f"CREATE TABLE {name} AS {rows}")
            return
        if group.parses_text:
            target = quote_text(str(self.workspace.folder / f"read_{group.number:05d}.parquet"))
            self.workspace.connection.execute(f"COPY ({rows}) TO {target} (FORMAT parquet)")
            rows = f"SELECT * FROM read_parquet({target})"
        self.workspace.connection.execute(f"CREATE VIEW {name} AS {rows}")

    def _make_lookup(self, name: str, groups: list[Group], key: str) -> LookupTable | None:
        groups = [group for group in groups if key in group.fields.expressions]
        if not groups:
            return None
        kinds = {f: e.kind for group in groups for f, e in group.fields.expressions.items()}
        rows = " UNION ALL ".join(_lookup_rows(group, key, kinds) for group in groups)
        first = (
            'row_number() OVER (PARTITION BY lookup_key ORDER BY "at:group", "at:file", "at:row")'
        )
        taken = ", ".join(quote_name(f) for f in kinds)
        self.workspace.connection.execute(
            f"CREATE TABLE {name} AS SELECT lookup_key, {taken} FROM ({rows}) QUALIFY {first} = 1"
        )
        return LookupTable(name, kinds)


def _kind_of(staged: Staged) -> tuple[str, str]:
    return staged.item.kind.source, staged.item.kind.name


def _lookup_rows(group: Group, key: str, fields: Iterable[str]) -> str:
    own = group.fields.expressions
    taken = ", ".join(f"{quote_name(f) if f in own else 'NULL'} AS {quote_name(f)}" for f in fields)
    return (
        f'SELECT {quote_name(key)} AS lookup_key, {taken}, {group.number} AS "at:group", '
        f'"at:file", "at:row" FROM read_{group.number} WHERE {quote_name(key)} IS NOT NULL '
        'AND "raw:layout" IS NULL'
    )


def make_table_view(
    workspace: Workspace, groups: Iterable[Group], table: str, systems: Systems
) -> bool:
    """Make ``placed_<table>`` (every row and its verdict) and ``<table>`` (the kept rows)."""
    own = [group for group in groups if group.kind.table == table]
    columns = _supplied(own, table)
    if not own:
        return False
    rows = " UNION ALL ".join(_placed(group, table, columns, systems) for group in own)
    names = ", ".join(quote_name(name) for name in columns)
    if key := KEYS.get(table):
        rows = _once(rows, key)
    # A view is worked out again by every query: of small lists it is kept.
    kept_as = "TABLE" if key and is_small(own) else "VIEW"
    workspace.connection.execute(f"CREATE {kept_as} sorted_{table} AS {rows}")
    again = None if key else _find_again(workspace, own, table, columns)
    placed = f"SELECT * FROM sorted_{table}"
    if again:
        rule = 'coalesce("judged:set_aside", "again:rule")'
        placed = (
            f'SELECT * EXCLUDE ("again:file", "again:row", "again:rule") '
            f'REPLACE ({rule} AS "judged:set_aside") FROM sorted_{table} LEFT JOIN {again} '
            'ON "again:file" = "at:file" AND "again:row" = "at:row"'
        )
    workspace.connection.execute(f"CREATE VIEW placed_{table} AS {placed}")
    kept = f'SELECT {names} FROM placed_{table} WHERE "judged:set_aside" IS NULL'
    workspace.connection.execute(f"CREATE VIEW {table} AS {kept}")
    return True


def _once(rows: str, key: str) -> str:
    """Rows of a list in which each id stands once, that of the system to be believed first."""
    kept = f'PARTITION BY {key}, "judged:set_aside" IS NULL'
    again = f'row_number() OVER ({kept} ORDER BY "at:rank", "at:group", "at:file", "at:row") > 1'
    elsewhere = f'"at:rank" > min("at:rank") OVER ({kept})'
    rule = f"CASE WHEN {elsewhere} THEN '{OTHER_SYSTEM}' ELSE '{REPEATED_ID}' END"
    rule = f"CASE WHEN {again} THEN {rule} END"
    aside = f'coalesce("judged:set_aside", {rule})'
    return f'SELECT * REPLACE ({aside} AS "judged:set_aside") FROM ({rows})'


def _find_again(
    workspace: Workspace, groups: Sequence[Group], table: str, columns: Sequence[str]
) -> str | None:
    names = sorted((s.item.candidate.name, str(s.path)) for group in groups for s in group.files)
    order = {path: place for place, (_, path) in enumerate(names)}
    keys = {group.kind.key for group in groups}
    key = next(iter(keys)) if len(keys) == 1 else ()
    key = key if set(key) <= set(columns) else ()
    return find_repeats(workspace, table, columns=columns, order=order, key=key)


def spare_verdicts(workspace: Workspace, table: str) -> None:
    """Make ``<table>`` without asking each row for its verdict, where none was set aside."""
    columns = workspace.rows(f"DESCRIBE SELECT * FROM {table}")
    names = ", ".join(quote_name(row[0]) for row in columns)
    view = f"CREATE OR REPLACE VIEW {table} AS SELECT {names} FROM placed_{table}"
    workspace.connection.execute(view)


def is_small(groups: Iterable[Group]) -> bool:
    """Whether keeping what was read of these files costs less than asking for it again."""
    return sum(staged.size for group in groups for staged in group.files) < KEPT_BYTES


def _verdict(group: Group) -> str:
    """How each row is judged, as columns beside its fields."""
    verdict = judge_rows(group.kind, group.fields)
    kind = f', {verdict.line_kind} AS "judged:line_kind"' if verdict.line_kind else ""
    return f'{verdict.set_aside} AS "judged:set_aside", {verdict.rule} AS "judged:rule"{kind}'


def _supplied(groups: Sequence[Group], table: str) -> list[str]:
    have = {name for group in groups for name in group.fields.expressions}
    if any(rule.line_kind for group in groups for rule in group.kind.rules):
        have.add("line_kind")
    return [n for n, column in SCHEMAS.get(table, {}).items() if n in have or column.required]


def _placed(group: Group, table: str, columns: list[str], systems: Systems) -> str:
    own = set(group.fields.expressions)
    source, links = group.kind.source, systems.links_for(group.kind.source, table)
    linked = bool(links) and "dealer_id" in columns and "dealer_id" in own
    parts = [f'{group.number} AS "at:group"', '"at:file"', '"at:row"', '"raw:row"']
    parts.append(f'{systems.rank(source, table)} AS "at:rank"')
    aside = '"judged:set_aside"'
    if systems.yields(source, table):
        aside = f"coalesce({aside}, '{OTHER_SYSTEM}')"
    if linked:
        unlinked = "dealer_id IS NOT NULL AND linked_id IS NULL"
        aside = f"coalesce({aside}, CASE WHEN {unlinked} THEN '{UNLINKED}' END)"
    parts += [f'{aside} AS "judged:set_aside"', '"judged:rule"']
    judged_kind = bool(judge_rows(group.kind, group.fields).line_kind)
    for name in columns:
        source_sql = quote_name(name) if name in own else "NULL"
        if name == "line_kind":
            source_sql = '"judged:line_kind"' if judged_kind else USUAL_KIND
        if name == "dealer_id" and linked:
            source_sql = "coalesce(linked_id, dealer_id)"
        parts.append(f"CAST({source_sql} AS {_engine_type(table, name)}) AS {quote_name(name)}")
    join = f" LEFT JOIN {links} ON other_id = dealer_id" if linked else ""
    return f"SELECT {', '.join(parts)} FROM read_{group.number}{join}"


def _engine_type(table: str, name: str) -> str:
    dtype = SCHEMAS[table][name].dtype
    if isinstance(dtype, nw.Decimal):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    return "DATE" if isinstance(dtype, nw.Date) else "VARCHAR"

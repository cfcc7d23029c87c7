"""How staged files become views of the engine: raw, read, judged, and one view per table.

Names with a colon (``raw:0``, ``at:file``, ``judged:set_aside``) are ours: no field of a mapping
can have one, so nothing in a file can clash with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import narwhals as nw

from dealerml.exports.fields import Fields, LookupTable, make_fields
from dealerml.exports.judging import REPEATED_ID, USUAL_KIND, judge_rows, unread_name
from dealerml.exports.mapping import FileKind
from dealerml.exports.sql import quote_name, quote_text, quote_texts
from dealerml.exports.staging import Staged, raw_columns
from dealerml.exports.workspace import Workspace
from dealerml.tables import SCHEMAS

# Tables in which an id may stand once; the first row of it is kept.
KEYS = {"dealers": "dealer_id", "products": "product_id"}
FILE_ORDER = 'ORDER BY "at:group", "at:file", "at:row"'


@dataclass(frozen=True)
class Group:
    """Files of one kind with equal columns, scanned together; `number` names their views."""

    number: int
    files: tuple[Staged, ...]
    fields: Fields

    @property
    def kind(self) -> FileKind:
        """What kind of file they are."""
        return self.files[0].item.kind

    @property
    def parses_text(self) -> bool:
        """Whether a number or a date has to be read out of text."""
        first = self.files[0]
        kinds = {at: self.kind.field_kind(f) for f, at in first.item.positions.items()}
        return any(first.types[at] == "VARCHAR" and kind != "text" for at, kind in kinds.items())

    @property
    def raw(self) -> str:
        """The rows of the files as they are, and where each stands."""
        paths = quote_texts(str(staged.path) for staged in self.files)
        columns = ", ".join(raw_columns(self.files[0]))
        return (
            f'(SELECT {columns}, "at:file", file_row_number + 1 AS "at:row" FROM read_parquet('
            f"{paths}, filename = 'at:file', file_row_number = true, hive_partitioning = false))"
        )

    def joined(self, needed: str | None = None) -> str:
        """The raw rows with lookups; with `needed`, only those that this expression speaks of."""
        joins = [
            f"LEFT JOIN {table} AS {alias} ON {alias}.lookup_key = {key}"
            for (table, key), alias in self.fields.joins.items()
            if needed is None or f"{alias}." in needed
        ]
        return " ".join([f"{self.raw} AS raw", *joins])


@dataclass(frozen=True)
class Builder:
    """What makes groups out of staged files, lookups before the files that use them."""

    workspace: Workspace
    staged: Sequence[Staged]
    lookups: dict[tuple[str, str], LookupTable | None] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    def build(self) -> tuple[Group, ...]:
        """Make the groups of all files, and their views."""
        for kind in dict.fromkeys(staged.item.kind.name for staged in self.staged):
            self._groups_of(kind)
        return tuple(self.groups)

    def find_lookup(self, kind: str, key: str) -> LookupTable | None:
        """Which table translates this key of a kind of file?"""
        if (kind, key) not in self.lookups:
            groups = self._groups_of(kind)
            name = f"lookup_{len(self.lookups)}"
            self.lookups[kind, key] = self._make_lookup(name, groups, key)
        return self.lookups[kind, key]

    def _groups_of(self, kind: str) -> list[Group]:
        known = [group for group in self.groups if group.kind.name == kind]
        files = [staged for staged in self.staged if staged.item.kind.name == kind]
        if known or not files:
            return known
        shapes: dict[tuple[object, ...], list[Staged]] = {}
        for staged in files:
            shape = (staged.item.candidate.labels, staged.types, staged.has_surplus)
            shapes.setdefault(shape, []).append(staged)
        made = []
        for alike in shapes.values():
            fields = make_fields(alike[0], self.find_lookup)
            group = Group(len(self.groups), tuple(alike), fields)
            self._make_views(group)
            self.groups.append(group)
            made.append(group)
        return made

    def _make_views(self, group: Group) -> None:
        """Rows as fields, and their verdicts. Text is parsed once, not by every later query."""
        rows = _read_rows(group)
        if group.parses_text:
            target = quote_text(str(self.workspace.folder / f"read_{group.number:05d}.parquet"))
            self.workspace.connection.execute(f"COPY ({rows}) TO {target} (FORMAT parquet)")
            rows = f"SELECT * FROM read_parquet({target})"
        self.workspace.connection.execute(f"CREATE VIEW read_{group.number} AS {rows}")
        self.workspace.connection.execute(_judged_view(group))

    def _make_lookup(self, name: str, groups: list[Group], key: str) -> LookupTable | None:
        groups = [group for group in groups if key in group.fields.expressions]
        if not groups:
            return None
        kinds = {f: e.kind for f, e in groups[0].fields.expressions.items()}
        taken = ", ".join(quote_name(f) for f in kinds)
        rows = " UNION ALL ".join(
            f'SELECT {quote_name(key)} AS lookup_key, {taken}, {g.number} AS "at:group", '
            f'"at:file", "at:row" FROM read_{g.number} WHERE {quote_name(key)} IS NOT NULL'
            for g in groups
        )
        first = (
            'row_number() OVER (PARTITION BY lookup_key ORDER BY "at:group", "at:file", "at:row")'
        )
        self.workspace.connection.execute(
            f"CREATE TABLE {name} AS SELECT lookup_key, {taken} FROM ({rows}) QUALIFY {first} = 1"
        )
        return LookupTable(name, kinds)


def make_table_view(workspace: Workspace, groups: Iterable[Group], table: str) -> bool:
    """Make ``placed_<table>`` (every row and its verdict) and ``<table>`` (the kept rows)."""
    own = [group for group in groups if group.kind.table == table]
    columns = _supplied(own, table)
    if not own:
        return False
    rows = " UNION ALL ".join(_placed(group, table, columns) for group in own)
    key = KEYS.get(table)
    if key:
        again = (
            f'row_number() OVER (PARTITION BY {key}, "judged:set_aside" IS NULL {FILE_ORDER}) > 1'
        )
        aside = f"coalesce(\"judged:set_aside\", CASE WHEN {again} THEN '{REPEATED_ID}' END)"
        rows = f'SELECT * REPLACE ({aside} AS "judged:set_aside") FROM ({rows})'
    names = ", ".join(quote_name(name) for name in columns)
    workspace.connection.execute(f"CREATE VIEW placed_{table} AS {rows}")
    kept = f'SELECT {names} FROM placed_{table} WHERE "judged:set_aside" IS NULL'
    workspace.connection.execute(f"CREATE VIEW {table} AS {kept}")
    return True


def spare_verdicts(workspace: Workspace, table: str) -> None:
    """Make ``<table>`` without asking each row for its verdict, where none was set aside."""
    columns = workspace.rows(f"DESCRIBE SELECT * FROM {table}")
    names = ", ".join(quote_name(row[0]) for row in columns)
    view = f"CREATE OR REPLACE VIEW {table} AS SELECT {names} FROM placed_{table}"
    workspace.connection.execute(view)


def _read_rows(group: Group) -> str:
    fields = [f"{item.sql} AS {quote_name(f)}" for f, item in group.fields.expressions.items()]
    unread = [
        f"{item.unreadable} AS {unread_name(f)}"
        for f, item in group.fields.expressions.items()
        if item.unreadable != "false"
    ]
    columns = ", ".join(['"at:file"', '"at:row"', '"raw:surplus"', *fields, *unread])
    return f"SELECT {columns} FROM {group.joined()}"


def _judged_view(group: Group) -> str:
    verdict = judge_rows(group.kind, group.fields)
    kind = f', {verdict.line_kind} AS "judged:line_kind"' if verdict.line_kind else ""
    return (
        f"CREATE VIEW judged_{group.number} AS SELECT *, {verdict.set_aside} AS "
        f'"judged:set_aside", {verdict.rule} AS "judged:rule"{kind} FROM read_{group.number}'
    )


def _supplied(groups: Sequence[Group], table: str) -> list[str]:
    have = {name for group in groups for name in group.fields.expressions}
    if any(rule.line_kind for group in groups for rule in group.kind.rules):
        have.add("line_kind")
    return [n for n, column in SCHEMAS.get(table, {}).items() if n in have or column.required]


def _placed(group: Group, table: str, columns: list[str]) -> str:
    own = set(group.fields.expressions)
    parts = [f'{group.number} AS "at:group"', '"at:file"', '"at:row"']
    parts += ['"judged:set_aside"', '"judged:rule"']
    judged_kind = bool(judge_rows(group.kind, group.fields).line_kind)
    for name in columns:
        source = quote_name(name) if name in own else "NULL"
        if name == "line_kind":
            source = '"judged:line_kind"' if judged_kind else USUAL_KIND
        parts.append(f"CAST({source} AS {_engine_type(table, name)}) AS {quote_name(name)}")
    return f"SELECT {', '.join(parts)} FROM judged_{group.number}"


def _engine_type(table: str, name: str) -> str:
    dtype = SCHEMAS[table][name].dtype
    if isinstance(dtype, nw.Decimal):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    return "DATE" if isinstance(dtype, nw.Date) else "VARCHAR"

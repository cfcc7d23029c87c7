"""How many rows and how much money went where, asked of the engine in few and exact queries."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from dealerml.exports.fields import unread_name
from dealerml.exports.ingest import NOTHING, FileIngest, RuleCount, Unmatched, UnreadValues
from dealerml.exports.mapping import LOOKUP
from dealerml.exports.opening.text import file_hash
from dealerml.exports.own_totals import check_own_totals
from dealerml.exports.shape import LAYOUT_RULES, TOTAL_ROW
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged, raw_name
from dealerml.exports.values.forms import Form
from dealerml.exports.views import Group
from dealerml.exports.workspace import Workspace
from dealerml.tables import SCHEMAS

# So many values of an example are shown, each cut to so many characters.
EXAMPLE_VALUES, EXAMPLE_WIDTH = 8, 40
# What a file says in a total is the money of other rows once more.
OWN_MONEY = 'CASE WHEN "raw:layout" IS NULL THEN {} END'
NO_AMOUNT = "CAST(0 AS DECIMAL(18, 4))"
# So many hashes of lines are sorted at a time: 8 bytes each.
MOST_SORTED = 25_000_000


@dataclass(frozen=True)
class Counted:
    """A count, where its first row stands in the staged file, and the days of its rows."""

    count: RuleCount
    place: int
    first: dt.date | None
    last: dt.date | None


def count_files(workspace: Workspace, groups: Sequence[Group]) -> tuple[FileIngest, ...]:
    """What became of each file? In the order of their names."""
    counts: dict[str, list[Counted]] = {}
    for table in dict.fromkeys(group.kind.table for group in groups if group.kind.table != LOOKUP):
        for path, count in _count_table(workspace, table):
            counts.setdefault(path, []).append(count)
    hashes: dict[Path, str] = {}
    files = [file for group in groups for file in _count_group(workspace, group, counts, hashes)]
    return tuple(sorted(files, key=lambda file: file.name))


def _count_group(
    workspace: Workspace,
    group: Group,
    counts: Mapping[str, Sequence[Counted]],
    hashes: dict[Path, str],
) -> Iterator[FileIngest]:
    totals = _totals(workspace, group)
    unread = _unread_values(workspace, group)
    examples = _examples(workspace, group, counts)
    stated = check_own_totals(workspace, group, _files_with_totals(counts))
    for staged in group.files:
        path, origin = str(staged.path), staged.item.candidate.found.path
        hashes[origin] = hashes.get(origin) or file_hash(origin)
        rows, amount = totals.get(path, (0, NOTHING))
        own = counts.get(path, ()) or _kept_whole(group, rows)
        kept = [item for item in own if not item.count.set_aside and item.first]
        yield replace(
            _describe(staged, hashes[origin]),
            rows=rows,
            amount=amount,
            counts=tuple(replace(c.count, example=examples.get((path, c.place), "")) for c in own),
            unread_values=unread.get(path, ()),
            first_date=min((item.first for item in kept if item.first), default=None),
            last_date=max((item.last for item in kept if item.last), default=None),
            own_totals=stated.get(path, ()),
        )


def _files_with_totals(counts: Mapping[str, Sequence[Counted]]) -> set[str]:
    return {p for p, own in counts.items() if any(c.count.rule == TOTAL_ROW for c in own)}


def count_kept(workspace: Workspace, table: str) -> tuple[int, Decimal]:
    """How many rows does a finished table hold, and to what do they add up?"""
    amount = "sum(net_amount)" if table == "order_lines" else "0"
    rows, total = workspace.rows(f"SELECT count(*), {amount} FROM {table}")[0]
    return int(rows), Decimal(total or 0).quantize(NOTHING)


def count_unmatched(workspace: Workspace) -> Unmatched:
    """Which dealers have no orders, and which orders have no listed dealer?"""
    by_dealer = (
        "(SELECT dealer_id, count(*) AS lines, sum(net_amount) AS amount, "
        "sum(abs(net_amount)) AS size FROM order_lines GROUP BY dealer_id)"
    )
    listed = "dealers.dealer_id IS NOT NULL"
    query = (
        "SELECT count_if(sold.dealer_id IS NULL), count_if(NOT listed), "
        "sum(lines) FILTER (NOT listed), sum(amount) FILTER (NOT listed), "
        "sum(size) FILTER (NOT listed), sum(size) FROM (SELECT sold.*, "
        f"{listed} AS listed FROM {by_dealer} AS sold FULL JOIN dealers USING (dealer_id)) AS sold"
    )
    silent, unlisted, rows, amount, size, whole = workspace.rows(query)[0]
    share = float(size / whole) if size and whole else 0.0
    money = Decimal(amount or 0).quantize(NOTHING)
    return Unmatched(int(silent), int(unlisted), int(rows or 0), money, share)


def count_repeats(workspace: Workspace) -> int:
    """How many order lines are equal to an earlier one in every column?

    Lines are compared by a 64-bit hash. Sorting the hashes takes a third of the time of grouping
    by them; of many lines, those with one remainder are sorted at a time, so memory is bounded.
    """
    described = workspace.rows("DESCRIBE SELECT * FROM order_lines")
    line = f"hash({', '.join(quote_name(row[0]) for row in described)})"
    rows = workspace.rows("SELECT count(*) FROM order_lines")[0][0]
    parts = 1 + int(rows) // MOST_SORTED
    chosen = [f"WHERE {line} % {parts} = {n}" for n in range(parts)] if parts > 1 else [""]
    return sum(_count_alike(workspace, line, where) for where in chosen)


def _count_alike(workspace: Workspace, line: str, where: str) -> int:
    query = f"SELECT {line} AS line FROM order_lines {where}"
    hashes = workspace.connection.execute(query).fetchnumpy()["line"]
    hashes.sort()
    return int((hashes[1:] == hashes[:-1]).sum())


def find_span(workspace: Workspace) -> tuple[dt.date | None, dt.date | None]:
    """On which days do the kept order lines begin and end?"""
    first, last = workspace.rows("SELECT min(order_date), max(order_date) FROM order_lines")[0]
    return first, last


def _count_table(workspace: Workspace, table: str) -> Iterator[tuple[str, Counted]]:
    lines = table == "order_lines"
    day = next((n for n, c in SCHEMAS[table].items() if c.required and n.endswith("_date")), None)
    days = quote_name(day) if day else "CAST(NULL AS DATE)"
    layout = ", ".join(map(quote_text, LAYOUT_RULES))
    own = f'coalesce("judged:set_aside" NOT IN ({layout}), true)'
    money = f"CASE WHEN {own} THEN net_amount END" if lines else NO_AMOUNT
    columns = workspace.rows(f"DESCRIBE SELECT * FROM placed_{table}")
    kind = "line_kind" if "line_kind" in [row[0] for row in columns] else "''"
    # Few different verdicts are counted first, and put into words after that.
    counted = (
        f'SELECT "at:file", "judged:set_aside" AS stopped, "judged:rule" AS kept, {kind} AS kind, '
        f"count(*) AS lines, sum({money}) AS money, sum(abs({money})) AS size, "
        f"count_if({money} = 0) AS zeros, "
        f'min("at:row") AS place, min("raw:row") AS row, min({days}) AS first_day, '
        f"max({days}) AS last_day FROM placed_{table} GROUP BY ALL"
    )
    query = (
        "SELECT \"at:file\", stopped IS NOT NULL AS aside, coalesce(stopped, kept, '') AS rule, "
        "CASE WHEN aside THEN '' ELSE kind END AS kept_as, sum(lines), sum(money), sum(size), "
        "min(row), sum(zeros), min(place), min(first_day), max(last_day) "
        f"FROM ({counted}) GROUP BY ALL ORDER BY ALL"
    )
    for path, aside, rule, kept_as, rows, total, size, row, zeros, *place in workspace.rows(query):
        amount, absolute = (Decimal(value or 0).quantize(NOTHING) for value in (total, size))
        count = RuleCount(rule, bool(aside), kept_as, int(rows), amount, absolute, int(row))
        yield path, Counted(replace(count, zeros=int(zeros or 0)), *place)


def _totals(workspace: Workspace, group: Group) -> dict[str, tuple[int, Decimal]]:
    """Rows and amount straight from the files: no rule, no verdict and no finished table."""
    fields, is_lines = group.fields.expressions, group.kind.table == "order_lines"
    lines = is_lines and "net_amount" in fields
    amount = f"sum({OWN_MONEY.format('net_amount')})" if lines else NO_AMOUNT
    rows = group.select("net_amount") if lines else f"SELECT * FROM {group.raw}"
    query = f'SELECT "at:file", count(*), {amount} FROM ({rows}) GROUP BY 1'
    return {
        path: (int(count), Decimal(total or 0).quantize(NOTHING))
        for path, count, total in workspace.rows(query)
    }


def _unread_values(workspace: Workspace, group: Group) -> dict[str, tuple[UnreadValues, ...]]:
    canonical = SCHEMAS.get(group.kind.table, {})
    fields = [
        name
        for name, item in group.fields.expressions.items()
        if item.unreadable != "false" and name in canonical and not canonical[name].required
    ]
    if not fields:
        return {}
    counts = ", ".join(f"count_if({unread_name(name)})" for name in fields)
    query = f'SELECT "at:file", {counts} FROM read_{group.number} GROUP BY 1'
    return {
        path: tuple(UnreadValues(f, int(n)) for f, n in zip(fields, found, strict=True) if n)
        for path, *found in workspace.rows(query)
    }


def _describe(staged: Staged, sha256: str) -> FileIngest:
    candidate, kind, item = staged.item.candidate, staged.item.kind, staged.item
    used = {item.labels[at] for at in item.positions.values()}
    read = [label for at, label in enumerate(item.header.labels) if at not in item.header.months]
    factors = {field: staged.factor(field) for field in item.positions}
    first_row = candidate.sheet.first_row if candidate.sheet else 1
    return FileIngest(
        name=candidate.name,
        source=kind.source,
        kind=kind.name,
        table=kind.table,
        encoding=candidate.layout.encoding if candidate.layout else candidate.found.format,
        sha256=sha256,
        rows=0,
        amount=NOTHING,
        columns={field: item.labels[at] for field, at in item.positions.items()},
        unused=tuple(label for label in read if label not in used),
        header_row=first_row + item.header.last,
        titles=staged.titles,
        written={field: told for field, form in staged.forms.items() if (told := _tell(form))},
        factors={field: factor for field, factor in factors.items() if factor != 1},
    )


def _tell(form: Form) -> str:
    """What had to be found out about how a column is written, in a few letters."""
    parts = [form.date_order, "1.234,5" if form.decimal == "," else ""]
    return " ".join([*filter(None, parts), *(["%"] if form.percent else [])])


def _kept_whole(group: Group, rows: int) -> tuple[Counted, ...]:
    if group.kind.table != LOOKUP or not rows:
        return ()
    count = RuleCount("", False, "", rows, NOTHING, NOTHING, 1)  # noqa: FBT003
    return (Counted(count, 1, None, None),)


def _examples(
    workspace: Workspace, group: Group, counts: Mapping[str, Sequence[Counted]]
) -> dict[tuple[str, int], str]:
    """The values of the first row of each rule, by file and row."""
    wanted = sorted(
        {
            (str(staged.path), item.place)
            for staged in group.files
            for item in counts.get(str(staged.path), ())
            if item.count.rule
        }
    )
    if not wanted:
        return {}
    item = group.files[0].item
    shown = sorted(item.positions.values())[:EXAMPLE_VALUES]
    labels = [item.labels[at] for at in shown]
    columns = ", ".join(raw_name(at) for at in shown)
    rows = ", ".join(f"({quote_text(path)}, {row})" for path, row in wanted)
    query = (
        f'SELECT "at:file", "at:row", {columns} FROM {group.raw} '
        f'WHERE ("at:file", "at:row") IN (VALUES {rows})'
    )
    return {
        (path, at): ", ".join(f"{k}={_shorten(v)}" for k, v in zip(labels, values, strict=True))
        for path, at, *values in workspace.rows(query)
    }


def _shorten(value: object) -> str:
    if isinstance(value, Decimal):
        value = f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= EXAMPLE_WIDTH else f"{text[: EXAMPLE_WIDTH - 1]}…"

"""Rows that stand in two files of one table: whole files contained in others, and declared keys."""

from collections.abc import Mapping, Sequence

from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.workspace import Workspace
from dealerml.tables import SCHEMAS

EXPORTED_TWICE, RESTATED, OVERLAP = "exported_twice", "restated", "overlap"
# Rows that are in two files by their nature, or again under another rule: no money is lost by them.
REPEAT_RULES = (EXPORTED_TWICE, RESTATED, OVERLAP)
# Fewer lines without an order number may be equal by chance.
LEAST_ROWS, LEAST_UNNUMBERED = 2, 20


def find_repeats(
    workspace: Workspace,
    table: str,
    *,
    columns: Sequence[str],
    order: Mapping[str, int],
    key: Sequence[str],
) -> str | None:
    """Which rows of ``sorted_<table>`` are there again in another file, so that one is left out?

    A file is left out as a whole where each of its rows is in another file. Otherwise only a
    declared line key tells that two rows are one; the later file then counts.

    Parameters
    ----------
    order
        Staged file → its place in the order of names.
    key
        The line key; empty where none is declared or its columns are not all there.

    Returns
    -------
    Name of a table of the engine with ``again:file``, ``again:row`` and ``again:rule``; None where
    there is nothing of the kind.
    """
    if len(order) < 2:
        return None
    _order_files(workspace, table, order)
    overlapping = _overlapping_files(workspace, table, order)
    contained = _contained_files(workspace, table, columns, overlapping, order)
    found = [_rows_of(table, contained)] if contained else []
    if key and len(overlapping) > 1:
        found.append(_rows_of_key(table, columns, key, contained))
    if not found:
        return None
    name = f"again_{table}"
    workspace.connection.execute(f"CREATE TABLE {name} AS {' UNION ALL '.join(found)}")
    return name if workspace.rows(f"SELECT count(*) FROM {name}")[0][0] else None


def _order_files(workspace: Workspace, table: str, order: Mapping[str, int]) -> None:
    rows = ", ".join(f"({quote_text(path)}, {place})" for path, place in order.items())
    workspace.connection.execute(
        f"CREATE TABLE order_{table} AS SELECT * FROM (VALUES {rows}) AS t(path, place)"
    )


def _kept(table: str) -> str:
    return f'(SELECT * FROM sorted_{table} WHERE "judged:set_aside" IS NULL)'


def _overlapping_files(workspace: Workspace, table: str, order: Mapping[str, int]) -> list[str]:
    """Files whose days overlap with those of another one; of tables without days all files."""
    dates = [n for n, c in SCHEMAS[table].items() if c.required and n.endswith("_date")]
    if not dates:
        return list(order)
    day = quote_name(dates[0])
    query = f'SELECT "at:file", min({day}), max({day}) FROM {_kept(table)} GROUP BY 1'
    spans = [row for row in workspace.rows(query) if row[1] is not None]
    return sorted(
        {a[0] for a in spans for b in spans if a[0] != b[0] and a[1] <= b[2] and b[1] <= a[2]},
        key=lambda path: order[path],
    )


def _contained_files(
    workspace: Workspace,
    table: str,
    columns: Sequence[str],
    files: Sequence[str],
    order: Mapping[str, int],
) -> list[str]:
    """Files each of whose rows is in one other file, the later of two equal ones."""
    if len(files) < 2:
        return []
    named = ", ".join(quote_text(path) for path in files)
    line = f"hash({', '.join(map(quote_name, columns))})"
    workspace.connection.execute(
        f'CREATE OR REPLACE TABLE hashed AS SELECT "at:file" AS path, {line} AS line, '
        f'count(*) AS n FROM {_kept(table)} WHERE "at:file" IN ({named}) GROUP BY ALL'
    )
    sizes = dict(workspace.rows("SELECT path, sum(n) FROM hashed GROUP BY path"))
    query = (
        "SELECT a.path, b.path, sum(least(a.n, b.n)) FROM hashed AS a JOIN hashed AS b "
        "ON a.line = b.line AND a.path <> b.path GROUP BY ALL"
    )
    least = LEAST_ROWS if "order_id" in columns or table != "order_lines" else LEAST_UNNUMBERED
    inside = {(a, b) for a, b, n in workspace.rows(query) if n == sizes[a] and n >= least}
    workspace.connection.execute("DROP TABLE hashed")
    left: list[str] = []
    for path in sorted(files, key=lambda path: (sizes.get(path, 0), -order[path])):
        if any(a == path and b not in left for a, b in inside):
            left.append(path)
    return left


def _rows_of(table: str, files: Sequence[str]) -> str:
    named = ", ".join(quote_text(path) for path in files)
    return (
        f'SELECT "at:file" AS "again:file", "at:row" AS "again:row", '
        f'{quote_text(OVERLAP)} AS "again:rule" FROM {_kept(table)} '
        f'WHERE "at:file" IN ({named})'
    )


def _rows_of_key(
    table: str, columns: Sequence[str], key: Sequence[str], contained: Sequence[str]
) -> str:
    """Rows whose key is in a later file too: the same row again, or an older state of it."""
    given = " AND ".join(f"{quote_name(name)} IS NOT NULL" for name in key)
    left = ", ".join(quote_text(path) for path in contained) or "''"
    of_key = f"PARTITION BY {', '.join(map(quote_name, key))}"
    line = f"hash({', '.join(map(quote_name, columns))})"
    rule = (
        f"CASE WHEN line = last_line THEN {quote_text(EXPORTED_TWICE)} "
        f"ELSE {quote_text(RESTATED)} END"
    )
    return (
        f'SELECT "at:file" AS "again:file", "at:row" AS "again:row", {rule} AS "again:rule" FROM '
        f'(SELECT "at:file", "at:row", place, line, max(place) OVER ({of_key}) AS last_place, '
        f"last_value(line) OVER ({of_key} ORDER BY place RANGE BETWEEN UNBOUNDED PRECEDING AND "
        f"UNBOUNDED FOLLOWING) AS last_line FROM (SELECT *, {line} AS line FROM {_kept(table)} "
        f'JOIN order_{table} ON path = "at:file" WHERE {given} AND "at:file" NOT IN ({left}))) '
        "WHERE place < last_place"
    )

"""How is each column of a staged file written, and can its ids be trusted?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dealerml.errors import ExportError
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged
from dealerml.exports.values.forms import Column, find_forms
from dealerml.exports.values.ids import find_mangled_ids, is_id
from dealerml.exports.values.values import read_value, text_kind
from dealerml.exports.workspace import Workspace


def learn_writing(workspace: Workspace, staged: Staged) -> Staged:
    """The same file, and how its texts, numbers and dates are written by the evidence in them.

    Raises
    ------
    ExportError
        With all problems at once: a column that is written in two ways or could be read in two, and
        ids that a spreadsheet has spoiled. Parquet files have not been through a spreadsheet.
    """
    columns = _list_columns(staged)
    source = f"read_parquet({quote_text(str(staged.path))}, hive_partitioning = false)"
    problems: list[str] = []
    tidy: set[str] = set()
    pressed = staged.item.candidate.found.format == "parquet"
    texts = {n: c for n, c in columns.items() if (c.kind, c.dtype) == ("text", "VARCHAR")}
    ids = {n: c for n, c in columns.items() if is_id(n) and not pressed}
    for rows, some in _scans(workspace, {**texts, **ids}, source, is_small=staged.is_small):
        problems += find_mangled_ids(workspace, rows, {n: ids[n] for n in some if n in ids})
        tidy |= _find_tidy(workspace, rows, {n: texts[n] for n in some if n in texts})
    try:
        forms = find_forms(workspace, source, columns, staged.item.kind.time_zone)
    except ExportError as error:
        raise ExportError([*problems, *error.problems]) from error
    if problems:
        raise ExportError(problems)
    return replace(staged, forms=forms, tidy=frozenset(tidy))


def _find_tidy(workspace: Workspace, rows: str, texts: Mapping[str, Column]) -> set[str]:
    """Columns of text that hold nothing to be cleaned away: they are taken as they are."""
    if not texts:
        return set()
    read = ((read_value(c.raw, c.dtype, text_kind(n)), c.raw) for n, c in texts.items())
    tests = ", ".join(
        f"coalesce(bool_or({sql} IS DISTINCT FROM {raw}), false)" for sql, raw in read
    )
    found = workspace.rows(f"SELECT {tests} FROM {rows}")[0]
    return {name for name, odd in zip(texts, found, strict=True) if not odd}


def _scans(
    workspace: Workspace, columns: Mapping[str, Column], source: str, *, is_small: bool
) -> Iterator[tuple[str, list[str]]]:
    """Which rows show all values of these columns, and of which of them at a time?

    Of a small file the file itself. Of a large one the different values of each column, found once:
    a dealer stands on thousands of lines.
    """
    if is_small:
        yield source, list(columns)
        return
    for name, column in columns.items():
        distinct = f"SELECT DISTINCT {column.raw} FROM {source}"
        workspace.connection.execute(f"CREATE OR REPLACE TABLE seen AS {distinct}")
        yield "seen", [name]
        workspace.connection.execute("DROP TABLE seen")


def _list_columns(staged: Staged) -> dict[str, Column]:
    item = staged.item
    return {
        name: Column(
            raw=quote_name(staged.columns[at]),
            dtype=staged.types[at],
            kind=item.kind.field_kind(name),
            label=f"{item.candidate.name}, {item.labels[at]}",
            asked=item.kind.reads.get(name, {}),
            factor=staged.factor(name),
        )
        for name, at in item.positions.items()
    }

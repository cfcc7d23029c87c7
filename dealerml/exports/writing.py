"""How is each column of a staged file written, and can its ids be trusted?"""

from collections.abc import Iterator
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
    ids = {name: column for name, column in columns.items() if is_id(name)}
    if staged.item.candidate.found.format != "parquet":
        for rows, some in _scans(ids, source, is_small=staged.is_small):
            problems += find_mangled_ids(workspace, rows, some)
    try:
        forms = find_forms(workspace, source, columns, staged.item.kind.time_zone)
    except ExportError as error:
        raise ExportError([*problems, *error.problems]) from error
    if problems:
        raise ExportError(problems)
    return replace(staged, forms=forms, tidy=_find_tidy(workspace, staged, columns, source))


def _find_tidy(
    workspace: Workspace, staged: Staged, columns: dict[str, Column], source: str
) -> frozenset[str]:
    """Columns of text that hold nothing to be cleaned away: they are taken as they are."""
    texts = {n: c for n, c in columns.items() if (c.kind, c.dtype) == ("text", "VARCHAR")}
    tidy: set[str] = set()
    for rows, some in _scans(texts, source, is_small=staged.is_small):
        read = ((read_value(c.raw, c.dtype, text_kind(n)), c.raw) for n, c in some.items())
        tests = ", ".join(
            f"coalesce(bool_or({sql} IS DISTINCT FROM {raw}), false)" for sql, raw in read
        )
        found = workspace.rows(f"SELECT {tests} FROM {rows}")[0]
        tidy |= {name for name, odd in zip(some, found, strict=True) if not odd}
    return frozenset(tidy)


def _scans(
    columns: dict[str, Column], source: str, *, is_small: bool
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Which queries look at all these columns? Of a small file one, of a large one one for each.

    There it looks at different values only; of order numbers at all, which are about as many.
    """
    if is_small and columns:
        yield source, columns
        return
    for name, column in columns.items():
        rows = source if name == "order_id" else f"(SELECT DISTINCT {column.raw} FROM {source})"
        yield rows, {name: column}


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

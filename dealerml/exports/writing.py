"""How is each column of a staged file written, and can its ids be trusted?"""

from dataclasses import replace

from dealerml.errors import ExportError
from dealerml.exports.forms import Column, find_forms
from dealerml.exports.ids import find_mangled_ids, is_id
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged
from dealerml.exports.values import read_value, text_kind
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
    for name, column in columns.items():
        if is_id(name) and staged.item.candidate.found.format != "parquet":
            problems += find_mangled_ids(workspace, _values(name, column, source), {name: column})
    try:
        forms = find_forms(workspace, source, columns, staged.item.kind.time_zone)
    except ExportError as error:
        raise ExportError([*problems, *error.problems]) from error
    if problems:
        raise ExportError(problems)
    tidy = {name for name, column in columns.items() if _is_tidy(workspace, name, column, source)}
    return replace(staged, forms=forms, tidy=frozenset(tidy))


def _is_tidy(workspace: Workspace, name: str, column: Column, source: str) -> bool:
    """Whether no text of a column has anything to be cleaned away: then it is taken as it is."""
    if column.kind != "text" or column.dtype != "VARCHAR":
        return False
    read = read_value(column.raw, column.dtype, text_kind(name))
    query = (
        f"SELECT coalesce(bool_or({read} IS DISTINCT FROM {column.raw}), false) "
        f"FROM {_values(name, column, source)}"
    )
    return not workspace.rows(query)[0][0]


def _values(name: str, column: Column, source: str) -> str:
    """The different values of a column; of order numbers all, as there are about as many."""
    return source if name == "order_id" else f"(SELECT DISTINCT {column.raw} FROM {source})"


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

"""How is each column of a staged file written, and can its ids be trusted?"""

from dataclasses import replace

from dealerml.errors import ExportError
from dealerml.exports.forms import Column, find_forms
from dealerml.exports.ids import find_mangled_ids, is_id
from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged
from dealerml.exports.workspace import Workspace


def learn_writing(workspace: Workspace, staged: Staged) -> Staged:
    """The same file, and how its numbers and dates are written by the evidence in its columns.

    Raises
    ------
    ExportError
        With all problems at once: a column that is written in two ways or could be read in two, and
        ids that a spreadsheet has spoiled. Parquet files have not been through a spreadsheet.
    """
    columns = _list_columns(staged)
    source = f"read_parquet({quote_text(str(staged.path))}, hive_partitioning = false)"
    problems: list[str] = []
    if staged.item.candidate.found.format != "parquet":
        ids = {name: column for name, column in columns.items() if is_id(name)}
        problems += find_mangled_ids(workspace, source, ids)
    try:
        forms = find_forms(workspace, source, columns, staged.item.kind.time_zone)
    except ExportError as error:
        raise ExportError([*problems, *error.problems]) from error
    if problems:
        raise ExportError(problems)
    return replace(staged, forms=forms)


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

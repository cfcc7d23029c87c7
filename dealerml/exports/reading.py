"""A folder of files becomes canonical tables, and says where every row went."""

from collections.abc import Sequence
from pathlib import Path

from dealerml.errors import ExportError
from dealerml.exports.counting import (
    count_files,
    count_kept,
    count_repeats,
    count_unmatched,
    find_span,
)
from dealerml.exports.found import Found, Unread, find_files, leave_copies
from dealerml.exports.ingest import NOTHING, FileIngest, Ingest, reconcile
from dealerml.exports.mapping import Mapping
from dealerml.exports.mapping_file import list_sources, load_mapping
from dealerml.exports.narration import list_counts, tell_ingest
from dealerml.exports.recognition import Candidate, Recognised, choose_mapping, recognise_files
from dealerml.exports.staging import Staged, inspect_file, stage_file
from dealerml.exports.views import Builder, Group, make_table_view, spare_verdicts
from dealerml.exports.workspace import Workspace, open_workspace
from dealerml.tables import SCHEMAS, Tables, make_tables


def read_export(
    *paths: str | Path | Sequence[str | Path], source: str | Path | None = None
) -> Tables:
    """Which canonical tables do the files of an export make, and where did every row go?

    Parameters
    ----------
    paths
        Folders or files, or a list of them. Of a folder, the files in it and in the folders
        directly inside it are read. They must come from one source.
    source
        Name of a source or path of a mapping file. None: recognised by the columns of the files.

    Returns
    -------
    Tables whose ``ingest`` says where every row went. Parquet files are not copied but read again
    by every query, so they must stay where they are while the tables are in use.

    Raises
    ------
    ExportError
        If files cannot be read or are of no known source, with all problems at once.
    """
    import duckdb

    found, unread = leave_copies(*find_files(_flatten(paths)))
    mappings = (load_mapping(source),) if source is not None else list_sources()
    workspace = open_workspace(file.path for file in found)
    candidates = _inspect(workspace, found)
    mapping = choose_mapping(candidates, mappings)
    recognised, unknown = recognise_files(candidates, mapping)
    try:
        staged = _stage(workspace, recognised)
        groups = Builder(workspace, staged).build()
        made = [table for table in SCHEMAS if make_table_view(workspace, groups, table)]
        ingest = _ingest(workspace, groups, mapping, (*unread, *unknown))
    except duckdb.Error as error:
        message = f"The engine cannot read these files: {str(error).splitlines()[0]}"
        raise ExportError(message) from error
    frames = {table: workspace.connection.table(table) for table in made}
    return make_tables(workspace.connection, ingest, **frames)


def _flatten(paths: Sequence[str | Path | Sequence[str | Path]]) -> list[str | Path]:
    flat: list[str | Path] = []
    for item in paths:
        flat.extend([item] if isinstance(item, (str, Path)) else item)
    return flat


def _inspect(workspace: Workspace, found: Sequence[Found]) -> list[Candidate]:
    candidates: list[Candidate] = []
    problems: list[str] = []
    for file in found:
        try:
            candidates.extend(inspect_file(workspace, file))
        except ExportError as error:
            problems.extend(error.problems)
        except OSError as error:
            problems.append(f"{file.name} cannot be opened ({error.strerror}).")
    if problems:
        raise ExportError(problems)
    return candidates


def _stage(workspace: Workspace, recognised: Sequence[Recognised]) -> list[Staged]:
    staged: list[Staged] = []
    problems: list[str] = []
    for number, item in enumerate(recognised):
        try:
            staged.append(stage_file(workspace, item, number))
        except ExportError as error:
            problems.extend(error.problems)
    if problems:
        raise ExportError(problems)
    return staged


def _ingest(
    workspace: Workspace, groups: tuple[Group, ...], mapping: Mapping, unread: tuple[Unread, ...]
) -> Ingest:
    files = count_files(workspace, groups, mapping.source)
    tables = {file.table for file in files} & set(SCHEMAS)
    stopped = {file.table for file in files if file.rows_where(set_aside=True)}
    for table in sorted(tables - stopped):
        spare_verdicts(workspace, table)
    reconcile(files, {table: count_kept(workspace, table) for table in sorted(tables)})
    first, last = find_span(workspace)
    facts = Ingest(
        table=list_counts(files),
        said=(),
        source=mapping.source,
        files=files,
        unread=tuple(sorted(unread, key=lambda item: item.name)),
        unmatched=count_unmatched(workspace) if "dealers" in tables else None,
        repeats=count_repeats(workspace),
        set_aside_share=_set_aside_share(files),
        first_date=first,
        last_date=last,
        workspace=workspace,
        groups=groups,
    )
    return tell_ingest(facts)


def _set_aside_share(files: Sequence[FileIngest]) -> float:
    counts = [count for file in files for count in file.counts]
    whole = sum((count.size for count in counts), NOTHING)
    aside = sum((count.size for count in counts if count.set_aside), NOTHING)
    return float(aside / whole) if whole else 0.0

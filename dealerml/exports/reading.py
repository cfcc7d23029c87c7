"""A folder of files becomes canonical tables, and says where every row went."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dealerml.errors import ExportError
from dealerml.exports.counting import (
    count_files,
    count_kept,
    count_repeats,
    count_unmatched,
    find_span,
)
from dealerml.exports.duplicates import REPEAT_RULES
from dealerml.exports.ingest import NOTHING, FileIngest, Ingest, reconcile
from dealerml.exports.linking.links import Links
from dealerml.exports.mapping_file import list_sources, load_mapping
from dealerml.exports.narration import list_counts, tell_ingest
from dealerml.exports.opening.archive import open_archives
from dealerml.exports.opening.found import Found, Unread, find_files, leave_copies
from dealerml.exports.recognition import Candidate, Recognised, recognise_files
from dealerml.exports.settling import settle_systems
from dealerml.exports.shape import LAYOUT_RULES
from dealerml.exports.staging import Staged, inspect_file, stage_file
from dealerml.exports.systems import SYSTEM_RULES, Systems
from dealerml.exports.values.ids import find_lost_zeros
from dealerml.exports.views import KEYS, Builder, Group, make_table_view, spare_verdicts
from dealerml.exports.workspace import Workspace, find_damage, open_workspace
from dealerml.exports.writing import learn_writing
from dealerml.policy import Policy
from dealerml.tables import SCHEMAS, Tables, make_tables

# Rows under these rules hold no money that is not counted elsewhere.
NOT_LOST = (*LAYOUT_RULES, *REPEAT_RULES, *SYSTEM_RULES, "counted_elsewhere")


def read_export(
    *paths: str | Path | Sequence[str | Path],
    source: str | Path | Sequence[str | Path] | None = None,
    policy: Policy | None = None,
) -> Tables:
    """Which canonical tables do the files of an export make, and where did every row go?

    Parameters
    ----------
    paths
        Folders or files, or a list of them: CSV, workbooks, Parquet, HTML tables and zip archives
        of these. Of a folder, the files in it and in the folders directly inside it are read. They
        may come from several systems: the policy then says which one each table is believed from,
        and dealers are linked by code, tax number and name.
    source
        Names of sources or paths of mapping files. None: recognised by the columns of the files.
    policy
        The topic ``exports`` counts here; the shipped policy if not given.

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

    found, unread = find_files(_flatten(paths))
    mappings = [load_mapping(name) for name in _asked(source)] or list_sources()
    workspace = open_workspace(file.path for file in found)
    found, unread = leave_copies(*open_archives(found, unread, workspace.folder))
    with _no_collection():
        candidates = _inspect(workspace, found)
        recognised, unknown = recognise_files(candidates, mappings)
    try:
        with _no_collection():
            staged = _stage(workspace, recognised)
        groups = Builder(workspace, staged).build()
        systems, links = settle_systems(workspace, groups, policy)
        made = [t for t in SCHEMAS if make_table_view(workspace, groups, t, systems)]
        ingest = _ingest(workspace, groups, systems, links, (*unread, *unknown))
    except duckdb.Error as error:
        raise ExportError(_blame(workspace, recognised, str(error))) from error
    frames = {table: workspace.connection.table(table) for table in made}
    return make_tables(workspace.connection, ingest, **frames)


def _blame(workspace: Workspace, recognised: Sequence[Recognised], error: str) -> list[str]:
    """Which files are to blame for what the engine says? Parquet files are only read by it."""
    files = (item.candidate.found for item in recognised)
    parquet = (found for found in files if found.format == "parquet")
    damages = (find_damage(workspace, found.path, found.name) for found in parquet)
    said = f"The engine cannot read these files: {error.splitlines()[0]}"
    return [damage for damage in damages if damage] or [said]


def _asked(source: str | Path | Sequence[str | Path] | None) -> Sequence[str | Path]:
    if source is None:
        return ()
    return [source] if isinstance(source, (str, Path)) else list(source)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of cells are made here, and looking for rubbish among them takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
            staged.append(learn_writing(workspace, stage_file(workspace, item, number)))
        except ExportError as error:
            problems.extend(error.problems)
    if problems:
        raise ExportError(problems)
    return staged


def _ingest(
    workspace: Workspace,
    groups: tuple[Group, ...],
    systems: Systems,
    links: Links | None,
    unread: tuple[Unread, ...],
) -> Ingest:
    files = count_files(workspace, groups)
    tables = {file.table for file in files} & set(SCHEMAS)
    stopped = {file.table for file in files if file.rows_where(set_aside=True)}
    for table in sorted(tables - stopped):
        spare_verdicts(workspace, table)
    _refuse_lost_zeros(workspace, tables)
    reconcile(files, {table: count_kept(workspace, table) for table in sorted(tables)})
    first, last = find_span(workspace)
    facts = Ingest(
        table=list_counts(files),
        said=(),
        source=systems.lead,
        files=files,
        unread=tuple(sorted(unread, key=lambda item: item.name)),
        unmatched=count_unmatched(workspace) if "dealers" in tables else None,
        repeats=count_repeats(workspace),
        set_aside_share=_set_aside_share(files),
        first_date=first,
        last_date=last,
        links=links,
        workspace=workspace,
        groups=groups,
    )
    return tell_ingest(facts)


def _refuse_lost_zeros(workspace: Workspace, tables: set[str]) -> None:
    described = workspace.rows("DESCRIBE SELECT * FROM order_lines")
    used_columns = {row[0] for row in described}
    for table in sorted(tables & {"dealers", "products"}):
        key = KEYS[table]
        if key not in used_columns:
            continue
        listed, used = (
            [row[0] for row in workspace.rows(f"SELECT DISTINCT {key} FROM {name}")]
            for name in (table, "order_lines")
        )
        problem = find_lost_zeros(filter(None, listed), filter(None, used), field=key)
        if problem:
            raise ExportError(problem)


def _set_aside_share(files: Sequence[FileIngest]) -> float:
    """Rows that hold no money of their own, totals and repeats, are neither lost nor whole."""
    counts = [c for file in files for c in file.counts if c.rule not in NOT_LOST]
    whole = sum((count.size for count in counts), NOTHING)
    aside = sum((count.size for count in counts if count.set_aside), NOTHING)
    return float(aside / whole) if whole else 0.0

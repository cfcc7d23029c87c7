"""Where files are worked on: one embedded engine that sees these files and nothing else."""

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.sql import quote_text, quote_texts
from dealerml.tables import open_connection

WILDCARDS = frozenset("*?[")


@dataclass(frozen=True)
class Workspace:
    """A connection, and a private folder that is removed together with it."""

    connection: Any
    folder: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Which rows does a query give?"""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found


def open_workspace(paths: Iterable[Path]) -> Workspace:
    """Open an engine that may read the given files, write its private folder, and nothing else."""
    folder = Path(tempfile.mkdtemp(prefix="dealerml-")).resolve()
    connection = open_connection()
    weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
    allowed = [str(path) for path in paths]
    for setting in (
        f"temp_directory = {quote_text(str(folder / 'spill'))}",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        f"allowed_paths = {quote_texts(allowed)}",
        f"allowed_directories = {quote_texts([str(folder)])}",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return Workspace(connection, folder)


def readable_path(workspace: Workspace, path: Path) -> Path:
    """Under which path does the engine read exactly this file?

    The engine takes some characters in a path as wildcards; such a file gets a second name.
    """
    if not WILDCARDS & set(str(path)):
        return path
    target = workspace.folder / f"linked_{len(list(workspace.folder.iterdir())):05d}{path.suffix}"
    try:
        target.hardlink_to(path)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(path, target)
    return target


def describe_parquet(workspace: Workspace, path: Path, name: str) -> dict[str, str]:
    """Which columns does a Parquet file have, and of which types?

    Raises
    ------
    ExportError
        If the file is no Parquet file or is damaged.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = quote_text(str(path))
    query = f"DESCRIBE SELECT * FROM read_parquet({source}, hive_partitioning = false)"
    try:
        # A damaged list of contents may claim gigabytes: the engine would ask for the room first.
        pq.read_metadata(path)
        return {row[0]: row[1] for row in workspace.rows(query)}
    except (duckdb.Error, pa.ArrowException, OSError, ValueError) as error:
        first_line = str(error).splitlines()[0].replace(str(path), name)
        message = f"{name} cannot be read as Parquet ({first_line}). Export it again."
        raise ExportError(message) from error


def find_damage(workspace: Workspace, path: Path, name: str) -> str | None:
    """What is wrong with a Parquet file that can be described but not read? None: nothing."""
    import duckdb

    source = f"read_parquet({quote_text(str(path))}, hive_partitioning = false)"
    try:
        workspace.rows(f"SELECT max(hash(COLUMNS(*))) FROM {source}")
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0].replace(str(path), name)
        return f"{name} is damaged: its columns cannot be read ({first_line}). Export it again."
    return None

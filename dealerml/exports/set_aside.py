"""Every row that was set aside, written out by file and rule so that its owner can mend it."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dealerml.exports.formulas import safe_cell
from dealerml.exports.ingest import Ingest
from dealerml.exports.sql import quote_text
from dealerml.exports.staging import Staged, raw_name
from dealerml.exports.views import Group

ROWS_PER_CHUNK = 10_000
NOT_IN_FILE_NAME = re.compile(r"[^\w.-]+")
# Room for a rule and a number within what file systems allow, three bytes to a character.
STEM_LENGTH = 60


def write_set_aside(ingest: Ingest, folder: str | Path) -> tuple[Path, ...]:
    """Where does every row stand that was set aside, one file per exported file and rule?

    Each file is CSV (UTF-8 with a byte-order mark) with the columns of the export that were read,
    preceded by the position of the row in its file, and safe to open in a spreadsheet. Columns that
    no field reads stay behind: they may hold personal details, and the row number finds them.

    Returns
    -------
    The files written, sorted; none where nothing was set aside.
    """
    target = Path(folder)
    wanted = [
        (file.name, count.rule) for file in ingest.files for count in file.counts if count.set_aside
    ]
    if wanted:
        target.mkdir(parents=True, exist_ok=True)
    written = []
    for group in ingest.groups:
        for staged in group.files:
            name = staged.item.candidate.name
            places = _used_places(ingest, staged)
            for rule in sorted({rule for file, rule in wanted if file == name}):
                path = target / f"{_file_stem(name, wanted)}.{rule}.csv"
                _write(path, staged, _rows(ingest, group, staged, rule), places)
                written.append(path)
    return tuple(sorted(written))


def _file_stem(name: str, wanted: Iterable[tuple[str, str]]) -> str:
    """A file name for a path; numbered where two paths would get the same."""
    stems = {file: NOT_IN_FILE_NAME.sub("_", file)[-STEM_LENGTH:] for file, _ in wanted}
    alike = sorted(file for file, stem in stems.items() if stem == stems[name])
    number = alike.index(name)
    return f"{stems[name]}_{number + 1}" if number else stems[name]


def _rows(ingest: Ingest, group: Group, staged: Staged, rule: str) -> Iterator[tuple[object, ...]]:
    columns = ", ".join(raw_name(at) for at in _used_places(ingest, staged))
    surplus = ', "raw:surplus"' if staged.has_surplus else ""
    path = quote_text(str(staged.path))
    chosen = (
        f'SELECT "at:row" FROM placed_{group.kind.table} WHERE "at:file" = {path} '
        f'AND "judged:set_aside" = {quote_text(rule)}'
    )
    query = (
        f'SELECT "raw:row", {columns}{surplus} FROM {group.raw} '
        f'WHERE "at:file" = {path} AND "at:row" IN ({chosen}) ORDER BY "at:row"'
    )
    # A cursor of its own: the review may ask other things while these rows are written.
    cursor = ingest.workspace.connection.cursor()
    cursor.execute(query)
    while chunk := cursor.fetchmany(ROWS_PER_CHUNK):
        yield from chunk


def _used_places(ingest: Ingest, staged: Staged) -> list[int]:
    """Places of the columns that some field reads: a phone number that none reads stays behind."""
    name = staged.item.candidate.name
    used = {label for f in ingest.files if f.name == name for label in f.columns.values()}
    return [at for at, label in enumerate(staged.item.labels) if label in used]


def _write(
    path: Path, staged: Staged, rows: Iterable[tuple[object, ...]], places: list[int]
) -> None:
    header = ["row", *(staged.item.labels[at] for at in places)]
    if staged.has_surplus:
        header.append("surplus")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([safe_cell(label) for label in header])
        writer.writerows([safe_cell(value) for value in row] for row in rows)

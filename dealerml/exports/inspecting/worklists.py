"""What an inspection found, as files in which somebody decides row by row."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealerml.exports.formulas import safe_cell
from dealerml.exports.ingest import Ingest
from dealerml.exports.inspecting.inspection import Inspection
from dealerml.exports.linking.link_file import FILE_NAME, quote_cell, write_links
from dealerml.exports.set_aside import write_set_aside

if TYPE_CHECKING:
    import pandas as pd

# File → the frame of an inspection that it holds.
LISTS: Final = {
    "suspected_duplicates.csv": "suspects",
    "alike_dealers.csv": "alike",
    "dealers_without_orders.csv": "dealers_without_orders",
    "orders_without_dealers.csv": "orders_without_dealers",
    "control_differences.csv": "control",
    "filling.csv": "filling",
}
SET_ASIDE: Final = "set_aside"


def write_worklists(inspection: Inspection, ingest: Ingest, folder: str | Path) -> tuple[Path, ...]:
    """Where do the lists stand that somebody is to review?

    Each is CSV (UTF-8 with a byte-order mark) with the columns of its frame, safe to open in a
    spreadsheet; one without rows is written with its head alone, so that an older one never stays.
    Links are written where there are several systems, and rows set aside as `write_set_aside` does.

    Returns
    -------
    The files written, sorted.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = [_write(getattr(inspection, name), target / file) for file, name in LISTS.items()]
    if ingest.links is not None:
        written.append(write_links(ingest.links.table, target / FILE_NAME))
    written += write_set_aside(ingest, target / SET_ASIDE)
    return tuple(sorted(written))


def _write(table: "pd.DataFrame", path: Path) -> Path:
    import pandas as pd

    ids = [str(name).endswith("_id") for name in table.columns]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.columns)
        for row in table.itertuples(index=False):
            texts = [_text(None if pd.isna(value) else value) for value in row]
            pairs = zip(texts, ids, strict=True)
            writer.writerow([quote_cell(t, is_id=True) if is_id else t for t, is_id in pairs])
    return path


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
    return safe_cell(value)

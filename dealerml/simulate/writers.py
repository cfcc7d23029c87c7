"""The simulated network as the export files of a system: one function per dialect."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.errors import ExportError
from dealerml.simulate.network import Network

PLAIN_TABLES: Final = ("order_lines", "dealers", "products", "notes", "successors")
TRUTH: Final = "truth.csv"


def write_network(network: Network, folder: str | Path, *, source: str = "plain") -> list[Path]:
    """Which files would a system of this kind export?

    Parameters
    ----------
    network
        What to write.
    folder
        Made if it does not exist; files of the same name are replaced.
    source
        A key of ``WRITERS``.

    Returns
    -------
    The files written. The truth is not among them: see ``write_truth``.

    Raises
    ------
    ExportError
        If the source is unknown.
    """
    if source not in WRITERS:
        message = f"source {source!r} cannot be written; use one of {', '.join(WRITERS)}."
        raise ExportError(message)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    return WRITERS[source](network, target)


def write_truth(network: Network, folder: str | Path) -> Path:
    """Where is the list of planted events, kept apart from the export that it explains?"""
    path = Path(folder) / TRUTH
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_csv(network.truth, path)
    return path


def _write_plain(network: Network, folder: Path) -> list[Path]:
    paths = []
    for name in PLAIN_TABLES:
        path = folder / f"{name}.csv"
        _write_csv(getattr(network, name), path)
        paths.append(path)
    return paths


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write bytes that do not depend on the machine: line ends, cents, dates are fixed."""
    frame.to_csv(
        path,
        index=False,
        encoding="utf-8-sig",
        lineterminator="\n",
        float_format="%.2f",
        date_format="%Y-%m-%d",
    )


WRITERS: Final[dict[str, Callable[[Network, Path], list[Path]]]] = {"plain": _write_plain}

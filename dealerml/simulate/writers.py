"""The simulated network as the export files of a system: one function per dialect."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.errors import ExportError
from dealerml.simulate.fxiaoke import write_fxiaoke
from dealerml.simulate.kingdee import write_kingdee
from dealerml.simulate.network import TABLES, Network
from dealerml.simulate.salesforce import write_salesforce
from dealerml.simulate.sap import write_sap
from dealerml.simulate.yonyou import write_yonyou
from dealerml.simulate.zoho import write_zoho

PLAIN_TABLES: Final = ("order_lines", "dealers", "products", "notes", "successors", *TABLES)
# Columns that need more than the two decimals of money.
FINE_DECIMALS: Final = {"rate": 4, "rebate_share": 4}
TRUTH: Final = "truth.csv"


def write_network(
    network: Network, folder: str | Path, *, source: str = "plain", lang: str = "en"
) -> list[Path]:
    """Which files would a system of this kind export?

    Parameters
    ----------
    network
        What to write.
    folder
        Made if it does not exist; files of the same name are replaced.
    source
        A key of ``WRITERS``.
    lang
        Language of the labels, ``en`` or ``zh``, where the system has them in both.

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
    return WRITERS[source](network, target, lang)


def write_truth(network: Network, folder: str | Path) -> Path:
    """Where is the list of planted events, kept apart from the export that it explains?"""
    path = Path(folder) / TRUTH
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_csv(network.truth, path)
    return path


def _write_plain(network: Network, folder: Path, lang: str = "en") -> list[Path]:
    """Write every table that has rows, one file each."""
    paths = []
    for name in PLAIN_TABLES:
        frame = getattr(network, name)
        if not frame.empty:
            path = folder / f"{name}.csv"
            _write_csv(_with_fine_decimals(frame), path)
            paths.append(path)
    return paths


def _with_fine_decimals(frame: pd.DataFrame) -> pd.DataFrame:
    fine = {name: digits for name, digits in FINE_DECIMALS.items() if name in frame}
    return frame.assign(
        **{
            name: [f"{value:.{digits}f}" for value in frame[name].tolist()]
            for name, digits in fine.items()
        }
    )


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


WRITERS: Final[dict[str, Callable[[Network, Path, str], list[Path]]]] = {
    "plain": _write_plain,
    "zoho": write_zoho,
    "salesforce": write_salesforce,
    "kingdee": write_kingdee,
    "yonyou": write_yonyou,
    "sap": write_sap,
    "fxiaoke": write_fxiaoke,
}

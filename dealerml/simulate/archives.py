"""Text tables and zip archives with the same bytes for the same content."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

# The earliest time that an archive can hold: no clock.
STAMP: Final = (1980, 1, 1, 0, 0, 0)


def csv_bytes(frame: pd.DataFrame, *, quote_all: bool = False) -> bytes:
    r"""Which bytes are a table of texts as CSV in UTF-8, with a line feed behind each row?

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"Id": ["1"], "Name": ["Smith, Brown"]})).decode()
    'Id,Name\n1,"Smith, Brown"\n'
    """
    rows = [frame.columns.tolist(), *frame.to_numpy().tolist()]
    return csv_rows(rows, quote_all=quote_all)


def csv_rows(rows: Iterable[Iterable[str]], *, quote_all: bool = False) -> bytes:
    r"""Which bytes are rows of any length as CSV in UTF-8?

    Examples
    --------
    >>> csv_rows([["Sales 2025"], [], ["Id", "Name"]]).decode()
    'Sales 2025\n\nId,Name\n'
    """
    stream = io.StringIO()
    quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain = csv.writer(stream, lineterminator="\n")
    (quoted if quote_all else plain).writerows(rows)
    return stream.getvalue().encode()


def split_rows(frame: pd.DataFrame, rows: int) -> list[pd.DataFrame]:
    """Which parts of at most so many rows make a table? One empty part where there are none.

    Examples
    --------
    >>> [len(part) for part in split_rows(pd.DataFrame({"a": range(5)}), 2)]
    [2, 2, 1]
    """
    return [frame.iloc[at : at + rows] for at in range(0, max(len(frame), 1), rows)]


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """Which archive holds these members, in this order?

    Parameters
    ----------
    members
        Name inside the archive, folders with ``/`` → content.

    Examples
    --------
    >>> import tempfile
    >>> write_zip(Path(tempfile.mkdtemp()) / "Data_001.zip", {"Data/Accounts_001.csv": b"Id"}).name
    'Data_001.zip'
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path

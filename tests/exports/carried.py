"""What an export carries of a simulated network, held against what is read from it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

from dealerml.simulate import Network
from dealerml.tables import SCHEMAS, Tables

CENT = Decimal("0.0001")


def lost_rows(
    network: Network, tables: Tables, carried: Mapping[str, Sequence[str]]
) -> dict[str, list[Any]]:
    """Rows of each table that are on one side only.

    Parameters
    ----------
    carried
        Table → the columns that the dialect does not carry.
    """
    lost = {}
    for name, without in carried.items():
        columns = [column for column in SCHEMAS[name] if column not in without]
        frame = tables.table(name)
        assert frame is not None, name
        read = frame.select(columns).collect("pyarrow").to_native().to_pandas(date_as_object=True)
        ours, theirs = _rows(name, getattr(network, name)[columns]), _rows(name, read)
        assert len(ours) == len(theirs), name
        pairs = zip(sorted(ours), sorted(theirs), strict=True)
        lost[name] = [pair for pair in pairs if pair[0] != pair[1]][:3]
    return lost


def _rows(table: str, frame: pd.DataFrame) -> list[tuple[str, ...]]:
    columns = [
        [_said(value, SCHEMAS[table][name].dtype) for value in frame[name]] for name in frame
    ]
    return list(zip(*columns, strict=True))


def _said(value: Any, dtype: nw.dtypes.DType) -> str:
    if pd.isna(value):
        return ""
    if isinstance(dtype, nw.Decimal):
        return str(Decimal(str(value)).quantize(CENT))
    return f"{value:%Y-%m-%d}" if isinstance(dtype, nw.Date) else str(value)

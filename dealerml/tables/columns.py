"""What is said about a column of a canonical table, and the few types that columns have."""

from dataclasses import dataclass

import narwhals as nw

AMOUNT = nw.Decimal(18, 4)
RATE = nw.Decimal(18, 8)
TEXT = nw.String()
DATE = nw.Date()


@dataclass(frozen=True)
class Column:
    """One column of a canonical table: its type, whether it must be there, and its meaning.

    Parameters
    ----------
    required
        Without a value here a row is of no use.
    current_state
        It carries no date: a past date could not have known it.
    known_from
        The date column of the same row from which on the value is known; empty: as soon as the
        row is.
    """

    dtype: nw.dtypes.DType
    meaning: str
    required: bool = False
    current_state: bool = False
    known_from: str = ""


def always(dtype: nw.dtypes.DType, meaning: str) -> Column:
    """Which column has a value in every row that is kept?"""
    return Column(dtype, meaning, required=True)


def today(dtype: nw.dtypes.DType, meaning: str) -> Column:
    """Which column tells what holds today, and nothing about a past date?"""
    return Column(dtype, meaning, current_state=True)


def later(dtype: nw.dtypes.DType, meaning: str, date: str) -> Column:
    """Which column is filled only once a later date of its row has come?"""
    return Column(dtype, meaning, known_from=date)

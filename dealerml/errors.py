"""Errors that teach: what is wrong, where, how many, the first example, and what to do."""

from collections.abc import Iterable


class DealermlError(Exception):
    """Something in the input or the request must be changed by its owner.

    Parameters
    ----------
    problems
        One message, or all problems found at once; a reader should never have to mend an export
        one error at a time.

    Examples
    --------
    >>> print(DealermlError(["orders.csv: no date column.", "orders.csv: no amount column."]))
    2 problems:
      1. orders.csv: no date column.
      2. orders.csv: no amount column.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: tuple[str, ...] = (
            (problems,) if isinstance(problems, str) else tuple(problems)
        )
        super().__init__(_format(self.problems))


class ExportError(DealermlError, ValueError):
    """The files of an export cannot be read as they are."""


class TableError(DealermlError, ValueError):
    """A canonical table breaks its schema."""


class PolicyError(DealermlError, ValueError):
    """A policy file holds an unknown key or a value of the wrong kind."""


class HistoryError(DealermlError, ValueError):
    """The dates asked for are not covered by the history at hand."""


class ReviewError(DealermlError, RuntimeError):
    """A review cannot be written where it was asked to be."""


class StoreError(DealermlError, RuntimeError):
    """A stored model cannot be used, or not be written."""


def _format(problems: tuple[str, ...]) -> str:
    if len(problems) == 1:
        return problems[0]
    numbered = "\n".join(f"  {n}. {text}" for n, text in enumerate(problems, start=1))
    return f"{len(problems)} problems:\n{numbered}"

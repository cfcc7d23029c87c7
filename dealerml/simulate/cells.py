"""Canonical values as the text in the cells of an export; what is missing is blank."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pandas as pd

Texts: TypeAlias = list[str]


def as_text(values: Iterable[Any]) -> Texts:
    """How do values look as text?

    Examples
    --------
    >>> as_text(["A", None, 7])
    ['A', '', '7']
    """
    return ["" if pd.isna(value) else str(value) for value in values]


def as_day(values: Iterable[Any], *, clock: str = "") -> Texts:
    """How do dates look as year-month-day, with a time of day behind it where one is given?

    Examples
    --------
    >>> as_day([pd.Timestamp("2025-01-31"), None], clock=" 09:00:00")
    ['2025-01-31 09:00:00', '']
    """
    return ["" if pd.isna(day) else f"{day:%Y-%m-%d}{clock}" for day in values]


def as_number(values: Iterable[Any], *, decimals: int = 2) -> Texts:
    """How do numbers look with so many decimals?

    Examples
    --------
    >>> as_number([1.5, None]), as_number([3], decimals=0)
    (['1.50', ''], ['3'])
    """
    return ["" if pd.isna(value) else f"{value:.{decimals}f}" for value in values]


def translate(texts: Iterable[str], words: Mapping[str, str]) -> Texts:
    """What does a system call each of these? What it has no word for stays as it is.

    Examples
    --------
    >>> translate(["dealer", "outlet"], {"dealer": "Dealer"})
    ['Dealer', 'outlet']
    """
    return [words.get(text, text) for text in texts]

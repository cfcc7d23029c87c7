"""What each feature means, read from the functions that compute it."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from dealerml.features.build import FEATURES, build_features
from dealerml.features.peers import peers

BLOCK = re.compile(r"^Returns\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", re.DOTALL | re.MULTILINE)
# An entry: one or more names in double backquotes, and then text up to the next entry or line
# that is not indented.
ENTRY = re.compile(r"^ +((?:``\w+``[,\s]*)+)(.*?)(?=^ *``|^\S|\Z)", re.DOTALL | re.MULTILINE)


class Meaning(NamedTuple):
    """What a docstring says of one column: its unit and range, and what it means."""

    name: str
    unit: str
    meaning: str


def list_features() -> pd.DataFrame:
    """What does each column of `build_features` mean, and in which unit is it?

    Returns
    -------
    Text columns, one row per column, in the order in which the families are computed:
        ``feature``   name of the column
        ``unit``      unit and range
        ``meaning``   what it says
        ``family``    function that computes it; build_features for the states of a dealer
        ``question``  what that function answers

    Examples
    --------
    >>> list_features().set_index("feature").loc["gap_recent_days", ["unit", "meaning", "family"]]
    unit                                  days
    meaning        mean of the last five gaps
    family                                pace
    Name: gap_recent_days, dtype: str
    """
    families: tuple[Callable[..., Any], ...] = (build_features, *FEATURES, peers)
    rows = [
        {**meaning._asdict(), "family": family.__name__, "question": question_of(family)}
        for family in families
        for meaning in read_returns(family)
    ]
    return pd.DataFrame(rows, dtype="str").rename(columns={"name": "feature"})


def read_returns(function: Callable[..., Any]) -> Iterator[Meaning]:
    """Which columns does the Returns block of a function's docstring describe, and how?

    Examples
    --------
    >>> from dealerml.features.pace import recency
    >>> next(read_returns(recency))[1:]
    ('days, ≥ 0', 'days from the last order day to the as-of date')
    """
    block = BLOCK.search(inspect.getdoc(function) or "")
    for names, text in ENTRY.findall(block.group(1) if block else ""):
        unit, _, meaning = " ".join(text.split()).partition("; ")
        for name in re.findall(r"\w+", names):
            yield Meaning(name, unit, meaning)


def question_of(function: Callable[..., Any]) -> str:
    """Which question does a function answer? The first line of its docstring."""
    return (inspect.getdoc(function) or "").partition("\n")[0]

"""What a spreadsheet would run, written so that it does not."""

import datetime as dt
import re
from decimal import Decimal

# What a spreadsheet takes for the start of a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?%?")


def safe_cell(value: object) -> str:
    """How is a value written so that no spreadsheet takes it for a formula?

    Examples
    --------
    >>> [safe_cell(value) for value in ("=1+1", "-12.5", "-Total", None)]
    ["'=1+1", '-12.5', "'-Total", '']
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    text = str(value)
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text

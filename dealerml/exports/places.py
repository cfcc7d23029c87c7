"""Which places do the references in a block of XML name? Asked of all of them at once."""

import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
    Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"

# Beyond every row and column there is.
BEYOND = 1 << 40
MOST_LETTERS, MOST_DIGITS = 4, 7
BLANK, ZERO, EQUALS = 32, 48, 61
# A reference that is written with blanks around the sign, as no program does.
SPACED = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")


def furthest_places(padded: "Bytes", block: bytes) -> tuple[int, int, int]:
    """Which are the largest row and column that cells name, and the largest that rows name?

    Parameters
    ----------
    padded
        The bytes of the block with some zeros behind them.
    """
    import numpy as np

    equals = np.flatnonzero(padded == EQUALS)
    before, after = padded[equals - 1], padded[equals + 1]
    at = equals[before == ord("r")]
    row, column, line = _furthest(padded, at[padded[at - 2] <= BLANK] + 2)
    if (before <= BLANK).any() or (after <= BLANK).any():
        for letters, digits in SPACED.findall(block):
            column = max(column, column_number(letters.decode()))
            row = max(row, int(digits) if len(digits) <= MOST_DIGITS else BEYOND)
    return row, column, line


def column_number(letters: str) -> int:
    """The how manieth column do letters name?

    Examples
    --------
    >>> column_number("A"), column_number("xfd")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper()[: 2 * MOST_LETTERS]:
        number = number * 26 + ord(letter) - 64
    return number


def _furthest(padded: "Bytes", at: "Positions") -> tuple[int, int, int]:
    """The same among references such as AB12, or 12 for a row, that begin at these positions."""
    row = column = line = 0
    longer = at
    for letters in range(MOST_LETTERS + 1):
        if not len(longer):
            return row, column, line
        if letters:
            column = max(column, _largest_column(padded, longer, letters))
        is_letter = ((padded[longer + letters] & 0xDF) - 65) < 26
        number = _largest_number(padded, longer[~is_letter] + letters)
        row, line = (max(row, number), line) if letters else (row, number)
        longer = longer[is_letter]
    return row, (BEYOND if len(longer) else column), line


def _largest_column(padded: "Bytes", at: "Positions", letters: int) -> int:
    value: Any = 0
    for ahead in range(letters):
        value = value * 26 + ((padded[at + ahead] & 0xDF) - 64).astype("int32")
    return int(value.max())


def _largest_number(padded: "Bytes", at: "Positions") -> int:
    """The largest number that begins at one of the positions; the longest, without leading 0."""
    if not len(at):
        return 0
    if (padded[at] == ZERO).any():
        return BEYOND
    longest, digits = at, 0
    while len(following := longest[(padded[longest + digits] - ZERO) < 10]):
        longest, digits = following, digits + 1
        if digits > MOST_DIGITS:
            return BEYOND
    value: Any = 0
    for ahead in range(digits):
        value = value * 10 + (padded[longest + ahead] - ZERO).astype("int32")
    return int(value.max()) if digits else 0

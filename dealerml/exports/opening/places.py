"""Which places do the references in a block of XML name? Asked of all of them at once."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
    Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"

# Beyond every row and column there is.
BEYOND = 1 << 40
MOST_LETTERS, MOST_DIGITS = 4, 7
BLANK, ZERO, NINE, EQUALS = 32, 48, 57, 61
PLACED = int.from_bytes(b"<c r=")
# A reference that is written with blanks around the sign, as no program does.
SPACED = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
LAST = re.compile(rb".*\sr=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']", re.DOTALL)
LOOKED_BACK = 1 << 12


@dataclass(frozen=True)
class Places:
    """Largest row and column that cells name, and largest row that rows name.

    ``placed`` counts the cells that name their place first of all, as every program writes them.
    """

    row: int = 0
    column: int = 0
    line: int = 0
    placed: int = 0


def furthest_places(padded: "Bytes", block: bytes, known: Places) -> Places:
    """Which are the furthest places that are named in a block, or known before it?

    Parameters
    ----------
    padded
        The bytes of the block with some zeros behind them.
    """
    import numpy as np

    equals = np.flatnonzero(padded == EQUALS)
    before, after = padded[equals - 1], padded[equals + 1]
    at = equals[before == ord("r")]
    seen = _eights(padded, at - 4)
    is_attribute = (seen >> 40) & 0xFF <= BLANK
    at, seen = at[is_attribute], seen[is_attribute]
    placed = known.placed + int(np.count_nonzero(seen >> 24 == PLACED))
    known = _expect(block, known)
    row, column, line = known.row, known.column, known.line
    if not _are_within(padded, at + 2, seen, known):
        found = _furthest(padded, at + 2)
        row, column, line = max(row, found[0]), max(column, found[1]), max(line, found[2])
    if (before <= BLANK).any() or (after <= BLANK).any():
        for letters, digits in SPACED.findall(block):
            column = max(column, column_number(letters.decode()))
            row = max(row, int(digits) if len(digits) <= MOST_DIGITS else BEYOND)
    return Places(row, column, line, placed)


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


def _expect(block: bytes, known: Places) -> Places:
    """What will be known behind the block if its last cell is in its last row."""
    last = LAST.match(block[-LOOKED_BACK:])
    if not last or last[2].startswith(b"0"):
        return known
    row = max(known.row, int(last[2]))
    return Places(row, known.column, max(known.line, row), known.placed)


def _are_within(padded: "Bytes", at: "Positions", seen: Any, known: Places) -> bool:
    """Whether all places are surely within those known: quick, and true of nearly every block.

    A column is one letter, not beyond the known one. A row has exactly as many digits as the last
    one and is not above it: its digits are compared as they are written.

    Parameters
    ----------
    seen
        Eight bytes each, of which the last two begin the reference.
    """
    if not 0 < known.row < BEYOND or known.column > 26:
        return False
    first, second = (seen >> 8) & 0xFF, seen & 0xFF
    is_line = first <= NINE
    if (~is_line & ((first & 0xDF) > known.column + 64)).any() or (second > NINE).any():
        return False
    digits = str(known.row).encode()
    numbers = _eights(padded, at + ~is_line)
    last, behind = ((numbers >> 56 - 8 * place) & 0xFF for place in (len(digits) - 1, len(digits)))
    if not ((last >= ZERO) & (last <= NINE) & (behind < ZERO)).all():
        return False
    return bool((numbers <= int.from_bytes(digits.ljust(8, b"\xff"))).all())


def _eights(padded: "Bytes", at: "Positions") -> Any:
    """Eight bytes from each position on, as numbers that compare like text."""
    import numpy as np

    every: Any = np.ndarray(len(padded) - 7, ">u8", padded, strides=(1,))
    return every[at].astype(np.uint64)


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

"""What do the values of a column look like? Told from a sample, without knowing any label."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dealerml.exports.proposal.knowledge import (
    label_key,
    personal_words,
    surnames,
    value_words,
)

# Of a sample, this share must look alike before a column is said to look like that.
MOST = 0.8
# Where so many values can be used to reach somebody, none of the column is shown.
REACHES = 0.3
CLOSED_LIST = 12
NAME_LENGTHS = (2, 3)
LEAST_NAMES = 4
# Labels that end so name people of ours: who made, approved or looks after something.
OUR_PEOPLE = ("人", "员", "by", "owner", "rep", "manager", "host")
EXAMPLE_LENGTH = 30
HIDDEN = "…"
BLANKS = " \t\r\n\u200b\ufeff'"
MISSING = frozenset(
    ("", "-", "--", "—", "/", "n/a", "na", "null", "none", "#n/a", "无", "暂无", "nan")
)
DATE = re.compile(
    r"(?:(?:19|20)\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4})"
    r"(?:[ T]\d{1,2}:\d\d.*)?"
)
SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?|1\d{12}")
ZONED = re.compile(r"1\d{9}|1\d{12}|.*T\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)")
NUMBER = re.compile(r"[-+(]?\s*[¥$€£]?\s*[-+]?(?:\d[\d,. ']*|\.\d+)\s*(?:元|%)?[)-]?")
FRACTION = re.compile(r"[.,]\d{1,4}[)%-]?$")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#\-]*")
CODE_AND_NAME = re.compile(r"(?=\S*\d)[A-Za-z0-9\-]+\s+\D{2,}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
PHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9]\d{9}|\+\d[\d ()\-]{7,}|0\d{2,3}-\d{7,8}|\(\d{3}\) ?\d{3}-\d{4}"
)
FULL_NAME = re.compile(r"[A-Z][a-z]+ (?:[A-Z]\.? )?[A-Z][a-z]+")
CITIZEN = re.compile(r"\d{17}[\dXx]")
SPELT_PREFIX = re.compile(r"([A-Za-z]{2,}_)\d{10,}")


@dataclass(frozen=True)
class Evidence:
    """What a sample of a column's values shows.

    Parameters
    ----------
    looks
        ``date``, ``decimal`` (numbers, some with decimals), ``whole`` (whole numbers), ``boolean``,
        ``code`` (short, without blanks), ``text`` or ``empty``.
    filled, distinct
        How many rows of the sample have a value, and how many values differ.
    serials
        Whether whole numbers may be days as a spreadsheet or a computer counts them.
    zoned
        Whether their day depends on a time zone.
    personal
        Whether the values are about people and must not be shown.
    values
        All values, where they are a closed list.
    keys, key_cells
        All values, to hold against those of other columns, and in how many cells they stand.
    cells
        The sample by row; never shown.
    numbers
        The numbers by row, None where there is none; empty unless they are numbers.
    """

    looks: str
    filled: int
    distinct: int
    serials: bool
    zoned: bool
    personal: bool
    values: tuple[str, ...]
    keys: frozenset[str]
    key_cells: int
    cells: tuple[str, ...]
    numbers: tuple[float | None, ...]
    example: str

    @property
    def unique(self) -> bool:
        """Does no value repeat, so that a row could be known by it?"""
        return len(self.keys) == self.key_cells > 0 and self.filled >= MOST * len(self.cells)

    @cached_property
    def prefix(self) -> str:
        """Which prefix do all values share that is no part of the id, such as ``zcrm_``?"""
        found = {m.group(1) if (m := SPELT_PREFIX.fullmatch(key)) else "" for key in self.keys}
        return found.pop() if len(found) == 1 else ""

    @property
    def has_decimals(self) -> bool:
        """Do all values carry the ".0" that spreadsheets give to ids?"""
        return bool(self.keys) and all(re.fullmatch(r"\d+\.0", key) for key in self.keys)

    @property
    def code_and_name(self) -> bool:
        """Does every cell hold a code and a name, as in ``A001 某某公司``?"""
        return bool(self.keys) and all(CODE_AND_NAME.fullmatch(key) for key in self.keys)


def look_at(label: str, cells: Sequence[str], more: Sequence[str] = ()) -> Evidence:
    """What do the cells under a label look like?

    Parameters
    ----------
    cells
        A sample of the cells, as text.
    more
        Further cells, only held against those of other columns.

    Examples
    --------
    >>> seen = look_at("Bill date", ["2025-01-03", "2025-01-03", ""])
    >>> seen.looks, seen.filled, seen.distinct, seen.example
    ('date', 2, 1, '2025-01-03')
    >>> look_at("联系电话", ["13800000000"]).example
    '…'
    """
    texts = [_plain(cell) for cell in cells]
    values = _present(texts)
    keys = [*values, *_present(map(_plain, more))]
    known = sorted(set(values))
    looks = _looks(values)
    personal = is_personal(label, values)
    shown = len(known) <= CLOSED_LIST and looks != "date" and not personal
    return Evidence(
        looks=looks,
        filled=len(values),
        distinct=len(known),
        serials=bool(values) and _share(SERIAL, values) >= MOST,
        zoned=bool(values) and _share(ZONED, values) >= MOST,
        personal=personal,
        values=tuple(known) if shown else (),
        keys=frozenset(keys),
        key_cells=len(keys),
        cells=tuple(texts),
        numbers=tuple(map(read_number, texts)) if looks in ("decimal", "whole") else (),
        example=HIDDEN if personal and values else _example(values),
    )


def is_personal(label: str, values: Sequence[str]) -> bool:
    """Are values about people: numbers and addresses to reach them, names, birthdays?

    Examples
    --------
    >>> is_personal("Mobile", []), is_personal("甲", ["王伟", "李秀英"])
    (True, True)
    >>> is_personal("制单人", []), is_personal("城市", ["济南"])
    (True, False)
    """
    key = label_key(label)
    if any(word in key for word in personal_words()) or key.endswith(OUR_PEOPLE):
        return True
    reach = sum(any(form.fullmatch(v) for form in (MAIL, PHONE, CITIZEN)) for v in values)
    chinese = sum(len(v) in NAME_LENGTHS and v[0] in surnames() for v in values)
    # Two capitalised words may be a status or a town, but hardly four different ones in a row.
    spelt = _share(FULL_NAME, values) * len(values) if values else 0.0
    named = chinese > 0 or len(set(values)) >= LEAST_NAMES
    names = (chinese + spelt) * named
    return bool(values) and (reach >= REACHES * len(values) or names >= MOST * len(values))


def read_number(text: str) -> float | None:
    """Which number is probably meant? Good enough to compare columns, never to add up money.

    Examples
    --------
    >>> [read_number(text) for text in ("1,234.50", "(12)", "1.234,56-", "12%", "x")]
    [1234.5, -12.0, -1234.56, 12.0, None]
    """
    if not NUMBER.fullmatch(text):
        return None
    minus = text.startswith(("-", "(")) or text.endswith("-")
    digits = re.sub(r"[^\d.,]", "", text).rstrip(".,")
    if re.search(r",\d{1,2}$", digits) and digits.count(",") == 1:
        digits = digits.replace(".", "").replace(",", ".")
    try:
        value = float(digits.replace(",", ""))
    except ValueError:
        return None
    return -value if minus else value


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip(BLANKS)


def _present(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text.casefold() not in MISSING]


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / len(values)


def _looks(values: Sequence[str]) -> str:
    if not values:
        return "empty"
    said = {value.casefold() for value in values}
    if said <= value_words("yes") | value_words("no") and said != {"1"}:
        return "boolean"
    if _share(DATE, values) >= MOST:
        return "date"
    if _share(NUMBER, values) >= MOST and not any(map(_is_padded, values)):
        return "decimal" if any(FRACTION.search(value) for value in values) else "whole"
    has_digits = any(character.isdigit() for value in values for character in value)
    return "code" if has_digits and _share(CODE, values) >= MOST else "text"


def _is_padded(value: str) -> bool:
    """Whether zeros in front show that the digits are a code and no number."""
    return len(value) > 1 and value[0] == "0" and value.isdigit()


def _example(values: Sequence[str]) -> str:
    text = " ".join(values[0].split()) if values else ""
    return "".join(character for character in text if character.isprintable())[:EXAMPLE_LENGTH]

"""How does a raw value become text, a number, a day or a flag? As expressions of the engine.

Every expression gives NULL where the value is missing or cannot be read; which of the two it was is
asked separately, so that both can be counted. What "missing" is: nothing, blanks, one of the
`MISSING_WORDS`, and of days the ones that systems write where there is none, such as 9999-12-31.
"""

import re
from collections.abc import Callable, Mapping

from dealerml.exports.sql import quote_text
from dealerml.exports.values.characters import bind, is_given, matches, read_word, replace_all
from dealerml.exports.values.clocks import is_clock, read_clock
from dealerml.exports.values.day_styles import FIRST_DATE, LAST_DATE, USUAL_DATE
from dealerml.exports.values.days import is_no_day, read_day
from dealerml.exports.values.flags import read_flag
from dealerml.exports.values.forms import PLAIN, Form
from dealerml.exports.values.ids import is_id
from dealerml.exports.values.moments import number_text
from dealerml.exports.values.numerals import (
    DECIMAL,
    FRACTION_TYPES,
    read_number,
    read_share,
)

__all__ = [
    "DECIMAL",
    "FIRST_DATE",
    "LAST_DATE",
    "USUAL_DATE",
    "clean_text",
    "is_unreadable",
    "read_text",
    "read_value",
]

SMALL_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
# A code has a digit, so that the first word of a name is none: A001, 0000012345, SH-07.
CODE = r"[A-Za-z._/-]*\d(?:[0-9A-Za-z._/-]*[0-9A-Za-z])?"
# "A001 恒达", "[A001]恒达", "A001：恒达", "A001-恒达": code, and the name in one of two groups.
CODE_IN_FRONT = (
    rf"^[(（\[【]?({CODE})(?:(?: *[)）\]】:：|] *| +- +| +)(\S.*)|[-_]([^\x00-\x7f].*))$"
)
CODE_BEHIND = rf"^(.*\S) *[(（\[【]({CODE})[)）\]】]$"
EITHER_BRACKET = {"(": "[(（]", "（": "[(（]", ")": "[)）]", "）": "[)）]"}


def read_text(raw: str, dtype: str, *, is_id: bool = False) -> str:
    """Which text does a raw value hold? NULL where it is empty or a word for "nothing".

    A whole number stored as a fraction, which is what spreadsheets make of ids, loses its ".0".
    """
    if dtype == "VARCHAR":
        return read_word(raw, is_id=is_id)
    if dtype not in FRACTION_TYPES:
        return f"CAST({raw} AS VARCHAR)"
    return f"CASE WHEN NOT isnan({raw}) THEN {number_text(raw, dtype)} END"


def text_kind(name: str) -> str:
    """Is a field of text an id, in which full-width signs are only a way of typing, or a text?"""
    return "id" if is_id(name) else "text"


def read_value(raw: str, dtype: str, kind: str, form: Form = PLAIN, *, scale: int = 4) -> str:
    """Which value of a kind does a raw value hold, written in this form?

    Parameters
    ----------
    kind
        ``text``, ``id`` (text without full-width signs), ``decimal``, ``percent`` (a share),
        ``date``, ``time`` (HH:MM as text) or ``boolean`` (true or false as text).
    scale
        Decimals of a decimal; it has 18 digits in all.
    """
    if kind == "decimal":
        return read_number(raw, dtype, decimal=form.decimal, factor=form.factor, scale=scale)
    if kind == "percent":
        return read_share(raw, dtype, decimal=form.decimal, percent=form.percent)
    if kind == "date":
        return read_day(raw, dtype, order=form.date_order, zone=form.zone)
    if kind == "time":
        return read_clock(raw, dtype, zone=form.zone)
    if kind == "boolean":
        return read_flag(raw, dtype, ticked=form.ticked)
    return read_text(raw, dtype, is_id=kind == "id")


def is_unreadable(raw: str, dtype: str, kind: str, form: Form = PLAIN, *, scale: int = 4) -> str:
    """Is there a value, and yet none of this kind? ``false`` where that cannot be."""
    if kind in ("text", "id") or (dtype, kind) == (USUAL_DATE, "date"):
        return "false"
    if dtype in SMALL_TYPES and (kind, form, scale) == ("decimal", PLAIN, 4):
        return "false"
    value = read_value(raw, dtype, kind, form, scale=scale)
    is_fine = f"{raw} IS NULL OR {value} IS NOT NULL"
    return f"CASE WHEN {is_fine} THEN false ELSE {_says(raw, dtype, kind)} END"


def _says(raw: str, dtype: str, kind: str) -> str:
    """Does a raw value that is none of a kind say anything else than that there is none?"""
    tests = []
    if dtype == "VARCHAR":
        tests.append(is_given(raw))
    elif dtype in FRACTION_TYPES:
        tests.append(f"NOT isnan({raw})")
    if kind in ("date", "time"):
        tests.append(f"NOT {is_no_day(raw, dtype)}")
    if kind == "time":
        days = (read_day(raw, dtype, order=order) for order in ("dmy", "mdy"))
        tests.append(f"NOT {is_clock(raw, dtype)} AND coalesce({', '.join(days)}) IS NULL")
    return " AND ".join(tests) or "true"


def clean_text(text: str, how: Mapping[str, object], values: Mapping[str, str]) -> str:
    """Which text is left once it is cut to what counts, and values are renamed?

    Parameters
    ----------
    how
        ``strip_prefix`` and ``strip_suffix`` (lists of texts), ``strip_decimal`` (12.0 is 12),
        ``code`` and ``without_code`` (of "A001 恒达" the one or the other), ``pad_zeros`` (to so
        many digits).
    values
        What each value is called instead; capitals make no difference.
    """
    for name, step in CLEAN.items():
        if how.get(name):
            text = step(text, how[name])
    if values:
        cases = " ".join(
            f"WHEN lower({quote_text(seen)}) THEN {quote_text(meant)}"
            for seen, meant in values.items()
        )
        text = f"CASE lower({text}) {cases} ELSE {text} END"
    return text


def _strip_prefix(text: str, prefixes: object) -> str:
    for prefix in _texts(prefixes):
        text = replace_all(text, f"^{re.escape(prefix)} *", "")
    return f"nullif({text}, '')"


def _strip_suffix(text: str, suffixes: object) -> str:
    for suffix in _texts(suffixes):
        letters = (EITHER_BRACKET.get(letter, re.escape(letter)) for letter in suffix)
        text = replace_all(text, f" *{''.join(letters)}$", "")
    return f"nullif({text}, '')"


def _texts(asked: object) -> list[str]:
    return [str(text) for text in asked] if isinstance(asked, list) else [str(asked)]


def _strip_decimal(text: str, _: object) -> str:
    return replace_all(text, r"^(\d+)\.0+$", r"\1")


def _take_code(text: str, _: object) -> str:
    """A text without a code is left as it is: it may be one already."""
    return replace_all(replace_all(text, CODE_IN_FRONT, r"\1"), CODE_BEHIND, r"\2")


def _take_name(text: str, _: object) -> str:
    return replace_all(replace_all(text, CODE_IN_FRONT, r"\2\3"), CODE_BEHIND, r"\1")


def _pad_zeros(text: str, width: object) -> str:
    digits = int(str(width))
    short = matches("z", rf"\d{{1,{digits}}}")
    return bind(text, "z", f"CASE WHEN {short} THEN lpad(z, {digits}, '0') ELSE z END")


# In the order in which they are done.
CLEAN: dict[str, Callable[[str, object], str]] = {
    "strip_prefix": _strip_prefix,
    "strip_suffix": _strip_suffix,
    "code": _take_code,
    "without_code": _take_name,
    "strip_decimal": _strip_decimal,
    "pad_zeros": _pad_zeros,
}

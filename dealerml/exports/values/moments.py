"""When was a moment that says how far it is from Greenwich? As expressions of the embedded engine.

The zone in which it is asked for is always said; that of the session never matters.
"""

from dealerml.exports.sql import quote_text
from dealerml.exports.values.characters import matches, replace_all
from dealerml.exports.values.day_styles import CLOCK, MILLISECONDS, OFFSET, SECONDS
from dealerml.exports.values.numerals import FRACTION_TYPES

ZONED = "TIMESTAMP WITH TIME ZONE"


def at_zone(moment: str, zone: str) -> str:
    """Which wall clock time is a moment in a zone? Greenwich where none is given."""
    return f"({moment} AT TIME ZONE {quote_text(zone or 'UTC')})"


def as_moment(text: str) -> str:
    """Which moment is a text with an offset?"""
    return f"TRY_CAST({text} AS {ZONED})"


def has_offset(tidied: str) -> str:
    """Is a tidied text a moment, year first, with its distance from Greenwich?"""
    return matches(tidied, rf"\d{{4}}[-/.]\d\d?[-/.]\d\d?[ t]{CLOCK}{OFFSET}")


def tidy_moment(tidied: str) -> str:
    """The same written as the engine reads it: 2025-01-31 20:00+08:00."""
    text = replace_all(tidied, r"^(\d{4})[-/.](\d\d?)[-/.](\d\d?)[ t]", r"\1-\2-\3 ")
    text = replace_all(text, r" ?(?:utc|gmt)?([+-]\d\d):?(\d\d)$", r"\1:\2")
    text = replace_all(text, r"(:\d\d?(?:[.,]\d+)?) ?(?:utc|gmt)?([+-]\d\d)$", r"\1\2:00")
    text = replace_all(text, " ?(?:z|utc|gmt)$", "+00:00")
    return as_moment(f"replace({text}, ',', '.')")


def counted_moments(text: str) -> list[tuple[str, str]]:
    """Is a number a moment counted from 1970? Pairs of a test and the moment."""
    utc = "(make_timestamp(CAST(left({0}, {1}) AS BIGINT) * {2}) AT TIME ZONE 'UTC')"
    return [
        (matches(text, MILLISECONDS + r"(?:\.0)?"), utc.format(text, 13, 1000)),
        (matches(text, SECONDS + r"(?:\.0)?"), utc.format(text, 10, 1_000_000)),
    ]


def number_text(raw: str, dtype: str) -> str:
    """How is a number written, whole ones without decimals?"""
    text = f"CAST({raw} AS VARCHAR)"
    if dtype not in FRACTION_TYPES:
        return replace_all(text, r"\.0+$", "") if dtype.startswith("DECIMAL") else text
    whole = f"abs({raw}) < 1e15 AND {raw} = trunc({raw})"
    return f"CASE WHEN {whole} THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE {text} END"

"""Which time of day does a raw value hold? As expressions of the embedded engine.

Exports write midnight where only a day was entered, so midnight to the second is no time.
"""

from dealerml.exports.sql import quote_text
from dealerml.exports.values.characters import bind, matches
from dealerml.exports.values.day_styles import (
    AFTERNOON,
    CLOCK,
    FORENOON,
    HALF_DAY,
    OFFSET,
    SERIAL,
    TIME,
)
from dealerml.exports.values.days import tidy_day
from dealerml.exports.values.moments import (
    ZONED,
    at_zone,
    counted_moments,
    has_offset,
    number_text,
    tidy_moment,
)
from dealerml.exports.values.numerals import is_number_type

ENDS_IN_TIME = rf"(?:.*[ t]+)?{TIME}"


def read_clock(raw: str, dtype: str, *, zone: str = "") -> str:
    """Which time of day, as HH:MM, does a raw value hold? NULL at midnight."""
    if dtype == "VARCHAR":
        return bind(tidy_day(raw), "n", _read_tidied("n", zone))
    if is_number_type(dtype):
        return bind(number_text(raw, dtype), "n", _read_count("n", zone))
    if dtype == "TIME":
        return _unless_midnight(raw)
    if dtype == ZONED:
        return _of_moment(at_zone(raw, zone))
    return _of_moment(raw) if dtype.startswith("TIMESTAMP") else "CAST(NULL AS VARCHAR)"


def is_clock(raw: str, dtype: str) -> str:
    """Is a raw value written with a time of day, midnight included?"""
    if dtype == "VARCHAR":
        return matches(tidy_day(raw), ENDS_IN_TIME)
    if is_number_type(dtype):
        return f"({raw} >= 0 AND {raw} < 1)"
    return "true" if dtype == "TIME" else "false"


def _read_tidied(text: str, zone: str) -> str:
    written = f"WHEN {matches(text, ENDS_IN_TIME)} THEN {_written(text)}"
    if zone:
        local = _of_moment(at_zone(tidy_moment(text), zone))
        # A distance from Greenwich behind a day in another order is more than can be told.
        offset = quote_text(rf"{CLOCK} ?{HALF_DAY}?{OFFSET}$")
        unknown = f"WHEN regexp_matches({text}, {offset}) THEN NULL"
        written = f"WHEN {has_offset(text)} THEN {local} {unknown} {written}"
    return f"CASE {written} ELSE {_read_count(text, zone)} END"


def _written(text: str) -> str:
    """The time that a tidied text says, in 24 hours; seconds tell a time from an empty one."""
    hour, minute = (
        rf"CAST(regexp_extract({text}, '(\d\d?):(\d\d?)', {at}) AS INTEGER)" for at in (1, 2)
    )
    hours = (
        f"CASE WHEN {hour} = 12 AND regexp_matches({text}, '{FORENOON}') THEN 0 "
        f"WHEN {hour} < 12 AND regexp_matches({text}, '{AFTERNOON}') THEN {hour} + 12 "
        f"ELSE {hour} % 24 END"
    )
    has_seconds = rf"regexp_matches({text}, ':\d\d?:\d*[1-9]')"
    clock = f"printf('%02d:%02d', {hours}, {minute})"
    return bind(clock, "c", f"CASE WHEN c <> '00:00' OR {has_seconds} THEN c END")


def _read_count(text: str, zone: str) -> str:
    """The time of a day counted by a spreadsheet, whose fraction it is, or of a moment."""
    # A day has 86,400 seconds; rounding to whole ones undoes what binary fractions lose.
    seconds = f"CAST(round((CAST({text} AS DOUBLE) % 1) * 86400) AS INTEGER) % 86400"
    clock = "CASE WHEN s > 0 THEN printf('%02d:%02d', s // 3600, s // 60 % 60) END"
    cases = [(matches(text, rf"0?\.\d+|{SERIAL}"), bind(seconds, "s", clock))]
    if zone:
        cases += [(test, _of_moment(at_zone(when, zone))) for test, when in counted_moments(text)]
    whens = " ".join(f"WHEN {test} THEN {value}" for test, value in cases)
    return f"CASE {whens} END"


def _of_moment(moment: str) -> str:
    return f"CASE WHEN isfinite({moment}) THEN {_unless_midnight(f'CAST({moment} AS TIME)')} END"


def _unless_midnight(time: str) -> str:
    return f"CASE WHEN {time} >= TIME '00:00:01' THEN left(CAST({time} AS VARCHAR), 5) END"

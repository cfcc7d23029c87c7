"""Which day, and which time of day, does a raw value hold? As expressions of the embedded engine.

The usual ways of writing a day are tried on the value as it is; only what is left is tidied and
compared with the long list of others. Days outside 1900 to 2199 are not read.
"""

from collections.abc import Iterable

from dealerml.exports.values.characters import bind, matches, replace_all, tidy_signs
from dealerml.exports.values.day_styles import (
    CLOCK,
    FIRST_DATE,
    FULL_DAYS,
    FULL_MONTHS,
    LAST_DATE,
    MONTHS,
    NAMED_DAYS,
    NAMED_MONTHS,
    NO_DATES,
    NO_DAYS,
    OFFSET,
    ORDERED_DAYS,
    SERIAL,
    SERIAL_START,
    TIME,
    USUAL_DATE,
    WALL_TIME,
    WEEKDAYS,
    YEAR,
)
from dealerml.exports.values.moments import (
    ZONED,
    as_moment,
    at_zone,
    counted_moments,
    has_offset,
    number_text,
    tidy_moment,
)
from dealerml.exports.values.numerals import is_number_type

# Styles that are common enough to be looked for before a value is tidied.
QUICK_DAYS = (
    (rf"({YEAR})[-/.年](\d\d?)[-/.月](\d\d?)日?", r"\1-\2-\3"),
    (rf"({YEAR})(\d\d)(\d\d)", r"\1-\2-\3"),
    (rf"(\d\d?)\.(\d\d?)\.({YEAR})", r"\3-\2-\1"),
)
QUICK_ORDERED = {
    "dmy": ((rf"(\d\d?)[-/](\d\d?)[-/]({YEAR})", r"\3-\2-\1"),),
    "mdy": ((rf"(\d\d?)[-/](\d\d?)[-/]({YEAR})", r"\3-\1-\2"),),
}


def read_day(raw: str, dtype: str, *, order: str = "", zone: str = "") -> str:
    """Which day does a raw value hold? A month stands for its last day.

    Parameters
    ----------
    order
        What 3/4/2025 is: ``dmy`` or ``mdy``; where it is empty, such values are not read.
    zone
        Where the day of a moment is asked for. Without one, a moment with an offset has the day
        that is written, and a count of seconds has none.
    """
    if dtype == USUAL_DATE:
        return raw
    if dtype == "VARCHAR":
        return _read_text(raw, order, zone)
    if is_number_type(dtype):
        return bind(number_text(raw, dtype), "d", _checked(_listed("d", "", zone)))
    if dtype == ZONED:
        return _within(f"CAST({at_zone(raw, zone)} AS DATE)")
    if dtype == "DATE" or dtype.startswith("TIMESTAMP"):
        return _within(raw if dtype == "DATE" else f"TRY_CAST({raw} AS DATE)")
    return "CAST(NULL AS DATE)"


def is_no_day(raw: str, dtype: str) -> str:
    """Does a raw value say that there is no day, such as 0000-00-00 or 9999-12-31?"""
    if dtype == "DATE" or dtype.startswith("TIMESTAMP"):
        return f"(TRY_CAST({raw} AS DATE) IN {NO_DAYS})"
    if is_number_type(dtype):
        return matches(number_text(raw, dtype), NO_DATES)
    return matches(without_time(tidy_day(raw)), NO_DATES) if dtype == "VARCHAR" else "false"


def tidy_day(raw: str) -> str:
    """A day in small letters, half width and single blanks, without the day of the week."""
    text = f"lower(trim({tidy_signs(raw)}))"
    text = replace_all(text, WEEKDAYS, " ", "g")
    text = replace_all(text, " *([年月日]) *", r"\1", "g")
    text = replace_all(text, rf"{MONTHS}[a-z]*\.?", r"\1")
    text = replace_all(text, r"(\d)(?:st|nd|rd|th)\b", r"\1")
    # 8时05分 is 8:05, and a clock may end in a colon then.
    text = replace_all(replace_all(text, "[时点分]", ":", "g"), "[秒’]", "", "g")
    return f"trim({replace_all(text, '日|, +| at | +', ' ', 'g')})"


def without_time(day: str, *, keep_offset: bool = False) -> str:
    """Which part of a tidied moment is its day? The whole, if an offset behind it is kept."""
    return replace_all(day, rf"[ t]+{WALL_TIME if keep_offset else TIME}$", "")


def _read_text(raw: str, order: str, zone: str) -> str:
    """Quick ways first, on the raw value as it is."""
    clock, offset = rf"(?i:[ T]{CLOCK})", "" if zone else f"(?i:{OFFSET})?"
    cases = [
        (matches(raw, rf"{YEAR}-\d\d-\d\d"), f"TRY_CAST({raw} AS DATE)"),
        (f"coalesce({raw}, '') = ''", "NULL"),
        (matches(raw, rf"{YEAR}-\d\d-\d\d{clock}{offset}"), f"TRY_CAST(left({raw}, 10) AS DATE)"),
    ]
    if zone:
        moment = rf"{YEAR}-\d\d-\d\d[ T]{CLOCK}(?:Z|[+-]\d\d:?\d\d)"
        cases.append((matches(raw, moment), f"CAST({at_zone(as_moment(raw), zone)} AS DATE)"))
    styles = [*QUICK_DAYS, *QUICK_ORDERED.get(order, ())]
    cases += _cast(raw, [(f"{pattern}{clock}?", new) for pattern, new in styles])
    cases.append((matches(raw, r"[2-7]\d{4}"), f"{SERIAL_START} + TRY_CAST({raw} AS INTEGER)"))
    return _case(cases, _read_odd(raw, order, zone))


def _read_odd(raw: str, order: str, zone: str) -> str:
    day = _listed("d", order, zone)
    day = bind(without_time("n", keep_offset=bool(zone)), "d", _checked(day))
    if zone:
        local = _checked(f"CAST({at_zone(tidy_moment('n'), zone)} AS DATE)")
        day = _case([(has_offset("n"), local)], day)
    return bind(tidy_day(raw), "n", day)


def _listed(day: str, order: str, zone: str) -> str:
    """The first style of all lists that a tidied day follows."""
    cases = [(matches(day, NO_DATES), "CAST(NULL AS DATE)")]
    cases += _cast(day, (*FULL_DAYS, *ORDERED_DAYS[order]))
    cases += [(test, f"last_day({value})") for test, value in _cast(day, FULL_MONTHS)]
    named = _cast_named(day, NAMED_DAYS)
    named += [(test, f"last_day({value})") for test, value in _cast_named(day, NAMED_MONTHS)]
    cases.append((f"regexp_matches({day}, '[a-z]')", _case(named)))
    serial = f"{SERIAL_START} + CAST(floor(CAST({day} AS DOUBLE)) AS INTEGER)"
    cases.append((matches(day, SERIAL), serial))
    if zone:
        cases += [
            (test, f"CAST({at_zone(when, zone)} AS DATE)") for test, when in counted_moments(day)
        ]
    return _case(cases)


def _cast(day: str, styles: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (matches(day, pattern), f"TRY_CAST({replace_all(day, f'^{pattern}$', new)} AS DATE)")
        for pattern, new in styles
    ]


def _cast_named(day: str, styles: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (
            matches(day, pattern),
            f"CAST(try_strptime({replace_all(day, f'^{pattern}$', new)}, '%d %b %Y') AS DATE)",
        )
        for pattern, new in styles
    ]


def _checked(day: str) -> str:
    return bind(day, "v", _within("v"))


def _within(day: str) -> str:
    return f"CASE WHEN {day} BETWEEN {FIRST_DATE} AND {LAST_DATE} THEN {day} END"


def _case(cases: Iterable[tuple[str, str]], otherwise: str = "NULL") -> str:
    whens = " ".join(f"WHEN {test} THEN {value}" for test, value in cases)
    return f"CASE {whens} ELSE {otherwise} END"

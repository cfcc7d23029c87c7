"""What does each value say about how its column is written? As expressions of the embedded engine.

A probe names the readings that a value leaves open, and gives NULL where it says nothing. How often
each was named is counted for all columns of a file in one scan.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dealerml.exports.values.characters import bind, matches, replace_all
from dealerml.exports.values.day_styles import MILLISECONDS, SECONDS
from dealerml.exports.values.days import tidy_day, without_time
from dealerml.exports.values.flags import ANSWERS, TICKS, tidy_flag
from dealerml.exports.values.moments import number_text
from dealerml.exports.values.numerals import is_number_type, read_share, tidy_number

# From the raw value and its type to what it says.
Probe: TypeAlias = Callable[[str, str], str]
# How often the values of a column said what.
Weights: TypeAlias = dict[str, int]

POINT, COMMA, MAYBE_POINT, MAYBE_COMMA = "point", "comma", "maybe point", "maybe comma"
POINTS_BY_POINT, POINTS_BY_COMMA = "points by point", "points by comma"
SAME, COUNTED, TICK, CROSS, ANSWER = "same", "counted", "tick", "cross", "answer"
# A share above this is one of percent points: rebates and taxes stay below 150 %.
LARGEST_SHARE = "1.5"

# Numbers that are quick to tell: whole ones, and those with the one or two decimals of money.
WHOLE, USUAL = r"-?\d*", r"-?\d+\.\d{1,2}"
# Nothing, a year in full, or as many digits as a day, a month or a count of days has.
YEAR_FIRST = r"(?:\d{4}[-/.年].*|\d{5,8})?"
YEAR_LAST, YEAR_SHORT = r"\d\d?[-/]\d\d?[-/]\d{4}", r"\d\d?[-/.]\d\d?[-/.]\d\d?"
DAY, MONTH = "BETWEEN 1 AND 31", "BETWEEN 1 AND 12"


def weigh(
    rows: Callable[[str], list[tuple[Any, ...]]],
    source_sql: str,
    probes: Mapping[str, tuple[str, ...]],
) -> dict[str, Weights]:
    """What do the values of each column say, and how often? One scan; none without probes.

    Parameters
    ----------
    probes
        Name of a column → the expressions that ask its values.
    """
    asked = [(name, probe) for name, column in probes.items() for probe in column]
    if not asked:
        return {}
    inner = ", ".join(f"{probe} AS p{at}" for at, (_, probe) in enumerate(asked))
    outer = ", ".join(f"histogram(p{at})" for at in range(len(asked)))
    counts = rows(f"SELECT {outer} FROM (SELECT {inner} FROM {source_sql})")[0]
    found: dict[str, Weights] = {name: {} for name in probes}
    for (name, _), counted in zip(asked, counts, strict=True):
        found[name].update(counted or {})
    return found


def probe_mark(raw: str, dtype: str) -> str:
    """Which decimal mark must, or may, a number of text have?"""
    if dtype != "VARCHAR":
        return "NULL"
    bare = replace_all(tidy_number(replace_all(raw, "[%％﹪]", "")), r"^[-+]|e[-+]?\d+$", "", "gi")
    listed = " ".join(
        f"WHEN {matches('n', pattern)} THEN '{says}'" for pattern, says in _mark_patterns()
    )
    return (
        f"CASE WHEN {matches(raw, WHOLE)} THEN NULL WHEN {matches(raw, USUAL)} THEN '{POINT}' "
        f"WHEN {raw} IS NOT NULL THEN {bind(bare, 'n', f'CASE {listed} END')} END"
    )


def _mark_patterns() -> list[tuple[str, str]]:
    patterns = []
    for mark, other, says in ((r"\.", ",", POINT), (",", r"\.", COMMA)):
        head = r"[1-9]\d{0,2}"
        sure = (
            rf"\d+{mark}(\d{{1,2}}|\d{{4,}})|0*{mark}\d+|\d{{4,}}{mark}\d+"
            rf"|{head}({other}\d{{3}})+{mark}\d*|{head}({other}\d{{3}}){{2,}}"
            rf"|{head}([ ']\d{{3}})+{mark}\d+"
        )
        indian = r"|[1-9]\d?(,\d{2})+,\d{3}(\.\d*)?" if mark == r"\." else ""
        patterns.append((sure + indian, says))
    open_ones = ((r"[1-9]\d{0,2}\.\d{3}", MAYBE_POINT), (r"[1-9]\d{0,2},\d{3}", MAYBE_COMMA))
    return [*patterns, *open_ones]


def probe_points(raw: str, dtype: str) -> str:
    """Is a number without a percent sign too large for a share, if its decimals follow a point?"""
    return _probe_points(raw, dtype, ".", POINTS_BY_POINT)


def probe_points_by_comma(raw: str, dtype: str) -> str:
    """The same, if its decimals follow a comma."""
    return _probe_points(raw, dtype, ",", POINTS_BY_COMMA)


def _probe_points(raw: str, dtype: str, decimal: str, says: str) -> str:
    large = f"abs({read_share(raw, dtype, decimal=decimal)}) > {LARGEST_SHARE}"
    signed = f" AND NOT regexp_matches({raw}, '[%％﹪]')" if dtype == "VARCHAR" else ""
    return f"CASE WHEN {large}{signed} THEN '{says}' END"


def probe_order(raw: str, dtype: str) -> str:
    """In which orders can the parts of a day be, where the year does not come first in full?"""
    counted = rf"(?:{SECONDS}|{MILLISECONDS})(?:\.0)?"
    if is_number_type(dtype):
        return f"CASE WHEN {matches(number_text(raw, dtype), counted)} THEN '{COUNTED}' END"
    if dtype != "VARCHAR":
        return "NULL"
    day = bind(without_time(tidy_day(raw)), "d", _order_of("d", counted))
    return f"CASE WHEN {matches(raw, YEAR_FIRST)} THEN NULL WHEN {raw} IS NOT NULL THEN {day} END"


def _order_of(day: str, counted: str) -> str:
    first, second, third = (
        rf"CAST(nullif(regexp_extract({day}, '^(\d+)\D(\d+)\D(\d+)$', {at}), '') AS INTEGER)"
        for at in (1, 2, 3)
    )
    is_dmy, is_mdy = f"{first} {DAY} AND {second} {MONTH}", f"{first} {MONTH} AND {second} {DAY}"
    dotted = f"contains({day}, '.')"
    full = (
        f"CASE WHEN {first} = {second} THEN '{SAME}' "
        f"ELSE {_either({'dmy': is_dmy, 'mdy': is_mdy})} END"
    )
    short = _either(
        {
            "dmy": rf"{is_dmy} AND regexp_matches({day}, '\D\d\d$')",
            "mdy": rf"{is_mdy} AND regexp_matches({day}, '\D\d\d$') AND NOT {dotted}",
            "ymd": rf"{second} {MONTH} AND {third} {DAY} AND regexp_matches({day}, '^\d\d\D')",
        }
    )
    return (
        f"CASE WHEN {matches(day, YEAR_LAST)} THEN {full} "
        f"WHEN {matches(day, YEAR_SHORT)} THEN {short} "
        f"WHEN {matches(day, counted)} THEN '{COUNTED}' END"
    )


def _either(tests: Mapping[str, str]) -> str:
    cases = ", ".join(f"CASE WHEN {test} THEN '{order}' END" for order, test in tests.items())
    return f"nullif(concat_ws(' ', {cases}), '')"


def probe_tick(raw: str, dtype: str) -> str:
    """Is a flag a tick, the letter X, which is a cross beside ticks, or an answer in words?"""
    if dtype != "VARCHAR":
        return "NULL"
    cases = f"WHEN w = 'x' THEN '{CROSS}' WHEN w IN {TICKS} THEN '{TICK}'"
    words = bind(tidy_flag(raw), "w", f"CASE {cases} WHEN w IN {ANSWERS} THEN '{ANSWER}' END")
    return f"CASE WHEN {raw} IS NOT NULL THEN {words} END"


PROBES: dict[str, tuple[Probe, ...]] = {
    "decimal": (probe_mark,),
    "percent": (probe_mark, probe_points, probe_points_by_comma),
    "date": (probe_order,),
    "boolean": (probe_tick,),
}

"""Is a raw value yes or no? As expressions of the embedded engine.

Some systems tick what holds and leave the rest blank; whether a column is of that kind is found by
its evidence, since elsewhere a blank says nothing.
"""

from dealerml.exports.sql import quote_text
from dealerml.exports.values.characters import bind, tidy_text
from dealerml.exports.values.numerals import is_number_type


def _words(*words: str) -> str:
    return "(" + ", ".join(map(quote_text, words)) + ")"


# In small letters. The letter X is a "yes" where it is the only mark of a column.
TICK_MARKS = ("√", "✓", "✔", "☑", "●")
YES_WORDS = ("是", "有", "对", "真", "y", "yes", "t", "true", "1", "1.0", "on")
NO_WORDS = ("否", "无", "没有", "错", "假", "n", "no", "f", "false", "0", "0.0", "off")
CROSSES = ("×", "✗", "✘", "☐", "○")
TICKS, YES, NO = _words(*TICK_MARKS), _words(*YES_WORDS, *TICK_MARKS), _words(*NO_WORDS, *CROSSES)
ANSWERS = _words(*YES_WORDS, *NO_WORDS, *CROSSES)


def read_flag(raw: str, dtype: str, *, ticked: bool = False) -> str:
    """Is a raw value ``true`` or ``false``, as text? NULL where it is neither.

    Parameters
    ----------
    ticked
        Whether the column holds nothing but ticks, so that a blank is a "no".
    """
    if dtype == "BOOLEAN":
        return f"CAST({raw} AS VARCHAR)"
    if is_number_type(dtype):
        return f"CASE {raw} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if dtype != "VARCHAR":
        return "CAST(NULL AS VARCHAR)"
    ticks = "WHEN w = 'x' THEN 'true' WHEN coalesce(w, '') = '' THEN 'false' " if ticked else ""
    body = f"CASE WHEN w IN {YES} THEN 'true' WHEN w IN {NO} THEN 'false' {ticks}END"
    return bind(tidy_flag(raw), "w", body)


def tidy_flag(raw: str) -> str:
    """A flag in small letters, without odd blanks."""
    return f"lower({tidy_text(raw)})"

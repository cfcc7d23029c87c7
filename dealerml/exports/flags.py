"""Is a raw value yes or no? As expressions of the embedded engine.

Some systems tick what holds and leave the rest blank; whether a column is of that kind is found by
its evidence, since elsewhere a blank says nothing.
"""

from dealerml.exports.characters import bind, tidy_text
from dealerml.exports.numerals import is_number_type
from dealerml.exports.sql import quote_text

# In small letters. A cross is a "no" beside ticks, and the letter X a "yes" of its own.
TICKS = ("√", "✓", "✔", "☑", "●", "x")
YES = ("是", "有", "对", "真", "y", "yes", "t", "true", "1", "1.0", "on", "√", "✓", "✔", "☑", "●")
NO = ("否", "无", "没有", "错", "假", "n", "no", "f", "false", "0", "0.0", "off")
CROSSES = ("×", "✗", "✘", "☐", "○")


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
    yes, no = (*YES, *(("x",) if ticked else ())), (*NO, *CROSSES)
    blank = " WHEN coalesce(w, '') = '' THEN 'false'" if ticked else ""
    body = (
        f"CASE WHEN w IN {_words(yes)} THEN 'true' WHEN w IN {_words(no)} THEN 'false'{blank} END"
    )
    return bind(tidy_flag(raw), "w", body)


def tidy_flag(raw: str) -> str:
    """A flag in small letters, without odd blanks."""
    return f"lower({tidy_text(raw)})"


def is_tick(raw: str) -> str:
    """Is a VARCHAR a tick, or the letter X that stands for one?"""
    return f"({tidy_flag(raw)} IN {_words(TICKS)})"


def _words(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(map(quote_text, words)) + ")"

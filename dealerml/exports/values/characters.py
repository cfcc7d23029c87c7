"""Which characters of a raw value count? As expressions of the embedded engine.

Exports bring blanks of every width, marks nobody sees, full-width digits, and words for "nothing".
Values with none of them are the bulk, so each expression asks for the odd ones first and leaves the
rest alone.
"""

import re

from dealerml.exports.sql import quote_text


def _span(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


FULL_WIDTH, HALF_WIDTH = _span("！", "～"), _span("!", "~")
FULL_WIDTH_WORDS = _span("０", "９") + _span("Ａ", "Ｚ") + _span("ａ", "ｚ")
HALF_WIDTH_WORDS = _span("0", "9") + _span("A", "Z") + _span("a", "z")
# Marks that take no room: soft hyphen, zero-width blanks, direction marks, byte order mark.
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
BREAKS = "\r\n\v\f\u0085\u2028\u2029"
BLANKS = "\t\u00a0\u1680\u202f\u205f\u3000" + _span("\u2000", "\u200a")
DASHES = _span("\u2010", "\u2015") + "\u2212\u2500\ufe58\ufe63"

# Words that stand for "nothing" wherever they fill a whole cell. "NA" and "Nan" are not among them:
# North America is a region, and Nan a name. "未知" is not either: unknown is an answer.
MISSING_WORDS = (
    *("", "-", "--", "---", "–", "—", "——", "－", "/", "\\", "\\N", "无", "暂无", "待定", "空"),
    *("(空)", "（空）", "(空白)", "（空白）", "(blank)", "(null)", "<null>", "[NULL]", "-None-"),
    *("N/A", "n/a", "#N/A", "NULL", "Null", "null", "None", "none", "NaN", "nan", "<NA>", "NaT"),
    *("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
)
# In a column of numbers, dates or flags these cannot be anything else either. In small letters.
MISSING_NUMBERS = ("na", "n.a.", "nil", "unknown", "tbd", "tba", "未知", "不详", "不适用", "未定")

# As patterns: to the engine they are quicker to prepare than lists, and no slower to follow.
_WORDS = "|".join(map(re.escape, MISSING_WORDS))
MISSING = quote_text(f" *(?:{_WORDS}) *")
MISSING_ANYWHERE = quote_text(f"(?i)(?:{_WORDS}|{'|'.join(map(re.escape, MISSING_NUMBERS))})")
SPACED = quote_text(f"[{BLANKS}{BREAKS}{UNSEEN}]")
RARE = quote_text(f"[{BLANKS}{BREAKS}{UNSEEN}{FULL_WIDTH_WORDS}]")
RARE_IN_IDS = quote_text(f"[{BLANKS}{BREAKS}{UNSEEN}{FULL_WIDTH}]")
# Of all that is odd the blank is the plain one: at either end it is trimmed, and that is quick.
_ODD = f"^ | $|^(?:{_WORDS})$|"
ODD, ODD_IN_IDS = (quote_text(_ODD)[:-1] + rare[1:] for rare in (RARE, RARE_IN_IDS))


def bind(value: str, name: str, body: str) -> str:
    """How is an expression worked out once and used often? `body` speaks of it by `name`.

    The engine works out repeated parts of a CASE again each time; the one element of a list it
    does not.

    Examples
    --------
    >>> bind("trim(x)", "t", "CASE WHEN t = '' THEN NULL ELSE t END")
    "list_transform([trim(x)], lambda t: CASE WHEN t = '' THEN NULL ELSE t END)[1]"
    """
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def matches(text: str, pattern: str) -> str:
    """Does a whole text follow a pattern?"""
    return f"regexp_full_match({text}, {quote_text(pattern)})"


def replace_all(text: str, pattern: str, new: str, flags: str = "") -> str:
    """Which text is left once what follows a pattern is replaced?"""
    options = f", {quote_text(flags)}" if flags else ""
    return f"regexp_replace({text}, {quote_text(pattern)}, {quote_text(new)}{options})"


def read_word(raw: str, *, is_id: bool = False) -> str:
    """Which text does a VARCHAR hold? NULL where it is empty or a word for "nothing".

    Blanks around it, marks nobody sees and full-width digits and letters go, and a line break
    becomes one blank. In ids full-width brackets and signs go as well; names keep theirs.
    """
    odd, rare = (ODD_IN_IDS, RARE_IN_IDS) if is_id else (ODD, RARE)
    missing = f"WHEN regexp_full_match({{}}, {MISSING}) THEN NULL"
    tidied = bind(_tidy_rare(raw, is_id=is_id), "t", f"CASE {missing.format('t')} ELSE t END")
    cases = f"WHEN regexp_matches({raw}, {rare}) THEN {tidied} {missing.format(raw)}"
    return (
        f"CASE WHEN regexp_matches({raw}, {odd}) THEN CASE {cases} ELSE trim({raw}) END "
        f"ELSE {raw} END"
    )


def tidy_text(raw: str) -> str:
    """Which text is left once odd characters are gone? Not missing, even where it is empty."""
    tidied = _tidy_rare(raw, is_id=False)
    return f"CASE WHEN regexp_matches({raw}, {RARE}) THEN {tidied} ELSE trim({raw}) END"


def _tidy_rare(raw: str, *, is_id: bool) -> str:
    seen = replace_all(raw, f"[{UNSEEN}]+", "", "g")
    lined = replace_all(seen, f"[ {BLANKS}]*[{BREAKS}]+[ {BLANKS}{BREAKS}]*", " ", "g")
    # The ideographic blank stays inside names, where it keeps first and last name apart.
    blanks = replace_all(
        lined, f"[{BLANKS if is_id else BLANKS.replace(chr(0x3000), '')}]", " ", "g"
    )
    spaced = f"CASE WHEN regexp_matches({raw}, {SPACED}) THEN {blanks} ELSE {raw} END"
    if not is_id:
        return f"trim({_translate(spaced, FULL_WIDTH_WORDS, HALF_WIDTH_WORDS)})"
    # Names serve as ids too, and their brackets are all that is full width in them.
    narrow = f"replace(replace({spaced}, '（', '('), '）', ')')"
    return f"trim({_translate(narrow, FULL_WIDTH, HALF_WIDTH, but='（）')})"


def _translate(text: str, full: str, half: str, but: str = "") -> str:
    """Half width for full. The engine is slow at it: only where there is any, `but` aside."""
    asked = quote_text(f"[{''.join(sign for sign in full if sign not in but)}]")
    translated = f"translate({text}, {quote_text(full)}, {quote_text(half)})"
    return f"CASE WHEN regexp_matches({text}, {asked}) THEN {translated} ELSE {text} END"


def tidy_signs(raw: str) -> str:
    """A number or a day with plain blanks, dashes and digits, where it has others."""
    text = _translate(raw, FULL_WIDTH, HALF_WIDTH)
    text = replace_all(text, f"[{UNSEEN}]+", "", "g")
    text = replace_all(text, f"[{BLANKS}{BREAKS}]", " ", "g")
    text = replace_all(text, f"[{DASHES}]", "-", "g")
    odd = quote_text(f"[{FULL_WIDTH}{UNSEEN}{BLANKS}{BREAKS}{DASHES}]")
    return f"CASE WHEN regexp_matches({raw}, {odd}) THEN {text} ELSE {raw} END"


def is_given(raw: str) -> str:
    """Does a VARCHAR say anything, in a column of numbers, dates or flags?"""
    missing = f"regexp_full_match({tidy_text(raw)}, {MISSING_ANYWHERE})"
    return f"NOT coalesce({missing}, true)"

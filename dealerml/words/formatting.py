"""How amounts, shares, counts and dates read in each language."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

UNKNOWN: Final = {"en": "not known", "zh": "未知"}
LIST_COMMA: Final = {"en": ", ", "zh": "、"}
# Largest unit first. Chinese counts in steps of ten thousand, English in steps of a thousand.
MONEY_UNITS: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "K")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
# A hyphen at the start of a cell is read as a formula by spreadsheets; this minus never is.
MINUS: Final = "\u2212"
# Marks that reorder the text around them: a dealer's name must not rearrange a sentence.
_REORDERING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_INVISIBLE: Final = _REORDERING | {"\ufeff"}
# Control characters, line and paragraph breaks, halves of characters, marks that nobody sees.
_DISTURBING: Final = re.compile(
    f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{''.join(sorted(_INVISIBLE))}]"
)
_BREAKS: Final = "\t\r\n\u2028\u2029"


def format_value(value: object, spec: str = "", *, lang: str = "en") -> str:
    """How does one value read in a sentence of this language?

    Parameters
    ----------
    value
        A number, date or text; None, NaN, infinity and NaT read "not known".
    spec
        One of ``SPECS``: money, percent, change, count, number, date, month, or empty for text.

    Examples
    --------
    >>> format_value(1_234_567, "money"), format_value(1_234_567, "money", lang="zh")
    ('1.2 M', '123 万')
    >>> format_value(0.123, "percent"), format_value(-0.042, "change")
    ('12.3 %', '−4.2 %')
    >>> format_value(float("nan"), "money"), format_value(None, "date", lang="zh")
    ('not known', '未知')
    """
    if isinstance(value, (list, tuple)):
        return LIST_COMMA[lang].join(format_value(item, spec, lang=lang) for item in value)
    if is_missing(value):
        return UNKNOWN[lang]
    return SPECS[spec](value, lang)


def is_missing(value: object) -> bool:
    """Is there nothing to show: None, NaN, infinity, NaT or a missing value of pandas?

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), 0, "")]
    [True, True, False, False]
    """
    if value is None:
        return True
    if isinstance(value, str):
        return False
    try:
        return bool(value != value) or value in (float("inf"), float("-inf"))
    except TypeError:  # the missing value of pandas has no truth value
        return True


def clean_text(text: str) -> str:
    r"""What is left of a text from an export once nothing in it can disturb a sentence?

    Line breaks and tabs become spaces; other control characters, marks that reverse the reading
    direction and broken characters are removed.

    Examples
    --------
    >>> clean_text("Hengda\r\nTrading\x00")
    'Hengda Trading'
    """
    kept = _DISTURBING.sub(lambda found: " " if found[0] in _BREAKS else "", text)
    return " ".join(kept.split()) if kept != text else text


def _money(value: object, lang: str) -> str:
    amount = _float(value)
    size = abs(amount)
    for unit, name in MONEY_UNITS[lang]:
        # 999,950 already rounds up to 1.0 M, so the step to a unit lies just below it.
        if size >= unit * _promotion(unit, lang):
            return f"{_signed(amount / unit, 1 if size < 99.95 * unit else 0)} {name}"
    return _signed(amount, 0)


def _promotion(unit: float, lang: str) -> float:
    smaller = [u for u, _ in MONEY_UNITS[lang] if u < unit]
    # Below the smallest unit and above 100 of any other unit whole numbers are shown.
    return 1 - 0.5 * (smaller[0] if smaller else 1.0) / unit


def _percent(value: object, lang: str) -> str:
    return _signed(100 * _float(value), 1) + _PERCENT[lang]


def _change(value: object, lang: str) -> str:
    text = _percent(value, lang)
    return text if text.startswith((MINUS, "0.0")) else f"+{text}"


def _count(value: object, lang: str) -> str:
    return _signed(_float(value), 0)


def _number(value: object, lang: str) -> str:
    number = _float(value)
    size = abs(number)
    if number == 0:
        return "0"
    if size < 1:
        decimals = 1
        while round(size, decimals) < 10.0 ** (1 - decimals) and decimals < 12:
            decimals += 1
        return _signed(number, decimals)
    text = _signed(number, 2 if size < 10 else 1 if size < 100 else 0)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(value: object, lang: str) -> str:
    return _day(value).isoformat()


def _month(value: object, lang: str) -> str:
    day = _day(value)
    return f"{day.year}年{day.month}月" if lang == "zh" else f"{day.year}-{day.month:02d}"


def _text(value: object, lang: str) -> str:
    return clean_text(str(value))


def _day(value: object) -> dt.date:
    # Dates of Python, numpy and pandas all begin with the ISO form when turned into text.
    text = str(value)
    return dt.date.fromisoformat(text[:10] if len(text) >= 10 else f"{text}-01")


def _float(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def _signed(number: float, decimals: int) -> str:
    text = f"{abs(number):,.{decimals}f}"
    is_zero = not text.strip("0.,")
    return text if number >= 0 or is_zero else f"{MINUS}{text}"


_PERCENT: Final = {"en": " %", "zh": "%"}

SPECS: Final[dict[str, Callable[[object, str], str]]] = {
    "": _text,
    "money": _money,
    "percent": _percent,
    "change": _change,
    "count": _count,
    "number": _number,
    "date": _date,
    "month": _month,
}

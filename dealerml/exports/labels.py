"""When do two column labels say the same, and which unit does a label or a title name?"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

REQUIRED_MARK = re.compile(r"\(\s*(?:必填|required)\s*\)")
# What one of the unit is worth in whole money or pieces.
UNITS: Final = {
    **dict.fromkeys(("元", "人民币", "rmb", "cny", "¥", "$", "€"), Decimal(1)),
    **dict.fromkeys(("千元", "千", "thousand", "thousands", "'000", "k"), Decimal(1_000)),
    **dict.fromkeys(("万元", "万", "萬元"), Decimal(10_000)),
    **dict.fromkeys(("百万元", "百万", "million", "millions", "mio"), Decimal(1_000_000)),
    **dict.fromkeys(("亿元", "亿", "億元"), Decimal(100_000_000)),
}
_NAMES = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
BRACKETED_UNIT = re.compile(
    rf"[(\[【]\s*(?:单位[::]?)?\s*(?:人民币|in\s+)?({_NAMES})\s*[)\]】]", re.IGNORECASE
)
TITLE_UNIT = re.compile(
    rf"(?:(?:金额)?单位\s*[::]?|unit\s*:|amounts?\s+in|\bin)\s*(?:人民币|rmb|cny|of)?\s*({_NAMES})(?!\w)",
    re.IGNORECASE,
)
# "Created Time(Created Time)": a report names a column of another module twice.
DOUBLED = re.compile(r"(.+)\(\s*\1\s*\)")
# A dot is kept: some systems tell the column "X.id" (the key) from "X" (the name) by it alone.
NOT_SAID = re.compile(r"[^\w.]|_")


@lru_cache(maxsize=1 << 14)
def normalise_label(label: str) -> str:
    """What is left of a column label once its spelling no longer matters?

    Examples
    --------
    >>> [normalise_label(text) for text in ("Customer ID", "customer_id", "＊客户名称（必填）")]
    ['customerid', 'customerid', '客户名称']
    >>> normalise_label("Account Name.id")
    'accountname.id'
    >>> [normalise_label(text) for text in ("金额（万元）", "Created Time(Created Time)")]
    ['金额', 'createdtime']
    """
    text = BRACKETED_UNIT.sub("", REQUIRED_MARK.sub("", _plain(label)))
    doubled = DOUBLED.fullmatch(text.strip())
    return NOT_SAID.sub("", doubled[1] if doubled else text)


def label_factor(label: str) -> Decimal | None:
    """By what must amounts under a label be multiplied? None where it names no unit.

    Examples
    --------
    >>> label_factor("金额（万元）"), label_factor("金额(元)"), label_factor("金额")
    (Decimal('10000'), Decimal('1'), None)
    """
    found = BRACKETED_UNIT.search(_plain(label))
    return UNITS[found[1]] if found else None


def title_factor(title: str) -> Decimal | None:
    """By what must amounts below a title be multiplied? None where it names no unit.

    Examples
    --------
    >>> title_factor("销售明细表　单位：万元"), title_factor("Sales 2025")
    (Decimal('10000'), None)
    """
    found = TITLE_UNIT.search(_plain(title))
    return UNITS[found[1]] if found else None


def _plain(label: str) -> str:
    return unicodedata.normalize("NFKC", label).casefold()


def unique_labels(cells: list[str]) -> tuple[str, ...]:
    """Which names do the columns under these header cells get?

    Blank cells are named by position and repeated ones numbered; engines do not tell upper from
    lower case, so neither does this.

    Examples
    --------
    >>> unique_labels(["Amount", "", "amount"])
    ('Amount', 'column 2', 'amount (2)')
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        base = cell.replace("\0", "").strip(" \t\ufeff") or f"column {position}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)

"""When do two column labels say the same? Case, spaces, width and required marks do not count."""

import re
import unicodedata

REQUIRED_MARK = re.compile(r"\(\s*(?:必填|required)\s*\)")
# A dot is kept: some systems tell the column "X.id" (the key) from "X" (the name) by it alone.
NOT_SAID = re.compile(r"[^\w.]|_")


def normalise_label(label: str) -> str:
    """What is left of a column label once its spelling no longer matters?

    Examples
    --------
    >>> [normalise_label(text) for text in ("Customer ID", "customer_id", "＊客户名称（必填）")]
    ['customerid', 'customerid', '客户名称']
    >>> normalise_label("Account Name.id")
    'accountname.id'
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    return NOT_SAID.sub("", REQUIRED_MARK.sub("", text))


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

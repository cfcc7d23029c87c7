"""Where every row and every cent of an export went, added up over its files."""

from decimal import Decimal
from typing import Final

import pandas as pd

from dealerml.exports import Ingest
from dealerml.exports.narration import exact
from dealerml.review.page import Table, name_table

LONGEST: Final = 56  # characters of an example
COLUMNS: Final = ("table", "outcome", "rule", "line_kind", "rows", "exact_amount", "example")


def sum_outcomes(ingest: Ingest) -> pd.DataFrame:
    """What became of the rows of all files together? Each file alone is in ``review.json``.

    Returns
    -------
    One row per table, outcome and rule, order lines first: ``table``, ``outcome`` (kept or
    set_aside), ``rule``, ``line_kind``, ``rows``, ``exact_amount`` (text to the cent; empty where
    rows carry none) and ``example``, the first such row.
    """
    rows: dict[tuple[str, ...], int] = {}
    amounts: dict[tuple[str, ...], Decimal] = {}
    examples: dict[tuple[str, ...], str] = {}
    for file in ingest.files:
        for count in file.counts:
            outcome = "set_aside" if count.set_aside else "kept"
            key = (file.table, outcome, count.rule, count.line_kind)
            rows[key] = rows.get(key, 0) + count.rows
            amounts[key] = amounts.get(key, Decimal(0)) + count.amount
            if count.example:
                examples.setdefault(key, f"{file.name} #{count.row}: {count.example}")
    order = sorted(rows, key=lambda key: (key[0] != "order_lines", key))
    found = [(*k, rows[k], _amount(amounts[k]), examples.get(k, "")) for k in order]
    return pd.DataFrame(found, columns=list(COLUMNS))


def name_outcomes(ingest: Ingest, lang: str = "en") -> Table:
    """The same with its labels and codes by name, for a person to read."""
    table = sum_outcomes(ingest)
    texts = [text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in table["example"]]
    table = table.assign(example=pd.Series(texts, dtype="str"))
    return name_table(table, COLUMNS, name="ingest", lang=lang)


def _amount(amount: Decimal) -> str:
    return exact(amount) if amount else ""

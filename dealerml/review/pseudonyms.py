"""Dealers under codes, for sharing a review outside the company."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from dealerml.errors import ReviewError
from dealerml.tables import SCHEMAS, Tables, make_tables

if TYPE_CHECKING:
    import pyarrow as pa

# Columns that hold a dealer's id, become its code; those that tell who it is are left out.
IDS: Final = ("dealer_id", "parent_id", "successor_id")
NAMES: Final = ("dealer_name",)
TELLING: Final = ("dealer_code", "tax_number", "city", "note", "comment", "outlet_id")
LEFT_OUT: Final = ("dealer_links",)
DIGITS, SHORTEST_SECRET = 12, 8


def hide_dealers(tables: Tables, secret: str) -> Tables:
    """The same tables with a code instead of every dealer's id and name.

    The code is the same for the same dealer and secret, so that reviews of several quarters fit
    together, and cannot be turned back without the secret. Free texts, tax numbers, cities and
    codes of other systems are left out, and where rows of the export went is not carried along, as
    its examples name dealers. Our own employees stay.

    Raises
    ------
    ReviewError
        If the secret has fewer than eight characters: names could be found by trying.
    """
    if len(secret) < SHORTEST_SECRET:
        message = (
            f"The secret for codes has {len(secret)} characters; take {SHORTEST_SECRET} or more, "
            "and the same one each time."
        )
        raise ReviewError(message)
    frames = {}
    for name in SCHEMAS:
        frame = tables.table(name)
        if frame is not None and name not in LEFT_OUT:
            columns = [c for c in SCHEMAS[name] if f"{name}.{c}" in tables.supplied]
            frames[name] = _hide(frame.select(*columns).collect("pyarrow").to_native(), secret)
    return make_tables(**frames)


def make_code(dealer_id: str, secret: str) -> str:
    """Which code stands for a dealer?

    Examples
    --------
    >>> make_code("D0001", "a long secret") == make_code("D0001", "a long secret")
    True
    """
    digest = hmac.new(secret.encode(), dealer_id.encode(), hashlib.sha256).hexdigest()
    return f"P{digest[:DIGITS].upper()}"


def _hide(table: "pa.Table", secret: str) -> "pa.Table":
    kept = [name for name in table.column_names if name not in TELLING]
    table = table.select(kept)
    ids = {name: table.column(name).to_pylist() for name in kept if name in IDS}
    # Names are hidden by the id beside them, so that both become one code.
    ids |= {name: ids["dealer_id"] for name in kept if name in NAMES}
    for name, values in ids.items():
        table = _replace(table, name, values, secret)
    return table


def _replace(table: "pa.Table", name: str, ids: Iterable[Any], secret: str) -> "pa.Table":
    import pyarrow as pa

    known: dict[str, str] = {}
    codes = [
        None if each is None else known.setdefault(each, make_code(each, secret)) for each in ids
    ]
    return table.set_column(table.column_names.index(name), name, pa.array(codes, pa.string()))

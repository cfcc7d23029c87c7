"""Old dealer codes and the ones that continue them."""

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from dealerml.errors import TableError
from dealerml.tables.engine import Lazy


def rename_dealers(frame: Lazy, successors: Mapping[str, str]) -> Lazy:
    """The same rows with every old dealer code replaced by the code that continues it."""
    if not successors:
        return frame
    old, new = zip(*sorted(successors.items()), strict=True)
    renamed = nw.col("dealer_id").replace_strict(old, new, default=nw.col("dealer_id"))
    return frame.with_columns(dealer_id=renamed)


def follow_successors(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Where do chains A → B → C end? A ring has no end and is refused.

    Examples
    --------
    >>> chain = [("A", "B"), ("B", "C")]
    >>> follow_successors({"dealer_id": old, "successor_id": new} for old, new in chain)
    {'A': 'C', 'B': 'C'}
    """
    step = {row["dealer_id"]: row["successor_id"] for row in rows}
    final = {}
    for start in sorted(step):
        seen, code = {start}, step[start]
        while code in step:
            if code in seen:
                message = (
                    f"successors: the codes {', '.join(sorted(seen))} succeed one another in a "
                    "ring. Remove the row that points back."
                )
                raise TableError(message)
            seen.add(code)
            code = step[code]
        final[start] = code
    return final

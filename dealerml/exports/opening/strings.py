"""How much text do the cells of a workbook share? A reader copies it for each of them."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from dealerml.exports.opening.grid import PREFIXED, refuse_declarations, whole_tags

if TYPE_CHECKING:
    import numpy as np

    Lengths: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

# A cell with a plain number as its value, and what says that it is no shared text.
VALUE = re.compile(
    rb"<c\b([^<>]*)>\s*(?:<f\b[^<>]*(?:/>|>[^<]*</f>)\s*)?<v\b[^<>]*>\s*\+?(\d+)\s*<"
)
STRING = re.compile(rb"<si[\s/>]")
ANY_VALUE = re.compile(rb"<(?:[\w.-]+:)?v\b")
NO_SHARED = re.compile(rb"^(?:(?!\st\s*=).)*$|\st=\"n\"", re.DOTALL)


def measure_strings(chunks: Iterable[bytes], name: str) -> "Lengths":
    """How many bytes of the list of shared texts does each of them take?"""
    import numpy as np

    starts: list[int] = []
    offset = 0
    for block in whole_tags(chunks, name):
        refuse_declarations(block, name)
        plain = PREFIXED.sub(rb"\1", block) if b":si" in block else block
        starts.extend(offset + found.start() for found in STRING.finditer(plain))
        offset += len(plain)
    ends: Lengths = np.array([*starts[1:], offset], dtype=np.int64)
    return ends[: len(starts)] - np.array(starts, dtype=np.int64)


def shared_text(chunks: Iterable[bytes], lengths: "Lengths", name: str) -> int:
    """How many bytes of shared text do the cells of a sheet hold, at most?

    Cells written in an unusual way are counted as the longest text there is.
    """
    import numpy as np

    longest = int(lengths.max()) if len(lengths) else 0
    total = 0
    for block in whole_tags(chunks, name, cut=b"<c"):
        found = VALUE.findall(block)
        at = np.array([int(n) for how, n in found if not NO_SHARED.search(how)], dtype=float)
        total += int(lengths[at[at < len(lengths)].astype(int)].sum())
        total += longest * (len(ANY_VALUE.findall(block)) - len(found))
    return total

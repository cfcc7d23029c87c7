"""Every item of the checklist of dirt, and which of them may fall on one export together."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.exports import dirty_files, dirty_layouts, dirty_meaning, dirty_values
from tests.exports.clean import Export, clean_export

# In the order in which dirt falls: what is sold, how cells are written, rows, and the file.
LEVELS = {
    "meaning": dirty_meaning.ITEMS,
    "values": dirty_values.ITEMS,
    "layout": dirty_layouts.ITEMS,
    "file": dirty_files.ITEMS,
}


@dataclass(frozen=True)
class Dirt:
    """One item: its number and words, where it falls, what it changes, and how."""

    name: str
    level: str
    touches: frozenset[str]
    make: Callable[[Export], Export]


DIRT: dict[str, Dirt] = {
    name: Dirt(name, level, frozenset(touches.split()), make)
    for level, items in LEVELS.items()
    for name, (touches, make) in items.items()
}


def soil(*names: str) -> Export:
    """The clean export with this dirt on it."""
    export = clean_export()
    for level in LEVELS:
        for name in names:
            if DIRT[name].level == level:
                export = DIRT[name].make(export)
    return export


def fits(one: Dirt, other: Dirt) -> bool:
    """Can two items fall on one export? What one of them changes, the other must leave alone."""
    if "all" in one.touches | other.touches:
        return False
    return not (one.touches & other.touches)


def pick_pairs(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """So many pairs by chance, each item about equally often."""
    chance = random.Random(seed)
    pairs: dict[tuple[str, str], None] = {}
    names = sorted(DIRT)
    while len(pairs) < count:
        one, other = sorted(chance.sample(names, 2))
        if fits(DIRT[one], DIRT[other]):
            pairs[one, other] = None
    return list(pairs)

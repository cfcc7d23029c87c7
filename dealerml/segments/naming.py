"""What segments are called: by what sets them apart from the middle dealer."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from dealerml.words import Sentence

# Axis → word for the top third, the middle and the bottom third of dealers.
LEVELS = {
    "size": ("large", "medium", "small"),
    "rhythm": ("frequent", "regular", "rare"),
    "breadth": ("broad", "mixed", "narrow"),
}
THIRDS = (2 / 3, 1 / 3)
MIDDLE = 1


def name_segments(medians: pd.DataFrame, behaviour: pd.DataFrame) -> list[str]:
    """What is each segment called?

    The size always, rhythm and breadth where they are distinctive: the segment's middle dealer
    belongs to the top or the bottom third of all dealers. Names are always distinct: segments
    that are alike in all three words are numbered in their order.

    Parameters
    ----------
    medians
        One row per segment in its final order; columns are axes.
    behaviour
        The same axes for every dealer.

    Examples
    --------
    >>> behaviour = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "rhythm": [5.0, 5.0, 5.0, 9.0]})
    >>> medians = pd.DataFrame({"size": [4.0, 1.5, 1.0], "rhythm": [9.0, 5.0, 5.0]})
    >>> name_segments(medians, behaviour)
    ['large_frequent', 'small_1', 'small_2']
    """
    names = [_name(row, behaviour) for _, row in medians.iterrows()]
    times, seen = Counter(names), Counter[str]()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(f"{name}_{seen[name]}" if times[name] > 1 else name)
    return distinct


def describe_segment(code: str) -> Sentence:
    """How is a segment called in a sentence?

    Examples
    --------
    >>> describe_segment("large_frequent").text, describe_segment("small_rare_2").text
    ('Large · frequent', 'Small · rare (2)')
    >>> describe_segment("large_frequent").text_in("zh")
    '大户·高频'
    """
    words = code.split("_")
    number = words.pop() if words[-1].isdigit() else None
    named = _joined([Sentence(f"segments.level.{word}") for word in words])
    if number is None:
        return named
    return Sentence("segments.level_numbered", {"name": named, "number": number})


def _name(median: pd.Series, behaviour: pd.DataFrame) -> str:
    words = []
    for axis, levels in LEVELS.items():
        if axis not in median.index:
            continue
        level = _level(float(median[axis]), behaviour[axis])
        if axis == "size" or level != MIDDLE:
            words.append(levels[level])
    return "_".join(words) or "medium"


def _level(value: float, values: pd.Series) -> int:
    high, low = (float(values.quantile(third)) for third in THIRDS)
    if value > float(values.median()) and value >= high:
        return 0
    return 2 if value < float(values.median()) and value <= low else MIDDLE


def _joined(words: Sequence[Sentence]) -> Sentence:
    head = words[0]
    for word in words[1:]:
        head = Sentence("segments.level_and", {"first": head, "then": word})
    return head

"""What segments are called: by what sets them apart from the middle dealer."""

from collections import Counter

import pandas as pd

from dealerml.words import Sentence

# Axis → (quantile of all dealers, word) from the top; a segment takes the first it reaches.
SIZES = ((0.9, "top"), (2 / 3, "large"), (1 / 3, "medium"), (0.1, "small"), (0.0, "tiny"))
RHYTHMS = ("frequent", "regular", "rare")
# Said only where they are not what the size leads one to expect.
SURPRISES = {"order": ("heavy", "usual", "light"), "breadth": ("broad", "mixed", "narrow")}
EXPECTED = {"top": 0, "large": 0, "medium": 1, "small": 2, "tiny": 2}
HIGH, LOW = 2 / 3, 1 / 3


def name_segments(medians: pd.DataFrame, behaviour: pd.DataFrame) -> list[str]:
    """What is each segment called?

    By its middle dealer's place among all dealers: the size (top tenth, upper third, middle, lower
    third, lowest tenth), the rhythm (upper third, middle, lower third), and the size of orders and
    the range only where they are not as large or small as the dealer itself. Segments that are
    alike in all words are numbered in their order, so names are always distinct.

    Parameters
    ----------
    medians
        One row per segment in its final order; columns are the axes of ``read_behaviour``.
    behaviour
        The same for every dealer.

    Examples
    --------
    >>> behaviour = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "rhythm": [5.0, 5.0, 5.0, 9.0]})
    >>> medians = pd.DataFrame({"size": [4.0, 1.9, 1.8], "rhythm": [9.0, 5.0, 5.0]})
    >>> name_segments(medians, behaviour)
    ['top_frequent', 'small_regular_1', 'small_regular_2']
    """
    names = [_name(row, behaviour) for _, row in medians.iterrows()]
    times, seen = Counter(names), Counter[str]()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(f"{name}_{seen[name]}" if times[name] > 1 else name)
    return distinct


def is_numbered(code: str) -> bool:
    """Did words alone not tell this segment from another?"""
    return code.rpartition("_")[2].isdigit()


def describe_segment(code: str) -> Sentence:
    """How is a segment called in a sentence?

    Examples
    --------
    >>> describe_segment("large_frequent").text, describe_segment("small_rare_heavy_2").text
    ('Large · frequent', 'Small · rare · large orders (2)')
    >>> describe_segment("large_frequent").text_in("zh")
    '大户·高频'
    """
    words = code.split("_")
    number = words.pop() if is_numbered(code) else None
    named = Sentence(f"segments.level.{words[0]}")
    for word in words[1:]:
        then = Sentence(f"segments.level.{word}")
        named = Sentence("segments.level_and", {"first": named, "then": then})
    if number is None:
        return named
    return Sentence("segments.level_numbered", {"name": named, "number": number})


def _name(median: pd.Series, behaviour: pd.DataFrame) -> str:
    size = _size(float(median["size"]), behaviour["size"])
    words = [size, RHYTHMS[_level(float(median["rhythm"]), behaviour["rhythm"])]]
    for axis, levels in SURPRISES.items():
        if axis in median.index and behaviour[axis].notna().any():
            level = _level(float(median[axis]), behaviour[axis])
            # One step up or down counts only towards the far side of the middle.
            if level != EXPECTED[size] and level != 1:
                words.append(levels[level])
    return "_".join(words)


def _size(value: float, sizes: pd.Series) -> str:
    reached = (word for start, word in SIZES if value >= float(sizes.quantile(start)))
    return next(reached, SIZES[-1][1])


def _level(value: float, values: pd.Series) -> int:
    high, middle, low = (float(values.quantile(part)) for part in (HIGH, 0.5, LOW))
    if value >= high and value > middle:
        return 0
    return 2 if value <= low and value < middle else 1

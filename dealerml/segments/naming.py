"""What segments are called: by what sets them apart from the middle dealer."""

from collections import Counter

import pandas as pd

from dealerml.words import ColumnName, Sentence, has_entry

# Axis → (quantile of all dealers, word) from the top; a segment takes the first it reaches.
SIZES = ((0.9, "top"), (2 / 3, "large"), (1 / 3, "medium"), (0.1, "small"), (0.0, "tiny"))
RHYTHMS = ("frequent", "regular", "rare")
# Said only where they are not what the size leads one to expect.
SURPRISES = {"order": ("heavy", "usual", "light"), "breadth": ("broad", "mixed", "narrow")}
EXPECTED = {"top": 0, "large": 0, "medium": 1, "small": 2, "tiny": 2}
HIGH, LOW = 2 / 3, 1 / 3
DISTINCTIVE, STANDS_OUT, JOINED = 2, 0.1, "+"


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
    return _distinct([_name(row, behaviour) for _, row in medians.iterrows()])


def name_by_columns(medians: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    """What is each segment called by the features it was learnt from?

    By the two features, or the one, in which its middle dealer stands furthest from the middle of
    all dealers. Features of which that is less than a tenth of the dealers are not named.

    Parameters
    ----------
    medians
        One row per segment in its final order; columns are features.
    points
        The same for every dealer.

    Returns
    -------
    Codes such as ``high:recency_days+low:margin_share_365d``; ``middle`` where nothing stands out.

    Examples
    --------
    >>> points = pd.DataFrame({"recency_days": range(1, 11), "hours": [3.0] * 10})
    >>> name_by_columns(pd.DataFrame({"recency_days": [9, 5.5], "hours": [3.0, 3.0]}), points)
    ['high:recency_days', 'middle']
    """
    names = []
    for _, row in medians.iterrows():
        places = {column: _place(float(row[column]), points[column]) for column in medians.columns}
        # A stable sort: of equally distinctive features the one that was given first.
        far = sorted(places, key=lambda column: -abs(places[column]))[:DISTINCTIVE]
        said = [
            f"{'high' if places[column] > 0 else 'low'}:{column}"
            for column in far
            if abs(places[column]) >= STANDS_OUT
        ]
        names.append(JOINED.join(said) or "middle")
    return _distinct(names)


def is_numbered(code: str) -> bool:
    """Did words alone not tell this segment from another?"""
    return code.rpartition(numbered_by(code))[2].isdigit()


def describe_segment(code: str) -> Sentence:
    """How is a segment called in a sentence?

    Examples
    --------
    >>> describe_segment("large_frequent").text, describe_segment("small_rare_heavy_2").text
    ('Large · frequent', 'Small · rare · large orders (2)')
    >>> describe_segment("large_frequent").text_in("zh")
    '大户·高频'
    >>> describe_segment("high:recency_days").text
    'High: Days since the last order'
    >>> describe_segment("核心大户").text
    '核心大户'
    """
    given, number = code, None
    if is_numbered(code):
        code, _, number = code.rpartition(numbered_by(code))
    first, *others = _words(code)
    if first is None or None in others:
        return Sentence("segments.level_given", {"name": given})
    named = first
    for then in others:
        named = Sentence("segments.level_and", {"first": named, "then": then})
    if number is None:
        return named
    return Sentence("segments.level_numbered", {"name": named, "number": number})


def _words(code: str) -> list[Sentence | None]:
    """What each part of a code says; None where it is none of ours but a name that was given."""
    if ":" not in code:
        keys = (f"segments.level.{word}" for word in code.split("_"))
        return [Sentence(key) if has_entry(key) else None for key in keys]
    parts = (part.partition(":") for part in code.split(JOINED))
    return [
        Sentence(f"segments.level_{level}", {"column": ColumnName(column)})
        if has_entry(f"segments.level_{level}") and has_entry(f"features.column.{column}")
        else None
        for level, _, column in parts
    ]


def numbered_by(code: str) -> str:
    """What stands between a name and its number?"""
    # Names of features have underlines of their own.
    return "#" if ":" in code else "_"


def _distinct(names: list[str]) -> list[str]:
    times, seen = Counter(names), Counter[str]()
    distinct = []
    for name in names:
        seen[name] += 1
        number = f"{numbered_by(name)}{seen[name]}" if times[name] > 1 else ""
        distinct.append(f"{name}{number}")
    return distinct


def _place(value: float, values: pd.Series) -> float:
    """How many more of the dealers are below a value than above it, from -1/2 to 1/2?"""
    known = values.dropna()
    return float((known < value).mean() - (known > value).mean()) / 2 if len(known) else 0.0


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

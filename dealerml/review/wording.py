"""Which sentences of a result stand in the body of the report, and which only at its foot."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from dealerml.words import Sentence, Spoken

FIRST_WIDE: Final = "\u2e80"  # from here on a character takes two places
# A line breaks at spaces and between Chinese characters, but never before a closing mark.
PIECE: Final = re.compile(r"[^\s\u2e80-\uffff]+\s*|[\u2e80-\uffff][，。、；：？！）」』》]*\s*")
BETWEEN: Final = {"en": " ", "zh": ""}
# How well something was measured: for the analyst, not for the sales director.
METHOD: Final = frozenset(
    {
        "churn.return_assumed",
        "churn.return_measured",
        "churn.uncalibrated",
        "growth.forecast_coverage",
        "growth.forecast_trial",
        "growth.forecast_trial_naive",
        "growth.forecast_weighed",
        "growth.forecast_wide",
        "segments.segments_stable",
    }
)
# How the period went is told once, at the top.
FIRST: Final = frozenset(
    {
        "growth.period_before_data",
        "growth.period_last_year",
        "growth.period_last_year_not_positive",
        "growth.period_no_last_year",
        "growth.period_partly_covered",
        "growth.period_previous",
        "growth.period_total",
    }
)


def first_words(sales: Spoken) -> tuple[Sentence, ...]:
    """How did the period go, as the report begins?"""
    return tuple(sentence for sentence in sales.said if sentence.key in FIRST)


def body_text(result: Spoken, lang: str) -> str:
    """What does a result say to somebody who has no interest in methods?"""
    return join_sentences(result.said, lang, keep=lambda key: key not in METHOD | FIRST)


def method_text(result: Spoken, lang: str) -> str:
    """What does a result say about how well it was measured?"""
    return join_sentences(result.said, lang, keep=lambda key: key in METHOD)


def join_sentences(
    said: Iterable[Sentence], lang: str, *, keep: Callable[[str], bool] = bool
) -> str:
    """How do sentences read as a paragraph?

    Parameters
    ----------
    keep
        Called with the key of each; all where not given.

    Examples
    --------
    >>> join_sentences([Sentence("common.dealers", {"n": n}) for n in (1, 2)], "en")
    '1 dealers 2 dealers'
    """
    return BETWEEN[lang].join(sentence.text_in(lang) for sentence in said if keep(sentence.key))


def interval_text(value: float, low: float, high: float) -> str:
    """How does a figure read with its interval? Empty where it is not known.

    Examples
    --------
    >>> interval_text(0.5, 0.41, 0.58)
    '0.500 (0.410–0.580)'
    """
    return "" if value != value else f"{value:.3f} ({low:.3f}–{high:.3f})"


def text_width(text: str) -> int:
    """How many places does a text take? A Chinese character takes two.

    Examples
    --------
    >>> text_width("Hengda"), text_width("恒达")
    (6, 4)
    """
    return sum(1 + (character >= FIRST_WIDE) for character in text)


def fold_text(text: str, places: int) -> str:
    r"""How does a text stand on lines of so many places?

    Examples
    --------
    >>> fold_text("Stopped dealers cost most", 16)
    'Stopped dealers\ncost most'
    >>> fold_text("停单影响最大，增长贡献其次", 14)
    '停单影响最大，\n增长贡献其次'
    """
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and text_width(lines[-1] + piece.rstrip()) > places:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)

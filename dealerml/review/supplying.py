"""What to supply, where a block of the leading pages has nothing to show."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.words import say

if TYPE_CHECKING:
    from dealerml.review.run import Review


def say_supply(review: "Review", block: str, lang: str) -> str:
    """What has the export to hold, so that this block can be shown? Nothing where it is shown.

    Parameters
    ----------
    block
        ``regions``, ``owners`` or ``categories``.
    """
    return "" if KNOWN[block](review) else say(f"review.supply.{block}", lang)


def _any(values: pd.Series) -> bool:
    return bool((values.fillna("").astype("str") != "").any())


def _has_categories(review: "Review") -> bool:
    mix = review.background.mix
    return len(mix) > 0 and _any(mix["category"])


KNOWN: Final[dict[str, Callable[["Review"], bool]]] = {
    "regions": lambda review: _any(review.dealers["region"]),
    "owners": lambda review: _any(review.dealers["owner"]),
    "categories": _has_categories,
}

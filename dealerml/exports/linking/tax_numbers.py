"""Which tax numbers can be believed: the 18 characters of the 统一社会信用代码."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# GB 32100-2015: 31 characters (no I, O, S, V, Z), each worth its place here; the first two name the
# register and kind, six digits the region, nine characters the organisation, the last is the check.
CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE: Final[Mapping[str, int]] = {character: n for n, character in enumerate(CHARACTERS)}
SHAPE: Final = re.compile(rf"[1-9A-Y][{CHARACTERS}]\d{{6}}[{CHARACTERS}]{{10}}")
WEIGHTS: Final = tuple(pow(3, place, len(CHARACTERS)) for place in range(17))


def normalise_tax_number(text: str) -> str:
    """Which unified social credit code does a cell hold; empty where it holds none that is valid?

    Blanks, hyphens, width and case do not count. A code whose check character is wrong was mistyped
    and is no evidence of anything, and neither is a number of another kind: it has no check.

    Examples
    --------
    >>> normalise_tax_number("９１３５０１００Ｍ０００１００Ｙ４３")
    '91350100M000100Y43'
    >>> normalise_tax_number("91350100M000100Y44"), normalise_tax_number("无")
    ('', '')
    """
    code = re.sub(r"[\s'-]", "", unicodedata.normalize("NFKC", text)).upper()
    return code if SHAPE.fullmatch(code) and code[-1] == check_character(code[:17]) else ""


def check_character(code: str) -> str:
    """Which character ends a code that begins with these seventeen?

    Examples
    --------
    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(VALUE[character] * weight for character, weight in zip(code, WEIGHTS, strict=True))
    return CHARACTERS[-total % len(CHARACTERS)]

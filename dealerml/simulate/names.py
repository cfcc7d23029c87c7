"""What the dealers are called: Chinese and English, plain and troublesome."""

from typing import Final

import numpy as np

from dealerml.simulate.draws import Ints, draw_flag
from dealerml.simulate.places import CITY_NAMES

ENGLISH_PER_MILLE: Final = 120

# The names that break careless software come first: rare glyphs, commas, quotes, formulas.
TROUBLESOME: Final = (
    ("上海", "上海恒达建材有限公司"),
    ("杭州", "杭州王喆贸易有限公司"),
    ("广州", "Smith, Brown & Sons (Guangzhou) Ltd."),
    ("深圳", '"Best Tile" Trading Co., Ltd.'),
    ("武汉", "=HYPERLINK Trading"),
    ("成都", "@Home Building Supplies"),
    ("北京", "北京O'Neil装饰材料有限公司"),
)
FIRST: Final = "恒鑫宏瑞华盛永嘉泰顺金隆丰润安信远东德昌祥和"
SECOND: Final = "达源发通利兴旺成茂腾辉凯宇泽诚邦博创佳美瑜晟"
TRADES: Final = ("建材", "装饰材料", "五金", "贸易", "建筑材料")
ENGLISH_FIRST: Final = ("Pacific", "Golden", "North Star", "Evergreen", "Harbour", "Summit", "Jade")
ENGLISH_SECOND: Final = ("Building Materials", "Tiles", "Coatings", "Hardware", "Home Supplies")
ENGLISH_FORM: Final = ("Co., Ltd.", "Trading", "& Partners", "Group, Inc.")


def invent_names(rng: np.random.Generator, cities: Ints) -> list[str]:
    """What is each dealer called, given its city?

    Parameters
    ----------
    rng
        Where the draws come from.
    cities
        Position in ``CITY_NAMES``, one per dealer.

    Returns
    -------
    One name per dealer; the first seven are the troublesome ones.
    """
    size = len(cities)
    start = int(rng.integers(0, 10_000))
    english = draw_flag(rng, size, per_mille=ENGLISH_PER_MILLE)
    names = [
        _english_name(start + place) if english[place] else _chinese_name(city, start + place)
        for place, city in enumerate(cities.tolist())
    ]
    special = [name for _, name in TROUBLESOME[:size]]
    return special + names[len(special) :]


def _chinese_name(city: int, number: int) -> str:
    # Steps of lengths that share no divisor visit all combinations before one comes again.
    first, second = FIRST[number % len(FIRST)], SECOND[number // len(FIRST) % len(SECOND)]
    return f"{CITY_NAMES[city]}{first}{second}{TRADES[number % len(TRADES)]}有限公司"


def _english_name(number: int) -> str:
    first = ENGLISH_FIRST[number % len(ENGLISH_FIRST)]
    second = ENGLISH_SECOND[number // 3 % len(ENGLISH_SECOND)]
    return f"{first} {second} {ENGLISH_FORM[number // 2 % len(ENGLISH_FORM)]}"

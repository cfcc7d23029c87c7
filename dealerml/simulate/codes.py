"""What the dealers' records say beside names: codes, registered numbers, dates of change."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.simulate.draws import draw_flag
from dealerml.simulate.places import CITY_NAMES, OWNER_NAMES
from dealerml.simulate.story import Story, open_stream, text_where
from dealerml.simulate.tabulate import locate, to_dates

# The digits and letters of a registered number; those that look like others are left out.
SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
ENTERPRISE: Final = "91"
# Where the dealers are registered: the first districts of their cities.
DISTRICTS: Final = {
    "上海": "310101",
    "杭州": "330102",
    "南京": "320102",
    "苏州": "320505",
    "宁波": "330203",
    "广州": "440103",
    "深圳": "440303",
    "佛山": "440604",
    "厦门": "350203",
    "北京": "110101",
    "天津": "120101",
    "石家庄": "130102",
    "太原": "140105",
    "武汉": "420102",
    "长沙": "430102",
    "郑州": "410102",
    "南昌": "360102",
    "成都": "510104",
    "重庆": "500101",
    "昆明": "530102",
    "贵阳": "520102",
    "西安": "610102",
    "兰州": "620102",
    "银川": "640104",
    "沈阳": "210102",
    "哈尔滨": "230102",
    "长春": "220102",
}
FIRST_CODE, NO_CODE_PER_MILLE, NO_NUMBER_PER_MILLE = 100_001, 20, 30
SERIALS, SERIAL_STEP = 100_000_000, 1_299_709
LONGEST_UNTOUCHED: Final = 700


def add_codes(dealers: pd.DataFrame, story: Story) -> pd.DataFrame:
    """What else does the dealer list say of each of its dealers?

    A new code of a dealer who had another before has the same registered number: it is the same
    company.
    """
    rng, plan, size = open_stream(story, "codes"), story.plan, len(story.ids)
    # Steps of a prime never come back to a number before all of them were there.
    serial = (int(rng.integers(0, SERIALS)) + SERIAL_STEP * plan.twin) % SERIALS
    numbers = [
        register(CITY_NAMES[city], number)
        for city, number in zip(story.traits.city.tolist(), serial.tolist(), strict=True)
    ]
    codes = [str(FIRST_CODE + n) for n in rng.permutation(size).tolist()]
    coded = draw_flag(rng, size, per_mille=1000 - NO_CODE_PER_MILLE)
    numbered = draw_flag(rng, size, per_mille=1000 - NO_NUMBER_PER_MILLE)[plan.twin]
    # Some employees keep their records up to date, others do not.
    lazy = rng.integers(100, 1000, size=len(OWNER_NAMES))
    owner = locate(story.traits, plan, dealer=np.arange(size), day=np.full(size, story.end))[1]
    untouched = rng.integers(0, LONGEST_UNTOUCHED, size=size) * lazy[owner] // 1000
    extra = pd.DataFrame(
        {
            "dealer_id": story.ids,
            "dealer_code": text_where(codes, coded),
            "tax_number": text_where(numbers, numbered),
            "modified_date": to_dates(story.end - untouched),
        }
    )
    dealers = dealers.merge(extra, on="dealer_id", how="left")
    dealers["modified_date"] = dealers[["signed_date", "modified_date"]].max(axis=1)
    return dealers


def register(city: str, serial: int) -> str:
    """Which registered number (统一社会信用代码) has company number so-and-so of a city?

    Eighteen signs: two for the kind of body, six for the district, nine for the organisation with
    a check digit of their own, and one that checks them all.

    Examples
    --------
    >>> register("上海", 12345678)
    '91310101123456788N'
    """
    organisation = f"{serial:08d}"
    return add_check(f"{ENTERPRISE}{DISTRICTS[city]}{organisation}{_check_body(organisation)}")


def add_check(number: str) -> str:
    """How does a registered number go on after its first seventeen signs?

    The powers of 3 times the signs, counted in the 31 signs allowed, add up to a multiple of 31.
    """
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number))
    return number + SIGNS[-total % 31]


def _check_body(organisation: str) -> str:
    pairs = zip(organisation, BODY_WEIGHTS, strict=True)
    rest = 11 - sum(int(digit) * weight for digit, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))

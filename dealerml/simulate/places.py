"""Where the dealers are and which of our employees is in charge: regions, cities, owners."""

from typing import Final

# Region: weight, whether building stops in winter, cities, owners.
REGIONS: Final = {
    "华东": (28, False, ("上海", "杭州", "南京", "苏州", "宁波"), ("王伟", "Grace Chen", "陈静")),
    "华南": (20, False, ("广州", "深圳", "佛山", "厦门"), ("李娜", "David Liu")),
    "华北": (15, True, ("北京", "天津", "石家庄", "太原"), ("张敏", "刘洋")),
    "华中": (14, False, ("武汉", "长沙", "郑州", "南昌"), ("赵磊", "Helen Wu")),
    "西南": (12, False, ("成都", "重庆", "昆明", "贵阳"), ("周杰", "吴霞")),
    "西北": (6, True, ("西安", "兰州", "银川"), ("徐强",)),
    "东北": (5, True, ("沈阳", "哈尔滨", "长春"), ("孙丽",)),
}
REGION_NAMES: Final = tuple(REGIONS)
REGION_WEIGHTS: Final = tuple(weight for weight, *_ in REGIONS.values())
COLD_REGIONS: Final = tuple(cold for _, cold, *_ in REGIONS.values())
CITY_NAMES: Final = tuple(city for _, _, cities, _ in REGIONS.values() for city in cities)
OWNER_NAMES: Final = tuple(owner for *_, owners in REGIONS.values() for owner in owners)


def first_places(kind: int) -> tuple[int, ...]:
    """At which position of the flat list does each region begin (2 cities, 3 owners)?

    Examples
    --------
    >>> OWNER_NAMES[first_places(3)[1]]
    '李娜'
    """
    starts, total = [], 0
    for region in REGIONS.values():
        starts.append(total)
        total += len(region[kind])  # type: ignore[arg-type]
    return tuple(starts)


CITY_STARTS: Final = first_places(2)
OWNER_STARTS: Final = first_places(3)
CITY_COUNTS: Final = tuple(len(cities) for _, _, cities, _ in REGIONS.values())
OWNER_COUNTS: Final = tuple(len(owners) for *_, owners in REGIONS.values())

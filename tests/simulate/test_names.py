import numpy as np

from dealerml.simulate.names import TROUBLESOME, invent_names
from dealerml.simulate.places import CITY_NAMES


def names(size: int) -> list[str]:
    return invent_names(np.random.default_rng(0), np.arange(size) % len(CITY_NAMES))


def test_troublesome_names_come_first() -> None:
    assert names(300)[:2] == ["上海恒达建材有限公司", "杭州王喆贸易有限公司"]
    assert names(3) == [name for _, name in TROUBLESOME[:3]]


def test_troublesome_names_hold_what_breaks_software() -> None:
    every = "".join(name for _, name in TROUBLESOME)
    assert all(sign in every for sign in ("喆", ",", '"', "'", "&"))
    assert any(name.startswith("=") for _, name in TROUBLESOME)
    assert any(name.startswith("@") for _, name in TROUBLESOME)


def test_chinese_names_start_with_the_city() -> None:
    chinese = [(n, CITY_NAMES[i % len(CITY_NAMES)]) for i, n in enumerate(names(300)) if i > 6]
    chinese = [(name, city) for name, city in chinese if name.endswith("有限公司")]
    assert len(chinese) > 230
    assert all(name.startswith(city) for name, city in chinese)


def test_hardly_any_two_dealers_share_a_name() -> None:
    assert len(set(names(300))) >= 295

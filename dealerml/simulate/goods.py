"""What the made-up manufacturer sells: products, prices, costs and their seasons."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.simulate.draws import Ints

PRODUCTS_PER_CATEGORY: Final = 10
NEWEST: Final = PRODUCTS_PER_CATEGORY - 1
BRANDS: Final = ("Hengtu", "Solid", "BlueRock")
PRICE_RISE_PER_MILLE: Final = 20

# Category: products in Chinese, price of the cheapest in cents, usual quantity per line,
# monthly season per mille from January.
CATEGORIES: Final = {
    "Coatings": (
        ("内墙漆", "外墙漆", "木器漆", "底漆", "艺术漆"),
        9800,
        14,
        (700, 600, 1050, 1200, 1250, 1100, 950, 950, 1150, 1250, 1050, 750),
    ),
    "Tiles": (
        ("抛光砖", "仿古砖", "马赛克", "大理石砖", "木纹砖"),
        4200,
        40,
        (750, 650, 1100, 1150, 1150, 1050, 950, 950, 1150, 1200, 1050, 850),
    ),
    "Pipes": (
        ("给水管", "排水管", "地暖管", "波纹管", "电工管"),
        1500,
        80,
        (800, 750, 1050, 1050, 1000, 950, 950, 1000, 1100, 1200, 1150, 1000),
    ),
    "Hardware": (
        ("合页", "滑轨", "门锁", "拉手", "龙头"),
        2600,
        36,
        (900, 850, 1050, 1050, 1050, 1000, 950, 950, 1050, 1050, 1050, 1050),
    ),
    "Waterproofing": (
        ("防水涂料", "防水卷材", "堵漏王", "密封胶", "填缝剂"),
        6800,
        16,
        (600, 600, 900, 1150, 1350, 1450, 1350, 1150, 1000, 900, 850, 700),
    ),
    "Boards": (
        ("石膏板", "生态板", "胶合板", "密度板", "硅酸钙板"),
        5400,
        24,
        (800, 700, 1100, 1150, 1050, 1000, 950, 1000, 1100, 1150, 1100, 900),
    ),
}
SIZES: Final = ("标准装", "大包装")


@dataclass(frozen=True)
class Goods:
    """The catalogue: one row of ``table`` and one entry of each array per product."""

    table: pd.DataFrame
    price_cents: Ints
    cost_per_mille: Ints
    usual_quantity: Ints
    season: Ints


def list_goods() -> Goods:
    """Which products are sold, at which price and cost, and when in the year?

    Returns
    -------
    Goods
        ``table`` in canonical columns; ``price_cents`` at the first price list;
        ``cost_per_mille`` of the price; ``usual_quantity`` per line; ``season`` per mille,
        shape (categories, 12).

    Examples
    --------
    >>> list_goods().table.head(2).to_string(index=False).split()[:4]
    ['product_id', 'product_name', 'category', 'brand']
    """
    rows: list[tuple[str, str, str, str]] = []
    prices, costs, quantities = [], [], []
    for category, (names, price, quantity, _) in CATEGORIES.items():
        for place in range(PRODUCTS_PER_CATEGORY):
            name = f"{names[place % 5]} {SIZES[place // 5]}"
            rows.append((f"P{len(rows) + 1:03d}", name, category, BRANDS[place % 3]))
            prices.append(price * (10 + 3 * place) // 10)
            costs.append(660 + 17 * ((7 * place + len(rows)) % 10))
            quantities.append(max(2, quantity * 10 // (10 + 3 * place)))
    columns = ["product_id", "product_name", "category", "brand"]
    return Goods(
        table=pd.DataFrame(rows, columns=columns),
        price_cents=np.array(prices, dtype=np.int64),
        cost_per_mille=np.array(costs, dtype=np.int64),
        usual_quantity=np.array(quantities, dtype=np.int64),
        season=np.array([season for *_, season in CATEGORIES.values()], dtype=np.int64),
    )

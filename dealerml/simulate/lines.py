"""What stands on each order: products, quantities, prices in whole cents, returns, extras."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dealerml.simulate.draws import (
    Flags,
    Ints,
    Texts,
    draw_factor,
    draw_flag,
    draw_index,
    scale,
)
from dealerml.simulate.goods import (
    CATEGORIES,
    NEWEST,
    PRICE_RISE_PER_MILLE,
    PRODUCTS_PER_CATEGORY,
    Goods,
)
from dealerml.simulate.orders import is_loading
from dealerml.simulate.plan import Plan
from dealerml.simulate.traits import Traits

MOST_LINES: Final = 12
CHOICE: Final = (300, 210, 150, 110, 80, 55, 40, 25, 20, 10)
LOADED_QUANTITY: Final = 1400
RETURN_PER_MILLE, SURGE_PER_MILLE = 20, 280
# Kind of extra line: share of orders, lowest and highest amount in cents.
EXTRAS: Final = {
    "gift": (12, 0, 0),
    "sample": (6, 0, 0),
    "freight": (50, 3000, 18000),
    "service": (4, 10000, 60000),
    "adjustment": (4, -40000, -2000),
}
NO_PRODUCT: Final = -1


@dataclass(frozen=True)
class Lines:
    """One entry per order line; money in cents; ``order`` numbers the orders of a dealer-day."""

    dealer: Ints
    day: Ints
    order: Ints
    product: Ints
    quantity: Ints
    cents: Ints
    cost: Ints
    kind: Texts

    def take(self, places: Ints | Flags) -> "Lines":
        """Which lines are at these places?"""
        return Lines(**{name: values[places] for name, values in vars(self).items()})


def draw_lines(
    rng: np.random.Generator,
    traits: Traits,
    plan: Plan,
    goods: Goods,
    *,
    orders: tuple[Ints, Ints],
) -> Lines:
    """What was ordered, returned and charged, returns after the last day included?"""
    dealers, days = orders
    sold = _draw_goods(rng, traits, plan, goods, dealers=dealers, days=days)
    returned = _draw_returns(rng, plan, sold)
    extra = _draw_extras(rng, goods, dealers, days)
    return join_lines([sold, extra, returned])


def join_lines(parts: list[Lines]) -> Lines:
    """Which lines are in any of the parts, one part after the other?"""
    names = vars(parts[0])
    return Lines(**{n: np.concatenate([vars(part)[n] for part in parts]) for n in names})


def _draw_goods(
    rng: np.random.Generator,
    traits: Traits,
    plan: Plan,
    goods: Goods,
    *,
    dealers: Ints,
    days: Ints,
) -> Lines:
    counts = traits.lines[dealers] * draw_factor(rng, len(dealers), spread=45) // 1_000_000
    order = np.repeat(np.arange(len(dealers)), np.clip(counts, 1, MOST_LINES))
    product = _choose_products(rng, traits, plan, goods, dealer=dealers[order], day=days[order])
    # An order lists a product once.
    _, first = np.unique(order * len(goods.table) + product, return_index=True)
    order, product = order[first], product[first]
    dealer, day = dealers[order], days[order]
    quantity = _draw_quantities(rng, traits, plan, dealer=dealer, day=day)
    quantity = np.maximum(scale(goods.usual_quantity[product], quantity), 1)
    price = goods.price_cents[product] * (1000 + _price_rises(day)) // 1000
    price = price * (1000 - traits.discount[dealer]) // 1000
    cost = goods.price_cents[product] * (1000 + _price_rises(day)) // 1000
    cost = scale(cost, goods.cost_per_mille[product])
    kind = np.full(len(order), "goods", dtype="U10")
    return Lines(dealer, day, order, product, quantity, quantity * price, quantity * cost, kind)


def _choose_products(
    rng: np.random.Generator,
    traits: Traits,
    plan: Plan,
    goods: Goods,
    *,
    dealer: Ints,
    day: Ints,
) -> Ints:
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights = traits.taste[dealer] * goods.season[:, month].T
    gone = plan.has("lost_category")[dealer] & (day >= plan.event_from[dealer])
    lost = np.arange(len(CATEGORIES))[None, :] == plan.category[dealer][:, None]
    upper = np.cumsum(np.where(gone[:, None] & lost, 0, weights), axis=1)
    drawn = rng.integers(0, 1_000_000, size=len(dealer)) * upper[:, -1] // 1_000_000
    category = (drawn[:, None] >= upper).sum(axis=1)
    place = traits.favourite[dealer, category] + draw_index(rng, len(dealer), weights=CHOICE)
    place = place % PRODUCTS_PER_CATEGORY
    # Until the newest product is launched, its buyers take the one before.
    place = place - ((place == NEWEST) & (day < plan.launch_day))
    product: Ints = category * PRODUCTS_PER_CATEGORY + place
    return product


def _draw_quantities(
    rng: np.random.Generator, traits: Traits, plan: Plan, *, dealer: Ints, day: Ints
) -> Ints:
    """How much more than usual is bought on each line, per mille?"""
    loading = plan.has("loading")[dealer] & (day >= plan.event_from[dealer]) & is_loading(day)
    left = np.clip(plan.event_until[dealer] - day, 0, 200)
    fading = np.where(plan.has("stopped_gradually")[dealer], 600 + 2 * left, 1000)
    noise = draw_factor(rng, len(dealer), spread=55)
    return scale(traits.size[dealer], noise, fading, np.where(loading, LOADED_QUANTITY, 1000))


def _price_rises(day: Ints) -> Ints:
    years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    rises: Ints = (years - years.min(initial=10_000)) * PRICE_RISE_PER_MILLE
    return rises


def _draw_returns(rng: np.random.Generator, plan: Plan, sold: Lines) -> Lines:
    """Which lines come back, some weeks later and in part?"""
    dealer, day = sold.dealer, sold.day
    surging = plan.has("returns_surge")[dealer] & (day >= plan.event_from[dealer])
    surging &= day < plan.event_until[dealer]
    back = draw_flag(
        rng, len(dealer), per_mille=np.where(surging, SURGE_PER_MILLE, RETURN_PER_MILLE)
    )
    delay, part = rng.integers(4, 36, size=len(dealer)), rng.integers(2, 11, size=len(dealer))
    lines = sold.take(back)
    quantity = np.maximum(lines.quantity * part[back] // 10, 1)
    return Lines(
        dealer=lines.dealer,
        day=lines.day + delay[back],
        order=-1 - np.arange(len(quantity)),
        product=lines.product,
        quantity=-quantity,
        cents=-(lines.cents // lines.quantity * quantity),
        cost=-(lines.cost // lines.quantity * quantity),
        kind=lines.kind,
    )


def _draw_extras(rng: np.random.Generator, goods: Goods, dealers: Ints, days: Ints) -> Lines:
    parts = []
    for kind, (share, lowest, highest) in EXTRAS.items():
        order = np.flatnonzero(draw_flag(rng, len(dealers), per_mille=share))
        size = len(order)
        product = rng.integers(0, len(goods.table), size=size)
        free = lowest == highest == 0
        cents = rng.integers(lowest, highest + 1, size=size)
        given = goods.price_cents[product] * goods.cost_per_mille[product] // 1000
        parts.append(
            Lines(
                dealer=dealers[order],
                day=days[order],
                order=order,
                product=product if free else np.full(size, NO_PRODUCT),
                quantity=np.full(size, 1 if free else 0),
                cents=cents,
                cost=given if free else np.maximum(cents, 0) * 9 // 10,
                kind=np.full(size, kind, dtype="U10"),
            )
        )
    return join_lines(parts)

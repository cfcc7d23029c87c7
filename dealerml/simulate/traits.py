"""What each dealer is like as long as nothing happens: place, size, rhythm, taste, trend."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from dealerml.simulate.draws import Ints, draw_bell, draw_factor, draw_index, raise_exponential
from dealerml.simulate.goods import CATEGORIES, PRODUCTS_PER_CATEGORY
from dealerml.simulate.names import TROUBLESOME
from dealerml.simulate.places import (
    CITY_COUNTS,
    CITY_NAMES,
    CITY_STARTS,
    OWNER_COUNTS,
    OWNER_STARTS,
    REGION_WEIGHTS,
)

SHORTEST_GAP, LONGEST_GAP = 7, 60
USUAL_GAP: Final = 21
GAP_SPREADS: Final = (25, 40, 60, 85)
SUB_DEALER_PER_MILLE, OUTLET_PER_MILLE = 100, 30


@dataclass(frozen=True)
class Traits:
    """One entry per dealer code; shares per mille, spreads in hundredths of a logarithm."""

    region: Ints
    city: Ints
    owner: Ints
    role: Ints
    gap_days: Ints
    gap_spread: Ints
    size: Ints
    lines: Ints
    trend: Ints
    discount: Ints
    taste: Ints
    favourite: Ints

    def take(self, places: Ints) -> "Traits":
        """Which traits have the dealers at these places?"""
        return Traits(*(getattr(self, field.name)[places] for field in fields(self)))


def draw_traits(rng: np.random.Generator, dealers: int) -> Traits:
    """What is each of so many dealers like?

    Returns
    -------
    Traits
        ``region``, ``city``, ``owner`` are positions in the lists of ``places``; ``role`` is 0
        for a dealer, 1 for a sub-dealer, 2 for an outlet; ``gap_days`` 7 to 60; ``size`` and
        ``discount`` per mille; ``trend`` per mille and year; ``taste`` weights by category;
        ``favourite`` the first choice within each category.
    """
    cities = _draw_cities(rng, dealers)
    regions = np.searchsorted(np.array(CITY_STARTS), cities, side="right") - 1
    # Later codes belong to younger and smaller dealers; the first one is a large old partner.
    stature = draw_bell(rng, dealers) - 700 * np.arange(dealers) // dealers
    stature[:1] = 1800
    own_pace = draw_bell(rng, dealers)
    gaps = USUAL_GAP * raise_exponential(-22 * stature // 1000 + 45 * own_pace // 1000) // 1000
    tail = draw_index(rng, dealers, weights=(950, 42, 8))
    return Traits(
        region=regions,
        city=cities,
        owner=choose_owner(rng, regions),
        role=_draw_roles(rng, stature),
        gap_days=np.clip(gaps, SHORTEST_GAP, LONGEST_GAP),
        gap_spread=np.array(GAP_SPREADS)[draw_index(rng, dealers, weights=(30, 35, 22, 13))],
        size=raise_exponential(65 * stature // 1000) * np.array([1, 2, 4])[tail],
        lines=4300 + 1200 * np.clip(stature, -1500, 3000) // 1000,
        trend=110 * draw_bell(rng, dealers) // 1000 + 15,
        discount=np.clip(40 + 30 * stature // 1000, 0, 150),
        taste=_draw_taste(rng, dealers),
        favourite=rng.integers(0, PRODUCTS_PER_CATEGORY, size=(dealers, len(CATEGORIES))),
    )


def choose_owner(rng: np.random.Generator, regions: Ints) -> Ints:
    """Which of the region's employees is in charge of each dealer?"""
    chosen: Ints = rng.integers(0, 1_000_000, size=len(regions)) % np.array(OWNER_COUNTS)[regions]
    owners: Ints = chosen + np.array(OWNER_STARTS)[regions]
    return owners


def _draw_cities(rng: np.random.Generator, dealers: int) -> Ints:
    regions = draw_index(rng, dealers, weights=REGION_WEIGHTS)
    within = rng.integers(0, 1_000_000, size=dealers) % np.array(CITY_COUNTS)[regions]
    cities: Ints = np.array(CITY_STARTS)[regions] + within
    known = [CITY_NAMES.index(city) for city, _ in TROUBLESOME[:dealers]]
    cities[: len(known)] = known
    return cities


def _draw_roles(rng: np.random.Generator, stature: Ints) -> Ints:
    ladder = (1000 - SUB_DEALER_PER_MILLE - OUTLET_PER_MILLE, SUB_DEALER_PER_MILLE)
    roles = draw_index(rng, len(stature), weights=(*ladder, OUTLET_PER_MILLE))
    return roles * (stature <= 0)


def _draw_taste(rng: np.random.Generator, dealers: int) -> Ints:
    # A dealer carries two to five of the six categories, one of them above all.
    ranks = rng.permuted(np.tile(np.arange(len(CATEGORIES)), (dealers, 1)), axis=1)
    carried = rng.integers(2, 6, size=(dealers, 1))
    weights = draw_factor(rng, ranks.shape, spread=40) * (10 - 2 * ranks) // 10
    taste: Ints = np.maximum(weights, 1) * (ranks < carried)
    return taste

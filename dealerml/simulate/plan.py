"""What happens to each dealer and when: the events that analyses should later find."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dealerml.simulate.draws import Flags, Ints, Texts
from dealerml.simulate.goods import CATEGORIES
from dealerml.simulate.names import TROUBLESOME
from dealerml.simulate.places import COLD_REGIONS, OWNER_COUNTS, OWNER_STARTS, REGION_NAMES
from dealerml.simulate.traits import Traits

FAR: Final = 1_000_000
NEWCOMERS_PER_MILLE: Final = 220
SETTLING_DAYS, KNOWN_DAYS = 150, 60

# Share of the dealers, per mille, to whom each of these happens; nobody has two of them.
FATES: Final = {
    "stopped_gradually": 110,
    "stopped_suddenly": 80,
    "won_back": 70,
    "closed_by_us": 20,
    "code_change": 25,
    "code_change_unrecorded": 10,
    "never_ordered": 20,
    "unlisted": 10,
    "declined": 40,
    "winter_stop": 50,
    "loading": 60,
    "returns_surge": 40,
    "lost_category": 60,
    "moved": 30,
}
STOPPING: Final = ("stopped_gradually", "stopped_suddenly", "closed_by_us")
CODE_CHANGES: Final = ("code_change", "code_change_unrecorded")


@dataclass(frozen=True)
class Plan:
    """One entry per dealer code; days since 1970-01-01, ``FAR`` where nothing is planned.

    ``twin`` is the dealer's own position, or that of the old code which a new code continues.
    """

    twin: Ints
    fate: Texts
    first_day: Ints
    event_from: Ints
    event_until: Ints
    winter_start: Ints
    winter_days: Ints
    category: Ints
    new_region: Ints
    new_owner: Ints
    leaving_owner: int
    leaving_day: int
    launch_day: int

    def has(self, *fates: str) -> Flags:
        """Which dealers have one of these fates?"""
        return np.isin(self.fate, fates)


def make_plan(rng: np.random.Generator, traits: Traits, *, start: int, end: int) -> Plan:
    """What happens to each dealer between two days?

    Parameters
    ----------
    rng
        Where the draws come from.
    traits
        What the dealers are like, the last ones being spare codes for code changes.
    start, end
        First and last day of the history, both included.
    """
    dealers = len(traits.region)
    fate, twin = _deal_fates(rng, traits)
    first_day = _draw_first_days(rng, dealers, start, end)
    event_from, event_until = _draw_spans(rng, fate, first_day, start=start, end=end)
    renewed = twin != np.arange(dealers)
    return Plan(
        twin=twin,
        fate=fate,
        first_day=np.where(renewed, event_from[twin], first_day),
        event_from=np.where(renewed, FAR, event_from),
        event_until=np.where(renewed, FAR, event_until),
        winter_start=rng.integers(315, 341, size=dealers),
        winter_days=rng.integers(95, 126, size=dealers),
        category=_favourite_category(traits),
        new_region=(traits.region + rng.integers(1, 4, size=dealers)) % len(REGION_NAMES),
        new_owner=rng.integers(0, 1_000_000, size=dealers),
        leaving_owner=OWNER_STARTS[0],
        leaving_day=start + (end - start) * 11 // 20,
        launch_day=start + (end - start) * 3 // 5,
    )


def count_spare_codes(dealers: int) -> int:
    """How many of so many codes are new codes of dealers who had another before?"""
    return sum(_count(fate, dealers) for fate in CODE_CHANGES)


def _count(fate: str, dealers: int) -> int:
    return (dealers * FATES[fate] + 500) // 1000


def _deal_fates(rng: np.random.Generator, traits: Traits) -> tuple[Texts, Ints]:
    """Hand out the fates: winter stops in the cold, code changes to dealers of old, codes last."""
    dealers = len(traits.region)
    fate, twin = np.full(dealers, "steady", dtype="U24"), np.arange(dealers)
    spare = count_spare_codes(dealers)
    free = rng.permutation(np.arange(min(len(TROUBLESOME), dealers), dealers - spare))
    cold, known = np.array(COLD_REGIONS)[traits.region], twin < dealers - _newcomers(dealers)
    fits = {"winter_stop": cold & known, **dict.fromkeys(CODE_CHANGES, known)}
    for name in sorted(FATES, key=lambda name: name not in fits):
        open_to = free[(fate[free] == "steady") & fits.get(name, np.ones(dealers, bool))[free]]
        fate[open_to[: _count(name, dealers)]] = name
    changing = np.flatnonzero(np.isin(fate, CODE_CHANGES))
    spare_codes = np.arange(dealers - spare, dealers)[: len(changing)]
    twin[spare_codes] = changing
    fate[spare_codes] = "new_code"
    return fate, twin


def _newcomers(dealers: int) -> int:
    return dealers * NEWCOMERS_PER_MILLE // 1000


def _draw_first_days(rng: np.random.Generator, dealers: int, start: int, end: int) -> Ints:
    """Give later codes to newcomers, in the order in which they came."""
    newcomers = _newcomers(dealers)
    days = np.full(dealers, start, dtype=np.int64)
    arrivals = np.sort(rng.integers(start + 30, max(end - 20, start + 31), size=newcomers))
    days[dealers - newcomers :] = arrivals
    return days


def _draw_spans(
    rng: np.random.Generator, fate: Texts, first_day: Ints, *, start: int, end: int
) -> tuple[Ints, Ints]:
    """From when until when does it happen: a stop is for good from its last fading day on."""
    dealers = len(fate)
    settled = first_day + np.where(first_day > start, SETTLING_DAYS, KNOWN_DAYS)
    # Stops and pauses come at an even rate, so that those of newcomers may come after the end.
    even = np.isin(fate, ("stopped_gradually", "stopped_suddenly", "won_back"))
    room = np.where(even, end - start - KNOWN_DAYS, end - 30 - settled)
    begin = settled + rng.integers(0, 1_000_000, size=dealers) % np.maximum(room, 1)
    fading, pause = rng.integers(70, 190, size=dealers), rng.integers(100, 260, size=dealers)
    surge = rng.integers(100, 160, size=dealers)
    until = np.full(dealers, FAR, dtype=np.int64)
    for name, length in (("won_back", pause), ("returns_surge", surge), ("declined", fading * 2)):
        until = np.where(fate == name, begin + length, until)
    gradual = fate == "stopped_gradually"
    until = np.where(gradual, begin, until)
    begin = np.where(gradual, np.maximum(begin - fading, first_day), begin)
    return begin, until


def _favourite_category(traits: Traits) -> Ints:
    favourite: Ints = np.argmax(traits.taste, axis=1)
    return favourite % len(CATEGORIES)


def replace_owner(plan: Plan, regions: Ints) -> Ints:
    """Who takes over in each region, as a position in the list of owners?"""
    counts, starts = np.array(OWNER_COUNTS)[regions], np.array(OWNER_STARTS)[regions]
    heirs: Ints = starts + plan.new_owner % counts
    return heirs

"""Which events were planted: what analyses of the simulated exports should find."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import SPRING_FESTIVAL, to_day
from dealerml.simulate.goods import CATEGORIES, NEWEST, PRODUCTS_PER_CATEGORY, list_goods
from dealerml.simulate.orders import FESTIVAL, RAMP_DAYS, in_winter
from dealerml.simulate.places import OWNER_NAMES, REGION_NAMES
from dealerml.simulate.plan import FAR, Plan, replace_owner
from dealerml.simulate.tabulate import is_gone, name_codes
from dealerml.simulate.traits import Traits

Event = tuple[int, int, int, str]
Finder = Callable[[Traits, Plan, int, int], Iterator[Event]]
COLUMNS: Final = ("dealer_id", "event", "from_date", "until_date", "detail")
NETWORK: Final = -1


def tabulate_truth(traits: Traits, plan: Plan, *, start: int, end: int) -> pd.DataFrame:
    """What was planted, for whom and when?

    Returns
    -------
    One row per event that began by the last day: ``dealer_id`` (empty for the whole network),
    ``event`` (a key of ``EVENTS``), ``from_date`` and ``until_date`` (first and last day;
    ``until_date`` empty where it is for good), ``detail``.
    """
    ids = [*name_codes(len(plan.fate)), ""]
    rows = [
        (ids[dealer], event, first, last, detail)
        for event, find in EVENTS.items()
        for dealer, first, last, detail in find(traits, plan, start, end)
        if first <= end
    ]
    frame = pd.DataFrame(sorted(rows), columns=list(COLUMNS))
    for column in ("from_date", "until_date"):
        days = frame[column].to_numpy(dtype=np.int64)
        dates = days.astype("datetime64[D]").astype("datetime64[s]")
        frame[column] = np.where(days < FAR, dates, np.datetime64("NaT", "s"))
    return frame


def _find_newcomers(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    for dealer in np.flatnonzero((plan.first_day > start) & ~plan.has("new_code")).tolist():
        if plan.fate[dealer] != "never_ordered":
            yield dealer, int(plan.first_day[dealer]), FAR, f"ramps up over {RAMP_DAYS} days"


def _find_gradual_stops(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    for dealer in np.flatnonzero(plan.has("stopped_gradually")).tolist():
        stop = int(plan.event_until[dealer])
        yield dealer, stop, FAR, f"fading for {stop - int(plan.event_from[dealer])} days before"


def _find_spans(fate: str, detail: str) -> Finder:
    """Find a fate that lasts from ``event_from`` to the day before ``event_until``."""

    def find(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
        for dealer in np.flatnonzero(plan.has(fate)).tolist():
            until = int(plan.event_until[dealer])
            yield dealer, int(plan.event_from[dealer]), until - (until < FAR), detail

    return find


def _find_presence(fate: str, detail: str) -> Finder:
    """Find a fate that holds from the first day on."""

    def find(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
        for dealer in np.flatnonzero(plan.has(fate)).tolist():
            yield dealer, int(plan.first_day[dealer]), FAR, detail

    return find


def _find_code_changes(fate: str, detail: str) -> Finder:
    """Find old codes, their last day of use being the day before; the new code is the detail."""

    def find(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
        ids = name_codes(len(plan.fate))
        for new in np.flatnonzero(plan.has("new_code")).tolist():
            old = int(plan.twin[new])
            if plan.fate[old] == fate:
                yield old, int(plan.event_from[old]), FAR, f"{ids[new]}: {detail}"

    return find


def _find_winter_stops(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    days = np.arange(start, end + 1)
    resting = in_winter(plan, days).astype(np.int64)
    for dealer in np.flatnonzero(plan.has("winter_stop")).tolist():
        edges = np.diff(resting[dealer], prepend=0, append=0)
        firsts, lasts = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0) - 1
        for first, last in zip(days[firsts].tolist(), days[lasts].tolist(), strict=True):
            if last >= plan.first_day[dealer]:
                yield dealer, first, last, "same weeks each winter"


def _find_lost_categories(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    for dealer in np.flatnonzero(plan.has("lost_category")).tolist():
        yield dealer, int(plan.event_from[dealer]), FAR, tuple(CATEGORIES)[plan.category[dealer]]


def _find_moves(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    for dealer in np.flatnonzero(plan.has("moved")).tolist():
        old, new = REGION_NAMES[traits.region[dealer]], REGION_NAMES[plan.new_region[dealer]]
        yield dealer, int(plan.event_from[dealer]), FAR, f"{old}→{new}"


def _find_handovers(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    leaver, heir = OWNER_NAMES[plan.leaving_owner], OWNER_NAMES[plan.leaving_owner + 1]
    moved = plan.has("moved")
    owner = np.where(moved, replace_owner(plan, plan.new_region), traits.owner)
    for dealer in np.flatnonzero(owner == plan.leaving_owner).tolist():
        day = max(plan.leaving_day, int(plan.event_from[dealer]) if moved[dealer] else 0)
        yield dealer, day, FAR, f"{leaver}→{heir}"


def _find_downgrades(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    stop = np.where(plan.has("stopped_gradually"), plan.event_until, plan.event_from)
    for dealer in np.flatnonzero(is_gone(plan, end)).tolist():
        yield dealer, int(stop[dealer]), FAR, "tier_current and status_current know the outcome"


def _find_festivals(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    for new_year in map(to_day, SPRING_FESTIVAL.values()):
        if start <= new_year <= end:
            first, last = new_year + FESTIVAL[0][0], new_year + FESTIVAL[-1][0]
            yield NETWORK, first, last, "stocking up before, silence, catching up after"


def _find_launches(traits: Traits, plan: Plan, start: int, end: int) -> Iterator[Event]:
    table = list_goods().table
    for product in table["product_id"].iloc[NEWEST::PRODUCTS_PER_CATEGORY]:
        yield NETWORK, plan.launch_day, FAR, product


EVENTS: Final[dict[str, Finder]] = {
    "newcomer": _find_newcomers,
    "stopped_gradually": _find_gradual_stops,
    "stopped_suddenly": _find_spans("stopped_suddenly", "no sign before"),
    "won_back": _find_spans("won_back", "silent in between, then as before"),
    "closed_by_us": _find_spans("closed_by_us", "terminated by us; in notes.csv"),
    "code_change": _find_code_changes("code_change", "in successors.csv"),
    "code_change_unrecorded": _find_code_changes("code_change_unrecorded", "not in successors.csv"),
    "never_ordered": _find_presence("never_ordered", "listed without an order"),
    "unlisted": _find_presence("unlisted", "orders without an entry in dealers.csv"),
    "declined": _find_spans("declined", "orders less than half as often, then recovers"),
    "winter_stop": _find_winter_stops,
    "loading": _find_spans("loading", "ordering ahead at every quarter end, a dip after"),
    "returns_surge": _find_spans("returns_surge", "a quarter of the lines comes back"),
    "lost_category": _find_lost_categories,
    "moved": _find_moves,
    "owner_changed": _find_handovers,
    "tier_downgraded": _find_downgrades,
    "product_launched": _find_launches,
    "spring_festival": _find_festivals,
}

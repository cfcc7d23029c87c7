"""On which days do dealers order: each dealer's own rhythm, run on a clock that the year bends.

A dealer's gaps are drawn in *working days of demand*. The calendar turns them into dates: a day
of high season lets more demand pass than one, a festival or a pause lets none.
"""

from typing import Final

import numpy as np

from dealerml.dates import SPRING_FESTIVAL, from_day, to_day
from dealerml.simulate.draws import Flags, Ints, draw_factor, scale
from dealerml.simulate.plan import FAR, STOPPING, Plan
from dealerml.simulate.traits import Traits

WEEKDAY: Final = (1250, 1200, 1150, 1150, 1150, 650, 250)
MONTH: Final = (880, 820, 1060, 1080, 1070, 1030, 960, 960, 1060, 1080, 1040, 960)
# Days from new year's day of the lunar calendar, and the demand until the next entry.
FESTIVAL: Final = ((-30, 1350), (-8, 60), (12, 700), (22, 1200), (40, 1000))
NATIONAL_DAYS, NATIONAL_DEMAND = range(1, 8), 200
LOADING_DAYS, LOADING_DEMAND = 10, 3200
DIP_DAYS, DIP_DEMAND = 35, 200
FADED: Final = 300
QUARTER_DAYS: Final = 91
RAMP_DAYS, RAMP_FROM = 240, 500


def draw_order_days(
    rng: np.random.Generator, traits: Traits, plan: Plan, *, start: int, end: int
) -> tuple[Ints, Ints]:
    """Who orders when?

    Returns
    -------
    tuple
        Positions of the dealers and days since 1970-01-01, one entry per order, sorted by day
        and dealer.
    """
    days = np.arange(start, end + 1)
    demand = daily_demand(rng, traits, plan, days=days)
    clock = np.cumsum(demand, axis=1)
    beats = _draw_beats(rng, traits, int(clock[:, -1].max(initial=0)))
    beats = _start_at_once(beats, traits, plan, start)
    dealers, numbers = np.nonzero(beats <= clock[:, -1:])
    # One search over all dealers at once: each dealer's clock is shifted beyond the last one's.
    shift = int(clock.max(initial=0)) + 1
    flat = (clock + shift * np.arange(len(clock))[:, None]).ravel()
    found = np.searchsorted(flat, beats[dealers, numbers] + shift * dealers, side="left")
    order_days = start + found - dealers * len(days)
    ranked = np.lexsort((dealers, order_days))
    return dealers[ranked], order_days[ranked]


def daily_demand(rng: np.random.Generator, traits: Traits, plan: Plan, *, days: Ints) -> Ints:
    """How much of a usual day's demand has each dealer on each day, per mille?

    Returns
    -------
    Shape (dealers, days), 0 where the dealer is not there, pauses or has stopped.
    """
    dealers = len(traits.region)
    years = (days - days[0]) * 1000 // 365
    trend = np.maximum(1000 + traits.trend[:, None] * years // 1000, 300)
    mood = draw_factor(rng, (dealers, len(days) // QUARTER_DAYS + 1), spread=18)
    mood = mood[:, (days - days[0]) // QUARTER_DAYS]
    demand = scale(calendar_demand(days)[None, :], trend, mood, _fading(plan, days))
    demand = scale(demand, _loading(plan, days), _ramp(plan, days))
    return np.where(_closed(plan, days), 0, demand)


def calendar_demand(days: Ints) -> Ints:
    """How much of a usual day's demand has each day of the calendar, per mille?"""
    dates = [from_day(day) for day in days.tolist()]
    demand = np.array([WEEKDAY[date.weekday()] * MONTH[date.month - 1] for date in dates]) // 1000
    feasts = np.array([date.month == 10 and date.day in NATIONAL_DAYS for date in dates])
    return scale(demand, np.where(feasts, NATIONAL_DEMAND, 1000), festival_demand(days))


def festival_demand(days: Ints) -> Ints:
    """How far does the Spring Festival raise or lower each day's demand, per mille?"""
    demand = np.full(len(days), 1000, dtype=np.int64)
    for new_year in SPRING_FESTIVAL.values():
        offset = days - to_day(new_year)
        for first, level in FESTIVAL:
            demand = np.where((offset >= first) & (offset <= FESTIVAL[-1][0]), level, demand)
    return demand


def days_to_quarter_end(days: Ints) -> tuple[Ints, Ints]:
    """How many days remain in the quarter of each day, and how many have passed before it?"""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = (months - months % 3).astype("datetime64[M]").astype("datetime64[D]")
    after = (months - months % 3 + 3).astype("datetime64[M]").astype("datetime64[D]")
    return after.astype(np.int64) - 1 - days, days - first.astype(np.int64)


def is_loading(days: Ints) -> Flags:
    """Is it one of the last days of a quarter, in which stock is pushed?"""
    return days_to_quarter_end(days)[0] < LOADING_DAYS


def in_winter(plan: Plan, days: Ints) -> Flags:
    """On which days do the dealers with a winter stop rest? Shape (dealers, days)."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    day_of_year = days - years.astype("datetime64[D]").astype(np.int64) + 1
    start = plan.winter_start[:, None]
    # The days of a winter after New Year are counted on from the year before.
    since = np.where(day_of_year >= start, day_of_year - start, day_of_year + 365 - start)
    resting: Flags = plan.has("winter_stop")[:, None] & (since < plan.winter_days[:, None])
    return resting


def _fading(plan: Plan, days: Ints) -> Ints:
    """Demand falls in a straight line before a gradual stop, and for a while in a decline."""
    begin, until = plan.event_from[:, None], plan.event_until[:, None]
    length = np.maximum(until - begin, 1)
    passed = np.clip(days[None, :] - begin, 0, length)
    falling = 1000 - (1000 - FADED) * passed // length
    halved = np.where((passed > 0) & (days[None, :] < until), 450, 1000)
    fading = np.where(plan.has("stopped_gradually")[:, None], falling, 1000)
    return np.where(plan.has("declined")[:, None], halved, fading)


def _loading(plan: Plan, days: Ints) -> Ints:
    left, passed = days_to_quarter_end(days)
    wave = np.where(left < LOADING_DAYS, LOADING_DEMAND, 1000)
    wave = np.where(passed < DIP_DAYS, DIP_DEMAND, wave)
    active = plan.has("loading")[:, None] & (days[None, :] >= plan.event_from[:, None])
    return np.where(active, wave[None, :], 1000)


def _ramp(plan: Plan, days: Ints) -> Ints:
    """A newcomer orders half as often at first; a new code goes on as before."""
    came = (plan.first_day > days[0]) & (plan.twin == np.arange(len(plan.twin)))
    age = np.clip(days[None, :] - plan.first_day[:, None], 0, RAMP_DAYS)
    rising = RAMP_FROM + (1000 - RAMP_FROM) * age // RAMP_DAYS
    return np.where(came[:, None], rising, 1000)


def _closed(plan: Plan, days: Ints) -> Flags:
    day, begin, until = days[None, :], plan.event_from[:, None], plan.event_until[:, None]
    stop = np.where(plan.has("stopped_gradually"), plan.event_until, plan.event_from)
    ended = plan.has(*STOPPING, "code_change", "code_change_unrecorded")
    stopped = day >= np.where(ended, stop, FAR)[:, None]
    paused = plan.has("won_back")[:, None] & (day >= begin) & (day < until)
    absent = plan.has("never_ordered")[:, None] | (day < plan.first_day[:, None])
    closed: Flags = stopped | paused | absent | in_winter(plan, days)
    return closed


def _draw_beats(rng: np.random.Generator, traits: Traits, longest: int) -> Ints:
    """Add up gaps until nobody's run out before the history ends."""
    shortest = int(traits.gap_days.min(initial=7)) * 1000
    numbers = 2 * longest // shortest + 20
    shape = (len(traits.gap_days), numbers)
    gaps = traits.gap_days[:, None] * draw_factor(rng, shape, spread=traits.gap_spread[:, None])
    gaps[:, 0] = gaps[:, 0] * rng.integers(1, 1001, size=len(gaps)) // 1000
    beats: Ints = np.cumsum(np.maximum(gaps, 1), axis=1)
    return beats


def _start_at_once(beats: Ints, traits: Traits, plan: Plan, start: int) -> Ints:
    """Let a newcomer's first order fall on the day it came; a new code goes on as before."""
    newcomer = (plan.first_day > start) & (plan.twin == np.arange(len(beats)))
    return np.where(newcomer[:, None], beats - beats[:, :1] + 1, beats)

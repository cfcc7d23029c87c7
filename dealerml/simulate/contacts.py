"""Visits, calls, meetings and messages of our employees with the dealers."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.simulate.draws import Ints, draw_flag, draw_index, scale
from dealerml.simulate.places import OWNER_NAMES
from dealerml.simulate.story import (
    Story,
    date_where,
    draw_events,
    name_owners,
    number_rows,
    open_stream,
    pick_words,
    text_where,
)
from dealerml.simulate.tabulate import locate, to_dates

# Per million and day for a dealer that orders every day; who orders often is seen often.
DAILY: Final = 780_000
THIN_DAYS, THINNED = 120, 250
TRIED_DAYS, TRIED = 90, 300
WELCOME_DAYS, WELCOMED = 60, 1800
# Channel: weight, shortest and longest duration in minutes (0: not measured), share planned.
CHANNELS: Final = {
    "visit": (30, 30, 180, 700),
    "call": (38, 3, 30, 150),
    "meeting": (8, 45, 240, 900),
    "message": (20, 0, 0, 0),
    "other": (4, 0, 0, 0),
}
OUTCOMES: Final = {
    "interested": 34,
    "ordered": 24,
    "no_need": 18,
    "not_reached": 12,
    "complaint": 4,
    None: 8,
}
SHIFTS: Final = (-3, -2, -1, 0, 1, 2, 5)
SHIFT_WEIGHTS: Final = (4, 6, 10, 55, 13, 8, 4)
UNTIMED_PER_MILLE: Final = 60


def tabulate_contacts(story: Story) -> pd.DataFrame:
    """Who spoke with which dealer, when, how long and to what end?

    Contacts thin out before a dealer fades away and go on for a while after it stopped.
    """
    rng = open_stream(story, "contacts")
    dealer, day = draw_events(rng, story, _daily_chance(rng, story))
    rows = len(day)
    weights, shortest, longest, planned = (
        np.array(part) for part in zip(*CHANNELS.values(), strict=True)
    )
    channel = draw_index(rng, rows, weights=weights.tolist())
    spread = longest[channel] - shortest[channel] + 1
    minutes = shortest[channel] + rng.integers(0, 1_000_000, size=rows) % spread
    shift = np.array(SHIFTS)[draw_index(rng, rows, weights=SHIFT_WEIGHTS)]
    is_planned = draw_flag(rng, rows, per_mille=planned[channel])
    outcome = draw_index(rng, rows, weights=tuple(OUTCOMES.values()))
    return pd.DataFrame(
        {
            "contact_id": number_rows("K", rows),
            "dealer_id": story.ids[dealer],
            "contact_date": to_dates(day),
            "contact_time": _draw_times(rng, rows),
            "planned_date": date_where(day - shift, is_planned),
            "channel": pick_words(tuple(CHANNELS), channel),
            "owner": name_owners(story, dealer, day),
            "outcome": pick_words(tuple(OUTCOMES), outcome),
            "minutes": pd.arrays.IntegerArray(minutes, minutes == 0),
        }
    )


def _daily_chance(rng: np.random.Generator, story: Story) -> Ints:
    """How likely is a contact with each dealer on each day, per million?"""
    plan, days = story.plan, story.days[None, :]
    # Some employees travel more than others.
    zeal = rng.integers(650, 1350, size=len(OWNER_NAMES))
    dealer, day = np.indices((len(story.ids), days.shape[1]))
    owner = locate(story.traits, plan, dealer=dealer, day=day + story.start)[1]
    base = DAILY // story.traits.gap_days[:, None]
    left = np.clip(story.stop[:, None] - days, 0, THIN_DAYS)
    thin = np.where(
        plan.has("stopped_gradually")[:, None], THINNED + (1000 - THINNED) * left // THIN_DAYS, 1000
    )
    welcome = (days - plan.first_day[:, None] < WELCOME_DAYS) & (
        plan.first_day[:, None] > story.start
    )
    tried = plan.has("stopped_gradually", "stopped_suddenly")[:, None] & (
        days < story.stop[:, None] + TRIED_DAYS
    )
    present = np.where(story.is_served, 1000, np.where(tried & (left == 0), TRIED, 0))
    return scale(base, zeal[owner], thin, np.where(welcome, WELCOMED, 1000), present)


def _draw_times(rng: np.random.Generator, rows: int) -> list[str | None]:
    minutes = 9 * 60 + 5 * rng.integers(0, 9 * 12, size=rows)
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes.tolist()]
    timed = draw_flag(rng, rows, per_mille=1000 - UNTIMED_PER_MILLE)
    return list(text_where(times, timed))

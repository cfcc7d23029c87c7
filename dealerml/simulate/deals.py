"""Opportunities and their stages, and the leads of whom some became dealers."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.simulate.draws import Flags, Ints, draw_factor, draw_index, scale
from dealerml.simulate.places import REGION_NAMES, REGION_WEIGHTS
from dealerml.simulate.plan import FAR
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
from dealerml.simulate.tabulate import to_dates

DEALS_DAILY: Final = 3300
STAGES: Final = ("qualified", "proposed", "negotiating")
DECISIONS: Final = ("won", "lost")
LOST_PER_MILLE: Final = (200, 250, 300)
SHORTEST_STAGE, LONGEST_STAGE = 5, 45
USUAL_DEAL_CENTS: Final = 6_000_000
LEADS_PER_MILLE_AND_YEAR: Final = 400
SOURCES: Final = {"展会": 25, "website": 30, "referral": 25, "cold call": 20}
STATUSES: Final = ("new", "contacted", "lost", "converted")
STALE_DAYS: Final = 120
NOBODY: Final = -1


def tabulate_deals(story: Story) -> pd.DataFrame:
    """Which opportunities were opened, and how do they stand on the last day?"""
    rng = open_stream(story, "deals")
    dealer, entered, won = _draw_deals(rng, story)
    rows, created = len(dealer), entered[:, 0]
    decided = entered[:, -1] <= story.end
    expected = created + rng.integers(60, 150, size=rows)
    cents = USUAL_DEAL_CENTS * draw_factor(rng, rows, spread=60) // 1000
    reached = (entered[:, :-1] <= story.end).sum(axis=1) - 1
    stage = np.where(decided, len(STAGES) + ~won, reached)
    return pd.DataFrame(
        {
            "deal_id": number_rows("B", rows),
            "dealer_id": story.ids[dealer],
            "created_date": to_dates(created),
            "deal_amount": scale(cents, story.traits.size[dealer]) / 100,
            "close_date": to_dates(np.where(decided, entered[:, -1], expected)),
            "stage_current": pick_words((*STAGES, *DECISIONS), stage),
            "owner": name_owners(story, dealer, np.full(rows, story.end)),
        }
    )


def tabulate_deal_stages(story: Story) -> pd.DataFrame:
    """When did each opportunity enter each of its stages?"""
    _, entered, won = _draw_deals(open_stream(story, "deals"), story)
    deal, place = np.nonzero(entered <= story.end)
    last = len(STAGES) + ~won[deal]
    return pd.DataFrame(
        {
            "deal_id": np.array(number_rows("B", len(won)), dtype=object)[deal],
            "stage": pick_words((*STAGES, *DECISIONS), np.where(place == len(STAGES), last, place)),
            "from_date": to_dates(entered[deal, place]),
        }
    )


def tabulate_leads(story: Story) -> pd.DataFrame:
    """Who might become a dealer, and which of the newcomers were leads before?"""
    rng = open_stream(story, "leads")
    years = max((story.end - story.start) // 365, 1)
    plan, rows = story.plan, len(story.ids) * years * LEADS_PER_MILLE_AND_YEAR // 1000
    came = np.flatnonzero((plan.first_day > story.start) & ~plan.has("new_code", "unlisted"))
    came = came[plan.first_day[came] <= story.end]
    converted = plan.first_day[came] - rng.integers(1, 15, size=len(came))
    heard = converted - rng.integers(20, 150, size=len(came))
    created = np.concatenate([heard, rng.integers(story.start, story.end + 1, size=rows)])
    became = np.concatenate([came, np.full(rows, NOBODY)])
    region = np.concatenate(
        [story.traits.region[came], draw_index(rng, rows, weights=REGION_WEIGHTS)]
    )
    status = np.where(story.end - created > STALE_DAYS, 2, rng.integers(0, 2, size=len(created)))
    frame = pd.DataFrame(
        {
            "created_date": to_dates(created),
            "dealer_id": text_where(story.ids[became], became >= 0),
            "source": pick_words(tuple(SOURCES), _draw_sources(rng, len(created))),
            "region": pick_words(REGION_NAMES, region),
            "converted_date": date_where(np.append(converted, created[len(came) :]), became >= 0),
            "status_current": pick_words(STATUSES, np.where(became >= 0, 3, status)),
        }
    ).sort_values(["created_date", "region"], kind="stable", ignore_index=True)
    frame.insert(0, "lead_id", number_rows("L", len(frame)))
    return frame


def _draw_sources(rng: np.random.Generator, rows: int) -> Ints:
    return draw_index(rng, rows, weights=tuple(SOURCES.values()))


def _draw_deals(rng: np.random.Generator, story: Story) -> tuple[Ints, Ints, Flags]:
    """Of which dealer is each deal, on which day did it enter each stage and the decision?

    A stage that was never entered is ``FAR`` away.
    """
    dealer, created = draw_events(rng, story, DEALS_DAILY * story.is_served)
    rows, stages = len(dealer), len(STAGES)
    lost = rng.integers(0, 1000, size=(rows, stages)) < np.array(LOST_PER_MILLE)
    won: Flags = lost.sum(axis=1) == 0
    # The stage after which it was lost; a deal that is won goes through all of them.
    last = np.where(won, stages - 1, np.argmax(lost, axis=1))
    steps = rng.integers(SHORTEST_STAGE, LONGEST_STAGE, size=(rows, stages))
    days = created[:, None] + np.cumsum(steps, axis=1)
    decided = days[np.arange(rows), last]
    begun = np.column_stack([created, days[:, :-1]])
    begun = np.where(np.arange(stages) <= last[:, None], begun, FAR)
    entered: Ints = np.column_stack([begun, decided])
    return dealer, entered, won

"""Complaints and requests of the dealers, what they say in surveys, and how they are trained."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import from_day, to_day
from dealerml.simulate.draws import Ints, draw_bell, draw_flag, draw_index
from dealerml.simulate.goods import CATEGORIES, PRODUCTS_PER_CATEGORY
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

CASES_DAILY, SURGING_CASES, FADING_CASES, FADING_DAYS = 2300, 5, 3, 150
CASE_KINDS: Final = {"quality": 40, "delivery": 30, "billing": 12, "service": 10, "other": 8}
SEVERITIES: Final = {"low": 55, "medium": 33, "high": 12}
RESPONSE_WEIGHTS: Final = (30, 28, 16, 9, 5, 4, 3, 3, 1, 1)
FORGOTTEN_PER_MILLE, LONGEST_CASE = 40, 45
WAVES: Final = ((5, 15), (11, 15))
WAVE_DAYS, ANSWERED_PER_MILLE, COMMENTED_PER_MILLE = 14, 380, 300
CSAT_PER_MILLE, CSAT_WEIGHTS = 350, (5, 10, 20, 40, 25)
USUAL_SCORE, UNHAPPY = 8, 3
COMMENTS: Final = (
    ("发货太慢，希望改进", "Late again, and nobody called back.", "价格没有优势"),
    ("总体还可以", "Good products, slow paperwork", "希望多给一些促销支持"),
    ("合作愉快", 'Our rep is "simply the best"', "产品质量稳定，服务及时"),
)
TRAINING_DAILY: Final = 2000
COURSES: Final = {
    "产品知识": 30,
    "Installation basics": 20,
    "门店销售": 25,
    "售后服务": 15,
    "Pricing": 10,
}
HOURS: Final = (2, 3, 4, 6, 8, 16)


def draw_cases(story: Story) -> tuple[pd.DataFrame, Ints]:
    """Which cases were opened, and of which dealer, by position, is each?"""
    rng = open_stream(story, "cases")
    dealer, day = draw_events(rng, story, _case_chance(story))
    rows, end = len(day), story.end
    kind = draw_index(rng, rows, weights=tuple(CASE_KINDS.values()))
    severity = draw_index(rng, rows, weights=tuple(SEVERITIES.values()))
    responded = day + draw_index(rng, rows, weights=RESPONSE_WEIGHTS)
    closed = responded + rng.integers(1, LONGEST_CASE, size=rows)
    kept_up = draw_flag(rng, rows, per_mille=1000 - FORGOTTEN_PER_MILLE)
    answered, done = kept_up & (responded <= end), kept_up & (closed <= end)
    frame = pd.DataFrame(
        {
            "case_id": number_rows("S", rows),
            "dealer_id": story.ids[dealer],
            "opened_date": to_dates(day),
            "responded_date": date_where(responded, answered),
            "closed_date": date_where(closed, done),
            "kind": pick_words(tuple(CASE_KINDS), kind),
            "severity": pick_words(tuple(SEVERITIES), severity),
            "product_id": text_where(_favourite_products(rng, story, dealer), kind <= 1),
            "owner": name_owners(story, dealer, day),
            "status_current": pick_words(("open", "in_progress", "closed"), answered + 1 * done),
        }
    )
    return frame, dealer


def tabulate_cases(story: Story) -> pd.DataFrame:
    """What did the dealers complain about or ask for, and how soon was it settled?"""
    return draw_cases(story)[0]


def tabulate_surveys(story: Story) -> pd.DataFrame:
    """What did the dealers answer when asked, twice a year and after their cases?"""
    rng = open_stream(story, "surveys")
    frame = pd.concat([_ask_everyone(rng, story), _ask_after_cases(rng, story)])
    frame = frame[frame["survey_date"] <= pd.Timestamp(from_day(story.end))]
    frame = frame.sort_values(["survey_date", "dealer_id", "kind"], ignore_index=True)
    frame["comment"] = frame["comment"].astype("str")
    frame.insert(0, "survey_id", number_rows("N", len(frame)))
    return frame


def tabulate_training(story: Story) -> pd.DataFrame:
    """Whose people were trained in what, and for how long?"""
    rng = open_stream(story, "training")
    dealer, day = draw_events(rng, story, TRAINING_DAILY * story.is_served)
    rows = len(day)
    course = draw_index(rng, rows, weights=tuple(COURSES.values()))
    return pd.DataFrame(
        {
            "dealer_id": story.ids[dealer],
            "training_date": to_dates(day),
            "course": pick_words(tuple(COURSES), course),
            "hours": np.array(HOURS)[rng.integers(0, len(HOURS), size=rows)],
            "people": rng.integers(1, 13, size=rows),
        }
    )


def _case_chance(story: Story) -> Ints:
    """How likely is a case on each day? More so in a surge of returns and before a dealer fades."""
    plan, days = story.plan, story.days[None, :]
    surging = plan.has("returns_surge")[:, None] & (days >= plan.event_from[:, None])
    surging &= days < plan.event_until[:, None]
    fading = plan.has("stopped_gradually")[:, None] & (days >= story.stop[:, None] - FADING_DAYS)
    raised = np.where(surging, SURGING_CASES, np.where(fading, FADING_CASES, 1))
    asks = story.is_served & ~plan.has("never_ordered")[:, None]
    return CASES_DAILY * raised * asks


def _favourite_products(rng: np.random.Generator, story: Story, dealer: Ints) -> Ints:
    """Which product is each case about: the dealer's favourite of a category that it carries?"""
    weights = story.traits.taste[dealer] * rng.integers(
        1, 1000, size=(len(dealer), len(CATEGORIES))
    )
    category = np.argmax(weights, axis=1)
    place = story.traits.favourite[dealer, category] % (PRODUCTS_PER_CATEGORY - 1)
    products: Ints = story.goods.table["product_id"].to_numpy()[
        category * PRODUCTS_PER_CATEGORY + place
    ]
    return products


def _ask_everyone(rng: np.random.Generator, story: Story) -> pd.DataFrame:
    years = range(from_day(story.start).year, from_day(story.end).year + 1)
    waves = [to_day(f"{year}-{month:02d}-{day:02d}") for year in years for month, day in WAVES]
    days = np.array([day for day in waves if story.start <= day <= story.end], dtype=np.int64)
    answers = rng.integers(0, 1000, size=(len(days), len(story.ids))) < ANSWERED_PER_MILLE
    wave, dealer = np.nonzero(answers & story.is_served.T[days - story.start])
    day = days[wave] + rng.integers(0, WAVE_DAYS, size=len(wave))
    plan = story.plan
    unhappy = plan.has("stopped_gradually")[dealer] & (day >= story.stop[dealer] - 2 * FADING_DAYS)
    unhappy |= plan.has("returns_surge")[dealer] & (day >= plan.event_from[dealer])
    score = USUAL_SCORE + draw_bell(rng, len(day)) * 2 // 1000 - UNHAPPY * unhappy
    score = np.clip(score, 0, 10)
    mood = np.searchsorted(np.array([7, 9]), score, side="right")
    said = np.array(COMMENTS, dtype=object)[mood, rng.integers(0, 3, size=len(day))]
    comments = text_where(said, draw_flag(rng, len(day), per_mille=COMMENTED_PER_MILLE))
    return pd.DataFrame(
        {
            "dealer_id": story.ids[dealer],
            "survey_date": to_dates(day),
            "kind": np.full(len(day), "nps", dtype=object),
            "score": score,
            "comment": comments,
        }
    )


def _ask_after_cases(rng: np.random.Generator, story: Story) -> pd.DataFrame:
    cases, _ = draw_cases(story)
    asked = draw_flag(rng, len(cases), per_mille=CSAT_PER_MILLE)
    waited = rng.integers(1, 6, size=len(cases))
    score = 1 + draw_index(rng, len(cases), weights=CSAT_WEIGHTS)
    frame = pd.DataFrame(
        {
            "dealer_id": cases["dealer_id"],
            "survey_date": cases["closed_date"] + waited.astype("timedelta64[D]"),
            "kind": "csat",
            "score": score,
            "comment": None,
        }
    )
    return frame[asked & cases["closed_date"].notna().to_numpy()]

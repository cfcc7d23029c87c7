"""What happened in the simulated years, orders included: the ground of all other tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dealerml.simulate.draws import Flags, Ints
from dealerml.simulate.goods import Goods
from dealerml.simulate.orders import festival_demand
from dealerml.simulate.places import OWNER_NAMES, REGION_NAMES
from dealerml.simulate.plan import CODE_CHANGES, FAR, STOPPING, Plan
from dealerml.simulate.tabulate import Texts, locate, name_codes, to_dates
from dealerml.simulate.traits import Traits

# Each table draws from a stream of its own, so that none changes when another one does.
STREAMS: Final = {
    "codes": 1,
    "contacts": 2,
    "cases": 3,
    "surveys": 4,
    "training": 5,
    "payments": 6,
    "deals": 7,
    "leads": 8,
    "support_spend": 9,
    "targets": 10,
    "rebates": 11,
    "contracts": 12,
    "stock": 13,
    "fx": 14,
    "deliveries": 15,
}
WORK_DEMAND, WEEKEND_DEMAND, FESTIVAL_PAUSE = 1300, 150, 500


@dataclass(frozen=True)
class Story:
    """Who the dealers are, what happens to them, and what they ordered from day to day."""

    seed: int
    traits: Traits
    plan: Plan
    goods: Goods
    order_lines: pd.DataFrame
    start: int
    end: int

    @cached_property
    def ids(self) -> Texts:
        """The id of each dealer code, by position."""
        return name_codes(len(self.plan.fate))

    @cached_property
    def days(self) -> Ints:
        """Every day of the history."""
        return np.arange(self.start, self.end + 1)

    @cached_property
    def stop(self) -> Ints:
        """The day from which on each dealer orders no more, ``FAR`` where it goes on."""
        plan = self.plan
        stop = np.where(plan.has("stopped_gradually"), plan.event_until, plan.event_from)
        return np.where(plan.has(*STOPPING, *CODE_CHANGES), stop, FAR)

    @cached_property
    def is_served(self) -> Flags:
        """Whether each dealer is listed and with us; shape (dealers, days)."""
        there = (self.days >= self.plan.first_day[:, None]) & (self.days < self.stop[:, None])
        served: Flags = there & ~self.plan.has("unlisted")[:, None]
        return served

    @cached_property
    def month_cents(self) -> Ints:
        """Net amount of each dealer and month in cents; shape (dealers, months)."""
        lines = self.order_lines
        months = count_months(self.start, self.end)
        dealer = find_dealers(self, lines["dealer_id"])
        at = dealer * months + month_places(self, lines["order_date"])
        sums = np.zeros(len(self.ids) * months, dtype=np.int64)
        np.add.at(sums, at, to_cents(lines["net_amount"]))
        return sums.reshape(len(self.ids), months)


def open_stream(story: Story, name: str) -> np.random.Generator:
    """Where do the draws of one table come from?"""
    return np.random.default_rng([story.seed, STREAMS[name]])


def to_cents(amounts: pd.Series) -> Ints:
    """How many whole cents are these amounts?"""
    cents: Ints = (amounts * 100).round().to_numpy().astype(np.int64)
    return cents


def as_months(days: Ints) -> Ints:
    """In which month, counted from January 1970, is each day?

    Examples
    --------
    >>> as_months(np.array([0, 30, 31])).tolist()
    [0, 0, 1]
    """
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def first_days(months: Ints) -> Ints:
    """On which day does each month begin?

    Examples
    --------
    >>> first_days(np.array([0, 1, 2])).tolist()
    [0, 31, 59]
    """
    days: Ints = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days


def count_months(start: int, end: int) -> int:
    """How many calendar months does the history touch?"""
    first, last = as_months(np.array([start, end])).tolist()
    return int(last - first + 1)


def month_places(story: Story, dates: pd.Series) -> Ints:
    """Which month of the history, counted from zero, is each date in?"""
    months: Ints = dates.to_numpy().astype("datetime64[M]").astype(np.int64)
    places: Ints = months - as_months(np.array([story.start]))[0]
    return places


def find_dealers(story: Story, ids: pd.Series) -> Ints:
    """At which position is the dealer of each id?"""
    places: Ints = pd.Index(story.ids).get_indexer(pd.Index(ids))
    return places


def draw_events(
    rng: np.random.Generator, story: Story, per_million: Ints | int
) -> tuple[Ints, Ints]:
    """Whom does something happen to, and when?

    Parameters
    ----------
    per_million
        Chance on an average day; a number or anything that fits (dealers, days). On weekends it
        is small, over the Spring Festival zero.

    Returns
    -------
    Positions of the dealers and days, sorted by day and dealer.
    """
    weekday = (story.days + 3) % 7
    usual = np.where(weekday < 5, WORK_DEMAND, WEEKEND_DEMAND)
    usual = np.where(festival_demand(story.days) < FESTIVAL_PAUSE, 0, usual)
    drawn = rng.integers(0, 1_000_000, size=(len(story.ids), len(story.days)))
    # Days first, so that what is found comes in their order.
    days, dealers = np.nonzero((drawn < per_million * usual // 1000).T)
    return dealers, days + story.start


def name_owners(story: Story, dealer: Ints, day: Ints) -> Texts:
    """Which employee is in charge of each dealer on its day?"""
    owners = locate(story.traits, story.plan, dealer=dealer, day=day)[1]
    return np.array(OWNER_NAMES, dtype=object)[owners]


def name_regions(story: Story, dealer: Ints, day: Ints) -> Texts:
    """Which region is each dealer in on its day?"""
    regions = locate(story.traits, story.plan, dealer=dealer, day=day)[0]
    return np.array(REGION_NAMES, dtype=object)[regions]


def number_rows(letter: str, rows: int) -> list[str]:
    """Which ids have the rows of a table, in their order?

    Examples
    --------
    >>> number_rows("K", 2)
    ['K000001', 'K000002']
    """
    return [f"{letter}{number:06d}" for number in range(1, rows + 1)]


def pick_words(words: Sequence[str | None], places: Ints) -> Texts:
    """Which word stands at each place?"""
    return np.array(words, dtype=object)[places]


def date_where(days: Ints, known: Flags) -> npt.NDArray[np.datetime64]:
    """Which dates are these days, left empty where they are not known?"""
    return np.where(known, to_dates(days), np.datetime64("NaT", "s"))


def text_where(texts: Any, known: Flags) -> Texts:
    """Which texts are these, left empty where they are not known?"""
    values: Texts = np.asarray(texts, dtype=object).copy()
    values[~known] = None
    return values

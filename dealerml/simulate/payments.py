"""What the dealers pay for what they were billed month by month, early, late or never."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.simulate.draws import Ints, draw_flag, draw_index
from dealerml.simulate.story import (
    Story,
    as_months,
    find_dealers,
    first_days,
    month_places,
    number_rows,
    open_stream,
    pick_words,
)
from dealerml.simulate.tabulate import Texts, to_dates

TERM_DAYS: Final = (30, 45, 60)
TERM_WEIGHTS: Final = (50, 20, 30)
METHODS: Final = {"transfer": 70, "draft": 20, "card": 6, "cash": 4}
LATE_PER_MILLE: Final = (80, 150, 350)
LATEST_DAYS, EARLIEST_DAYS = 60, 8
UNPAID_PER_MILLE, SHORT_PER_MILLE, SPLIT_PER_MILLE = 20, 40, 120
SHORT_PAID: Final = 900


def tabulate_payments(story: Story) -> pd.DataFrame:
    """What was paid when, and when was it due?

    Every month is billed at its end. Returns are set off against what is billed before them, so
    that nobody ever pays more than the sum of its bills.
    """
    rng = open_stream(story, "payments")
    dealer, month, cents = _find_bills(story)
    rows, dealers = len(cents), len(story.ids)
    terms = np.array(TERM_DAYS)[draw_index(rng, dealers, weights=TERM_WEIGHTS)]
    due = first_days(as_months(np.array([story.start]))[0] + month + 1) - 1 + terms[dealer]
    paid = due + _draw_lateness(rng, dealer, dealers)
    short = draw_flag(rng, rows, per_mille=SHORT_PER_MILLE)
    cents = np.where(short, cents * SHORT_PAID // 1000, cents)
    kept = ~draw_flag(rng, rows, per_mille=UNPAID_PER_MILLE) & (cents > 0)
    split = draw_flag(rng, rows, per_mille=SPLIT_PER_MILLE)
    second = np.where(split, cents // 3, 0)
    gap, method = rng.integers(5, 25, size=rows), _draw_methods(rng, dealers)[dealer]
    bills = pd.DataFrame(
        {
            "dealer_id": story.ids[dealer],
            "paid_date": to_dates(paid),
            "due_date": to_dates(due),
            "paid_amount": (cents - second) / 100,
            "order_id": _name_only_orders(story)[dealer, month],
            "method": pick_words(tuple(METHODS), method),
        }
    )
    rest = bills.assign(paid_date=to_dates(paid + gap), paid_amount=second / 100)
    return _number_known(pd.concat([bills[kept], rest[kept & split]]), story.end)


def _number_known(frame: pd.DataFrame, end: int) -> pd.DataFrame:
    frame = frame[frame["paid_date"] <= to_dates(np.array([end]))[0]]
    frame = frame[frame["paid_amount"] > 0].sort_values(
        ["paid_date", "dealer_id", "due_date"], kind="stable"
    )
    frame = frame.reset_index(drop=True)
    frame.insert(0, "payment_id", number_rows("R", len(frame)))
    return frame


def _draw_lateness(rng: np.random.Generator, dealer: Ints, dealers: int) -> Ints:
    """How many days after its due date is each bill paid? Each dealer has a habit of its own."""
    rows = len(dealer)
    habit = np.array(LATE_PER_MILLE)[draw_index(rng, dealers, weights=(5, 3, 2))]
    late = draw_flag(rng, rows, per_mille=habit[dealer])
    early = -rng.integers(0, EARLIEST_DAYS, size=rows)
    return np.where(late, rng.integers(3, LATEST_DAYS, size=rows), early)


def _draw_methods(rng: np.random.Generator, dealers: int) -> Ints:
    return draw_index(rng, dealers, weights=tuple(METHODS.values()))


def _find_bills(story: Story) -> tuple[Ints, Ints, Ints]:
    """Which dealers, months and cents are to be paid?

    What stays payable of each month is what later returns never fall below.
    """
    sums = np.cumsum(story.month_cents, axis=1)
    lowest = np.minimum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
    payable = np.diff(np.maximum(lowest, 0), axis=1, prepend=0)
    dealer, month = np.nonzero(payable)
    return dealer, month, payable[dealer, month]


def _name_only_orders(story: Story) -> Texts:
    """Which order is the only one of its dealer and month? Shape (dealers, months)."""
    orders = story.order_lines.drop_duplicates("order_id")
    at = (
        find_dealers(story, orders["dealer_id"]),
        month_places(story, orders["order_date"]),
    )
    counts = np.zeros(story.month_cents.shape, dtype=np.int64)
    np.add.at(counts, at, 1)
    names: Texts = np.full(counts.shape, None, dtype=object)
    names[at] = orders["order_id"].to_numpy()
    names[counts != 1] = None
    return names

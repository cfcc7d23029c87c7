"""What is agreed with the dealers and spent on them: targets, rebates, contracts, support."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import from_day, to_day
from dealerml.simulate.draws import Flags, Ints, draw_flag, draw_index
from dealerml.simulate.story import (
    Story,
    as_months,
    draw_events,
    first_days,
    open_stream,
    pick_words,
)
from dealerml.simulate.tabulate import to_dates

SPEND_DAILY: Final = 2900
SPENT_ON: Final = {"promotion": 40, "display": 25, "门店装修": 15, "sample goods": 20}
LEAST_SPENT, MOST_SPENT = 50_000, 2_000_000
# In cents: targets are told in whole thousands.
TARGET_STEP: Final = 100_000
COMPANY_PER_MILLE: Final = 1020
REBATED_PER_MILLE, STRETCH_PER_MILLE = 333, 1200
SHARES_PER_MILLE: Final = (10, 15, 20)
STRETCH_EXTRA_PER_MILLE: Final = 10
CONTRACT_PER_MILLE, MINIMUM_PER_MILLE = 850, 600
RENEWED_FROM, RENEWED_UNTIL = -25, 16


def tabulate_spend(story: Story) -> pd.DataFrame:
    """What did we spend to support which dealer?"""
    rng = open_stream(story, "support_spend")
    dealer, day = draw_events(rng, story, SPEND_DAILY * story.is_served)
    kind = draw_index(rng, len(day), weights=tuple(SPENT_ON.values()))
    cents = rng.integers(LEAST_SPENT, MOST_SPENT, size=len(day))
    return pd.DataFrame(
        {
            "dealer_id": story.ids[dealer],
            "spend_date": to_dates(day),
            "kind": pick_words(tuple(SPENT_ON), kind),
            "spend_amount": cents / 100,
        }
    )


def tabulate_targets(story: Story) -> pd.DataFrame:
    """What should each dealer, and the company as a whole, sell in each quarter?

    The quarter that follows the last day has its targets already.
    """
    begins, cents = set_targets(story)
    quarter, dealer = np.nonzero(cents.T)
    whole = cents.sum(axis=0) * COMPANY_PER_MILLE // 1000 // TARGET_STEP * TARGET_STEP
    some = np.flatnonzero(whole)
    frame = pd.DataFrame(
        {
            "dealer_id": np.append(story.ids[dealer], np.full(len(some), None)),
            "region": None,
            "owner": None,
            **_span(begins, np.append(quarter, some)),
            "target_amount": np.append(cents[dealer, quarter], whole[some]) / 100,
        }
    )
    return frame.sort_values("from_date", kind="stable", ignore_index=True)


def tabulate_rebates(story: Story) -> pd.DataFrame:
    """What was promised to a third of the dealers for reaching their targets, and what was paid?"""
    rng = open_stream(story, "rebates")
    begins, targets = set_targets(story)
    chosen = draw_flag(rng, len(story.ids), per_mille=REBATED_PER_MILLE)
    share = np.array(SHARES_PER_MILLE)[rng.integers(0, len(SHARES_PER_MILLE), size=len(chosen))]
    begun = begins <= story.end
    quarter, dealer = np.nonzero((targets * chosen[:, None] * begun).T)
    sold, first = _sum_quarters(story, begins)[dealer, quarter], targets[dealer, quarter]
    over = first_days(as_months(begins) + 3)[quarter] - 1 <= story.end
    parts = [
        pd.DataFrame(
            {
                "dealer_id": story.ids[dealer],
                **_span(begins, quarter),
                "threshold_amount": threshold / 100,
                "rebate_share": paid / 1000,
                "rebate_amount": np.where(over, sold * paid // 1000 * reached / 100, np.nan),
            }
        )
        for threshold, paid, reached in _list_steps(sold, first, share[dealer])
    ]
    order = ["from_date", "dealer_id", "threshold_amount"]
    return pd.concat(parts).sort_values(order, ignore_index=True)


def _list_steps(sold: Ints, first: Ints, share: Ints) -> Iterator[tuple[Ints, Ints, Flags]]:
    """Threshold, share per mille, and whether it is paid: only the highest step reached is."""
    second = first * STRETCH_PER_MILLE // 1000 // TARGET_STEP * TARGET_STEP + TARGET_STEP
    yield first, share, (sold >= first) & (sold < second)
    yield second, share + STRETCH_EXTRA_PER_MILLE, sold >= second


def tabulate_contracts(story: Story) -> pd.DataFrame:
    """Which contracts run from year to year, and what did the dealers undertake to buy?"""
    rng = open_stream(story, "contracts")
    years = np.arange(from_day(story.start).year, from_day(story.end).year + 1)
    begin = np.array([to_day(f"{year}-01-01") for year in years.tolist()])
    until = np.array([to_day(f"{year}-12-31") for year in years.tolist()])
    first = np.maximum(begin, story.plan.first_day[:, None])
    size = len(story.ids)
    signs = draw_flag(rng, size, per_mille=CONTRACT_PER_MILLE) & ~story.plan.has("unlisted")
    signed = first + rng.integers(RENEWED_FROM, RENEWED_UNTIL, size=first.shape)
    runs = signs[:, None] & (first <= until) & (first < story.stop[:, None])
    runs &= (first <= story.end) & (signed <= story.end)
    year, dealer = np.nonzero(runs.T)
    cents = story.month_cents.clip(min=0).mean(axis=1).astype(np.int64) * 12
    minimum = (cents * MINIMUM_PER_MILLE // 1000 // TARGET_STEP * TARGET_STEP)[dealer]
    return pd.DataFrame(
        {
            "contract_id": [f"C{years[y]}-{n:04d}" for n, y in enumerate(year.tolist(), start=1)],
            "dealer_id": story.ids[dealer],
            "signed_date": to_dates(signed[dealer, year]),
            "from_date": to_dates(first[dealer, year]),
            "until_date": to_dates(until[year]),
            "minimum_amount": np.where(minimum > 0, minimum / 100, np.nan),
        }
    )


def set_targets(story: Story) -> tuple[Ints, Ints]:
    """What is each dealer's target of each quarter, in cents?

    Returns
    -------
    The first day of each quarter, and targets of shape (dealers, quarters): a little more than
    the year before; in the first year about what was sold. Zero where there is none.
    """
    rng = open_stream(story, "targets")
    begins = _list_quarters(story)
    sold = _sum_quarters(story, begins)
    before = np.concatenate([sold[:, :4], sold[:, :-4]], axis=1)[:, : len(begins)]
    wish = rng.integers(1030, 1170, size=sold.shape)
    wish = np.where(np.arange(len(begins)) < 4, wish - 130, wish)
    cents = before * wish // 1000 // TARGET_STEP * TARGET_STEP
    there = (begins >= story.plan.first_day[:, None]) & (begins < story.stop[:, None])
    there &= ~story.plan.has("unlisted")[:, None]
    return begins, np.where(there, np.maximum(cents, 0), 0)


def _list_quarters(story: Story) -> Ints:
    """On which days do the quarters begin, up to the one after the last day?"""
    first, last = as_months(np.array([story.start + 89, story.end])).tolist()
    months = np.arange(first - first % 3, last - last % 3 + 4, 3)
    begins = first_days(months)
    return begins[begins >= story.start]


def _sum_quarters(story: Story, begins: Ints) -> Ints:
    """What did each dealer buy in each quarter, in cents?"""
    months = story.month_cents
    place = as_months(begins) - as_months(np.array([story.start]))[0]
    padded = np.pad(months, ((0, 0), (0, 4)))
    sums: Ints = padded[:, place] + padded[:, place + 1] + padded[:, place + 2]
    return sums


def _span(begins: Ints, quarter: Ints) -> dict[str, object]:
    ends = first_days(as_months(begins) + 3) - 1
    return {"from_date": to_dates(begins[quarter]), "until_date": to_dates(ends[quarter])}

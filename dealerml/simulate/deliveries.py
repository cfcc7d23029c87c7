"""For which day the goods of each order were promised, and when they came."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import from_day
from dealerml.simulate.draws import Flags, Ints, draw_flag, draw_index
from dealerml.simulate.story import (
    Story,
    as_months,
    date_where,
    find_dealers,
    name_regions,
    open_stream,
)
from dealerml.simulate.tabulate import to_dates

# The system that keeps deliveries came when a third of the history was over.
WITHOUT: Final = 3
SOONEST_DAYS, PROMISE_WEIGHTS = 3, (10, 25, 30, 20, 10, 5)
EARLY_WEIGHTS: Final = (60, 25, 15)
LATE_WEIGHTS: Final = (30, 22, 15, 10, 8, 5, 4, 2, 2, 2)
# Orders in a thousand that come late: usually, in the months of short supply, and from one depot.
LATE_PER_MILLE, WINTER_PER_MILLE, DEPOT_PER_MILLE = 80, 220, 300
WINTER_MONTHS: Final = (11, 12, 1)
SLOW_REGION, SLOW_DAYS = "西南", 240


def tabulate_deliveries(story: Story) -> pd.DataFrame:
    """When was each order promised, and when did it come? Winters and one depot are late."""
    rng = open_stream(story, "deliveries")
    lines = story.order_lines
    orders = lines[lines["quantity"] > 0].drop_duplicates("order_id")
    first = from_day(story.start + (story.end - story.start) // WITHOUT)
    orders = orders[orders["order_date"] > pd.Timestamp(first)]
    ordered = orders["order_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    rows = len(orders)
    promised = ordered + SOONEST_DAYS + draw_index(rng, rows, weights=PROMISE_WEIGHTS)
    late = draw_flag(rng, rows, per_mille=_late_chance(story, orders["dealer_id"], ordered))
    after = 1 + draw_index(rng, rows, weights=LATE_WEIGHTS)
    before = draw_index(rng, rows, weights=EARLY_WEIGHTS)
    delivered = promised + np.where(late, after, -before)
    return pd.DataFrame(
        {
            "order_id": orders["order_id"].to_numpy(),
            "dealer_id": orders["dealer_id"].to_numpy(),
            "ordered_date": to_dates(ordered),
            "promised_date": to_dates(promised),
            "delivered_date": date_where(delivered, delivered <= story.end),
        }
    )


def _late_chance(story: Story, dealers: pd.Series, day: Ints) -> Ints:
    winter = np.isin(as_months(day) % 12 + 1, WINTER_MONTHS)
    region = name_regions(story, find_dealers(story, dealers), day)
    slow: Flags = (region == SLOW_REGION) & (day > story.end - SLOW_DAYS)
    usual = np.where(winter, WINTER_PER_MILLE, LATE_PER_MILLE)
    chance: Ints = np.where(slow, DEPOT_PER_MILLE, usual)
    return chance

"""Price lists and exchange rates, each from its date on."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import from_day, to_day
from dealerml.simulate.draws import scale
from dealerml.simulate.goods import NEWEST, PRICE_RISE_PER_MILLE, PRODUCTS_PER_CATEGORY
from dealerml.simulate.story import (
    Story,
    as_months,
    count_months,
    date_where,
    first_days,
    open_stream,
)
from dealerml.simulate.tabulate import to_dates

FLOOR_PER_MILLE: Final = 850
# Home currency for one unit, in ten-thousandths, at the beginning.
CURRENCIES: Final = {"USD": 71_000, "EUR": 77_000}
LARGEST_STEP: Final = 600


def tabulate_prices(story: Story) -> pd.DataFrame:
    """Which price list was in force when, and below what may dealers not sell?"""
    first, last = from_day(story.start).year, from_day(story.end).year
    begins = np.array([to_day(f"{year}-01-01") for year in range(first, last + 1)])
    product, year = np.indices((len(story.goods.table), len(begins))).reshape(2, -1)
    launched = product % PRODUCTS_PER_CATEGORY == NEWEST
    begin = np.where(launched, np.maximum(begins[year], story.plan.launch_day), begins[year])
    until = np.append(begins[1:], 0)[year] - 1
    cents = scale(story.goods.price_cents[product], 1000 + year * PRICE_RISE_PER_MILLE)
    frame = pd.DataFrame(
        {
            "product_id": story.goods.table["product_id"].to_numpy()[product],
            "from_date": to_dates(begin),
            "until_date": date_where(until, until > 0),
            "tier": None,
            "region": None,
            "list_price": cents / 100,
            "floor_price": scale(cents, FLOOR_PER_MILLE) / 100,
        }
    )
    # A list that ended before the product was launched never held.
    return frame[(until < 0) | (begin <= until)].reset_index(drop=True)


def tabulate_fx(story: Story) -> pd.DataFrame:
    """What was a unit of each foreign currency worth, month by month?"""
    rng = open_stream(story, "fx")
    months = as_months(np.array([story.start]))[0] + np.arange(count_months(story.start, story.end))
    steps = rng.integers(-LARGEST_STEP, LARGEST_STEP + 1, size=(len(months), len(CURRENCIES)))
    rates = np.array(tuple(CURRENCIES.values())) + np.cumsum(steps, axis=0)
    return pd.DataFrame(
        {
            "currency": np.tile(np.array(tuple(CURRENCIES), dtype=object), len(months)),
            "from_date": np.repeat(to_dates(first_days(months)), len(CURRENCIES)),
            "rate": rates.ravel() / 10_000,
        }
    )

"""What a third of the dealers have in stock and sell on, product by product and month by month."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import from_day
from dealerml.simulate.draws import Flags, Ints, draw_flag, scale
from dealerml.simulate.goods import PRICE_RISE_PER_MILLE
from dealerml.simulate.story import (
    Story,
    as_months,
    count_months,
    find_dealers,
    first_days,
    month_places,
    name_regions,
    open_stream,
)
from dealerml.simulate.tabulate import Texts, to_dates

TOLD_PER_MILLE: Final = 320
PRODUCTS_TOLD: Final = 3
MEMORY: Final = 3
LEAST_SOLD, MOST_SOLD = 700, 1250
MARKUP_FROM, MARKUP_TO = 1080, 1250


def tabulate_counts(story: Story) -> pd.DataFrame:
    """How much of their main products do those dealers have at the end of each month?"""
    pairs, _, stock, touched = _run_stock(story)
    place, pair = np.nonzero(touched.T)
    return pd.DataFrame(
        {
            "dealer_id": story.ids[pairs[pair, 0]],
            "count_date": to_dates(_month_ends(story)[place]),
            "product_id": _product_ids(story, pairs[pair, 1]),
            "quantity": stock[pair, place],
        }
    )


def tabulate_sell_out(story: Story) -> pd.DataFrame:
    """How much of them did they sell on in each month, where and for how much?"""
    pairs, sold, _, _ = _run_stock(story)
    place, pair = np.nonzero(sold.T)
    rng = open_stream(story, "stock")
    outlets = rng.integers(1, 4, size=len(story.ids))
    markup = rng.integers(MARKUP_FROM, MARKUP_TO, size=len(pair))
    (dealer, product), day = pairs[pair].T, _month_ends(story)[place]
    cents = scale(story.goods.price_cents[product], 1000 + _price_rises(story, day), markup)
    outlet = 1 + product % outlets[dealer]
    quantity = sold[pair, place]
    return pd.DataFrame(
        {
            "dealer_id": story.ids[dealer],
            "sold_date": to_dates(day),
            "product_id": _product_ids(story, product),
            "outlet_id": [
                f"{code}-{n}" for code, n in zip(story.ids[dealer], outlet.tolist(), strict=True)
            ],
            "quantity": quantity,
            "sold_amount": quantity * cents / 100,
            "region": name_regions(story, dealer, day),
        }
    )


def _run_stock(story: Story) -> tuple[Ints, Ints, Ints, Flags]:
    """How do purchases become stock and sales, month by month?

    Returns
    -------
    Pairs of dealer and product; of each and of each whole month the units sold on, the units left
    at its end, and whether anything is to be told. What is left is what was there before and what
    was bought, less what was sold.
    """
    rng = open_stream(story, "stock")
    pairs, bought = _choose_pairs(rng, story)
    noise = rng.integers(LEAST_SOLD, MOST_SOLD, size=bought.shape)
    usual = bought.clip(min=0).sum(axis=1) // bought.shape[1]
    here = story.plan.first_day[pairs[:, 0]] == story.plan.first_day.min()
    left = np.where(here, 2 * usual, 0)
    sold, stock = np.zeros_like(bought), np.zeros_like(bought)
    for month in range(bought.shape[1]):
        have = np.maximum(left + bought[:, month], 0)
        recent = bought[:, max(month - MEMORY + 1, 0) : month + 1].clip(min=0)
        wish = np.maximum(recent.sum(axis=1) // recent.shape[1], have // 4)
        sold[:, month] = np.minimum(scale(wish, noise[:, month]), have)
        left = have - sold[:, month]
        stock[:, month] = left
    return pairs, sold, stock, (stock > 0) | (sold > 0)


def _choose_pairs(rng: np.random.Generator, story: Story) -> tuple[Ints, Ints]:
    """Which main products do the dealers tell of that tell anything, and what did they buy?"""
    lines = story.order_lines
    lines = lines[(lines["line_kind"] == "goods") & lines["product_id"].notna()]
    months = len(_month_ends(story))
    place = month_places(story, lines["order_date"])
    dealer = find_dealers(story, lines["dealer_id"])
    products = pd.Index(story.goods.table["product_id"])
    product = products.get_indexer(pd.Index(lines["product_id"]))
    units = np.zeros((len(story.ids), len(story.goods.table), months + 1), dtype=np.int64)
    # What was bought in a month that is not over yet goes to the last place, which is left out.
    at = (dealer, product, np.minimum(place, months))
    np.add.at(units, at, lines["quantity"].to_numpy(dtype=np.int64))
    units = units[:, :, :months]
    tells = draw_flag(rng, len(story.ids), per_mille=TOLD_PER_MILLE)
    tells[:1] = True
    tells &= ~story.plan.has("unlisted")
    totals = units.sum(axis=2)
    # The first of equals is taken.
    ranks = np.argsort(-totals, axis=1, kind="stable")[:, :PRODUCTS_TOLD]
    pairs = [(d, p) for d in np.flatnonzero(tells).tolist() for p in sorted(ranks[d].tolist())]
    chosen = np.array([pair for pair in pairs if totals[pair] > 0], dtype=np.int64).reshape(-1, 2)
    return chosen, units[chosen[:, 0], chosen[:, 1]]


def _month_ends(story: Story) -> Ints:
    """Which last days of months lie in the history?"""
    months = as_months(np.array([story.start]))[0] + np.arange(count_months(story.start, story.end))
    ends = first_days(months + 1) - 1
    return ends[ends <= story.end]


def _product_ids(story: Story, product: Ints) -> Texts:
    ids: Texts = story.goods.table["product_id"].to_numpy()[product]
    return ids


def _price_rises(story: Story, day: Ints) -> Ints:
    years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return (years + 1970 - from_day(story.start).year) * PRICE_RISE_PER_MILLE

"""A made-up dealer network whose every event is known."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.dates import SPRING_FESTIVAL, as_date, to_day
from dealerml.errors import HistoryError
from dealerml.simulate.codes import add_codes
from dealerml.simulate.contacts import tabulate_contacts
from dealerml.simulate.deals import tabulate_deal_stages, tabulate_deals, tabulate_leads
from dealerml.simulate.deliveries import tabulate_deliveries
from dealerml.simulate.goods import list_goods
from dealerml.simulate.lines import draw_lines
from dealerml.simulate.orders import draw_order_days
from dealerml.simulate.payments import tabulate_payments
from dealerml.simulate.plan import make_plan
from dealerml.simulate.rates import tabulate_fx, tabulate_prices
from dealerml.simulate.service import tabulate_cases, tabulate_surveys, tabulate_training
from dealerml.simulate.stock import tabulate_counts, tabulate_sell_out
from dealerml.simulate.story import Story
from dealerml.simulate.tabulate import (
    tabulate_dealers,
    tabulate_lines,
    tabulate_notes,
    tabulate_successors,
)
from dealerml.simulate.terms import (
    tabulate_contracts,
    tabulate_rebates,
    tabulate_spend,
    tabulate_targets,
)
from dealerml.simulate.traits import draw_traits
from dealerml.simulate.truth import tabulate_truth

DEALERS: Final = 300
YEARS: Final = 3
END: Final = "2025-06-30"


@dataclass(frozen=True)
class Network:
    """Simulated tables in canonical columns, and the truth about them."""

    order_lines: pd.DataFrame
    dealers: pd.DataFrame
    products: pd.DataFrame
    notes: pd.DataFrame
    successors: pd.DataFrame
    contacts: pd.DataFrame
    cases: pd.DataFrame
    payments: pd.DataFrame
    deals: pd.DataFrame
    deal_stages: pd.DataFrame
    leads: pd.DataFrame
    surveys: pd.DataFrame
    deliveries: pd.DataFrame
    training: pd.DataFrame
    support_spend: pd.DataFrame
    targets: pd.DataFrame
    rebates: pd.DataFrame
    contracts: pd.DataFrame
    inventory_counts: pd.DataFrame
    sell_out: pd.DataFrame
    prices: pd.DataFrame
    fx: pd.DataFrame
    truth: pd.DataFrame


def simulate_network(
    *,
    dealers: int = DEALERS,
    years: int = YEARS,
    end: str | dt.date = END,
    random_state: int = 0,
) -> Network:
    """What would the exports of a network look like in which everything that happens is known?

    Parameters
    ----------
    dealers
        Dealer codes, those that never ordered, are missing from the list or continue an older
        code included.
    years
        Years of history, at least one.
    end
        Last day of the history.
    random_state
        Seed; the same seed gives the same tables on every machine.

    Returns
    -------
    Network
        Every table of ``dealerml.tables.SCHEMAS`` but the links between sources, in canonical
        columns, and ``truth`` with one row per planted event.

    Raises
    ------
    HistoryError
        If there is nothing to simulate or the lunar calendar does not cover the history.

    Examples
    --------
    >>> network = simulate_network(dealers=20, years=1)
    >>> network.dealers["dealer_name"].iloc[0]
    '上海恒达建材有限公司'
    """
    start, last = _bound_history(dealers, years, as_date(end))
    rng = np.random.default_rng(random_state)
    goods, traits = list_goods(), draw_traits(rng, dealers)
    plan = make_plan(rng, traits, start=start, end=last)
    traits = traits.take(plan.twin)
    orders = draw_order_days(rng, traits, plan, start=start, end=last)
    lines = draw_lines(rng, traits, plan, goods, orders=orders)
    order_lines = tabulate_lines(rng, lines, traits, plan, goods=goods, end=last)
    listed = tabulate_dealers(rng, traits, plan, order_lines=order_lines, end=last)
    story = Story(random_state, traits, plan, goods, order_lines, start, last)
    return Network(
        order_lines=order_lines,
        dealers=add_codes(listed, story),
        products=goods.table,
        notes=tabulate_notes(rng, plan, end=last),
        successors=tabulate_successors(plan, end=last),
        truth=tabulate_truth(traits, plan, start=start, end=last),
        **{name: tabulate(story) for name, tabulate in TABLES.items()},
    )


def _bound_history(dealers: int, years: int, end: dt.date) -> tuple[int, int]:
    problems = []
    if dealers < 1:
        problems.append(f"dealers is {dealers}; simulate at least one.")
    if years < 1:
        problems.append(f"years is {years}; simulate at least one.")
    first, last = min(SPRING_FESTIVAL), max(SPRING_FESTIVAL)
    if end.year - years < first or end.year > last:
        problems.append(f"{years} years to {end} leave the lunar calendar, {first} to {last}.")
    if problems:
        raise HistoryError(problems)
    # 29 February has no counterpart in most years.
    begin = end.replace(year=end.year - years, day=min(end.day, 28 if end.month == 2 else 31))
    return to_day(begin) + 1, to_day(end)


# Tables beyond orders and lists; each has a stream of draws of its own.
TABLES: Final[dict[str, Callable[[Story], pd.DataFrame]]] = {
    "contacts": tabulate_contacts,
    "cases": tabulate_cases,
    "payments": tabulate_payments,
    "deals": tabulate_deals,
    "deal_stages": tabulate_deal_stages,
    "leads": tabulate_leads,
    "surveys": tabulate_surveys,
    "deliveries": tabulate_deliveries,
    "training": tabulate_training,
    "support_spend": tabulate_spend,
    "targets": tabulate_targets,
    "rebates": tabulate_rebates,
    "contracts": tabulate_contracts,
    "inventory_counts": tabulate_counts,
    "sell_out": tabulate_sell_out,
    "prices": tabulate_prices,
    "fx": tabulate_fx,
}

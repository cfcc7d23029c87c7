"""The simulated network in canonical columns, as an export on its last day would show it."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dealerml.dates import from_day
from dealerml.simulate.draws import Flags, Ints, draw_flag
from dealerml.simulate.goods import Goods
from dealerml.simulate.lines import NO_PRODUCT, Lines
from dealerml.simulate.names import invent_names
from dealerml.simulate.places import CITY_NAMES, OWNER_NAMES, REGION_NAMES
from dealerml.simulate.plan import CODE_CHANGES, STOPPING, Plan, replace_owner
from dealerml.simulate.traits import Traits

LATE_PER_MILLE, LATEST_DAYS = 30, 6
NO_PRODUCT_PER_MILLE, NO_COST_PER_MILLE = 6, 15
ROLES: Final = ("dealer", "sub-dealer", "outlet")
SEASONAL_NOTES_PER_MILLE: Final = 500
Texts = npt.NDArray[Any]


def name_codes(dealers: int) -> Texts:
    """Which id has each dealer code, by position?

    Examples
    --------
    >>> name_codes(2).tolist()
    ['D0001', 'D0002']
    """
    width = max(4, len(str(dealers)))
    return np.array([f"D{number:0{width}d}" for number in range(1, dealers + 1)], dtype=object)


def to_dates(days: Ints) -> npt.NDArray[np.datetime64]:
    """Which dates are these day numbers?"""
    return days.astype("datetime64[D]").astype("datetime64[s]")


def tabulate_lines(
    rng: np.random.Generator, lines: Lines, traits: Traits, plan: Plan, *, goods: Goods, end: int
) -> pd.DataFrame:
    """How do the order lines look in canonical columns?

    Lines posted after the last day are not in the export yet. Money is exact to the cent.
    """
    extra = lines.kind != "goods"
    lines = lines.take(np.lexsort((lines.product, extra, lines.order, lines.dealer, lines.day)))
    codes, line_no = _number_orders(lines)
    posted = lines.day + _draw_delays(rng, codes)
    region, owner = locate(traits, plan, dealer=lines.dealer, day=lines.day)
    # The last entry, at NO_PRODUCT, stands for a product that is not named.
    product = np.array([*goods.table["product_id"], None], dtype=object)
    named = draw_flag(rng, len(codes), per_mille=1000 - NO_PRODUCT_PER_MILLE)
    costed = draw_flag(rng, len(codes), per_mille=1000 - NO_COST_PER_MILLE)
    frame = pd.DataFrame(
        {
            "order_id": _name_orders(lines.order, codes),
            "line_no": line_no,
            "dealer_id": name_codes(len(plan.fate))[lines.dealer],
            "order_date": to_dates(lines.day),
            "posted_date": to_dates(posted),
            "product_id": product[np.where(named, lines.product, NO_PRODUCT)],
            "quantity": pd.arrays.IntegerArray(lines.quantity, lines.quantity == 0),
            "net_amount": lines.cents / 100,
            "cost_amount": np.where(costed, lines.cost / 100, np.nan),
            "region": np.array(REGION_NAMES, dtype=object)[region],
            "owner": np.array(OWNER_NAMES, dtype=object)[owner],
            "line_kind": lines.kind.astype(object),
        }
    )
    return frame[posted <= end].reset_index(drop=True)


def locate(traits: Traits, plan: Plan, *, dealer: Ints, day: Ints) -> tuple[Ints, Ints]:
    """In which region and with which owner is each dealer on its day?"""
    moved = plan.has("moved")[dealer] & (day >= plan.event_from[dealer])
    region = np.where(moved, plan.new_region[dealer], traits.region[dealer])
    owner = np.where(moved, replace_owner(plan, plan.new_region)[dealer], traits.owner[dealer])
    left = (owner == plan.leaving_owner) & (day >= plan.leaving_day)
    return region, np.where(left, owner + 1, owner)


def _number_orders(lines: Lines) -> tuple[Ints, Ints]:
    """Give each order a running number and each line its place on the order."""
    same = np.append([False], np.diff(lines.order) == 0)
    numbers = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)
    return numbers, np.arange(len(numbers)) - first[numbers] + 1


def _name_orders(order: Ints, numbers: Ints) -> list[str]:
    returned = (order < 0).tolist()
    pairs = zip(returned, (numbers + 1).tolist(), strict=True)
    return [f"{'RT' if back else 'SO'}{number:06d}" for back, number in pairs]


def _draw_delays(rng: np.random.Generator, numbers: Ints) -> Ints:
    size = int(numbers.max(initial=-1)) + 1
    late = draw_flag(rng, size, per_mille=LATE_PER_MILLE)
    delays: Ints = late * rng.integers(1, LATEST_DAYS + 1, size=size)
    return delays[numbers]


def tabulate_dealers(
    rng: np.random.Generator, traits: Traits, plan: Plan, *, order_lines: pd.DataFrame, end: int
) -> pd.DataFrame:
    """What does the dealer list of the last day say: today's owner, tier and status?"""
    dealers = len(plan.fate)
    ids, everyone, today = name_codes(dealers), np.arange(dealers), np.full(dealers, end)
    region, owner = locate(traits, plan, dealer=everyone, day=today)
    old = plan.first_day == plan.first_day.min()
    signed = plan.first_day - rng.integers(5, 40, size=dealers)
    signed = signed - old * rng.integers(100, 3000, size=dealers)
    frame = pd.DataFrame(
        {
            "dealer_id": ids,
            "dealer_name": np.array(invent_names(rng, traits.city), dtype=object)[plan.twin],
            "role": np.array(ROLES, dtype=object)[traits.role],
            "parent_id": _find_parents(traits, ids),
            "region": np.array(REGION_NAMES, dtype=object)[region],
            "city": np.array(CITY_NAMES, dtype=object)[traits.city],
            "owner": np.array(OWNER_NAMES, dtype=object)[owner],
            "tier_current": _rank_tiers(order_lines, ids, end, gone=is_gone(plan, end)),
            "status_current": np.where(is_gone(plan, end), "inactive", "active").astype(object),
            "signed_date": to_dates(signed),
        }
    )
    return frame[~plan.has("unlisted")].reset_index(drop=True)


def is_gone(plan: Plan, end: int) -> Flags:
    """Which dealers have stopped for good on the last day, or are old codes?"""
    stop = np.where(plan.has("stopped_gradually"), plan.event_until, plan.event_from)
    gone: Flags = plan.has(*STOPPING, *CODE_CHANGES) & (stop <= end)
    return gone


def _find_parents(traits: Traits, ids: Texts) -> Texts:
    """Put each sub-dealer and outlet under the largest dealer of its region."""
    parents = np.full(len(ids), None, dtype=object)
    for region in np.unique(traits.region):
        here = np.flatnonzero((traits.region == region) & (traits.role == 0))
        below = np.flatnonzero((traits.region == region) & (traits.role > 0))
        if len(here):
            ranked = here[np.argsort(-traits.size[here], kind="stable")][:5]
            parents[below] = ids[ranked[below % len(ranked)]]
    return parents


def _rank_tiers(order_lines: pd.DataFrame, ids: Texts, end: int, *, gone: Flags) -> Texts:
    """Rank by sales of the last year; whoever has stopped is downgraded: today's knowledge."""
    recent = order_lines[order_lines["order_date"] > pd.Timestamp(from_day(end - 365))]
    cents = (recent["net_amount"] * 100).round().astype("int64")
    sales = cents.groupby(recent["dealer_id"]).sum().reindex(ids, fill_value=0).to_numpy()
    place = np.empty(len(ids), dtype=np.int64)
    place[np.lexsort((np.arange(len(ids)), -sales))] = np.arange(len(ids))
    tier = np.where(place < len(ids) // 10, "gold", "silver").astype(object)
    tier[(place >= len(ids) * 4 // 10) | gone] = "bronze"
    return tier


def tabulate_notes(rng: np.random.Generator, plan: Plan, *, end: int) -> pd.DataFrame:
    """Which notes have our employees written about dealers?"""
    noted = draw_flag(rng, len(plan.fate), per_mille=SEASONAL_NOTES_PER_MILLE)
    texts = {
        "closed_by_us": (plan.has("closed_by_us"), "contract ended by us: sold out of territory"),
        "moved": (plan.has("moved"), "moved to another region"),
        "seasonal": (plan.has("winter_stop") & noted, "冬季停工，次年开春恢复"),
        "strategic": (np.arange(len(noted)) == 0, "key partner of the region"),
    }
    rows = []
    for kind, (flags, text) in texts.items():
        for dealer in np.flatnonzero(flags).tolist():
            dated = kind in {"closed_by_us", "moved"}
            day = int(plan.event_from[dealer]) if dated else int(plan.first_day[dealer])
            if day <= end:
                rows.append((name_codes(len(noted))[dealer], kind, from_day(day), None, text))
    columns = ["dealer_id", "kind", "from_date", "until_date", "note"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["dealer_id", "kind"])
    return frame.assign(author="Grace Chen").reset_index(drop=True)


def tabulate_successors(plan: Plan, *, end: int) -> pd.DataFrame:
    """Which new code continues which old one, as far as somebody wrote it down?"""
    ids = name_codes(len(plan.fate))
    new = np.flatnonzero(plan.has("new_code"))
    old = plan.twin[new]
    kept = plan.has("code_change")[old] & (plan.event_from[old] <= end)
    return pd.DataFrame(
        {
            "dealer_id": ids[old[kept]],
            "successor_id": ids[new[kept]],
            "from_date": to_dates(plan.event_from[old[kept]]),
        }
    )

"""What stands behind the period: where the change came from, what is owed, who comes on."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.dates import add_months, month_end
from dealerml.features import build_mix
from dealerml.features.mix import build_months
from dealerml.growth import summarise_sales
from dealerml.growth.decomposition import ChangeSplit, split_change
from dealerml.growth.loading import Loading, find_loading
from dealerml.growth.ramp import Ramp, Rising, compare_ramp, find_rising
from dealerml.growth.targets import TargetTrack, find_next_steps, track_targets
from dealerml.health.bands import name_bands
from dealerml.policy import Policy
from dealerml.review.dealers import shown_regions
from dealerml.segments import rank_abc
from dealerml.segments.white_space import find_white_space
from dealerml.tables import Snapshot

YEAR_DAYS: Final = 365
PIVOT_MONTHS: Final = 24
# The date that a quarter's movement is counted from lies so many days back or more.
QUARTER_DAYS: Final = 80


@dataclass(frozen=True)
class Background:
    """Results that explain a review's figures.

    Parameters
    ----------
    split, loading, targets, ramp, rising
        As their functions give them.
    steps
        Dealers just short of the next step of their rebate.
    white_space
        One row per dealer and category that it does not buy though its like do; empty without
        categories.
    earlier
        Index ``dealer_id``: ``abc_class``, ``band`` and ``net_amount_365d`` a quarter ago; empty
        without such a date.
    earlier_date
        That date; None without one.
    aligned_growth
        Growth on last year with its days shifted to lie as far from the Spring Festival; NaN where
        that is how it is counted already, or nothing changes.
    mix
        Dealer × month × category amounts, for pivot tables.
    """

    split: ChangeSplit
    loading: Loading
    targets: TargetTrack
    ramp: Ramp
    rising: Rising
    steps: pd.DataFrame
    white_space: pd.DataFrame
    earlier: pd.DataFrame
    earlier_date: Any
    aligned_growth: float
    mix: pd.DataFrame


def find_background(found: dict[str, Any], snapshot: Snapshot, policy: Policy) -> Background:
    """What explains the figures of a review that has been computed so far?"""
    x, series = found["x"], found["series"]
    regions = shown_regions(x, found["profile"])
    terms: dict[str, Any] = {"policy": policy}
    stock = x.get("stock_cover_days")
    earlier_date, earlier = _earlier(found, snapshot, policy)
    return Background(
        split=split_change(snapshot, regions=regions, series=series, **terms),
        loading=find_loading(snapshot, stock_days=stock, **terms),
        targets=track_targets(snapshot, found["forecast"], regions=regions),
        ramp=compare_ramp(series),
        rising=find_rising(series, found["classes"].table["abc_class"]),
        steps=find_next_steps(snapshot),
        white_space=_white_space(snapshot, x),
        earlier=earlier,
        earlier_date=earlier_date,
        aligned_growth=_aligned(found, snapshot, policy),
        mix=_months(snapshot),
    )


def _earlier(found: dict[str, Any], snapshot: Snapshot, policy: Policy) -> tuple[Any, pd.DataFrame]:
    panel, scores = found["panel"], found["trend"].scores
    dates = panel.index.get_level_values("as_of").unique().sort_values()
    limit = pd.Timestamp(snapshot.as_of) - pd.Timedelta(days=QUARTER_DAYS)
    known = dates[dates <= limit]
    if not len(known):
        return None, pd.DataFrame(columns=["abc_class", "band", "net_amount_365d"])
    date = known[-1]
    x = panel[panel.index.get_level_values("as_of") == date].droplevel("as_of")
    health = scores[date] if date in scores else pd.Series(np.nan, index=x.index)
    bands = name_bands(health.reindex(x.index), policy.health)
    classes = rank_abc(x, policy=policy).table["abc_class"]
    frame = pd.DataFrame(
        {"abc_class": classes, "band": bands, "net_amount_365d": x["net_amount_365d"]}
    )
    return date.date(), frame


def _aligned(found: dict[str, Any], snapshot: Snapshot, policy: Policy) -> float:
    if policy.definitions["align_festival"]:
        return float("nan")
    other = policy.changed({"definitions.align_festival": True})
    sales = summarise_sales(snapshot, policy=other, series=found["series"])
    growth, booked = (each.total.get("growth", np.nan) for each in (sales, found["sales"]))
    return float(growth) if abs(growth - booked) > 1e-12 else float("nan")


def _white_space(snapshot: Snapshot, x: pd.DataFrame) -> pd.DataFrame:
    if "products.category" not in snapshot.supplied or x.empty:
        return pd.DataFrame()
    end = pd.Timestamp(snapshot.as_of)
    start = (end - pd.Timedelta(days=YEAR_DAYS - 1)).date()
    mix = build_mix(snapshot, by="category", periods={"now": (start, snapshot.as_of)})
    return find_white_space(mix, x).table


def _months(snapshot: Snapshot) -> pd.DataFrame:
    """Net amount by dealer, month and category, whole months of the last two years."""
    before = month_end(add_months(snapshot.as_of, -PIVOT_MONTHS))
    first = max(before + dt.timedelta(days=1), snapshot.begin)
    last = month_end(snapshot.as_of)
    end = snapshot.as_of if last == snapshot.as_of else month_end(add_months(snapshot.as_of, -1))
    return build_months(snapshot, (first, end))

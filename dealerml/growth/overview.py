"""How the period went: total, change, regions, categories, and the dealers behind it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.features import build_series
from dealerml.growth.amounts import PERIODS, THIS, Amounts, Span, began_by, read_amounts
from dealerml.growth.bridge import STEPS, UNITS, build_bridge, pick_movers, place_dealers
from dealerml.growth.levels import NO_REGION, region_of
from dealerml.growth.outlook import LAST_YEAR_NOT_POSITIVE, NO_LAST_YEAR
from dealerml.growth.overview_words import say_overview, say_uncovered
from dealerml.growth.regions import dealer_regions
from dealerml.words import Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

AMOUNT_OF: Final = {
    THIS: "net_amount",
    "last_year": "net_amount_last_year",
    "previous": "net_amount_previous",
}
GROUP_COLUMNS: Final = (*AMOUNT_OF.values(), "change_amount", "growth", "share", "dealers")


@dataclass(frozen=True)
class SalesOverview(Spoken):
    """How the period went and where the change comes from.

    Parameters
    ----------
    table
        Index ``region``, largest first: ``net_amount``, ``net_amount_last_year``,
        ``net_amount_previous``, ``change_amount`` and ``growth`` on last year, ``share`` of the
        total (0-1), ``dealers`` who bought. Regions are those of each dealer's latest order line;
        "" where unknown. No rows where order lines carry no region.
    categories
        The same by ``category``; no rows where products carry none.
    dealers
        Index ``dealer_id``, everybody who ever ordered or has an amount in one of the periods:
        ``net_amount_period``, ``net_amount_period_last_year``, ``net_amount_period_previous``,
        ``change_amount``, ``growth``, ``growth_reason`` (why growth is empty: no_last_year or
        last_year_not_positive), ``step`` of the bridge.
    total
        ``net_amount``, ``net_amount_last_year``, ``net_amount_previous``, ``change_amount``,
        ``growth``, ``growth_previous``, ``dealers`` who bought, ``dealers_base`` who bought in the
        months compared with, and one count for each step, such as ``dealers_stopped``; NaN where
        not known.
    bridge
        See `build_bridge`; no rows where there is nothing to compare with.
    movers
        See `pick_movers`.
    period
        First and last day.
    basis
        What bridge and movers compare with: last_year, else previous, else "".
    """

    categories: pd.DataFrame
    dealers: pd.DataFrame
    total: dict[str, float]
    bridge: pd.DataFrame
    movers: pd.DataFrame
    period: Span
    basis: str


def summarise_sales(
    snapshot: "Snapshot",
    *,
    policy: "Policy | None" = None,
    period: str | None = None,
    regions: pd.Series | None = None,
    series: pd.DataFrame | None = None,
    names: pd.Series | None = None,
) -> SalesOverview:
    """How did the period sell, who pulled and who dragged?

    The period is the last fiscal month, quarter or year over at the as-of date. It is held against
    the same months last year; where the export begins later, against the period before.

    Parameters
    ----------
    snapshot
        The tables as known on one date.
    policy
        Shipped defaults where not given.
    period
        ``month``, ``quarter`` or ``year``; from the policy where not given.
    regions
        Region by dealer id; the dated region of the order lines where not given.
    series
        Monthly amounts as `build_series` gives them, to save building them again.
    names
        What to call a dealer in sentences, by dealer id; the id where not given.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> overview = summarise_sales(example_tables().as_of("2025-06-30"))
    >>> overview.bridge
            step  amount  dealers
    0   previous     0.0        0
    1    stopped     0.0        0
    2    reduced     0.0        0
    3        new   310.0        1
    4  recovered   385.0        1
    5  increased     0.0        0
    6     period   695.0        2
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    series = build_series(snapshot) if series is None else series
    amounts = read_amounts(snapshot, series, policy=policy, period=period)
    everyone = amounts.units.index.unique("dealer_id").union(series.index)
    if regions is None:
        regions = dealer_regions(snapshot, everyone)
    dealers = _by_dealer(amounts, everyone)
    overview = _put_together(amounts, dealers, regions, int(policy.forecast["movers"]))
    if not _began(amounts):
        return replace(overview, said=say_uncovered(overview, begin=amounts.begin))
    return replace(overview, said=say_overview(overview, begin=amounts.begin, names=names))


def _put_together(
    amounts: Amounts, dealers: pd.DataFrame, regions: pd.Series, most: int
) -> SalesOverview:
    ids = amounts.units.index.get_level_values("dealer_id")
    region = pd.Index(region_of(ids, regions), name="region")
    category = amounts.units.index.get_level_values("category")
    # Amounts of a period before the export are unknown; no bridge is built from them.
    compared = _compared(dealers, amounts.basis).fillna({"net_amount": 0.0, "base_amount": 0.0})
    bridge = build_bridge(compared, basis=amounts.basis)
    return SalesOverview(
        _by_group(amounts, region),
        (),
        categories=_by_group(amounts, category),
        dealers=dealers,
        total=_total(amounts, bridge),
        bridge=bridge if amounts.basis else bridge.iloc[:0],
        movers=pick_movers(compared, most=most if amounts.basis else 0),
        period=amounts.spans[THIS],
        basis=amounts.basis,
    )


def _began(amounts: Amounts) -> bool:
    """Whether the export reaches into the period at all."""
    return amounts.begin <= amounts.spans[THIS][1]


def _by_dealer(amounts: Amounts, everyone: "pd.Index[str]") -> pd.DataFrame:
    units = amounts.units.groupby(level="dealer_id").sum().reindex(everyone, fill_value=0)
    money = _money(amounts, units)
    began = began_by(amounts, everyone, name="last_year")
    reason = pd.Series(None, index=everyone, dtype="str")
    reason = reason.mask(money["net_amount_last_year"] <= 0, LAST_YEAR_NOT_POSITIVE)
    unseen = money["net_amount_last_year"].isna() | (~began & (units["last_year"] == 0))
    reason = reason.mask(unseen, NO_LAST_YEAR)
    base = amounts.basis or THIS
    step = place_dealers(units[THIS], units[base], began=began_by(amounts, everyone, name=base))
    growth = _ratio(money["net_amount"], money["net_amount_last_year"]) - 1
    named = money.rename(
        columns={old: f"net_amount_period{old[10:]}" for old in AMOUNT_OF.values()}
    )
    return named.assign(
        change_amount=_change(units, money),
        growth=growth,
        growth_reason=reason,
        step=step,
    ).rename_axis(index="dealer_id")


def _compared(dealers: pd.DataFrame, basis: str) -> pd.DataFrame:
    base = f"net_amount_period_{basis}" if basis else "net_amount_period"
    return pd.DataFrame(
        {
            "net_amount": dealers["net_amount_period"],
            "base_amount": dealers[base],
            "step": dealers["step"],
        }
    )


def _by_group(amounts: Amounts, groups: "pd.Index[str]") -> pd.DataFrame:
    """Sum amounts by region or category; no rows where nothing is known of it."""
    name = str(groups.name)
    if not (groups != NO_REGION).any():
        return pd.DataFrame(columns=list(GROUP_COLUMNS), dtype="float64").rename_axis(index=name)
    units = amounts.units.groupby(groups).sum()
    money = _money(amounts, units)
    bought = amounts.units[THIS].groupby([groups, amounts.units.index.get_level_values(0)]).sum()
    table = money.assign(
        change_amount=_change(units, money),
        growth=_ratio(money["net_amount"], money["net_amount_last_year"]) - 1,
        share=_ratio(money["net_amount"], money["net_amount"] * 0 + units[THIS].sum() / UNITS),
        dealers=(bought > 0).groupby(level=0).sum(),
    )
    table = table.rename_axis(index=name).reset_index()
    table = table.sort_values(["net_amount", name], ascending=[False, True])
    return table.set_index(name)[list(GROUP_COLUMNS)]


def _total(amounts: Amounts, bridge: pd.DataFrame) -> dict[str, float]:
    exact = amounts.units.sum().to_frame().T
    money = _money(amounts, exact)
    now, year, before = (float(money[name][0]) for name in AMOUNT_OF.values())
    counts = bridge.set_index("step")["dealers"].astype("float64")
    if not amounts.basis:
        counts = counts.where(counts.index == "period")
    return {
        "net_amount": now,
        "net_amount_last_year": year,
        "net_amount_previous": before,
        "change_amount": float(_change(exact, money)[0]),
        "growth": now / year - 1 if year > 0 else np.nan,
        "growth_previous": now / before - 1 if before > 0 else np.nan,
        "dealers": float(counts["period"]),
        "dealers_base": float(counts.iloc[0]),
        **{f"dealers_{step}": float(counts[step]) for step in STEPS},
    }


def _money(amounts: Amounts, units: pd.DataFrame) -> pd.DataFrame:
    """Integer units as amounts; NaN where the export does not reach back to a period."""
    shown = amounts.known | ({THIS} if _began(amounts) else set())
    return pd.DataFrame(
        {AMOUNT_OF[name]: units[name] / UNITS if name in shown else np.nan for name in PERIODS},
        index=units.index,
    )


def _change(units: pd.DataFrame, money: pd.DataFrame) -> pd.Series:
    """Change on last year, exact; NaN where last year is not known."""
    change: pd.Series = (units[THIS] - units["last_year"]) / UNITS
    return change.where(money["net_amount_last_year"].notna())


def _ratio(top: pd.Series, base: pd.Series) -> pd.Series:
    return top / base.where(base > 0)

"""Why sales changed: dealers who left or came; price, volume, mix and range of who stayed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.features import build_mix, build_series
from dealerml.growth.amounts import THIS, Amounts, began_by, read_amounts
from dealerml.growth.bridge import UNITS, place_dealers, to_units
from dealerml.growth.levels import region_of
from dealerml.growth.regions import dealer_regions
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

TOTAL: Final = "total"
# Of dealers who bought in one of the two periods only, and of those who bought in both.
MOVED: Final = ("stopped", "new", "recovered")
STAYED: Final = ("range_lost", "range_gained", "volume", "mix", "price", "unsplit")
PARTS: Final = (*MOVED, *STAYED)


@dataclass(frozen=True)
class ChangeSplit(Spoken):
    """Where a change in sales comes from, to the last ten-thousandth.

    Parameters
    ----------
    table
        Index (``group``, ``step``): for ``total`` and each region the base (last_year or
        previous), nine parts and ``period``; ``amount`` and ``dealers`` behind it. Base and parts
        add up to the period in each group, and regions to the total. Empty where there is nothing
        to compare with.
    dealers
        Index ``dealer_id``; ``net_amount``, ``base_amount`` and the nine parts, which add up to
        the difference. ``unsplit`` is what has no quantity, or no product.
    basis
        What is compared with: last_year, else previous, else "".
    """

    dealers: pd.DataFrame
    basis: str


def split_change(
    snapshot: "Snapshot",
    *,
    policy: "Policy | None" = None,
    period: str | None = None,
    regions: pd.Series | None = None,
    series: pd.DataFrame | None = None,
) -> ChangeSplit:
    """How much of the change came from who buys, and how much from what they buy at which price?

    Parameters
    ----------
    period
        ``month``, ``quarter`` or ``year``; from the policy where not given.
    regions
        Region by dealer id; the dated region of the order lines where not given.
    series
        Monthly amounts as `build_series` gives them, to save building them again.

    Notes
    -----
    Of a dealer that bought in both periods: products bought in one of them only are range; of the
    others, price is the new quantity at the change of price, volume the change of quantity at the
    old average price, and mix the rest of the new quantities at old prices. Quantities of unlike
    units are added as they are, which moves money between volume and mix, never in or out.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> found = split_change(example_tables().as_of("2025-06-30"))
    >>> found.table.loc["total", "amount"][["previous", "new", "recovered", "period"]].tolist()
    [0.0, 310.0, 385.0, 695.0]
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    series = build_series(snapshot) if series is None else series
    amounts = read_amounts(snapshot, series, policy=policy, period=period)
    if not amounts.basis:
        return _nothing()
    spans = {name: amounts.spans[name] for name in (THIS, amounts.basis)}
    dealers = _split_dealers(build_mix(snapshot, spans, by="product"), amounts)
    if regions is None:
        regions = dealer_regions(snapshot, dealers.index)
    table = _add_up(dealers, region_of(dealers.index, regions), amounts.basis)
    money = dealers[["now", "base", *PARTS]] / UNITS
    money = money.rename(columns={"now": "net_amount", "base": "base_amount"})
    return ChangeSplit(table, _said(table, amounts.basis), money, amounts.basis)


def _split_dealers(mix: pd.DataFrame, amounts: Amounts) -> pd.DataFrame:
    """Index dealer_id; money of both periods and the nine parts, in whole units."""
    products = _by_product(mix, amounts.basis)
    parts = _stay_parts(products).reindex(products.index.unique("dealer_id"), fill_value=0)
    money = products[["now", "base"]].groupby(level="dealer_id").sum()
    began = began_by(amounts, money.index, name=amounts.basis)
    step = place_dealers(money["now"], money["base"], began=began)
    change = money["now"] - money["base"]
    moved = {name: change.where(step == name, 0) for name in MOVED}
    stays = ~step.isin(MOVED)
    told = parts[list(STAYED)].where(stays, 0)
    # What money without a positive amount in both periods moved, such as returns, is nobody's part.
    told["unsplit"] += (change - told.sum(axis=1)).where(stays, 0)
    return money.assign(**moved, **told).astype(dict.fromkeys(PARTS, "int64"))


def _by_product(mix: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Index (dealer_id, key): now, base in whole units, and quantities of both."""
    wide = mix.assign(units=to_units(mix["net_amount"])).pivot_table(
        index=["dealer_id", "key"], columns="period", values=["units", "quantity"], aggfunc="sum"
    )
    names = {"now": ("units", THIS), "base": ("units", basis)}
    names |= {"now_quantity": ("quantity", THIS), "base_quantity": ("quantity", basis)}
    empty = pd.Series(0.0, index=wide.index)
    known = {name: wide.get(path, empty) for name, path in names.items()}
    table = pd.DataFrame(known).fillna({"now": 0, "base": 0})
    return table.astype({"now": "int64", "base": "int64"})


def _stay_parts(products: pd.DataFrame) -> pd.DataFrame:
    """Range, volume, mix and price of each dealer, as if it bought in both periods."""
    named = products.index.get_level_values("key") != ""
    bought = {name: named & (products[name] > 0) for name in ("now", "base")}
    counted = (products["now_quantity"] > 0) & (products["base_quantity"] > 0)
    common = products[bought["now"] & bought["base"] & counted]
    gained = products["now"].where(bought["now"] & (products["base"] == 0), 0)
    lost = -products["base"].where(bought["base"] & (products["now"] == 0), 0)
    price = common["base"] / common["base_quantity"]
    sums = common.assign(old=common["now_quantity"] * price).groupby(level="dealer_id").sum()
    volume = sums["base"] * (sums["now_quantity"] / sums["base_quantity"] - 1)
    mix = sums["old"] - sums["base"] - volume
    whole = pd.DataFrame({"volume": volume, "mix": mix}).round().astype("int64")
    # The last part takes what rounding left, so that nothing is lost.
    whole["price"] = sums["now"] - sums["base"] - whole["volume"] - whole["mix"]
    dealers = products.index.unique("dealer_id")
    whole = whole.reindex(dealers, fill_value=0)
    by_dealer = {"range_lost": lost, "range_gained": gained}
    ranges = pd.DataFrame(by_dealer).groupby(level="dealer_id").sum().reindex(dealers)
    return whole.join(ranges).assign(unsplit=0)


def _add_up(dealers: pd.DataFrame, regions: pd.Series, basis: str) -> pd.DataFrame:
    known = regions.astype("str")
    groups = {TOTAL: dealers}
    if (known != "").any():
        groups |= {str(name): part for name, part in dealers.groupby(known.to_numpy())}
    rows = []
    for name, part in groups.items():
        amounts = [part["base"].sum(), *part[list(PARTS)].sum(), part["now"].sum()]
        counts = [
            (part["base"] > 0).sum(),
            *(part[list(PARTS)] != 0).sum(),
            (part["now"] > 0).sum(),
        ]
        steps = (basis, *PARTS, "period")
        rows += list(zip([name] * len(steps), steps, amounts, counts, strict=True))
    table = pd.DataFrame(rows, columns=["group", "step", "amount", "dealers"])
    table["amount"] = table["amount"].to_numpy(dtype=np.float64) / UNITS
    return table.set_index(["group", "step"])


def _said(table: pd.DataFrame, basis: str) -> tuple[Sentence, ...]:
    total = table["amount"].loc[TOTAL]
    facts: dict[str, object] = {"basis": Sentence(f"growth.basis.{basis}")}
    facts |= {name: float(total[name]) for name in PARTS}
    facts["change"] = float(total["period"] - total[basis])
    facts["moved"] = float(total[list(MOVED)].sum())
    facts["range"] = float(total["range_gained"] + total["range_lost"])
    said = [Sentence("growth.split", facts)]
    if total["unsplit"]:
        said.append(Sentence("growth.split_unsplit", {"unsplit": float(total["unsplit"])}))
    return tuple(said)


def _nothing() -> ChangeSplit:
    index = pd.MultiIndex.from_arrays([[], []], names=["group", "step"])
    table = pd.DataFrame({"amount": [], "dealers": []}, index=index)
    dealers = pd.DataFrame(columns=["net_amount", "base_amount", *PARTS], dtype="float64")
    said = (Sentence("growth.split_nothing"),)
    return ChangeSplit(table, said, dealers.rename_axis("dealer_id"), "")

"""The tables of the leading pages: regions, whom to back, what closes the gap, who moved."""

from typing import Any, Final

import pandas as pd

from dealerml.growth.targets import close_gap
from dealerml.health.metrics import region_amount_share
from dealerml.review.page import Table, first_of, name_table
from dealerml.review.run import Review
from dealerml.words import say

MOST_SHOWN: Final = 6
MOST_REGIONS: Final = 12
CLOSE: Final = 0.10
REGIONS: Final = tuple(
    """region net_amount target_attainment growth growth_previous change_amount dealers
    dealers_new dealers_stopped overdue_amount excess_amount""".split()
)
RISING: Final = ("dealer_name", "abc_class", "region", "owner", "net_amount_365d", "growth_year")
NEAR: Final = ("dealer_name", "tier", "owner", "gap_to_next_amount", "gap_to_next_share")
NEW: Final = ("dealer_name", "region", "months", "amount_so_far", "amount_usual", "place_share")
WHITE: Final = ("dealer_name", "owner", "category", "peers_buying", "peers", "expected_amount")
CLOSING: Final = ("source", "amount", "dealers", "share")
DEPENDS: Final = ("region", "dealer_name", "owner", "region_amount_share", "band", "churn_risk")
ORDER: Final = {"abc_class": ("A", "B", "C"), "band": ("green", "amber", "red")}


def list_regions(review: Review, lang: str) -> Table:
    """How did each region do, the largest gap to last year first?"""
    table = review.sales.table.reset_index()
    if table.empty:
        return name_table(table, REGIONS, name="regions", lang=lang)
    extra = _by_region(review)
    table = table.join(extra, on="region")
    before = table["net_amount_previous"]
    table["growth_previous"] = table["net_amount"] / before.where(before > 0) - 1
    order = table["change_amount"].fillna(0.0).to_numpy().argsort(kind="stable")
    first = table.iloc[order[:MOST_REGIONS]]
    shown = first.assign(region=first["region"].replace({"": say("common.not_known", lang)}))
    total = pd.DataFrame([_total(review, table, lang)])
    rows = pd.concat([shown, total.reindex(columns=shown.columns)], ignore_index=True)
    note = first_of(len(first), len(table), lang)
    return name_table(rows, REGIONS, name="regions", lang=lang, total=True, note=note)


def _by_region(review: Review) -> pd.DataFrame:
    region = review.dealers["region"]
    steps = review.sales.dealers["step"]
    of = region.reindex(steps.index)
    back = review.background
    columns = {
        f"dealers_{name}": (steps == name).groupby(of).sum().astype("float64")
        for name in ("new", "stopped")
    }
    owed, excess = review.receivables.table, back.loading.table
    if len(owed):
        late = owed["overdue_amount"]
        columns["overdue_amount"] = late.groupby(region.reindex(late.index)).sum()
    if len(excess):
        now = excess[(excess["period"] == "current") & (excess["loading_status"] != "disproved")]
        amount = now.set_index("dealer_id")["excess_amount"]
        columns["excess_amount"] = amount.groupby(region.reindex(amount.index)).sum()
    if len(back.targets.regions):
        columns["target_attainment"] = back.targets.regions["target_attainment"]
    return pd.DataFrame(columns)


def _total(review: Review, table: pd.DataFrame, lang: str) -> dict[str, Any]:
    total = dict(review.sales.total)
    sums = {
        name: table[name].sum(min_count=1)
        for name in ("overdue_amount", "excess_amount")
        if name in table
    }
    reached = review.background.targets.total.get("target_attainment")
    return {
        **total,
        **sums,
        "region": say("growth.level.total", lang),
        "target_attainment": reached,
    }


def list_rising(review: Review, lang: str) -> Table:
    """Which B and C dealers grow surely?"""
    table = review.background.rising.table.rename(columns={"growth": "growth_year"})
    return _named(review, table, RISING, "rising", lang)


def list_near(review: Review, lang: str) -> Table:
    """Which dealers are within a tenth of the next tier?"""
    tiers = review.tiers.table
    near = tiers[tiers["gap_to_next_share"] <= CLOSE].sort_index()
    near = near.sort_values("gap_to_next_share", kind="stable").drop(columns="tier")
    return _named(review, near, NEAR, "near", lang)


def list_coming(review: Review, lang: str) -> Table:
    """How do new dealers come on beside earlier ones at the same age?"""
    return _named(review, review.background.ramp.table, NEW, "coming", lang)


def list_white(review: Review, lang: str) -> Table:
    """Which categories could be offered to whom?"""
    table = review.background.white_space
    if table.empty:
        return name_table(pd.DataFrame(columns=list(WHITE)), WHITE, name="white", lang=lang)
    shown = table.rename(columns={"key": "category"}).set_index("dealer_id")
    return _named(review, shown, WHITE, "white", lang)


def list_closing(review: Review, lang: str) -> Table:
    """What could close the gap to the target?"""
    gap = review.background.targets.total.get("gap_amount")
    if not isinstance(gap, float) or not gap > 0:
        return name_table(pd.DataFrame(columns=list(CLOSING)), CLOSING, name="closing", lang=lang)
    sources = {}
    if len(review.background.steps):
        sources["rebate_steps"] = review.background.steps["gap_amount"]
    tiers = review.tiers.table
    near = tiers["gap_to_next_amount"][tiers["gap_to_next_share"] <= CLOSE].dropna()
    if len(near):
        sources["tier_steps"] = near
    white = review.background.white_space
    if len(white):
        best = white.groupby("dealer_id")["expected_amount"].max()
        sources["white_space"] = best / 4
    table = close_gap(gap, sources).reset_index()
    return name_table(table, CLOSING, name="closing", lang=lang)


def list_moves(review: Review, column: str, lang: str) -> Table:
    """Who moved between classes or bands since a quarter ago, in dealers and money?"""
    earlier, now = review.background.earlier, review.dealers
    if earlier.empty:
        return name_table(pd.DataFrame(), (), name=f"moves_{column}", lang=lang)
    codes = list(ORDER[column])
    pairs = pd.DataFrame(
        {
            "before": earlier[column].reindex(now.index),
            "after": now[column],
            "amount": now["net_amount_365d"],
        }
    ).dropna(subset=["before"])
    after = pairs["after"].where(pairs["after"].notna(), "none")
    counts = pd.crosstab(pairs["before"], after).reindex(index=codes, columns=[*codes, "none"])
    counts = counts.fillna(0).astype("int64")
    money = pairs["amount"].groupby([pairs["before"], after]).sum()
    rows = []
    for code in codes:
        row: dict[str, Any] = {f"{column}_then": code}
        for other in (*codes, "none"):
            n = int(counts[other].get(code, 0))
            amount = float(money.get((code, other), 0.0))
            facts = {"n": n, "amount": amount}
            row[f"to_{other}"] = say("review.moved", lang, **facts) if n else "–"
        rows.append(row)
    # Said once: both tables stand beside each other.
    first = column == next(iter(ORDER))
    date = review.background.earlier_date
    note = say("review.table_note.moves", lang, date=date) if first else ""
    table = pd.DataFrame(rows)
    return name_table(table, table.columns, name=f"moves_{column}", lang=lang, note=note)


def list_depends(review: Review, lang: str) -> Table:
    """Which regions hang most on a single dealer?"""
    share = region_amount_share(review.x).dropna()
    rows = review.dealers.join(share.rename("region_amount_share"))
    rows = rows[rows["region_amount_share"].notna()].sort_index()
    rows = rows.sort_values("region_amount_share", ascending=False, kind="stable")
    first = rows.drop_duplicates("region").head(MOST_SHOWN)
    return name_table(first, DEPENDS, name="depends", lang=lang)


def _named(
    review: Review, table: pd.DataFrame, columns: tuple[str, ...], name: str, lang: str
) -> Table:
    """The first rows with who each dealer is."""
    who = review.dealers
    known = [column for column in columns if column in who and column not in table]
    shown = table.head(MOST_SHOWN).join(who[known])
    note = first_of(len(shown), len(table), lang)
    return name_table(shown, columns, name=name, lang=lang, note=note)

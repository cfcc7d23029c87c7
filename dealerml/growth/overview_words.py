"""What the overview of a period says, sentence by sentence."""

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from dealerml.growth.levels import NO_REGION
from dealerml.words import Sentence

if TYPE_CHECKING:
    from dealerml.growth.overview import SalesOverview

# Dealers named on each side; the table of movers holds more.
NAMED = 3


def say_overview(
    overview: "SalesOverview", *, begin: dt.date, names: pd.Series | None
) -> tuple[Sentence, ...]:
    """How did the period go, against what, and because of whom?"""
    return (
        *_say_total(overview, begin),
        *_say_bridge(overview),
        *_say_movers(overview, names),
        *_say_regions(overview),
    )


def say_uncovered(overview: "SalesOverview", *, begin: dt.date) -> tuple[Sentence, ...]:
    """Why is there nothing to say about the period?"""
    start, end = overview.period
    return (Sentence("growth.period_before_data", {"start": start, "end": end, "begin": begin}),)


def _say_total(overview: "SalesOverview", begin: dt.date) -> tuple[Sentence, ...]:
    total, (start, end) = overview.total, overview.period
    facts = {"start": start, "end": end, "n": total["dealers"], "amount": total["net_amount"]}
    said = [Sentence("growth.period_total", facts)]
    if pd.notna(total["growth"]):
        change = {"growth": total["growth"], "change": total["change_amount"]}
        said.append(Sentence("growth.period_last_year", change))
    elif pd.notna(total["net_amount_last_year"]):
        said.append(Sentence("growth.period_last_year_not_positive"))
    else:
        said.append(Sentence("growth.period_no_last_year", {"begin": begin}))
    if pd.notna(total["growth_previous"]):
        said.append(Sentence("growth.period_previous", {"growth": total["growth_previous"]}))
    if begin > start:
        said.append(Sentence("growth.period_partly_covered", {"begin": begin}))
    return tuple(said)


def _say_bridge(overview: "SalesOverview") -> tuple[Sentence, ...]:
    if overview.bridge.empty:
        return ()
    steps = overview.bridge.set_index("step")
    facts: dict[str, object] = {"basis": Sentence(f"growth.basis.{overview.basis}")}
    for step in steps.index[1:-1]:
        facts[f"{step}_n"] = int(steps["dealers"][step])
        facts[step] = float(steps["amount"][step])
    return (Sentence("growth.bridge", facts),)


def _say_movers(overview: "SalesOverview", names: pd.Series | None) -> tuple[Sentence, ...]:
    said = []
    for direction, side in overview.movers.groupby("direction", sort=False):
        first = side.head(NAMED)
        facts = {
            "names": [_name(dealer, names) for dealer in first["dealer_id"]],
            "amount": float(first["change_amount"].sum()),
        }
        said.append(Sentence(f"growth.movers_{direction}", facts))
    return tuple(said)


def _say_regions(overview: "SalesOverview") -> tuple[Sentence, ...]:
    facts = rank_regions(overview.table)
    return (Sentence("growth.regions", facts),) if facts else ()


def rank_regions(table: pd.DataFrame) -> dict[str, object]:
    """Which region gained most on last year and which least? Empty with fewer than two.

    By amount: the growth of a region with three dealers would always come first or last.
    """
    change = table["change_amount"].dropna()
    change = change[change.index != NO_REGION]
    if len(change) < 2:
        return {}
    return {
        "best": str(change.idxmax()),
        "best_change": float(change.max()),
        "worst": str(change.idxmin()),
        "worst_change": float(change.min()),
    }


def _name(dealer: str, names: pd.Series | None) -> str:
    name = None if names is None else names.get(dealer)
    return str(name) if pd.notna(name) and name else str(dealer)

"""The revenue tree: dealers × orders × amount of an order, and what each did to the change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.features import first_whole_month
from dealerml.growth.amounts import THIS, Span, period_spans
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

LEAVES: Final = ("dealers", "orders_per_dealer", "lines_per_order", "amount_per_line")


@dataclass(frozen=True)
class RevenueTree(Spoken):
    """What sales are made of, now and last year.

    Parameters
    ----------
    table
        Index ``leaf`` (dealers, orders_per_dealer, lines_per_order, amount_per_line): ``now``,
        ``last_year``, ``change_share`` (now ÷ last year − 1) and ``contribution_amount``, its part
        of the change of sales in money; the parts add up. Empty where last year is not known.
    """


def build_revenue_tree(
    snapshot: "Snapshot", *, policy: "Policy | None" = None, period: str | None = None
) -> RevenueTree:
    """Did sales change because fewer dealers bought, or less often, or less each time?

    Orders are counted as dealer-days with goods, lines as lines of goods; the money of returns and
    adjustments is in the amount per line.

    Notes
    -----
    Each leaf's share of the change is its logarithmic change times the logarithmic mean of both
    periods' sales, which leaves no rest.

    References
    ----------
    Ang (2004), Decomposition analysis for policymaking in energy,
    https://doi.org/10.1016/S0301-4215(03)00076-4

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> build_revenue_tree(example_tables().as_of("2025-06-30")).table.empty
    True
    """
    from dealerml.policy import load_policy

    policy = policy or load_policy()
    spans = period_spans(snapshot.as_of, policy.definitions, period)
    counted = {name: _count(snapshot, spans[name]) for name in (THIS, "last_year")}
    now, before = counted[THIS], counted["last_year"]
    if first_whole_month(snapshot.begin) > spans["last_year"][0] or not (
        now["sales"] > 0 and before["sales"] > 0
    ):
        empty = pd.DataFrame(columns=["now", "last_year", "change_share", "contribution_amount"])
        return RevenueTree(empty.rename_axis("leaf"), (Sentence("growth.tree_nothing"),))
    table = pd.DataFrame({"now": now, "last_year": before}).loc[list(LEAVES)].rename_axis("leaf")
    ratio = table["now"] / table["last_year"]
    change = now["sales"] - before["sales"]
    grown = np.log(now["sales"] / before["sales"])
    mean = change / grown if grown else before["sales"]
    table = table.assign(change_share=ratio - 1, contribution_amount=np.log(ratio) * mean)
    return RevenueTree(table, (_said(table, change),))


def _count(snapshot: "Snapshot", span: Span) -> pd.Series:
    import narwhals as nw

    date = nw.col("order_date")
    lines = snapshot.lines.filter((date >= nw.lit(span[0])) & (date <= nw.lit(span[1])))
    goods = (nw.col("line_kind") == "goods") & (nw.col("net_amount") > 0)
    days = lines.group_by("dealer_id", "order_date").agg(
        sales=nw.col("net_amount").sum(), lines=goods.cast(nw.Int64()).sum()
    )
    table = days.collect("pandas").to_native()
    ordered = table[table["lines"] > 0]
    orders, dealers, lines_n = len(ordered), ordered["dealer_id"].nunique(), ordered["lines"].sum()
    sales = float(table["sales"].sum())
    return pd.Series(
        {
            "sales": sales,
            "dealers": float(dealers),
            "orders_per_dealer": orders / dealers if dealers else np.nan,
            "lines_per_order": float(lines_n) / orders if orders else np.nan,
            "amount_per_line": sales / float(lines_n) if lines_n else np.nan,
        }
    )


def _said(table: pd.DataFrame, change: float) -> Sentence:
    strongest = str(table["contribution_amount"].abs().idxmax())
    row = table.loc[strongest]
    facts = {
        "change": change,
        "contribution": row["contribution_amount"],
        "moved": row["change_share"],
    }
    return Sentence("growth.tree", facts | {"leaf": Sentence(f"growth.leaf.{strongest}")})

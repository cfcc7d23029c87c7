"""Which open deals have not moved for long."""

from typing import TYPE_CHECKING

import pandas as pd

from dealerml.policy import Policy, load_policy

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

COLUMNS = ("deal_id", "dealer_id", "stage", "deal_stalled_days")


def find_stalled(snapshot: "Snapshot", *, policy: Policy | None = None) -> pd.DataFrame:
    """For how long has each open deal been in its stage?

    Parameters
    ----------
    policy
        ``contacts.closed_stages``: words that a stage holds when a deal is decided.

    Returns
    -------
    One row per deal that is open on the snapshot's date, the longest unmoved first: ``deal_id,
    dealer_id, stage`` (the last one entered by then), ``deal_stalled_days`` since it was entered.
    Without the table of stages nothing is known of a past date, and there are no rows.
    """
    deals, stages = snapshot.table("deals"), snapshot.table("deal_stages")
    if deals is None or stages is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"deal_stalled_days": "float64"})
    owners = deals.select("deal_id", "dealer_id").collect("pandas").to_native()
    moves = stages.select("deal_id", "stage", "from_date").collect("pandas").to_native()
    moves = moves.assign(from_date=pd.to_datetime(moves["from_date"]))
    last = moves.sort_values(["deal_id", "from_date"], kind="stable").drop_duplicates(
        "deal_id", keep="last"
    )
    rows = last.merge(owners.drop_duplicates("deal_id"), on="deal_id")
    closed = [word.casefold() for word in (policy or load_policy()).contacts["closed_stages"]]
    text = rows["stage"].fillna("").astype("str").str.casefold()
    is_open = ~text.map(lambda stage: any(word in stage for word in closed)).astype("bool")
    days = (pd.Timestamp(snapshot.as_of) - rows["from_date"]).dt.days.astype("float64")
    found = rows.assign(deal_stalled_days=days)[is_open]
    order = ["deal_stalled_days", "dealer_id", "deal_id"]
    found = found.sort_values(order, ascending=[False, True, True], kind="stable")
    table: pd.DataFrame = found[list(COLUMNS)].reset_index(drop=True)
    return table


def longest_stalled(stalled: pd.DataFrame) -> pd.Series:
    """For how long has the least moved open deal of each dealer not moved? Index dealer_id."""
    longest: pd.Series = stalled.groupby("dealer_id")["deal_stalled_days"].max()
    return longest

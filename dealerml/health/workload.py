"""Who has more dealers than there is time for, and who near them could take some over."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.cadence import WEEK, WINDOW, Cadence
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

FULL: Final = 1.0
MOVED: Final = ("dealer_name", "abc_class", "region", "owner", "new_owner", "net_amount_365d")


@dataclass(frozen=True)
class Workload(Spoken):
    """How the contact policy fits the time of those who make the contacts.

    Parameters
    ----------
    table
        Index ``owner``, the fullest first: ``dealers``, ``visits_due`` in 90 days by the policy,
        ``visits_possible``, ``load`` (their ratio, 1 is full) and ``load_after``, with the proposed
        moves.
    moves
        Index ``dealer_id``: whom to hand over, ``owner`` to ``new_owner``, with ``abc_class``,
        ``region`` and ``net_amount_365d``. Proposals: nobody knows the people better than their
        manager.
    """

    moves: pd.DataFrame


def balance_owners(
    cadence: Cadence,
    *,
    regions: pd.Series,
    names: pd.Series | None = None,
    policy: Policy | None = None,
) -> Workload:
    """Who has too many dealers for the contact policy, and which could be handed to whom?

    Parameters
    ----------
    cadence
        Result of `check_cadence`.
    regions, names
        Region and name by dealer id.

    Returns
    -------
    Of an owner who is beyond full the smallest dealers are proposed, class C first, until it is
    not, each to the owner with the lowest load who already serves its region and stays at full or
    below. Dealers that nobody in the region has room for stay where they are, and this is said.
    """
    policy = policy or load_policy()
    table = cadence.table
    if table.empty or table["owner"].eq("").all():
        return Workload(pd.DataFrame(), (Sentence("health.workload_nothing"),), pd.DataFrame())
    room = float(policy.contacts["visits_per_week"]) * WINDOW / WEEK
    served = table[table["owner"] != ""].assign(
        visits=WINDOW / table["max_days"], region=regions.reindex(table.index)
    )
    due = served.groupby("owner")["visits"].sum()
    moves = _propose(served, due.to_dict(), room)
    after = due.copy()
    for dealer, (old, new) in moves.items():
        visits = float(served.loc[[dealer], "visits"].iloc[0])
        after[old], after[new] = after[old] - visits, after[new] + visits
    owners = pd.DataFrame(
        {
            "dealers": served.groupby("owner").size(),
            "visits_due": due,
            "visits_possible": room,
            "load": due / room,
            "load_after": after / room,
        }
    ).sort_index()
    owners = owners.sort_values("load", ascending=False, kind="stable")
    return Workload(owners, _said(owners, len(moves)), _list(served, moves, names))


def _propose(
    served: pd.DataFrame, load: dict[Any, float], room: float
) -> dict[Any, tuple[str, str]]:
    near = {
        region: sorted(set(rows["owner"])) for region, rows in served.groupby("region", sort=True)
    }
    order = served.sort_index().sort_values(
        ["abc_class", "net_amount_365d"], ascending=[False, True], kind="stable"
    )
    moves = {}
    for dealer, row in order.iterrows():
        owner, visits = row["owner"], row["visits"]
        if load[owner] <= room:
            continue
        others = [name for name in near.get(row["region"], []) if name != owner]
        fit = [name for name in others if load[name] + visits <= room]
        if fit:
            new = min(fit, key=lambda name: (load[name], name))
            load[owner], load[new] = load[owner] - visits, load[new] + visits
            moves[dealer] = (owner, new)
    return moves


def _list(
    served: pd.DataFrame, moves: dict[Any, tuple[str, str]], names: pd.Series | None
) -> pd.DataFrame:
    rows = served.loc[list(moves)]
    known = pd.Series(np.nan, rows.index, dtype="str") if names is None else names
    moved = rows.assign(
        new_owner=pd.Series([new for _, new in moves.values()], rows.index, dtype="str"),
        dealer_name=known.reindex(rows.index),
    )
    return moved[list(MOVED)]


def _said(owners: pd.DataFrame, moved: int) -> tuple[Sentence, ...]:
    full, left = owners["load"] > FULL, owners["load_after"] > FULL + 1e-9
    facts: dict[str, Any] = {
        "n": len(owners),
        "full": int(full.sum()),
        "left": int(left.sum()),
        "moved": moved,
    }
    facts |= {"first": str(owners.index[0]), "load": float(owners["load"].iloc[0])}
    return (Sentence("health.workload" if full.any() else "health.workload_fits", facts),)

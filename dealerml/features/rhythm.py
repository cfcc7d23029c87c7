"""Do the definitions in force suit how often these dealers order?"""

from typing import TYPE_CHECKING

import narwhals as nw

from dealerml.features.orders import order_days
from dealerml.tables import Snapshot
from dealerml.words import Sentence

if TYPE_CHECKING:
    from dealerml.policy import Policy

QUARTER = 90
LONGEST = 365


def usual_gap(snapshot: Snapshot) -> tuple[float, int]:
    """Below how many days do nine in ten gaps between order days stay, and of how many gaps?

    Returns
    -------
    Days, NaN without a gap, and the number of gaps of all dealers up to the as-of date.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> usual_gap(example_tables().as_of("2025-06-30"))[1]
    6
    """
    gap = nw.col("gap_days")
    found = order_days(snapshot.at(snapshot.as_of)).select(
        p90=gap.quantile(0.9, interpolation="linear").cast(nw.Float64()), n=gap.count()
    )
    row = found.collect("pandas").to_native().iloc[0]
    return float(row["p90"]), int(row["n"])


def fit_definitions(snapshot: Snapshot, policy: "Policy") -> tuple["Policy", tuple[Sentence, ...]]:
    """Which horizon and active days leave a normal gap between two orders inside?

    Where nine in ten gaps are not shorter than the horizon (or ``active_days``), a dealer that
    orders as always would count as churned (or lapsed), so the next multiple of a quarter is taken
    and said. Nothing is ever shortened.

    Returns
    -------
    The policy in force, and a sentence for each definition that was changed.
    """
    gap, n = usual_gap(snapshot)
    if not gap > 0:
        return policy, ()
    needed = min(LONGEST, QUARTER * (int(gap) // QUARTER + 1))
    changes, said = {}, []
    for name in ("horizon", "active_days"):
        asked = policy.definitions[name]
        if gap > asked and needed > asked:
            changes[f"definitions.{name}"] = needed
            args = {"asked": asked, "taken": needed, "gap": gap, "n": n}
            said.append(Sentence(f"review.{name}_raised", args))
    return policy.changed(changes), tuple(said)

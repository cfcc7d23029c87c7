"""Where a dealer stands: its role and the tier it has earned, for anchors that differ by them."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from dealerml.policy import Policy
from dealerml.segments import assign_tiers


def with_tier(
    x: pd.DataFrame, anchors: Iterable[Mapping[str, Any]], *, policy: Policy
) -> pd.DataFrame:
    """The features with ``tier``, each date by itself, where anchors ask for one.

    The tier is the one the policy's rule gives for the features, never the one on today's dealer
    list. It is left out where the features do not hold what the rule looks at.
    """
    if "tier" in x.columns or not any(row["tier"] for row in anchors):
        return x
    rules = policy.tiers
    measures = [str(part["measure"]) for part in rules["points"]] * (rules["rule"] == "points")
    needed = [
        "status",
        str(rules["measure"]),
        *measures,
        *([rules["within"]] * bool(rules["within"])),
    ]
    if not set(needed) <= set(x.columns) or not x[needed[1]].notna().any():
        return x
    if x.index.nlevels == 1:
        return x.join(assign_tiers(x, policy=policy).table["tier"])
    dates = x.index.get_level_values(0)
    tiers = [assign_tiers(x[dates == date], policy=policy).table["tier"] for date in dates.unique()]
    return x.join(pd.concat(tiers))


def find_rows(x: pd.DataFrame, *, role: str, tier: str) -> pd.Series:
    """Which dealers have this role and this tier? An empty text fits all."""
    fits = pd.Series(data=True, index=x.index)
    for name, wanted in (("role", role), ("tier", tier)):
        if wanted:
            fits &= x[name].eq(wanted).fillna(value=False) if name in x.columns else False
    return fits

"""Data so bad that the policy wants it said aloud."""

from typing import TYPE_CHECKING

from dealerml.exports import Ingest
from dealerml.exports.inspecting.control_totals import worst_total
from dealerml.policy import Policy
from dealerml.words import Sentence

if TYPE_CHECKING:
    import pandas as pd


def find_breaches(
    ingest: Ingest, policy: Policy, *, control: "pd.DataFrame | None" = None
) -> tuple[Sentence, ...]:
    """Which limits of the policy do the data break?

    Parameters
    ----------
    control
        Sums of finance beside ours, see `compare_control_totals`.

    Returns
    -------
    One sentence for each: too much of the amount set aside, too much of it with dealers that are
    not on the dealer list, or a month too far from what finance has booked.
    """
    shares = {"set_aside_share": ingest.set_aside_share}
    if ingest.unmatched is not None:
        shares["unmatched_share"] = ingest.unmatched.share
    broken = tuple(
        Sentence(f"review.breach_{name}", {"share": share, "limit": policy.limits[name]})
        for name, share in shares.items()
        if share > policy.limits[name]
    )
    return (*broken, *_differences(control, policy.limits["control_difference_share"]))


def _differences(control: "pd.DataFrame | None", limit: float) -> tuple[Sentence, ...]:
    if control is None or not (control["share"] > limit).any():
        return ()
    beyond = {"n": int((control["share"] > limit).sum()), "limit": limit}
    return (Sentence("inspection.breach_control", beyond | worst_total(control)),)

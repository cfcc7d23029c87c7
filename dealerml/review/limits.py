"""Data so bad that the policy wants it said aloud."""

from dealerml.exports import Ingest
from dealerml.policy import Policy
from dealerml.words import Sentence


def find_breaches(ingest: Ingest, policy: Policy) -> tuple[Sentence, ...]:
    """Which limits of the policy do the data break?

    Returns
    -------
    One sentence for each: too much of the amount set aside, or too much of it with dealers that are
    not on the dealer list.
    """
    shares = {"set_aside_share": ingest.set_aside_share}
    if ingest.unmatched is not None:
        shares["unmatched_share"] = ingest.unmatched.share
    return tuple(
        Sentence(f"review.breach_{name}", {"share": share, "limit": policy.limits[name]})
        for name, share in shares.items()
        if share > policy.limits[name]
    )

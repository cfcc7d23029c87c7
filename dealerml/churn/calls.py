"""Whom to call: the list by expected gain, within what each owner can do."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.churn.losses import LossEstimate, expected_gain
from dealerml.churn.saving import CALLED, HELD_OUT, SaveRate, estimate_save_rate
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

NO_OWNER: Final = ""


@dataclass(frozen=True)
class CallList(Spoken):
    """Whom to call, the most worthwhile first.

    Parameters
    ----------
    table
        Index ``dealer_id``, every dealer with a known loss, the largest expected gain first:
        ``owner``; ``churn_risk``; ``stake_amount`` (money lost if it stops); ``gain_expected`` with
        ``gain_low`` and ``gain_high`` at the ends of the save rate's 95 % interval (money, after
        the cost of the call); ``break_even_risk`` (0–1; above it a call pays on average);
        ``treatment``: called, held_out (would be called, but drawn to be left alone, to learn what
        calls save), over_capacity (the owner has no time left) or not_worth_it.
    save_rate
        What calls are taken to save.
    """

    save_rate: SaveRate


def list_calls(
    risk: pd.Series,
    losses: LossEstimate,
    owners: pd.Series | None = None,
    *,
    save_rate: SaveRate | None = None,
    random_state: int = 0,
    policy: "Policy | None" = None,
) -> CallList:
    """Which dealers should be called, by whom, and what will it bring?

    Parameters
    ----------
    risk
        ``churn_risk`` by dealer_id.
    losses
        What is at stake with each, from ``expect_loss``.
    owners
        Our employee in charge by dealer_id; calls beyond ``calls_per_owner`` of the policy are left
        out, the least worthwhile first. Without owners the number holds for all together.
    save_rate
        From ``estimate_save_rate``; the policy's assumption where None.
    random_state
        Seed of the draw of those left alone. A dealer's lot depends on the seed and its id only, so
        it is the same whatever else is on the list.

    Returns
    -------
    Never a threshold on the risk alone: a call is worth making where its expected gain is above
    zero, and 0.5 has nothing to do with it.
    """
    policy = policy or load_policy()
    costs, rate = policy.costs, save_rate or estimate_save_rate(policy=policy)
    known = losses.table["stake_amount"].dropna().index
    risk, stake = risk.reindex(known), losses.table.loc[known, "stake_amount"]
    gains = {
        name: expected_gain(risk, stake, costs, save_rate=value)
        for name, value in (
            ("gain_expected", rate.rate),
            ("gain_low", rate.low),
            ("gain_high", rate.high),
        )
    }
    owner = pd.Series(NO_OWNER, index=known) if owners is None else owners.reindex(known)
    table = pd.DataFrame(
        {
            "owner": owner.fillna(NO_OWNER).astype("str"),
            "churn_risk": risk,
            "stake_amount": stake,
            **gains,
            "break_even_risk": break_even_risk(stake, costs, save_rate=rate.rate),
        },
        index=known,
    )
    table = table.sort_index().sort_values("gain_expected", ascending=False, kind="stable")
    table["treatment"] = _treat(table, costs, random_state)
    return CallList(table, _said(table, rate), rate)


def break_even_risk(stake: pd.Series, costs: dict[str, float], *, save_rate: float) -> pd.Series:
    """From which risk on does a call pay for itself? Empty where no risk is high enough.

    Examples
    --------
    A call of 30 that saves three in ten of 1,000 pays from a risk of 10 % on.

    >>> costs = {"contact_cost": 30, "offer_cost": 0, "loyal_accept_share": 0.5}
    >>> break_even_risk(pd.Series([1000.0]), costs, save_rate=0.3).tolist()
    [0.1]
    """
    given = costs["loyal_accept_share"] * costs["offer_cost"]
    slope = save_rate * (stake - costs["offer_cost"]) + given
    needed = (given + costs["contact_cost"]) / slope.where(slope > 0)
    return needed.where(needed <= 1)


def _treat(table: pd.DataFrame, costs: dict[str, float], seed: int) -> pd.Series:
    worth = table["gain_expected"] > 0
    lots = pd.Series([_lot(str(dealer), seed) for dealer in table.index], index=table.index)
    alone = worth & (lots < costs["held_out_share"])
    asked = worth & ~alone
    place = asked.groupby(table["owner"]).cumsum().where(asked, 0)
    called = asked & (place <= costs["calls_per_owner"])
    treatment = pd.Series("not_worth_it", index=table.index, dtype="str")
    treatment = treatment.mask(asked, "over_capacity").mask(called, CALLED)
    return treatment.mask(alone, HELD_OUT)


def _lot(dealer: str, seed: int) -> float:
    """A number from 0 to 1 that a dealer always draws under a seed."""
    drawn = hashlib.sha256(f"{seed}/{dealer}".encode()).digest()[:8]
    return int.from_bytes(drawn, "big") / 2**64


def _said(table: pd.DataFrame, rate: SaveRate) -> tuple[Sentence, ...]:
    if table.empty:
        return (Sentence("churn.calls_unknown"),)
    called = table[table["treatment"] == CALLED]
    sums = {name: called[name].sum() for name in ("gain_expected", "gain_low", "gain_high")}
    values = {"n": len(called), "known": len(table), **sums}
    counts = table["treatment"].value_counts()
    left = {name: int(counts.get(name, 0)) for name in ("over_capacity", HELD_OUT)}
    said = [Sentence("churn.calls", values)]
    if np.sum(list(left.values())):
        said.append(Sentence("churn.calls_left", left))
    return (*said, *rate.said)

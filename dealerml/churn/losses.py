"""How much money is at stake with each dealer, and what a call is expected to bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.churn.scores import ChurnScores
from dealerml.churn.slices import labelled_rows
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

COSTED: Final = 0.95  # share of the amount that must have a cost before money means margin


@dataclass(frozen=True)
class LossEstimate(Spoken):
    """What is expected to be lost, dealer by dealer.

    Parameters
    ----------
    table
        Index ``dealer_id`` of the cohort: ``loss_expected`` (money, ≥ 0, of the next 12 months),
        ``loss_basis`` (margin or net_amount), ``stake_amount`` (money, ≥ 0, of the next 12 months;
        what is lost if the dealer stops), ``gain_expected`` (money; what a call is expected to
        bring after its cost, under the policy's save rate; below zero it is not worth it).
    return_share
        Amount of the year after a dealer churned ÷ amount of the year before, 0–1.
    return_dealers
        Churned rows that it was measured on; 0 where the policy's assumption is taken.
    """

    return_share: float
    return_dealers: int


def expect_loss(
    scores: ChurnScores,
    x: pd.DataFrame,
    panel: pd.DataFrame,
    *,
    stay_amount: pd.Series,
    policy: "Policy | None" = None,
) -> LossEstimate:
    """How much of the next 12 months is expected to be lost with each dealer?

    Parameters
    ----------
    x
        Features of the same dealers.
    panel
        Past slices: churned dealers with a whole year behind them show how much comes back.
    stay_amount
        Net amount of the next 12 months if the dealer stays, by dealer_id, from the forecast.

    Notes
    -----
    A dealer with stay amount S and risk p is expected to buy (1 − p) S + p r S, where r is the
    share that comes back after churn; the loss is the difference to S, p (1 − r) S. In margin, S is
    multiplied by the dealer's margin share where the cost of 95 % of the cohort's amount is known.
    Expected gain of a call: p γ (V − d) − (1 − p) ψ d − f with V = (1 − r) S, save rate γ, offer
    cost d, share ψ of loyal dealers that take the offer, contact cost f.

    References
    ----------
    Verbraken, Verbeke, Baesens (2013), A novel profit maximizing metric for measuring
    classification performance of customer churn prediction models,
    https://doi.org/10.1109/TKDE.2012.50
    """
    costs = (policy or load_policy()).costs
    share, dealers = measure_return(panel, costs=costs)
    risk = scores.table["churn_risk"]
    cohort = x.reindex(risk.index)
    unit, basis = _money_unit(cohort)
    at_stake = (1 - share) * stay_amount.reindex(risk.index).clip(lower=0) * unit
    table = pd.DataFrame(
        {
            "loss_expected": risk * at_stake,
            "loss_basis": pd.Series(basis, index=risk.index, dtype="str"),
            "stake_amount": at_stake,
            "gain_expected": expected_gain(risk, at_stake, costs, save_rate=costs["save_rate"]),
        },
        index=risk.index,
    )
    table["loss_basis"] = table["loss_basis"].where(table["loss_expected"].notna())
    said = _said(table, basis, share=share, dealers=dealers)
    return LossEstimate(table, said, share, dealers)


def measure_return(panel: pd.DataFrame, *, costs: dict[str, Any]) -> tuple[float, int]:
    """How much of a churned dealer's amount comes back within the year, and on how many is that?

    Returns
    -------
    Share (0–1) and number of rows; with too few of them the share of the policy, and 0.
    """
    churned = labelled_rows(panel)
    known = "net_amount_next_365d" in churned and "net_amount_365d" in churned
    if known:
        churned = churned[(churned["churned"] == 1) & churned["net_amount_next_365d"].notna()]
        before = churned["net_amount_365d"].sum()
        if len(churned) >= costs["min_return_dealers"] and before > 0:
            share = churned["net_amount_next_365d"].sum() / before
            return float(np.clip(share, 0, 1)), len(churned)
    return float(costs["return_share"]), 0


def _money_unit(cohort: pd.DataFrame) -> tuple[pd.Series, str]:
    one = pd.Series(1.0, index=cohort.index)
    if not {"margin_share_365d", "costed_share_365d", "net_amount_365d"} <= set(cohort):
        return one, "net_amount"
    amount = cohort["net_amount_365d"].clip(lower=0)
    costed = (amount * cohort["costed_share_365d"].clip(0, 1).fillna(0)).sum()
    if not amount.sum() > 0 or costed < COSTED * amount.sum():
        return one, "net_amount"
    # Dealers without a cost of their own take the cohort's margin: one unit for all, or a ranking
    # by loss would place them first.
    share = cohort["margin_share_365d"]
    weight = amount.where(share.notna(), 0.0)
    return share.fillna((share * weight).sum() / weight.sum()).clip(lower=0), "margin"


def expected_gain(
    risk: pd.Series, stake: pd.Series, costs: Mapping[str, Any], *, save_rate: float
) -> pd.Series:
    """What does a call bring on average, after its cost?

    With the outcome, 0 or 1, instead of the risk: what it brought.

    Examples
    --------
    >>> costs = {"contact_cost": 10, "offer_cost": 0, "loyal_accept_share": 0.5}
    >>> expected_gain(pd.Series([0.5]), pd.Series([1000.0]), costs, save_rate=0.3).tolist()
    [140.0]
    """
    saved = risk * save_rate * (stake - costs["offer_cost"])
    given = (1 - risk) * costs["loyal_accept_share"] * costs["offer_cost"]
    gain: pd.Series = saved - given - costs["contact_cost"]
    return gain


def _said(table: pd.DataFrame, basis: str, *, share: float, dealers: int) -> tuple[Sentence, ...]:
    known = table["loss_expected"].dropna()
    if known.empty:
        return (Sentence("churn.loss_unknown"),)
    values = {"n": len(known), "amount": known.sum()}
    measured = {"share": share, "n": dealers}
    how = "measured" if dealers else "assumed"
    return (
        Sentence(f"churn.loss_{basis}", values),
        Sentence(f"churn.return_{how}", measured),
    )

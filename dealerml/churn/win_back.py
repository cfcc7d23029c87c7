"""Whom to win back: lapsed dealers, and the chance that each orders again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dealerml.churn.inputs import feature_frame
from dealerml.churn.metrics import rate_risks
from dealerml.churn.models import weighted_sum
from dealerml.churn.slices import at_dates, mature_dates, slice_dates
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

YEAR: Final = 365
COLUMNS: Final = ("recency_days", "gap_days", "order_days", "tenure_days", "net_amount_ever")


@dataclass(frozen=True)
class WinBacks(Spoken):
    """Lapsed dealers in the order in which it pays to win them back.

    Parameters
    ----------
    table
        Index ``dealer_id`` of lapsed dealers, the most valuable first: ``return_chance`` (0–1, of
        an order within the horizon by itself; empty with too few past cases), ``yearly_amount``
        (money, ≥ 0; what it bought in a usual year while it bought), ``return_amount`` (the product
        of both), ``recency_days``.
    n, returned
        Past dealer-dates of lapsed dealers, and those that ordered again within the horizon.
    roc_auc
        Of the chances on the last past date, predicted by the dates before; NaN where untested.
    """

    n: int
    returned: int
    roc_auc: float


def rank_win_backs(
    panel: pd.DataFrame,
    x: pd.DataFrame,
    *,
    horizon_days: int | None = None,
    posting_lag_days: int = 0,
    policy: "Policy | None" = None,
) -> WinBacks:
    """Which lapsed dealers may come back, and what would each bring?

    Parameters
    ----------
    panel
        Past slices from ``build_panel``: their lapsed dealers show who came back.
    x
        Features of the as-of date.

    Notes
    -----
    The chance is a logistic curve of silence, usual gap, number of orders, tenure and amount, on
    all lapsed dealer-dates of the panel. What a dealer would bring is its amount so far over the
    years from its first to its last order, at least one year.
    """
    policy = policy or load_policy()
    label_days = (horizon_days or policy.definitions["horizon"]) + posting_lag_days
    lapsed = x[x["status"] == "lapsed"]
    past = panel[panel["status"] == "lapsed"] if "status" in panel else panel.iloc[:0]
    came = (past["orders_next"] > 0).astype("int64") if len(past) else pd.Series(dtype="int64")
    n, returned = len(past), int(came.sum())
    chance = pd.Series(np.nan, index=lapsed.index)
    auc = float("nan")
    needed = policy.churn["min_events_per_feature"] * len(COLUMNS)
    if len(lapsed) and min(returned, n - returned) >= needed:
        chance = _chance(past, came, lapsed)
        auc = _test(past, came, label_days=label_days)
    years = ((lapsed["tenure_days"] - lapsed["recency_days"]) / YEAR).clip(lower=1)
    yearly = (lapsed["net_amount_ever"] / years).clip(lower=0)
    table = pd.DataFrame(
        {
            "return_chance": chance,
            "yearly_amount": yearly,
            "return_amount": chance * yearly,
            "recency_days": lapsed["recency_days"],
        }
    )
    table = table.sort_index().sort_values(
        ["return_amount", "yearly_amount"], ascending=False, kind="stable"
    )
    return WinBacks(table, _said(table, n, returned, auc, needed), n, returned, auc)


def _chance(past: pd.DataFrame, came: pd.Series, lapsed: pd.DataFrame) -> pd.Series:
    pipeline = weighted_sum(list(COLUMNS))
    pipeline.fit(feature_frame(past, COLUMNS), came.to_numpy())
    risk = pipeline.predict_proba(feature_frame(lapsed, COLUMNS))[:, 1]
    return pd.Series(risk, index=lapsed.index)


def _test(past: pd.DataFrame, came: pd.Series, *, label_days: int) -> float:
    """How well would the earlier dates have told the last one?"""
    dates = slice_dates(past)
    before = at_dates(past, mature_dates(dates, dates[-1], label_days=label_days))
    last = at_dates(past, dates[-1:])
    known, truth = came.loc[before.index], came.loc[last.index].to_numpy()
    if known.nunique() < 2 or len(set(truth)) < 2:
        return float("nan")
    chance = _chance(before, known, last)
    return float(rate_risks(truth, chance.to_numpy())["roc_auc"][0])


def _said(
    table: pd.DataFrame, n: int, returned: int, auc: float, needed: int
) -> tuple[Sentence, ...]:
    if table.empty:
        return (Sentence("churn.win_back_nobody"),)
    values: dict[str, float] = {"n": len(table), "amount": table["yearly_amount"].sum()}
    if table["return_chance"].isna().all():
        unknown: dict[str, float] = {"past": n, "returned": returned, "needed": needed}
        return (Sentence("churn.win_back_unknown", values | unknown),)
    expected = table["return_chance"].sum()
    said = [Sentence("churn.win_back", values | {"expected": expected})]
    measured: dict[str, float] = {"past": n, "returned": returned}
    if np.isnan(auc):
        return (*said, Sentence("churn.win_back_untested", measured))
    return (*said, Sentence("churn.win_back_tested", measured | {"auc": auc}))

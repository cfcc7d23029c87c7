"""What other topics found out about a dealer, beside its features: what alert rules may read."""

from typing import Any

import pandas as pd

from dealerml.health.deals import find_stalled, longest_stalled
from dealerml.policy import Policy
from dealerml.segments import rank_abc
from dealerml.tables import Snapshot


def join_findings(found: dict[str, Any], snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """The features with class, risk, loss, the forecast that was missed, and deals unmoved."""
    x = found["x"]
    stalled = longest_stalled(find_stalled(snapshot, policy=policy))
    joined: pd.DataFrame = x.join(
        [
            found["classes"].table[["abc_class"]],
            found["scores"].table[["churn_risk"]],
            found["losses"].table[["loss_expected"]],
            _missed(found["forecast"].hindsight, snapshot.as_of).reindex(x.index),
            stalled.reindex(x.index).to_frame(),
        ]
    )
    return joined


def join_past(found: dict[str, Any], policy: Policy) -> pd.DataFrame:
    """The same of past dates, each by what was known then: class, risk and the missed forecast.

    Risks are those of the backtest, from models that knew nothing later. What has no past, as the
    stage of a deal, is left out.
    """
    panel, chosen = found["panel"], found["choice"].name
    predictions, past = found["backtest"].predictions, found["forecast"].hindsight
    columns = {}
    if chosen in predictions:
        columns["churn_risk"] = predictions[chosen].reindex(panel.index)
    dates = panel.index.get_level_values("as_of").unique()
    classes = {date: rank_abc(panel.loc[date], policy=policy).table["abc_class"] for date in dates}
    if classes:
        columns["abc_class"] = pd.concat(classes).reindex(panel.index)
    if len(past):
        columns["forecast_low_ratio"] = past["forecast_low_ratio"].reindex(panel.index)
    return pd.DataFrame(columns, index=panel.index)


def _missed(hindsight: pd.DataFrame, as_of: Any) -> pd.DataFrame:
    """Sales against the lowest forecast, where the months looked at end on this date."""
    day = pd.Timestamp(as_of).as_unit("s")
    if not len(hindsight) or day not in hindsight.index.get_level_values("as_of"):
        return pd.DataFrame(columns=["forecast_low_ratio"], dtype="float64")
    return hindsight["forecast_low_ratio"].xs(day, level="as_of").to_frame()

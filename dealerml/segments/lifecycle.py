"""Lifecycle: where each dealer stands in its life with us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dealerml.policy import Policy, load_policy
from dealerml.segments.columns import code_series, count_codes, need_columns, read_numbers
from dealerml.words import Sentence, Spoken

# In the order in which a reader meets them: coming, staying, going, gone.
STAGES = (
    "new",
    "growing",
    "stable",
    "won_back",
    "declining",
    "seasonal_pause",
    "dormant",
    "lapsed",
    "never",
)
AMOUNT = "net_amount_365d"


@dataclass(frozen=True)
class Lifecycle(Spoken):
    """Lifecycle stages by dealer, and what each stage brings.

    ``table`` is indexed by dealer_id and has ``lifecycle``, one of ``STAGES``, for every dealer.
    ``stages`` has one row per stage: ``dealers``, ``amount`` and ``amount_share`` of 12 months.
    """

    stages: pd.DataFrame


def place_lifecycle(x: pd.DataFrame, *, policy: Policy | None = None) -> Lifecycle:
    """Where does each dealer stand: new, growing, stable, declining, pausing, gone or back?

    The first rule that fits decides:

    - ``never``: no order day;
    - ``seasonal_pause``: silent in the same weeks of past years too, for at most ``pause_days``;
    - ``lapsed``: no order day in ``active_days``;
    - ``new``: first order day within ``new_days``;
    - ``won_back``: orders in the last 90 days, none in the 90 before, and once silent for longer
      than ``active_days``;
    - ``dormant``: silent for ``dormant_ratio`` of its usual gaps and for ``dormant_days``;
    - ``growing``, ``declining``: net amount of the last 90 days against the same days of last
      year, or against the 90 days before where there is no last year, beyond the two ratios;
    - ``stable``: everybody else, also where there is nothing to compare with.

    Parameters
    ----------
    x
        Features, one row per dealer; a missing value fits no rule.
    policy
        ``lifecycle`` for the numbers and ``definitions`` for ``active_days``.

    Raises
    ------
    TableError
        If the status or the recency is not among the features.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {
    ...         "status": ["active", "active", "lapsed", "never"],
    ...         "recency_days": [5, 60, 400, None],
    ...         "overdue_ratio": [0.5, 4.0, 20.0, None],
    ...         "year_ratio_90d": [1.5, 1.0, None, None],
    ...         "net_amount_365d": [900.0, 300.0, 0.0, 0.0],
    ...     },
    ...     index=list("ABCD"),
    ... )
    >>> place_lifecycle(x).table["lifecycle"].tolist()
    ['growing', 'dormant', 'lapsed', 'never']
    """
    policy = policy or load_policy()
    need_columns(x, ["status", "recency_days"])
    stage = code_series(x.index, "lifecycle")
    for name, fits in find_stages(x, policy.lifecycle, policy.definitions).items():
        stage = stage.mask(stage.isna() & fits, name)
    stage = stage.fillna("stable")
    stages = count_codes(stage, read_numbers(x, AMOUNT), STAGES)
    return Lifecycle(stage.to_frame(), _say(stages), stages)


def find_stages(
    x: pd.DataFrame, rules: Mapping[str, Any], definitions: Mapping[str, Any]
) -> dict[str, pd.Series]:
    """Which dealers fit the rule of each stage, first rule first?

    Returns
    -------
    Stage → one bool per dealer; a dealer may fit several.
    """
    recency, overdue = read_numbers(x, "recency_days"), read_numbers(x, "overdue_ratio")
    before = read_numbers(x, "order_days_previous_90d")
    longest = read_numbers(x, "gap_max_days")
    ratio = read_numbers(x, "year_ratio_90d").fillna(read_numbers(x, "trend_ratio_90d"))
    pausing = read_numbers(x, "seasonal_pause") > 0
    back = (recency < 90) & (before == 0) & (longest > float(definitions["active_days"]))
    late = overdue >= float(rules["dormant_ratio"])
    return {
        "never": x["status"] == "never",
        "seasonal_pause": pausing & (recency <= float(rules["pause_days"])),
        "lapsed": x["status"] == "lapsed",
        "new": x["status"] == "new",
        "won_back": back,
        "dormant": late & (recency >= float(rules["dormant_days"])),
        "growing": ratio >= float(rules["growing_ratio"]),
        "declining": ratio <= float(rules["declining_ratio"]),
    }


def _say(stages: pd.DataFrame) -> tuple[Sentence, ...]:
    count = stages["dealers"]
    values: dict[str, object] = {"n": int(count.sum() - count["never"])}
    values |= {str(stage): int(count[stage]) for stage in STAGES if stage != "never"}
    said = [Sentence("segments.lifecycle_summary", values)]
    if count["dormant"]:
        amount = float(stages["amount"]["dormant"])
        values = {"n": int(count["dormant"]), "amount": amount}
        said.append(Sentence("segments.lifecycle_dormant", values))
    if count["never"]:
        said.append(Sentence("segments.lifecycle_never", {"n": int(count["never"])}))
    return tuple(said)

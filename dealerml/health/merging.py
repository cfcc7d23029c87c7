"""Alerts of one dealer as one row, the costliest first."""

from typing import Final

import pandas as pd

from dealerml.health.rules import SEVERITIES

SEPARATOR: Final = ";"
COLUMNS: Final = tuple(
    """dealer_id dealer_name alerts kinds severity reason loss_expected owner due_date""".split()
)


def merge_alerts(table: pd.DataFrame) -> pd.DataFrame:
    """What is there to do for each dealer, as one trip instead of several?

    Parameters
    ----------
    table
        Alerts, one row per dealer and kind, as ``Alerts.table`` or ``Alerts.table_in(lang)``.

    Returns
    -------
    One row per dealer, the largest ``loss_expected`` first, then the most urgent: ``alerts`` their
    number, ``kinds`` their codes, the most urgent first, whose ``reason`` it is, ``severity`` the
    highest, ``owner`` of the most urgent and ``due_date`` the earliest.

    Examples
    --------
    >>> alerts = pd.DataFrame({"dealer_id": ["A", "B", "A"], "dealer_name": list("XYX"),
    ...     "kind": ["sharp_drop", "sharp_drop", "lost_category"], "severity": ["high"] * 3,
    ...     "reason": ["r", "s", "t"], "loss_expected": [1.0, 5.0, 1.0], "owner": "Li Na",
    ...     "due_date": pd.Timestamp("2025-07-07")})
    >>> merge_alerts(alerts)[["dealer_id", "alerts", "kinds"]]
      dealer_id  alerts                     kinds
    0         B       1                sharp_drop
    1         A       2  sharp_drop;lost_category
    """
    ranked = table.assign(urgency=table["severity"].map(SEVERITIES.index))
    ranked = ranked.sort_values("urgency", kind="stable")
    groups = ranked.groupby("dealer_id", sort=True)
    merged = groups.agg(
        dealer_name=("dealer_name", "first"),
        alerts=("kind", "size"),
        kinds=("kind", SEPARATOR.join),
        severity=("severity", "first"),
        reason=("reason", "first"),
        loss_expected=("loss_expected", "max"),
        owner=("owner", "first"),
        due_date=("due_date", "min"),
        urgency=("urgency", "min"),
    ).reset_index()
    merged = merged.sort_values(
        ["loss_expected", "urgency", "alerts", "dealer_id"],
        ascending=[False, True, False, True],
        kind="stable",
    )
    return merged[list(COLUMNS)].reset_index(drop=True)

"""The panel as slices: rows of one as-of date, and which of them another date may learn from."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from dealerml.errors import TableError


def labelled_rows(panel: pd.DataFrame) -> pd.DataFrame:
    """Which rows of the panel have a known label: in the cohort and not censored?"""
    missing = [name for name in ("as_of", "dealer_id") if name not in panel.index.names]
    if missing or "churned" not in panel:
        lacking = missing or ["churned"]
        message = (
            f"The panel lacks {', '.join(lacking)}. Make it with build_panel(snapshot, dates)."
        )
        raise TableError(message)
    return panel[panel["churned"].notna()].sort_index()


def slice_dates(rows: pd.DataFrame) -> list[pd.Timestamp]:
    """Which as-of dates do the rows hold, in order?"""
    return sorted(rows.index.get_level_values("as_of").unique())


def at_dates(rows: pd.DataFrame, dates: Iterable[pd.Timestamp]) -> pd.DataFrame:
    """Which rows belong to these as-of dates?"""
    return rows[rows.index.get_level_values("as_of").isin(list(dates))]


def mature_dates(
    dates: Iterable[pd.Timestamp], at: pd.Timestamp, *, label_days: int
) -> list[pd.Timestamp]:
    """Whose labels were known at a date: which slices end their label window at or before it?

    With a horizon of 90 days the labels of 2018-06-30 are complete on 2018-09-28, so a model of
    2018-09-30 may learn from them.
    """
    return [date for date in dates if date + pd.Timedelta(days=label_days) <= at]


def dates_to_test(
    rows: pd.DataFrame, *, label_days: int, rules: Mapping[str, Any]
) -> list[pd.Timestamp]:
    """Which slices can be predicted: those with enough slices and churners known before them?

    Parameters
    ----------
    rules
        ``policy.churn``.
    """
    dates, chosen = slice_dates(rows), []
    for date in dates:
        known = mature_dates(dates, date, label_days=label_days)
        if len(known) >= rules["min_train_slices"]:
            train = at_dates(rows, known)
            if enough_events(train, needed=rules["min_events_per_feature"]):
                chosen.append(date)
    return chosen[-rules["test_slices"] :]


def enough_events(rows: pd.DataFrame, *, needed: int) -> bool:
    """Are there as many dealers of each kind, churned and stayed, as a model needs?"""
    events = float(rows["churned"].sum())
    return min(events, len(rows) - events) >= needed

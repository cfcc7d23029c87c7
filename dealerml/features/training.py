"""Training: what each dealer's people were taught."""

import narwhals as nw

from dealerml.features.events import count_within, for_everyone, sum_within
from dealerml.features.orders import KEYS
from dealerml.tables import Lazy, Snapshot

YEAR = 365


def training(snapshot: Snapshot) -> Lazy | None:
    """How much training did each dealer get, and how long ago?

    Returns
    -------
    One row per as-of date and dealer with any line; absent without a table of training, and null
    for windows that begin before its first row:
        ``trainings_365d``         count, ≥ 0; sessions of 365 days
        ``training_hours_365d``    hours, ≥ 0; their length together, absent where it is not told
        ``training_recency_days``  days, ≥ 0; from the last session to the as-of date
    """
    rows = snapshot.dated("training")
    if rows is None:
        return None
    sums = {
        "trainings_365d": count_within(YEAR),
        "training_recency_days": nw.col("days_ago").min(),
    }
    windows = {"trainings_365d": YEAR}
    if "training.hours" in snapshot.supplied:
        sums["training_hours_365d"] = sum_within(nw.col("hours"), YEAR)
        windows["training_hours_365d"] = YEAR
    return for_everyone(snapshot, rows.group_by(*KEYS).agg(**sums), rows, windows)

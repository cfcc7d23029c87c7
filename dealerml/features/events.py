"""What the tables beside orders say of each dealer, and since when they could say it."""

from collections.abc import Mapping

import narwhals as nw

from dealerml.features.orders import KEYS
from dealerml.tables import Lazy, Snapshot


def sum_within(value: nw.Expr, days: int) -> nw.Expr:
    """Sum of a value over the rows of the last so many days."""
    return nw.when(nw.col("days_ago") < days).then(value).otherwise(0).sum()


def count_within(days: int, condition: nw.Expr | None = None) -> nw.Expr:
    """Number of rows of the last so many days, or of those of them that meet a condition."""
    inside = nw.col("days_ago") < days
    met = inside if condition is None else inside & condition
    return nw.when(met).then(1).otherwise(0).sum()


def extended(frame: Lazy, values: Mapping[str, nw.Expr]) -> Lazy:
    """A frame with some more columns, or with none."""
    return frame.with_columns(**values) if values else frame


def for_everyone(
    snapshot: Snapshot, counted: Lazy, events: Lazy, windows: Mapping[str, int]
) -> Lazy:
    """What was counted, for every dealer with an order line by then.

    A dealer without a row in a table has had nothing of what it tells, once the table reaches back
    over the whole window; before that nobody knows.

    Parameters
    ----------
    counted
        One row per as-of date and dealer that has events.
    events
        The rows themselves, as `Snapshot.dated` gives them: their oldest says how far back the
        table reaches at each as-of date.
    windows
        Column of `counted` → days back it looks. Columns not named stay as they are.
    """
    reach = events.group_by("as_of_day").agg(reach=nw.col("days_ago").max())
    dealers = snapshot.keep(
        f"dealers_{snapshot.dates}",
        lambda: snapshot.days.group_by(*KEYS).agg(rows=nw.len()).drop("rows"),
    )
    joined = dealers.join(reach, on="as_of_day", how="left").join(
        counted, on=list(KEYS), how="left"
    )
    filled = {
        name: nw.when(nw.col("reach") >= days - 1).then(nw.col(name).fill_null(0))
        for name, days in windows.items()
    }
    return joined.with_columns(**filled).drop("reach")

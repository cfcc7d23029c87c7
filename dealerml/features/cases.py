"""Cases: complaints and requests of each dealer, and how quickly they were answered."""

import narwhals as nw

from dealerml.dates import day_number
from dealerml.features.events import count_within, extended, for_everyone, sum_within
from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot

YEAR, REPEAT_DAYS = 365, 90
ENDS = {"response": "responded_date", "resolution": "closed_date"}


def cases(snapshot: Snapshot) -> Lazy | None:
    """How many cases did each dealer raise, how many are open, and how long does it wait?

    Returns
    -------
    One row per as-of date and dealer with any line; absent without a table of cases, and null for
    windows that begin before its first row:
        ``cases_90d``, ``cases_365d``  count, ≥ 0; cases raised in the window
        ``cases_repeat_365d``    count, ≥ 0; of those of 365 days, raised within 90 days after
                                 another of the same kind, absent where cases have no kind
        ``cases_open``           count, ≥ 0; cases not settled yet, absent where none is ever
                                 said to be
        ``case_oldest_open_days``      days, ≥ 0; since the oldest open case was raised, absent
                                       likewise
        ``case_response_days_365d``    days, ≥ 0; mean time to our first answer, cases of 365 days,
                                       absent where answers have no dates
        ``case_resolution_days_365d``  days, ≥ 0; mean time until a case was settled, likewise

    Notes
    -----
    A case that still waits has waited longer than it can tell. The mean is all days waited so far
    ÷ the number of cases that are done, the maximum likelihood where the hazard is constant and
    waiting cases are censored; null while none is done.

    References
    ----------
    Epstein, B. and Sobel, M. (1953), Life testing, https://doi.org/10.1080/01621459.1953.10483488
    """
    rows = snapshot.dated("cases")
    if rows is None:
        return None
    ends = {name: end for name, end in ENDS.items() if f"cases.{end}" in snapshot.supplied}
    sums = {"cases_90d": count_within(90), "cases_365d": count_within(YEAR)}
    windows = {"cases_90d": 90, "cases_365d": YEAR}
    if "resolution" in ends:
        is_open = nw.col("closed_date").is_null()
        sums["cases_open"] = nw.when(is_open).then(1).otherwise(0).sum()
        sums["case_oldest_open_days"] = nw.when(is_open).then(nw.col("days_ago")).max()
        windows["cases_open"] = 1
    for name, end in ends.items():
        sums |= _waiting(name, end)
    means = {
        f"case_{name}_days_365d": divide(nw.col(f"{name}_waited"), nw.col(f"{name}_done"))
        for name in ends
    }
    counted = extended(rows.group_by(*KEYS).agg(**sums), means)
    names = [name for name in (*sums, *means) if not name.endswith(("_waited", "_done"))]
    counted = counted.select(*KEYS, *names)
    if "cases.kind" in snapshot.supplied:
        counted = counted.join(_repeats(rows), on=list(KEYS), how="left")
        windows["cases_repeat_365d"] = YEAR
    return for_everyone(snapshot, counted, rows, windows)


def _waiting(name: str, end: str) -> dict[str, nw.Expr]:
    """Days waited for an end and how often it came, over the cases of a year."""
    recent = nw.col("days_ago") < YEAR
    done = recent & ~nw.col(end).is_null()
    opened = day_number(nw.col("opened_date"))
    days = nw.when(nw.col(end).is_null()).then(nw.col("days_ago"))
    # An answer dated before its case came at once.
    waited = days.otherwise(nw.max_horizontal(day_number(nw.col(end)) - opened, nw.lit(0)))
    return {
        f"{name}_waited": nw.when(recent).then(waited).otherwise(0).sum(),
        f"{name}_done": nw.when(done).then(1).otherwise(0).sum(),
    }


def _repeats(rows: Lazy) -> Lazy:
    """How many cases of 365 days followed one of the same kind within 90 days?"""
    keys, ago, raised = (*KEYS, "kind"), nw.col("days_ago"), nw.col("raised")
    # Cases of one day stand in no order: the first of them may repeat an earlier day's, the others
    # repeat it.
    days = rows.filter(~nw.col("kind").is_null()).group_by(*keys, "days_ago").agg(raised=nw.len())
    days = days.with_columns(day=0 - ago)
    days = days.with_columns(before=ago.shift(1).over(*keys, order_by="day"))
    near = nw.col("before") - ago <= REPEAT_DAYS
    repeats = nw.when(near).then(raised).otherwise(raised - 1)
    days = days.with_columns(repeats=repeats)
    return days.group_by(*KEYS).agg(cases_repeat_365d=sum_within(nw.col("repeats"), YEAR))

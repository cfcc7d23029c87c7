"""Stretches of time in which a file has no rows though it has some before and after."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from dealerml.dates import add_months, month_end
from dealerml.exports.ingest import Ingest
from dealerml.exports.sql import quote_name
from dealerml.tables import KNOWN

if TYPE_CHECKING:
    import pandas as pd

# Tables whose rows come in week after week; the others have no gaps, only dates.
FLOWS: Final = ("order_lines", "contacts", "cases", "payments", "inventory_counts", "sell_out")
# A file that is silent in more months than this is sparse, and has no gaps.
MOST_SILENT: Final = 0.5
# A run must also be so many times as long as the usual pause between two days with rows.
TIMES_USUAL: Final = 5
COLUMNS: Final = ("file", "table", "gap", "from_date", "until_date", "workdays")


def find_silences(ingest: Ingest, *, least_days: int) -> "pd.DataFrame":
    """When does a file have no rows between its first and its last day?

    A file that holds one day of each month only is asked for its months. Where several files make
    a table, the table as a whole is asked too: a file that nobody exported shows there.

    Parameters
    ----------
    least_days
        So many working days without a row are a gap, unless pauses are that long as a rule.

    Returns
    -------
    One row per gap, in the order of tables, files and dates: ``file`` (empty: all files of the
    table), ``table``, ``gap`` (month: whole months; workdays: a run of working days),
    ``from_date``, ``until_date`` (first and last day without rows) and ``workdays`` (Monday to
    Friday, count).
    """
    import pandas as pd

    rows = [
        (file, table, *gap)
        for table in FLOWS
        for file, days in _days_of(ingest, table).items()
        for gap in _gaps(days, least_days)
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("from_date", "until_date"):
        found[name] = pd.to_datetime(found[name])
    kinds = {"file": "str", "table": "str", "gap": "str", "workdays": "int64"}
    return found.astype(kinds)


def _days_of(ingest: Ingest, table: str) -> dict[str, list[dt.date]]:
    """The days with rows of each file, and of all of them where there are several."""
    names = {
        str(staged.path): staged.item.candidate.name
        for group in ingest.groups
        if group.kind.table == table
        for staged in group.files
    }
    if not names:
        return {}
    day = quote_name(KNOWN[table])
    query = (
        f'SELECT DISTINCT "at:file", {day} FROM placed_{table} '
        f'WHERE "judged:set_aside" IS NULL AND {day} IS NOT NULL'
    )
    days: dict[str, set[dt.date]] = {}
    for path, found in ingest.workspace.rows(query):
        days.setdefault(names[path], set()).add(found)
        if len(names) > 1:
            days.setdefault("", set()).add(found)
    return {name: sorted(days[name]) for name in sorted(days)}


def _gaps(days: Sequence[dt.date], least: int) -> Iterator[tuple[str, dt.date, dt.date, int]]:
    months = {(day.year, day.month) for day in days}
    span = (days[-1].year - days[0].year) * 12 + days[-1].month - days[0].month + 1
    if len(months) >= span * (1 - MOST_SILENT):
        yield from _silent_months(days)
    if len(days) <= len(months) * 2:  # a day or two of each month
        return
    pauses = sorted((b - a).days for a, b in pairwise(days))
    usual = pauses[len(pauses) // 2]
    for before, after in pairwise(days):
        if (after - before).days <= usual * TIMES_USUAL or _is_months(before, after):
            continue
        first, last = before + dt.timedelta(days=1), after - dt.timedelta(days=1)
        workdays = _count_workdays(first, after)
        if workdays >= least:
            yield "workdays", first, last, workdays


def _silent_months(days: Sequence[dt.date]) -> Iterator[tuple[str, dt.date, dt.date, int]]:
    for before, after in pairwise(days):
        if _is_months(before, after):
            first, end = add_months(before, 1), add_months(after, 0)
            last = month_end(end - dt.timedelta(days=1))
            yield "month", first, last, _count_workdays(first, end)


def _is_months(before: dt.date, after: dt.date) -> bool:
    """Whether at least one whole month lies between two days."""
    return add_months(before, 2) <= add_months(after, 0)


def _count_workdays(first: dt.date, until: dt.date) -> int:
    """Mondays to Fridays from a day up to, but without, another."""
    weeks, rest = divmod((until - first).days, 7)
    return weeks * 5 + sum((first.weekday() + n) % 7 < 5 for n in range(rest))

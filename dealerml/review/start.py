"""Where an analysis begins: the export read, its date and its definitions settled and said."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pandas as pd

from dealerml.churn import label_churn
from dealerml.dates import add_months, as_date, from_day, month_end
from dealerml.errors import HistoryError
from dealerml.features import (
    build_features,
    build_panel,
    complete_dates,
    fit_definitions,
    posting_lag,
)
from dealerml.features.labels import build_with_past
from dealerml.policy import Policy, load_policy
from dealerml.tables import Snapshot, Tables
from dealerml.words import Sentence, Spoken

FAR_DAYS: Final = 366  # a gap in the whole export that no company has
MISSING_DAYS: Final = 7
Exports: TypeAlias = str | Path | Sequence[str | Path]


@dataclass(frozen=True)
class Start(Spoken):
    """An export, the as-of date and the definitions that everything after it uses.

    Parameters
    ----------
    table
        What is in force: ``definition`` and ``value``.
    """

    tables: Tables
    snapshot: Snapshot
    policy: Policy

    @property
    def as_of(self) -> dt.date:
        """The last day whose events are known."""
        return self.snapshot.as_of

    @property
    def horizon(self) -> int:
        """Days ahead that stopping means here."""
        return int(self.policy.definitions["horizon"])

    def back(self, *, months: int) -> Snapshot:
        """What was known some months earlier, or at the end of the export's first month?

        Parameters
        ----------
        months
            1 or more. Where the export does not reach back that far, its first month end is taken
            and, where even that is later than the as-of date, its first day.
        """
        first = self.snapshot.begin
        earlier = max(month_end(add_months(self.as_of, -months)), month_end(first))
        return self.tables.as_of(earlier if earlier < self.as_of else first)


def start_analysis(
    exports: Exports,
    *,
    as_of: str | dt.date | None = None,
    horizon: int | None = None,
    active_days: int | None = None,
    policy: Policy | str | Path | None = None,
    source: str | Sequence[str] | None = None,
) -> Start:
    """What do we work with: which export, up to which day, under which definitions?

    Parameters
    ----------
    exports
        Folders or files, of one system or of several.
    as_of
        The last day whose events are known; the last complete month of the export where None.
    horizon, active_days
        Instead of the policy's.
    policy
        A policy, or the folder of changed policy files; shipped defaults where None.
    source
        Names of sources or mapping files; recognised by the columns where None.

    Raises
    ------
    ExportError, PolicyError, HistoryError
        If the export, the policy or the date cannot be used, saying what to do.
    """
    from dealerml.exports import read_export

    terms = policy if isinstance(policy, Policy) else load_policy(policy)
    if active_days is not None:
        terms = terms.changed({"definitions.active_days": active_days})
    paths = [exports] if isinstance(exports, str | Path) else list(exports)
    tables = read_export(paths, source=source, policy=terms)
    snapshot, terms, said = settle_terms(tables, as_of=as_of, horizon=horizon, policy=terms)
    said = (*_said(tables, snapshot), *said)
    return Start(_table(snapshot, terms), said, tables, snapshot, terms)


def settle_terms(
    tables: Tables,
    *,
    as_of: str | dt.date | None = None,
    horizon: int | None = None,
    policy: Policy | None = None,
) -> tuple[Snapshot, Policy, tuple[Sentence, ...]]:
    """Which day and which definitions are in force, and what differs from what was asked for?

    The policy's horizon and active days are raised where dealers order too rarely for them, which
    is said; a horizon given here is taken as it is.

    Raises
    ------
    HistoryError
        If there is no order by the as-of date, or the date lies beyond what the export can know.
    """
    day = as_date(as_of) if as_of is not None else last_complete_month(tables)
    snapshot = tables.as_of(day)
    last, stray = find_last_day(tables)
    _refuse_unknown_dates(tables.span()[0], last, day)
    policy, said = fit_definitions(snapshot, policy or load_policy())
    said = (*said, *_say_end(snapshot, last, stray))
    if horizon is None:
        return snapshot, policy, said
    kept = tuple(sentence for sentence in said if sentence.key != "review.horizon_raised")
    return snapshot, policy.changed({"definitions.horizon": horizon}), kept


def last_complete_month(tables: Tables) -> dt.date:
    """Which is the last month that the export covers to its last business day?

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> last_complete_month(example_tables())
    datetime.date(2025, 5, 31)
    """
    last, _ = find_last_day(tables)
    end = month_end(last)
    business = end - dt.timedelta(days=max(0, end.weekday() - 4))
    return end if last >= business else add_months(last, 0) - dt.timedelta(days=1)


def gather_panel(snapshot: Snapshot, *, policy: Policy | None = None) -> pd.DataFrame:
    """What was known of each dealer at past month ends, and what did it do next?

    Returns
    -------
    The panel of `build_panel` at month ends three months apart, back from the latest whose outcome
    is known, at most as many as the policy says; no rows where the history is too short for one.
    """
    policy = policy or load_policy()
    dates = _past_dates(snapshot, policy)
    if dates:
        horizon = int(policy.definitions["horizon"])
        panel = build_panel(snapshot, dates, horizon=horizon, policy=policy)
        return label_churn(panel, policy=policy)
    return _no_panel()


def gather_with_past(
    snapshot: Snapshot, *, policy: Policy | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What do we know of each dealer today, and what was known at past month ends?

    Returns
    -------
    What `build_features` and `gather_panel` return, from one pass over the lines instead of two.
    """
    policy = policy or load_policy()
    dates = _past_dates(snapshot, policy)
    if not dates:
        return build_features(snapshot, policy=policy), _no_panel()
    horizon = int(policy.definitions["horizon"])
    x, panel = build_with_past(snapshot, dates, horizon=horizon, policy=policy)
    return x, label_churn(panel, policy=policy)


def _past_dates(snapshot: Snapshot, policy: Policy) -> list[dt.date]:
    dates = complete_dates(snapshot, horizon=int(policy.definitions["horizon"]))
    return dates[-policy.churn["most_slices"] :]


def _no_panel() -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([[], []], names=["as_of", "dealer_id"])
    columns = ["cohort", "churned", "net_amount_365d", "net_amount_next", "net_amount_next_365d"]
    return pd.DataFrame(columns=columns, index=index, dtype="float64").astype({"cohort": "bool"})


def find_last_day(tables: Tables) -> tuple[dt.date, tuple[dt.date, ...]]:
    """On which day does the export end, and which few later days are surely mistyped?

    A mistyped year would move the end of the export by years and make every dealer look silent. A
    few days that lie more than `FAR_DAYS` after all others are not taken for the end.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> find_last_day(example_tables())
    (datetime.date(2025, 6, 25), ())
    """
    tables.span()  # says so where there is no line at all
    found = tables.days.select("day").unique().collect("pyarrow").to_native().column("day")
    days = sorted(found.to_pylist())
    last, few = len(days) - 1, len(days) // 100 + 1
    for place in range(len(days) - 1, max(0, len(days) - 1 - few), -1):
        if days[place] - days[place - 1] > FAR_DAYS:
            last = place - 1
    return from_day(days[last]), tuple(from_day(day) for day in days[last + 1 :])


def _say_end(snapshot: Snapshot, last: dt.date, stray: tuple[dt.date, ...]) -> tuple[Sentence, ...]:
    """What the reader must know of the last days: mistyped, missing or not yet posted ones."""
    said = []
    if stray:
        said.append(Sentence("review.stray_days", {"n": len(stray), "first": stray[0]}))
    missing = (snapshot.as_of - last).days
    if missing > MISSING_DAYS:
        said.append(Sentence("review.days_missing", {"days": missing, "last": last}))
    lag = posting_lag(snapshot)
    if lag:
        said.append(Sentence("review.late_posting", {"lag": lag}))
    return tuple(said)


def _refuse_unknown_dates(first: dt.date, last: dt.date, day: dt.date) -> None:
    if day < first:
        message = f"There is no order line by {day}: the export begins on {first}."
        raise HistoryError(message)
    if day > month_end(last):
        message = (
            f"The as-of date {day} lies after the export, which ends on {last}: every dealer "
            f"would look silent. Use a date up to {month_end(last)}, or export again."
        )
        raise HistoryError(message)


def _table(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    shown = {"as_of": str(snapshot.as_of)}
    shown |= {name: str(value) for name, value in policy.definitions.items()}
    return pd.DataFrame({"definition": list(shown), "value": list(shown.values())}, dtype="str")


def _said(tables: Tables, snapshot: Snapshot) -> tuple[Sentence, ...]:
    from dealerml import __version__

    first, last = tables.span()
    values = {"source": tables.ingest.source, "rows": tables.ingest.rows, "version": __version__}
    return (
        Sentence("notebook.start.export", values | {"first": first, "last": last}),
        Sentence("notebook.start.as_of", {"as_of": snapshot.as_of}),
    )

"""What each dealer bought in the period, in the same months last year, and in the period before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.dates import add_months, period_bounds, same_period_last_year
from dealerml.features import build_mix, first_whole_month
from dealerml.features.windows import last_year
from dealerml.growth.bridge import BASES, to_units

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Snapshot

Span = tuple[dt.date, dt.date]
THIS: Final = "this"
PERIODS: Final = (THIS, *BASES)


@dataclass(frozen=True)
class Amounts:
    """Amounts of three periods, in whole ten-thousandths so that they add up exactly.

    Parameters
    ----------
    units
        Index ``(dealer_id, category)``; integer columns ``this``, ``last_year``, ``previous``. All
        money of the periods is in it, returns and adjustments included.
    spans
        First and last day of each period.
    known
        Periods that the export covers from their first month.
    begin
        First day of the export.
    first_month
        First order month by dealer id, for every dealer who ever ordered.
    """

    units: pd.DataFrame
    spans: dict[str, Span]
    known: frozenset[str]
    begin: dt.date
    first_month: pd.Series

    @property
    def basis(self) -> str:
        """With which period is this one compared? Last year, else the one before, else ""."""
        return next((name for name in BASES if name in self.known), "")


def read_amounts(
    snapshot: "Snapshot", series: pd.DataFrame, *, policy: "Policy", period: str | None = None
) -> Amounts:
    """What was bought in the period that ends at or before the as-of date, and before it?

    Examples
    --------
    >>> from dealerml.features import build_series
    >>> from dealerml.policy import load_policy
    >>> from dealerml.tables import example_tables
    >>> snapshot = example_tables().as_of("2025-06-30")
    >>> amounts = read_amounts(snapshot, build_series(snapshot), policy=load_policy())
    >>> int(amounts.units["this"].sum()), sorted(amounts.known)
    (6950000, ['previous', 'this'])
    """
    spans = period_spans(snapshot.as_of, policy.definitions, period)
    begin = snapshot.begin
    first_whole = first_whole_month(begin)
    known = frozenset(name for name, (start, _) in spans.items() if first_whole <= start)
    mix = build_mix(snapshot, spans)
    units = mix.assign(units=to_units(mix["net_amount"])).pivot_table(
        index=["dealer_id", "key"], columns="period", values="units", aggfunc="sum", fill_value=0
    )
    units = units.reindex(columns=list(PERIODS), fill_value=0).astype("int64")
    units = units.rename_axis(columns=None).rename_axis(index=["dealer_id", "category"])
    return Amounts(units, spans, known, begin, _first_month(series))


def period_spans(
    as_of: dt.date, definitions: Mapping[str, Any], period: str | None = None
) -> dict[str, Span]:
    """Which days are the period that is over by now, the same of last year, and those before?

    With ``align_festival``, last year's days lie as far from that year's Spring Festival as these
    lie from this one, wherever the festival is near enough to matter.
    """
    kind = str(period or definitions["period"])
    fiscal = int(definitions["fiscal_year_start"])
    start, end = period_bounds(as_of, kind=kind, fiscal_year_start=fiscal)
    day_before = start - dt.timedelta(days=1)
    before = same_period_last_year(start, end)
    days = last_year(end, align_festival=bool(definitions["align_festival"]))
    if kind != "year" and days != last_year(end, align_festival=False):
        before = (start - dt.timedelta(days=days), end - dt.timedelta(days=days))
    return {
        THIS: (start, end),
        "last_year": before,
        "previous": period_bounds(day_before, kind=kind, fiscal_year_start=fiscal),
    }


def _first_month(series: pd.DataFrame) -> pd.Series:
    """First day of the first order month of each dealer."""
    if series.shape[1] == 0:
        return pd.Series(dtype="datetime64[s]", index=series.index)
    days = pd.PeriodIndex(series.columns).to_timestamp().as_unit("s")
    first = series.notna().to_numpy().argmax(axis=1)
    return pd.Series(days[first], index=series.index)


def began_by(amounts: Amounts, dealers: "pd.Index[str]", *, name: str) -> pd.Series:
    """Who had placed a first order by the end of a period?

    Returns
    -------
    pd.Series
        bool by dealer id; no for those who only ever sent goods back.
    """
    end = amounts.spans[name][1]
    first = amounts.first_month.reindex(dealers)
    return first.notna() & (first < pd.Timestamp(add_months(end, 1)))

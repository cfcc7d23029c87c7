"""Do goods arrive on the promised day?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.health.shares import share_by
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

YEAR: Final = 365
COLUMNS: Final = ("deliveries", "on_time_share", "on_time_low", "on_time_high", "late_days")


@dataclass(frozen=True)
class Deliveries(Spoken):
    """How deliveries promised for the last 365 days came.

    Parameters
    ----------
    table
        Index ``month`` (text, 2025-06) of the promised day: ``deliveries``, ``on_time_share`` (0-1)
        with ``on_time_low``, ``on_time_high`` (95 %) and ``late_days``, median of the late ones.
    dealers
        The same by ``dealer_id``, those with the most late deliveries first.
    """

    dealers: pd.DataFrame


def measure_deliveries(snapshot: "Snapshot") -> Deliveries:
    """Which share of deliveries came by the promised day?

    A delivery that is past its day and not there yet is late, by the days until now. One promised
    for a later day does not count yet.

    Returns
    -------
    Empty, and said why, without a table of deliveries or promised days.
    """
    rows = snapshot.table("deliveries")
    if rows is None or "deliveries.promised_date" not in snapshot.supplied:
        empty = pd.DataFrame(columns=list(COLUMNS))
        return Deliveries(empty, (Sentence("health.deliveries_nothing"),), empty)
    table = rows.collect("pandas").to_native()
    promised, day = pd.to_datetime(table["promised_date"]), pd.Timestamp(snapshot.as_of)
    due = (promised < day) & (promised > day - pd.Timedelta(days=YEAR))
    table, promised = table[due], promised[due]
    came = pd.to_datetime(table["delivered_date"]) if "delivered_date" in table else pd.NaT
    late = (pd.Series(came, table.index).fillna(day) - promised).dt.days
    waiting = int(pd.Series(came, table.index).isna().sum())
    by_month = _sum_up(late, promised.dt.strftime("%Y-%m").rename("month"))
    by_dealer = _sum_up(late, table["dealer_id"])
    missed = by_dealer["deliveries"] * (1 - by_dealer["on_time_share"])
    order = missed.sort_index().sort_values(ascending=False, kind="stable").index
    said = _said(by_month, _sum_up(late, pd.Series("all", table.index)), waiting)
    return Deliveries(by_month, said, by_dealer.loc[order])


def _sum_up(late: pd.Series, by: pd.Series) -> pd.DataFrame:
    table = share_by(late <= 0, by).set_axis(list(COLUMNS[:-1]), axis=1)
    return table.assign(late_days=late.where(late > 0).groupby(by).median())


def _said(months: pd.DataFrame, total: pd.DataFrame, waiting: int) -> tuple[Sentence, ...]:
    if months.empty:
        return (Sentence("health.deliveries_nothing"),)
    row: Any = total.iloc[0]
    facts = {"n": int(row["deliveries"]), "share": float(row["on_time_share"]), "waiting": waiting}
    facts |= {"low": float(row["on_time_low"]), "high": float(row["on_time_high"])}
    said = [Sentence("health.deliveries", facts)]
    if row["on_time_share"] < 1:
        said.append(Sentence("health.deliveries_late", {"days": float(row["late_days"])}))
    return tuple(said)

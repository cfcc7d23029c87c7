"""On which weekdays and at which hours contacts are followed by an order."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.health.shares import share_by
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

FOLLOWED_DAYS: Final = 7
YEARS_DAYS: Final = 730
# Fewer contacts than this say nothing about a weekday or an hour.
FEWEST: Final = 50
COLUMNS: Final = {
    "n": "contacts",
    "share": "ordered_share",
    "low": "ordered_low",
    "high": "ordered_high",
}


@dataclass(frozen=True)
class ContactTimes(Spoken):
    """How often an order followed within seven days of a contact.

    Parameters
    ----------
    table
        Index ``weekday`` (1 is Monday): ``contacts`` of the last two years, ``ordered_share``
        (0-1) of them that an order of the dealer followed within seven days, with its 95 % interval
        ``ordered_low``, ``ordered_high``. Fewer than 50 contacts are left out.
    hours
        The same by ``hour`` (0-23), where contacts have a time.
    """

    hours: pd.DataFrame


def find_contact_times(snapshot: "Snapshot") -> ContactTimes:
    """When are contacts followed by orders most often?

    Contacts of the last seven days are left out: what followed is not known yet. What goes together
    need not be cause: people may call on the day on which dealers order anyway.
    """
    rows = snapshot.table("contacts")
    if rows is None:
        empty = pd.DataFrame()
        return ContactTimes(empty, (Sentence("health.times_nothing"),), empty)
    contacts = rows.collect("pandas").to_native()
    date = pd.to_datetime(contacts["contact_date"])
    end = pd.Timestamp(snapshot.as_of) - pd.Timedelta(days=FOLLOWED_DAYS)
    recent = (date <= end) & (date > end - pd.Timedelta(days=YEARS_DAYS))
    contacts = contacts.assign(contact_date=date)[recent]
    followed = _followed(contacts, snapshot)
    weekday = (contacts["contact_date"].dt.day_of_week + 1).rename("weekday")
    table = _shares(followed, weekday)
    hours = pd.DataFrame()
    if "contacts.contact_time" in snapshot.supplied:
        time = contacts["contact_time"].astype("str").str.extract(r"^(\d{1,2}):")[0]
        hour = pd.to_numeric(time, errors="coerce")
        hours = _shares(followed[hour.notna()], hour.dropna().astype("int64").rename("hour"))
    return ContactTimes(table, _said(table, hours, len(followed)), hours)


def _followed(contacts: pd.DataFrame, snapshot: "Snapshot") -> pd.Series:
    """Whether an order of the dealer came on the day of a contact or within seven after it."""
    days = snapshot.days.collect("pandas").to_native()
    orders = days.loc[days["orders"] > 0, ["dealer_id", "day"]].astype({"day": "int64"})
    orders = orders.rename(columns={"day": "order_day"}).sort_values("order_day")
    day = (contacts["contact_date"] - pd.Timestamp(0)).dt.days.astype("int64")
    asked = contacts[["dealer_id"]].assign(day=day, row=range(len(contacts))).sort_values("day")
    found = pd.merge_asof(
        asked,
        orders,
        left_on="day",
        right_on="order_day",
        by="dealer_id",
        direction="forward",
        tolerance=FOLLOWED_DAYS,
    ).sort_values("row")
    return pd.Series(found["order_day"].notna().to_numpy(), index=contacts.index)


def _shares(followed: pd.Series, by: pd.Series) -> pd.DataFrame:
    table = share_by(followed, by).rename(columns=COLUMNS)
    return table[table["contacts"] >= FEWEST]


def _said(table: pd.DataFrame, hours: pd.DataFrame, n: int) -> tuple[Sentence, ...]:
    said = []
    for name, of in (("weekday", table), ("hour", hours)):
        if len(of) < 2:
            continue
        best, worst = of["ordered_share"].idxmax(), of["ordered_share"].idxmin()
        row, other = of.loc[[best]].iloc[0], of.loc[[worst]].iloc[0]
        facts = {"n": n, "best": float(row["ordered_share"]), "low": float(row["ordered_low"])}
        facts |= {"high": float(row["ordered_high"]), "worst": float(other["ordered_share"])}
        apart = row["ordered_low"] > other["ordered_high"]
        when = Sentence(f"health.weekday.{best}") if name == "weekday" else best
        key = f"health.times_{name}" if apart else f"health.times_{name}_alike"
        said.append(Sentence(key, facts | {"when": when}))
    return tuple(said) or (Sentence("health.times_nothing"),)

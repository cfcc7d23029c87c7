"""Contacts: how often we saw and spoke to each dealer, and whether as planned."""

import narwhals as nw

from dealerml.dates import day_number
from dealerml.features.events import count_within, for_everyone
from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot

QUARTER, YEAR = 90, 365


def contacts(snapshot: Snapshot) -> Lazy | None:
    """How often did we see or speak to each dealer, how long ago, and was it planned?

    Returns
    -------
    One row per as-of date and dealer with any line; absent without a table of contacts, and null
    for windows that begin before its first row:
        ``contacts_90d``, ``contacts_365d``  count, ≥ 0; contacts of all channels in the window
        ``visits_90d``, ``calls_90d``        count, ≥ 0; of them visits, and calls; absent where
                                             contacts have no channel
        ``contact_recency_days``  days, ≥ 0; from the last contact to the as-of date
        ``visit_recency_days``    days, ≥ 0; from the last visit to the as-of date, absent where
                                  contacts have no channel
        ``planned_contact_share_365d``  share, 0–1; contacts that had been planned ÷ all, absent
                                        where no contact tells for when it was planned
        ``contact_delay_days_365d``     days; mean of the contact's date minus the planned one,
                                        below 0 early, absent likewise
    """
    rows = snapshot.dated("contacts")
    if rows is None:
        return None
    sums = {f"contacts_{days}d": count_within(days) for days in (QUARTER, YEAR)}
    windows = {f"contacts_{days}d": days for days in (QUARTER, YEAR)}
    sums["contact_recency_days"] = nw.col("days_ago").min()
    if "contacts.channel" in snapshot.supplied:
        visit, call = nw.col("channel") == "visit", nw.col("channel") == "call"
        sums |= {
            "visits_90d": count_within(QUARTER, visit),
            "calls_90d": count_within(QUARTER, call),
        }
        sums["visit_recency_days"] = nw.when(visit).then(nw.col("days_ago")).min()
        windows |= {"visits_90d": QUARTER, "calls_90d": QUARTER}
    counted = rows.group_by(*KEYS).agg(**sums)
    if "contacts.planned_date" in snapshot.supplied:
        counted = counted.join(_plans(rows), on=list(KEYS), how="left")
    return for_everyone(snapshot, counted, rows, windows)


def _plans(rows: Lazy) -> Lazy:
    """How many contacts of a year had been planned, and by how much did they miss the day?"""
    delay = day_number(nw.col("contact_date")) - day_number(nw.col("planned_date"))
    year = rows.filter(nw.col("days_ago") < YEAR).with_columns(delay=delay)
    sums = year.group_by(*KEYS).agg(
        contacts=nw.len(), planned=nw.col("delay").count(), delays=nw.col("delay").sum()
    )
    return sums.select(
        *KEYS,
        planned_contact_share_365d=divide(nw.col("planned"), nw.col("contacts")),
        contact_delay_days_365d=divide(nw.col("delays"), nw.col("planned")),
    )

"""How complete and how fresh our picture of the dealers is, by the employee in charge of them."""

import datetime as dt
from typing import TYPE_CHECKING, Final

import narwhals as nw

from dealerml.tables import SCHEMAS, Tables

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "owner",
    "dealers",
    "filled_share",
    "modified_days",
    "contact_days",
    "without_contact",
)
# These say who the dealer is, who looks after it and when its record was changed: no profile.
NO_PROFILE: Final = ("dealer_id", "owner", "modified_date")


def rate_profiles(tables: Tables, *, as_of: dt.date) -> "pd.DataFrame":
    """How well is each owner's part of the dealer list kept?

    Parameters
    ----------
    as_of
        The last day that counts: days are counted back from it, what came later is left out.

    Returns
    -------
    One row per owner of the dealer list (empty: nobody), those with the most dealers first:
        ``owner``            as listed today
        ``dealers``          count
        ``filled_share``     0 to 1; filled cells of the profile columns that the list has
        ``modified_days``    days since a record was last changed, median; empty where not known
        ``contact_days``     days since the last contact, median of dealers that have one
        ``without_contact``  count of dealers without any contact; empty without contacts
    """
    import pandas as pd

    if tables.dealers is None:
        return pd.DataFrame(columns=list(COLUMNS))
    dealers: pd.DataFrame = tables.dealers.collect("pandas").to_native()
    profile = [
        name
        for name in SCHEMAS["dealers"]
        if name not in NO_PROFILE and f"dealers.{name}" in tables.supplied
    ]
    found = pd.DataFrame(
        {
            "owner": dealers["owner"].astype("str").where(dealers["owner"].notna(), ""),
            "filled_share": dealers[profile].notna().mean(axis=1) if profile else float("nan"),
            "modified_days": _days_since(dealers["modified_date"], as_of),
            "contact_days": _days_since(dealers["dealer_id"].map(_last_contacts(tables)), as_of),
        }
    )
    grouped = found.groupby("owner")
    table = grouped[["modified_days", "contact_days"]].median()
    table["dealers"], table["filled_share"] = grouped.size(), grouped["filled_share"].mean()
    missing = found["contact_days"].isna().groupby(found["owner"]).sum()
    is_known = tables.table("contacts") is not None
    table["without_contact"] = missing.astype("float64") if is_known else float("nan")
    order = table.reset_index().sort_values(["dealers", "owner"], ascending=[False, True])
    return order[list(COLUMNS)].reset_index(drop=True)


def _last_contacts(tables: Tables) -> dict[str, dt.date]:
    contacts = tables.table("contacts")
    if contacts is None:
        return {}
    last = contacts.group_by("dealer_id").agg(last=nw.col("contact_date").max())
    rows = last.collect("pyarrow").to_native().to_pylist()
    return {row["dealer_id"]: row["last"] for row in rows}


def _days_since(dates: "pd.Series", as_of: dt.date) -> "pd.Series":
    """Days before the last day; what is dated later counts as of that day."""
    import pandas as pd

    days = (pd.Timestamp(as_of) - pd.to_datetime(dates)).dt.days
    return days.astype("float64").clip(lower=0)

"""The rate of each currency on each day, out of rates that hold from a day on."""

from collections.abc import Sequence

from dealerml.exports.fields import LookupTable
from dealerml.exports.workspace import Workspace

RATES = "fx"
# The last rate holds on; nobody books ten years after it.
LAST_HOLDS_DAYS = 3660


def make_rates(workspace: Workspace, groups: Sequence[int]) -> LookupTable | None:
    """Which table translates ``USD@2025-01-31`` into a rate? None without any rate.

    Parameters
    ----------
    groups
        Numbers of the groups of files that hold rates.
    """
    if not groups:
        return None
    rows = " UNION ALL ".join(
        f"SELECT upper(currency) AS currency, from_date, rate FROM read_{number}"
        for number in groups
    )
    spans = (
        "SELECT currency, from_date, rate, coalesce(lead(from_date) OVER (PARTITION BY currency "
        f"ORDER BY from_date) - 1, max(from_date) OVER () + {LAST_HOLDS_DAYS}) AS until FROM "
        f"(SELECT currency, from_date, max(rate) AS rate FROM ({rows}) WHERE rate > 0 "
        "AND currency IS NOT NULL AND from_date IS NOT NULL GROUP BY ALL)"
    )
    days = "unnest(generate_series(from_date, until, INTERVAL 1 DAY))"
    workspace.connection.execute(
        "CREATE TABLE rates AS SELECT currency || '@' || CAST(CAST(day AS DATE) AS VARCHAR) "
        f"AS lookup_key, rate FROM (SELECT currency, rate, {days} AS day FROM ({spans}))"
    )
    return LookupTable("rates", {"rate": "decimal"})

"""Dealers on one side only: listed without an order, or with orders and not listed."""

from typing import TYPE_CHECKING, Final

from dealerml.exports.ingest import Ingest

if TYPE_CHECKING:
    import pandas as pd

SILENT: Final = ("dealer_id", "dealer_name", "owner", "signed_date", "status_current")
UNLISTED: Final = ("dealer_id", "rows", "amount", "first_date", "last_date")


def list_dealers_without_orders(ingest: Ingest) -> "pd.DataFrame":
    """Which listed dealers have no order line?

    Returns
    -------
    In the order of ids: ``dealer_id`` and, as far as the list has them, ``dealer_name``, ``owner``,
    ``signed_date`` and ``status_current``. No rows where there is no list.
    """
    import pandas as pd

    if ingest.unmatched is None:
        return pd.DataFrame(columns=list(SILENT))
    have = {row[0] for row in ingest.workspace.rows("DESCRIBE SELECT * FROM dealers")}
    shown = [name for name in SILENT if name in have]
    query = (
        f"SELECT {', '.join(shown)} FROM dealers WHERE dealer_id NOT IN "
        "(SELECT DISTINCT dealer_id FROM order_lines) ORDER BY dealer_id"
    )
    table = pd.DataFrame(ingest.workspace.rows(query), columns=shown)
    dates = [name for name in shown if name.endswith("_date")]
    return table.assign(**{name: pd.to_datetime(table[name]) for name in dates})


def list_orders_without_dealers(ingest: Ingest) -> "pd.DataFrame":
    """Which dealers have order lines and are not on the list?

    Returns
    -------
    Those with the most money first: ``dealer_id``, ``rows``, ``amount`` (money), ``first_date``,
    ``last_date``. No rows where there is no list.
    """
    import pandas as pd

    if ingest.unmatched is None:
        return pd.DataFrame(columns=list(UNLISTED))
    query = (
        "SELECT dealer_id, count(*), sum(net_amount), min(order_date), max(order_date) "
        "FROM order_lines WHERE dealer_id NOT IN (SELECT dealer_id FROM dealers) "
        "GROUP BY 1 ORDER BY sum(abs(net_amount)) DESC, 1"
    )
    table = pd.DataFrame(ingest.workspace.rows(query), columns=list(UNLISTED))
    dates = {name: pd.to_datetime(table[name]) for name in ("first_date", "last_date")}
    return table.assign(**dates).astype({"rows": "int64", "amount": "float64"})

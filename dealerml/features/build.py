"""The bridge: everything known about each dealer on a date, as one row of a pandas frame."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals as nw
import pandas as pd

from dealerml.dates import from_day
from dealerml.features.breadth import categories, products
from dealerml.features.cases import cases
from dealerml.features.contacts import contacts
from dealerml.features.loading import loading
from dealerml.features.orders import KEYS
from dealerml.features.pace import pace, recency
from dealerml.features.payments import payments
from dealerml.features.peers import peers
from dealerml.features.prices import discounts, price_index
from dealerml.features.regions import dated_regions
from dealerml.features.season import season
from dealerml.features.silence import silence
from dealerml.features.stock import sell_out, stock
from dealerml.features.surveys import surveys
from dealerml.features.targets import contracts, targets
from dealerml.features.training import training
from dealerml.features.windows import amounts, returns, trend
from dealerml.tables import LEAVING_NOTES, Lazy, Snapshot

if TYPE_CHECKING:
    from dealerml.policy import Policy

Family: TypeAlias = Callable[[Snapshot], Lazy | None]

# Counts that an export can show to be zero: a dealer without a row in the family has none.
COUNTS = ("order_days", "products_90d", "products_365d", "categories_180d", "categories_365d")
STATES = ("status", "cohort", "region")
LABELS = (
    *("churned", "orders_next", "net_amount_next", "net_amount_next_365d"),
    *("days_to_next", "days_seen"),
)
# Days of history without which a look at last year is unknown rather than zero.
HISTORY_DAYS = {
    "net_amount_90d_last_year": 454,
    "order_days_90d_last_year": 454,
    "net_amount_365d_last_year": 729,
    "order_days_ahead_last_year": 364,
    "net_amount_ahead_last_year": 364,
    "net_amount_previous_90d": 180,
    "order_days_previous_90d": 180,
    "year_ratio_90d": 454,
    "year_ratio_365d": 729,
    "trend_ratio_90d": 180,
    "order_trend_ratio_90d": 180,
    "categories_won": 545,
    "new_product_share_365d": 730,
    "quarter_end_share": 92,
    "quarter_end_share_usual": 552,
    "quarter_end_excess": 552,
    "after_quarter_end_ratio": 550,
}


def build_features(
    snapshot: Snapshot, *, policy: "Policy | None" = None, extra: Sequence[Family] = ()
) -> pd.DataFrame:
    """What do we know about each dealer on the as-of date?

    Parameters
    ----------
    snapshot
        The tables as known on one date.
    policy
        Definitions in force (``active_days``, ``new_days``, ``min_order_days``); shipped defaults
        where None.
    extra
        Your own families: functions from a snapshot to a lazy frame with ``as_of_day``,
        ``dealer_id`` and one column per feature.

    Returns
    -------
    One row per dealer ever seen, index ``dealer_id`` in order:
        ``status``  text; the first that fits of never (no order day), lapsed (none within the
                    active days of the policy), new (first one within its new days) and active
        ``cohort``  bool; active, with enough order days for a risk, and neither closed by us nor
                    excluded by a note
        ``region``  text; dated region of the latest order line, empty where orders carry none
    and a column per feature of `FEATURES`, `extra` and `peers`, see the codebook. Missing is NaN.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> x = build_features(example_tables().as_of("2025-06-30"))
    >>> x[["status", "recency_days", "order_days", "net_amount_365d"]]
              status  recency_days  order_days  net_amount_365d
    dealer_id
    A            new          30.0           3            310.0
    B         active           8.0           4            385.0
    C         lapsed         191.0           2             80.0
    """
    return build_many(snapshot, policy=policy, extra=extra).droplevel("as_of")


def build_many(
    snapshot: Snapshot, *, policy: "Policy | None" = None, extra: Sequence[Family] = ()
) -> pd.DataFrame:
    """What did we know about each dealer on each as-of date of the snapshot?

    Returns
    -------
    The columns of `build_features`; index ``(as_of, dealer_id)`` in order.
    """
    from dealerml.policy import load_policy

    definitions = (policy or load_policy()).definitions
    snapshot = snapshot.under(definitions)
    families = [family(snapshot) for family in (*FEATURES, *extra)]
    everyone = snapshot.days.group_by(*KEYS).agg(first_day=nw.col("day").min())
    parts: list[pd.DataFrame | pd.Series] = [
        collect(family) for family in families if family is not None
    ]
    # One block: some engines hand over column by column, which makes every insertion slow.
    x = collect(everyone).join(parts).copy()
    x = x.assign(**{name: x[name].fillna(0).astype("int64") for name in COUNTS if name in x})
    x = _blank_unseen(x).drop(columns="first_day")
    x.insert(0, "status", _status(x, definitions))
    x.insert(1, "cohort", _cohort(x, definitions) & ~_excluded(snapshot, x.index))
    x.insert(2, "region", dated_regions(snapshot, x.index))
    return x.join(peers(x))


def collect(frame: Lazy) -> pd.DataFrame:
    """Bring a lazy frame of features over the bridge, in order of date and dealer."""
    columns = [
        nw.col(name) if name in KEYS else nw.col(name).cast(nw.Float64())
        for name in frame.collect_schema().names()
    ]
    table: pd.DataFrame = frame.select(*columns).collect("pandas").to_native()
    as_of = pd.to_datetime([from_day(day) for day in table.pop("as_of_day")]).as_unit("s")
    index = pd.MultiIndex.from_arrays([as_of, table.pop("dealer_id")], names=["as_of", "dealer_id"])
    return table.set_axis(index).sort_index()


def feature_columns(frame: pd.DataFrame) -> list[str]:
    """Which columns may a model learn from? All but states and labels."""
    return [name for name in frame.columns if name not in STATES + LABELS]


def _blank_unseen(x: pd.DataFrame) -> pd.DataFrame:
    """Empty what lies before the first day known by then: unknown is not zero."""
    as_of = pd.DatetimeIndex(x.index.get_level_values("as_of"))
    begin = x.groupby(level="as_of")["first_day"].transform("min")
    history = (as_of - pd.Timestamp(0)).days + 1 - begin
    unseen = {
        name: x[name].mask(history < days) for name, days in HISTORY_DAYS.items() if name in x
    }
    return x.assign(**unseen)


def _status(x: pd.DataFrame, definitions: dict[str, object]) -> pd.Series:
    recency, tenure = x["recency_days"], x["tenure_days"]
    status = pd.Series("active", index=x.index, dtype="str")
    status = status.mask(tenure < definitions["new_days"], "new")
    status = status.mask(recency >= definitions["active_days"], "lapsed")
    return status.mask(recency.isna(), "never")


def _cohort(x: pd.DataFrame, definitions: dict[str, object]) -> pd.Series:
    return (x["status"] == "active") & (x["order_days"] >= definitions["min_order_days"])


def _excluded(snapshot: Snapshot, index: "pd.Index[Any]") -> pd.Series:
    """Dealers that we closed, or that a note keeps out, count from the day of the note."""
    out = pd.Series(0, index=index, dtype="bool")
    as_of, dealer = index.get_level_values(0), index.get_level_values(1)
    for note in snapshot.notes:
        if note["kind"] in LEAVING_NOTES:
            until = note["until_date"] or snapshot.as_of
            since = as_of >= pd.Timestamp(note["from_date"])
            out |= (dealer == note["dealer_id"]) & since & (as_of <= pd.Timestamp(until))
    return out


FEATURES: tuple[Family, ...] = (
    recency,
    pace,
    silence,
    amounts,
    trend,
    returns,
    season,
    loading,
    products,
    categories,
    price_index,
    discounts,
    payments,
    contacts,
    cases,
    surveys,
    training,
    targets,
    contracts,
    stock,
    sell_out,
)

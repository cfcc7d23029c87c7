"""The last review as it was written, held against this one: were we right, and what changed?"""

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.errors import ReviewError
from dealerml.review.dealers import MOST_NAMED
from dealerml.review.swap import RECORD, is_review
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.review.run import Review

CENT: Final = 0.01
# Files of a review that are read, and the most bytes one may have.
READ: Final = (RECORD, "dealers.parquet", "months.parquet")
MOST_BYTES: Final = 500_000_000
MOVED: Final = ("abc_class", "band", "tier")


@dataclass(frozen=True)
class Previous:
    """A review as it stands on disk."""

    as_of: dt.date
    record: Mapping[str, Any]
    dealers: pd.DataFrame
    months: pd.DataFrame
    sha256: Mapping[str, str]


@dataclass(frozen=True)
class Comparison(Spoken):
    """What became of the last review.

    Parameters
    ----------
    table
        Dealers that were named then (the fifteen of the largest loss expected), index
        ``dealer_id``: ``priority_before``, ``churn_risk_before``, ``loss_before``, ``came``
        (stopped: no order since; kept: ordered; open: the horizon is not over) and ``treated``
        (handled or untouched, by the alert list handed back; empty without one).
    missed
        Dealers that stopped without being named: ``churn_risk_before``, ``net_amount_before``.
    movers
        Dealers whose class, band or tier changed: the codes before and after, and the change of
        12 months' sales.
    restated
        Index ``month``: ``amount_before``, ``amount_now``, ``change_amount`` of months that both
        reviews know and that differ.
    changes
        Policy keys and the model that differ: ``definition``, ``value_before``, ``value``.
    previous
        The last review.
    """

    missed: pd.DataFrame
    movers: pd.DataFrame
    restated: pd.DataFrame
    changes: pd.DataFrame
    previous: Previous


def read_previous(folder: str | Path) -> Previous:
    """What did an earlier review say?

    Raises
    ------
    ReviewError
        If the folder is no whole review, or lacks what is compared.
    """
    folder = Path(folder)
    if not is_review(folder):
        message = f"{folder} is no review: it needs the {RECORD} that dealerml wrote."
        raise ReviewError(message)
    found = {name: _read(folder / name) for name in READ if (folder / name).is_file()}
    missing = [name for name in READ[:2] if name not in found]
    if missing:
        message = f"{folder} lacks {', '.join(missing)}: take the folder as dealerml wrote it."
        raise ReviewError(message)
    record = json.loads(found[RECORD])
    dealers = _table(folder, "dealers.parquet", found).set_index("dealer_id")
    has_months = "months.parquet" in found
    months = _table(folder, "months.parquet", found) if has_months else pd.DataFrame()
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    return Previous(dt.date.fromisoformat(record["as_of"]), record, dealers, months, hashes)


def compare_reviews(
    review: "Review", previous: Previous, *, log: pd.DataFrame | None = None
) -> Comparison:
    """Was the last review right, who moved since, and what was restated or decided otherwise?

    Parameters
    ----------
    log
        Its alert list as handed back, of `read_alert_book`.

    Raises
    ------
    ReviewError
        If the earlier review is not earlier.
    """
    if previous.as_of >= review.as_of:
        message = (
            f"The review to compare with is as of {previous.as_of}, this one as of "
            f"{review.as_of}: name an earlier one."
        )
        raise ReviewError(message)
    came = _came(review, previous)
    table = _named(previous, came, log)
    missed = _missed(previous, came, table)
    restated = _restated(review, previous)
    changes = _changes(review, previous)
    said = tuple(_say(previous, table, missed, restated, changes))
    return Comparison(table, said, missed, _movers(review, previous), restated, changes, previous)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        message = f"{path.name} has more than {MOST_BYTES:,} bytes: that is no review."
        raise ReviewError(message)
    return path.read_bytes()


def _table(folder: Path, name: str, found: Mapping[str, bytes]) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table: pd.DataFrame = pq.read_table(io.BytesIO(found[name])).to_pandas()
    except (pa.ArrowException, OSError) as error:
        message = f"{folder / name} cannot be read: {error}."
        raise ReviewError(message) from error
    return table


def _came(review: "Review", previous: Previous) -> pd.Series:
    """What each dealer of the last review did since."""
    elapsed = (review.as_of - previous.as_of).days
    recency = review.dealers["recency_days"].reindex(previous.dealers.index)
    over = elapsed >= int(previous.record["horizon_days"])
    came = pd.Series("stopped" if over else "open", previous.dealers.index, dtype="str")
    return came.mask(recency < elapsed, "kept").where(recency.notna())


def _named(previous: Previous, came: pd.Series, log: pd.DataFrame | None) -> pd.DataFrame:
    dealers = previous.dealers
    named = dealers[dealers["priority"] <= MOST_NAMED].sort_values("priority", kind="stable")
    table = pd.DataFrame(
        {
            "priority_before": named["priority"],
            "churn_risk_before": named["churn_risk"],
            "loss_before": named["loss_expected"],
            "came": came.reindex(named.index),
        }
    )
    if log is None:
        return table.assign(treated=pd.Series(pd.NA, table.index, dtype="str"))
    done = set(log["dealer_id"][log["handled_date"].notna()])
    treated = ["handled" if dealer in done else "untouched" for dealer in table.index]
    return table.assign(treated=pd.Series(treated, table.index, dtype="str"))


def _missed(previous: Previous, came: pd.Series, named: pd.DataFrame) -> pd.DataFrame:
    dealers = previous.dealers
    watched = dealers["churn_risk"].notna() & ~dealers.index.isin(named.index)
    lost = dealers[watched & came.eq("stopped").fillna(value=False)]
    table = pd.DataFrame(
        {"churn_risk_before": lost["churn_risk"], "net_amount_before": lost["net_amount_365d"]}
    )
    return table.sort_values("net_amount_before", ascending=False, kind="stable")


def _movers(review: "Review", previous: Previous) -> pd.DataFrame:
    now, before = review.dealers, previous.dealers
    both = now.index.intersection(before.index)
    table = pd.DataFrame(index=both)
    for name in MOVED:
        table[f"{name}_then"], table[name] = before[name].loc[both], now[name].loc[both]
    same = [table[f"{name}_then"].fillna("").eq(table[name].fillna("")) for name in MOVED]
    change = now["net_amount_365d"].loc[both] - before["net_amount_365d"].loc[both]
    moved = table.assign(change_amount=change)[~pd.concat(same, axis=1).all(axis=1)]
    return moved.sort_index().sort_values("change_amount", kind="stable")


def _restated(review: "Review", previous: Previous) -> pd.DataFrame:
    if previous.months.empty or review.background.mix.empty:
        return pd.DataFrame(columns=["amount_before", "amount_now", "change_amount"])
    now, before = (
        table.groupby("month")["net_amount"].sum()
        for table in (review.background.mix, previous.months)
    )
    both = now.index.intersection(before.index)
    table = pd.DataFrame({"amount_before": before.loc[both], "amount_now": now.loc[both]})
    table["change_amount"] = table["amount_now"] - table["amount_before"]
    return table[table["change_amount"].abs() >= CENT].rename_axis("month")


def _changes(review: "Review", previous: Previous) -> pd.DataFrame:
    from dealerml.review.record import plain

    now = _leaves({"policy": plain(review.policy.as_dict()), "model": review.churn.name})
    card = previous.record.get("model_card", {})
    before = _leaves({"policy": previous.record.get("policy", {}), "model": card.get("model")})
    rows = [
        (key, before.get(key, ""), now.get(key, ""))
        for key in sorted({*now, *before})
        if before.get(key) != now.get(key)
    ]
    return pd.DataFrame(rows, columns=["definition", "value_before", "value"]).astype("str")


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        items = [(str(name), item) for name, item in value.items()]
    elif isinstance(value, list):
        items = [(str(number), item) for number, item in enumerate(value, start=1)]
    else:
        return {path: value}
    return {
        key: leaf
        for name, item in items
        for key, leaf in _leaves(item, f"{path}.{name}".strip(".")).items()
    }


def _say(
    previous: Previous,
    table: pd.DataFrame,
    missed: pd.DataFrame,
    restated: pd.DataFrame,
    changes: pd.DataFrame,
) -> Iterator[Sentence]:
    counts = table["came"].value_counts()
    facts: dict[str, Any] = {"date": previous.as_of, "n": len(table)}
    facts |= {name: int(counts.get(name, 0)) for name in ("stopped", "kept", "open")}
    yield Sentence("review.last_list", facts)
    if len(missed):
        amount = float(missed["net_amount_before"].sum())
        yield Sentence("review.last_missed", {"n": len(missed), "amount": amount})
    if len(restated):
        at = int(restated["change_amount"].abs().to_numpy().argmax())
        facts = {"n": len(restated), "month": str(restated.index[at])}
        facts["amount"] = float(restated["change_amount"].iloc[at])
        yield Sentence("review.last_restated", facts)
    if len(changes):
        yield Sentence("review.last_changes", {"n": len(changes)})

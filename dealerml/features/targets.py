"""Targets and contracts: how far each dealer has come on what was agreed."""

import narwhals as nw

from dealerml.dates import day_number
from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot


def targets(snapshot: Snapshot) -> Lazy | None:
    """How much of its target has each dealer reached, and is it on course?

    Returns
    -------
    One row per as-of date and dealer that has had a target; absent without a table of targets.
    Of several targets that run, the one of the shortest period counts:
        ``target_amount``           money; target of the period that runs at the as-of date
        ``target_attainment``       ratio; net amount since the period began ÷ the target
        ``target_run_rate``         ratio; the same ÷ the part of the period that has passed, below
                                    1 is behind
        ``target_attainment_last``  ratio; net amount ÷ target of the last period that has ended
    """
    rows = snapshot.dated("targets")
    if rows is None or "targets.dealer_id" not in snapshot.supplied:
        return None
    return _attainment(snapshot, rows, "target_amount").select(
        *KEYS,
        "target_amount",
        target_attainment=nw.col("attainment"),
        target_run_rate=nw.col("run_rate"),
        target_attainment_last=nw.col("attainment_last"),
    )


def contracts(snapshot: Snapshot) -> Lazy | None:
    """How long does each dealer's contract still hold, and will it buy what it undertook to?

    Returns
    -------
    One row per as-of date and dealer that has had a contract; absent without a table of contracts.
    Of several contracts in force, the one that ends first counts:
        ``contract_days_left``  days, ≥ 0; until the contract in force ends, null without one or
                                without an end
        ``contract_run_rate``   ratio; net amount since the contract began ÷ the part of the minimum
                                that belongs to the time passed, absent where no contract has one
    """
    rows = snapshot.dated("contracts")
    if rows is None:
        return None
    known = rows.group_by(*KEYS).agg(contracts=nw.len()).drop("contracts")
    columns = {}
    if "contracts.until_date" in snapshot.supplied:
        ends = day_number(nw.col("until_date"))
        left = rows.with_columns(left=ends - nw.col("as_of_day")).filter(nw.col("left") >= 0)
        shortest = left.group_by(*KEYS).agg(contract_days_left=nw.col("left").min())
        known = known.join(shortest, on=list(KEYS), how="left")
        columns["contract_days_left"] = nw.col("contract_days_left")
        if "contracts.minimum_amount" in snapshot.supplied:
            found = _attainment(snapshot, rows, "minimum_amount").select(*KEYS, "run_rate")
            known = known.join(found, on=list(KEYS), how="left")
            columns["contract_run_rate"] = nw.col("run_rate")
    return known.select(*KEYS, **columns) if columns else None


def _attainment(snapshot: Snapshot, rows: Lazy, agreed: str) -> Lazy:
    """Net amount against what was agreed for the period that runs, and for the last that ended."""
    first, last = day_number(nw.col("from_date")), day_number(nw.col("until_date"))
    rows = rows.filter(
        ~nw.col("dealer_id").is_null() & ~nw.col("until_date").is_null() & (nw.col(agreed) > 0)
    ).with_columns(first=first, last=last)
    as_of = nw.col("as_of_day")
    days = rows.with_columns(days=nw.col("last") - nw.col("first") + 1)
    running = _first_of(days.filter(nw.col("last") >= as_of), ("days", "last"), agreed)
    ended = days.filter(nw.col("last") < as_of).with_columns(since=as_of - nw.col("last"))
    ended = _first_of(ended, ("since", "days"), agreed)
    now, before = _bought(snapshot, running, agreed), _bought(snapshot, ended, agreed)
    passed = (as_of - nw.col("first") + 1).cast(nw.Float64()) / nw.col("days").cast(nw.Float64())
    now = now.with_columns(attainment=divide(nw.col("bought"), nw.col(agreed)), passed=passed)
    now = now.with_columns(run_rate=nw.col("attainment") / nw.col("passed"))
    before = before.select(*KEYS, attainment_last=divide(nw.col("bought"), nw.col(agreed)))
    everyone = rows.group_by(*KEYS).agg(rows=nw.len()).drop("rows")
    now = now.select(*KEYS, agreed, "attainment", "run_rate")
    return everyone.join(now, on=list(KEYS), how="left").join(before, on=list(KEYS), how="left")


def _first_of(rows: Lazy, order: tuple[str, str], agreed: str) -> Lazy:
    """One period for each dealer: the first by two columns; equal ones count together."""
    first, then = order
    best = nw.col(first) == nw.col(first).min().over(*KEYS)
    rows = rows.filter(best)
    rows = rows.filter(nw.col(then) == nw.col(then).min().over(*KEYS))
    return rows.group_by(*KEYS, "first", "last", "days").agg(**{agreed: nw.col(agreed).sum()})


def _bought(snapshot: Snapshot, periods: Lazy, agreed: str) -> Lazy:
    """What each dealer bought in its period, as far as the as-of date had come."""
    days = snapshot.base_days.select("dealer_id", "day", "known_day", "net_amount")
    keys = (*KEYS, "first", "last", "days", agreed)
    joined = periods.join(days, on="dealer_id", how="left")
    day, known = nw.col("day"), nw.col("known_day") <= nw.col("as_of_day")
    inside = (day >= nw.col("first")) & (day <= nw.col("last")) & known
    added = nw.when(inside).then(nw.col("net_amount")).otherwise(0).sum()
    return joined.group_by(*keys).agg(bought=added)

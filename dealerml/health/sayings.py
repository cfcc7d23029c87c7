"""What health scores and alerts say, sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from dealerml.words import ColumnName, Sentence, has_entry


def say_health(
    table: pd.DataFrame, facts: pd.DataFrame, *, costs: pd.DataFrame, missing: Sequence[str]
) -> tuple[Sentence, ...]:
    """What do the scores say about all dealers, in the order in which to say it?

    Parameters
    ----------
    table
        Table of the scores.
    facts
        Numbers behind, with ``net_amount_365d`` and ``seasonal_pause``.
    costs
        Dealer × part, points of 100.
    missing
        Parts nobody has data for.
    """
    return (
        _summary(table, facts["net_amount_365d"]),
        *_main_cost(table, costs),
        *_counts(table, facts["seasonal_pause"]),
        *_capped(table),
        *_not_supplied(missing),
    )


def say_alerts(
    table: pd.DataFrame, *, missing: Mapping[str, str], paused: int, closed: int
) -> tuple[Sentence, ...]:
    """What do the alerts say together?

    Parameters
    ----------
    table
        Table of the alerts.
    missing
        Kind → metric without data, for kinds that were not computed.
    paused
        Dealers spared because of a seasonal pause.
    closed
        Dealers without alerts because of a note.
    """
    return (
        *_alert_counts(table),
        *_not_computed(missing),
        *([Sentence("health.alerts.paused", {"n": paused})] if paused else []),
        *([Sentence("health.alerts.by_note", {"n": closed})] if closed else []),
    )


def _not_computed(missing: Mapping[str, str]) -> tuple[Sentence, ...]:
    """One sentence for all rules without data, however many tables an export lacks."""
    if not missing:
        return ()
    kinds = [name_kind(kind) for kind in missing]
    metrics = [ColumnName(metric) for metric in missing.values()]
    return (Sentence("health.alerts.not_computed", {"kinds": kinds, "metrics": metrics}),)


def name_kind(kind: str) -> Sentence | str:
    """How is a kind of alert called: by its words, or by its own name?"""
    key = f"health.kind.{kind}"
    return Sentence(key) if has_entry(key) else kind


def name_part(name: str) -> Sentence | str:
    """How is a part called: by its words, or by its own name where a company added it?"""
    key = f"health.part.{name}"
    return Sentence(key) if has_entry(key) else name


def name_cap(name: str) -> Sentence | str:
    """How is a cap called: by its words, or by its own name where a company added it?"""
    key = f"health.cap.{name}"
    return Sentence(key) if has_entry(key) else name


def _summary(table: pd.DataFrame, amount: pd.Series) -> Sentence:
    counts = table["band"].value_counts()
    scored = int(table["health"].notna().sum())
    if scored == 0:
        return Sentence("health.nobody")
    bands = {band: int(counts.get(band, 0)) for band in ("green", "amber", "red")}
    red = float(amount[table["band"].eq("red")].sum())
    total = float(amount[table["health"].notna()].sum())
    if total <= 0:
        return Sentence("health.summary_no_amount", {"scored": scored, **bands})
    return Sentence(
        "health.summary", {"scored": scored, **bands, "amount": red, "share": red / total}
    )


def _main_cost(table: pd.DataFrame, costs: pd.DataFrame) -> Iterator[Sentence]:
    mean = costs[table["band"].eq("red")].sum().div(max(1, int(table["band"].eq("red").sum())))
    if len(mean) and mean.max() > 0:
        part = str(mean.idxmax())
        yield Sentence("health.main_cost", {"part": name_part(part), "points": mean[part]})


def _counts(table: pd.DataFrame, pause: pd.Series) -> Iterator[Sentence]:
    counts = {
        "new_apart": table["no_score"].eq("new"),
        "too_little": table["no_score"].isin(["part_missing", "low_coverage"]),
        "in_pause": pause.gt(0) & table["health"].notna(),
    }
    for key, dealers in counts.items():
        if dealers.any():
            yield Sentence(f"health.{key}", {"n": int(dealers.sum())})


def _capped(table: pd.DataFrame) -> Iterator[Sentence]:
    named = table["capped_by"][table["capped_by"] != ""]
    if len(named):
        caps = sorted({name for codes in named for name in codes.split(";")})
        args = {"n": len(named), "caps": [name_cap(name) for name in caps]}
        yield Sentence("health.capped", args)


def _not_supplied(missing: Sequence[str]) -> Iterator[Sentence]:
    if missing:
        yield Sentence("health.not_supplied", {"parts": [name_part(name) for name in missing]})


def _alert_counts(table: pd.DataFrame) -> Iterator[Sentence]:
    if table.empty:
        yield Sentence("health.alerts.none")
        return
    counts = table["kind"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    kinds = [
        Sentence("health.alerts.kind_count", {"kind": name_kind(str(kind)), "n": int(n)})
        for kind, n in counts.items()
    ]
    high = int(table["severity"].eq("high").sum())
    dealers = table["dealer_id"].nunique()
    args = {"n": len(table), "dealers": dealers, "high": high, "kinds": kinds}
    yield Sentence("health.alerts.summary", args)
    loss = table.drop_duplicates("dealer_id")["loss_expected"].sum(min_count=1)
    if pd.notna(loss):
        yield Sentence("health.alerts.loss", {"amount": float(loss)})

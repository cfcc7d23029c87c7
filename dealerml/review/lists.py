"""The tables of the report: which dealers, which columns, how many rows."""

from typing import Final

import numpy as np
import pandas as pd

from dealerml.growth.levels import NO_REGION
from dealerml.health import playbook_steps
from dealerml.health.merging import merge_alerts
from dealerml.review.dealers import MOST_NAMED, dealers_in
from dealerml.review.notes import note_kinds
from dealerml.review.page import MOST_ROWS, Table, first_of, name_table
from dealerml.review.run import Review
from dealerml.words import say

MOST_MOVERS: Final = 5
GROUP: Final = ("net_amount", "net_amount_last_year", "growth", "share", "dealers")
MOVERS: Final = ("dealer_name", "step", "net_amount", "base_amount", "change_amount")
TO_SAVE: Final = tuple(
    """dealer_name abc_class region owner growth loss_expected last_order reasons_text next_step
    note""".split()
)
NOTED: Final = ("dealer_name", "status", "abc_class", "region", "owner", "net_amount_365d", "note")
NEW: Final = ("dealer_name", "region", "owner", "tenure_days", "order_days", "net_amount_ever")
RED: Final = tuple(
    "dealer_name abc_class region owner net_amount_365d health coverage reasons_text note".split()
)
AHEAD: Final = ("key", "mean", "lo80", "hi80", "forecast_growth")
ALERTS: Final = ("dealer_name", "kinds", "severity", "reason", "loss_expected", "owner", "due_date")
RECORDS: Final = tuple(
    """kind alerts precision precision_low precision_high random_precision lead_days amount_saved
    verdict""".split()
)
OWNERS: Final = ("owner", "alerts", "urgent", "dealers", "loss_expected", "due_date")


def list_groups(table: pd.DataFrame, *, by: str, lang: str) -> Table:
    """How did each region or category sell? The largest, and what the others bring together."""
    shown = table.reset_index()
    shown[by] = _named(shown[by], lang)
    rest = shown.iloc[MOST_ROWS:]
    note = ""
    if len(rest):
        note = say("review.table_note.rest", lang, n=len(rest), amount=rest["net_amount"].sum())
    first = shown.head(MOST_ROWS)
    title = {"region": "by_region", "category": "by_category"}[by]
    return name_table(first, (by, *GROUP), name=title, lang=lang, note=note)


def list_movers(review: Review, side: str, lang: str) -> Table:
    """Which dealers pulled the period up, or dragged it down?"""
    movers = review.sales.movers
    first = movers[movers["direction"] == side].head(MOST_MOVERS)
    first = first.join(review.profile["dealer_name"], on="dealer_id")
    # Why it stopped may be known: a name goes with what is noted about it.
    kinds = note_kinds(review.notes, as_of=review.as_of, lang=lang).to_dict()
    names = [
        f"{name} · {kinds[dealer]}" if dealer in kinds else name
        for dealer, name in zip(first["dealer_id"], first["dealer_name"], strict=True)
    ]
    shown = first.assign(dealer_name=pd.Series(names, index=first.index, dtype="str"))
    return name_table(shown, MOVERS, name=f"movers_{side}", lang=lang)


def list_segments(review: Review, lang: str) -> Table:
    """What are the dealers of each segment like?"""
    profile = review.segments.profile.reset_index()
    return name_table(profile, profile.columns, name="segments", lang=lang)


def list_new(review: Review, lang: str) -> Table:
    """Which dealers are new? They have no risk yet, and are not forgotten."""
    dealers = dealers_in(review, lang).set_index("dealer_id")
    new = dealers[dealers["status"] == "new"].join(
        review.x[["tenure_days", "order_days", "net_amount_ever"]]
    )
    first = _largest(new, "net_amount_ever")
    note = first_of(len(first), len(new), lang)
    return name_table(first, NEW, name="new", lang=lang, note=note)


def list_to_save(review: Review, lang: str) -> Table:
    """Which dealers are expected to cost most?"""
    dealers = dealers_in(review, lang)
    first = dealers[dealers["priority"] <= MOST_NAMED].sort_values("priority")
    ids = first["dealer_id"].tolist()
    steps = next_steps(review, lang)
    first = first.assign(
        last_order=_texts(_last_orders(review, ids, lang), first.index),
        next_step=_texts([steps.get(dealer, "") for dealer in ids], first.index),
    )
    n = int(dealers["priority"].count())
    note = say("review.table_note.save", lang, shown=len(first), n=n)
    return name_table(first, TO_SAVE, name="save", lang=lang, note=note)


def next_steps(review: Review, lang: str) -> dict[str, str]:
    """What is to be done first about each dealer with an alert, by its most urgent one?"""
    alerts = review.alerts.table.drop_duplicates("dealer_id")
    return {
        dealer: playbook_steps(playbook, lang, policy=review.policy)[0]
        for dealer, playbook in zip(alerts["dealer_id"], alerts["playbook"], strict=True)
    }


def _last_orders(review: Review, dealers: list[str], lang: str) -> list[str]:
    facts = review.x.reindex(dealers)[["recency_days", "gap_days"]].to_numpy(dtype=float)
    return [
        "" if np.isnan([days, gap]).any() else say("review.usually", lang, days=days, gap=gap)
        for days, gap in facts
    ]


def _texts(values: list[str], index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype="str")


def list_noted(review: Review, lang: str) -> Table:
    """Which dealers did somebody note something about?"""
    dealers = dealers_in(review, lang).set_index("dealer_id")
    noted = dealers[dealers["note"].notna()]
    first = _largest(noted, "net_amount_365d")
    note = first_of(len(first), len(noted), lang)
    return name_table(first, NOTED, name="noted", lang=lang, note=note)


def list_regions_ahead(review: Review, lang: str) -> Table:
    """What will each region bring? Nothing where there are no regions: the total is said."""
    ahead = review.forecast.ahead
    regions, total = (ahead[ahead["level"] == level] for level in ("region", "total"))
    first = regions.assign(key=_named(regions["key"], lang))
    first = first.sort_values(["mean", "key"], ascending=[False, True]).head(MOST_ROWS)
    last = total.assign(key=say("growth.level.total", lang))
    rows = pd.concat([first, last]) if len(first) else first
    note = say("review.table_note.forecast", lang, months=review.forecast.horizon_months)
    if len(regions) > len(first):
        note = f"{first_of(len(first), len(regions), lang)} {note}"
    return name_table(rows, AHEAD, name="forecast", lang=lang, note=note, total=True)


def list_red(review: Review, lang: str) -> Table:
    """Which red dealers buy most, and what ails them?"""
    dealers = dealers_in(review, lang).set_index("dealer_id")
    red = dealers[dealers["band"] == "red"]
    first = _largest(red, "net_amount_365d")
    # The part that costs most: the others stand in the notebook.
    costs = [review.health.reason_sentences(str(dealer))[:1] for dealer in first.index]
    texts = ["".join(sentence.text_in(lang) for sentence in found) for found in costs]
    first = first.assign(reasons_text=pd.Series(texts, index=first.index, dtype="str"))
    note = first_of(len(first), len(red), lang)
    columns = [name for name in RED if name != "coverage" or first["coverage"].min() < 1]
    return name_table(first, columns, name="red", lang=lang, note=note)


def list_alerts(review: Review, lang: str) -> Table:
    """Which dealers should be seen first, with all that is to do for each in one row?"""
    alerts = review.alerts.table_in(lang)
    merged = merge_alerts(alerts)
    first = merged.head(MOST_ROWS)
    note = say(
        "review.table_note.alerts", lang, shown=len(first), dealers=len(merged), n=len(alerts)
    )
    return name_table(first, ALERTS, name="alerts", lang=lang, note=note)


def list_records(review: Review, lang: str) -> Table:
    """Was each kind of alert right before?"""
    table = review.records.table.reset_index()
    table = table[table["known"] > 0] if len(table) else table
    return name_table(table, RECORDS, name="records", lang=lang)


def list_owners(review: Review, lang: str) -> Table:
    """How much work do the alerts make for whom?"""
    alerts = review.alerts.table_in(lang).assign(urgent=lambda t: t["severity"] == "high")
    groups = alerts.groupby("owner")
    table = groups.agg(
        alerts=("alert_id", "size"), urgent=("urgent", "sum"), due_date=("due_date", "min")
    )
    # A dealer with three alerts can be lost only once.
    once = alerts.drop_duplicates(["owner", "dealer_id"]).groupby("owner")
    table = table.assign(
        dealers=once.size(), loss_expected=once["loss_expected"].sum(min_count=1)
    ).reset_index()
    table = table.sort_values(["urgent", "alerts", "owner"], ascending=[False, False, True])
    first = table.head(MOST_ROWS)
    note = first_of(len(first), len(table), lang)
    return name_table(first, OWNERS, name="owners", lang=lang, note=note)


def _named(keys: pd.Series, lang: str) -> pd.Series:
    known: pd.Series = keys.replace({NO_REGION: say("common.not_known", lang)})
    return known


def _largest(dealers: pd.DataFrame, column: str) -> pd.DataFrame:
    """The first rows by amount; of two alike the first by id, those without an amount last."""
    order = np.argsort(-dealers[column].fillna(-np.inf).to_numpy(), kind="stable")
    return dealers.iloc[order[:MOST_ROWS]]

"""One printed page each: of a dealer, of an owner, of a region."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.health import playbook_steps
from dealerml.health.merging import merge_alerts
from dealerml.health.reasons import split_reasons
from dealerml.health.sayings import name_part
from dealerml.review.dealers import dealers_in
from dealerml.review.drawing import draw_columns, draw_line
from dealerml.review.page import Steps, Table, first_of, name_table
from dealerml.review.run import Review
from dealerml.review.showing import show, show_code
from dealerml.review.tiles import Tile
from dealerml.words import format_value, say

if TYPE_CHECKING:
    from markupsafe import Markup

MONTHS: Final = 12
MOST_DEALERS: Final = 40
MOST_LISTED: Final = 10
STANDING: Final = ("abc_class", "tier", "lifecycle", "region", "owner")
PARTS: Final = ("part", "part_points", "weight", "points_change")
LISTED: Final = ("dealer_name", "kinds", "loss_expected", "due_date", "reason")
WEAK: Final = ("dealer_name", "abc_class", "net_amount_365d", "growth", "health", "band")
GROUPS: Final = ("region", "owner")


@dataclass(frozen=True)
class Card:
    """One page: who it is about, figures, pictures, sentences, tables and steps."""

    title: str
    standing: str
    tiles: Sequence[Tile]
    picture: "Markup | str"
    caption: str
    paragraphs: Sequence[tuple[str, Sequence[str]]]
    tables: Sequence[Table]
    playbooks: Sequence[Steps] = ()


def date_line(as_of: dt.date, lang: str) -> str:
    """The date that a card stands for."""
    return f"{say('review.as_of', lang)} {as_of}"


def dealer_cards(
    review: Review, lang: str = "en", *, dealers: Iterable[str] | None = None
) -> list[Card]:
    """One page per dealer: how it stands, why, what to do, and what if it is lost.

    Parameters
    ----------
    dealers
        Ids; where None the forty whose alerts may cost most.

    Raises
    ------
    KeyError
        If the review does not know a dealer.
    """
    alerts = review.alerts.table_in(lang)
    costly = merge_alerts(alerts)["dealer_id"].head(MOST_DEALERS)
    chosen = list(costly if dealers is None else dealers)
    rows = dealers_in(review, lang).set_index("dealer_id")
    unknown = [dealer for dealer in chosen if dealer not in rows.index]
    if unknown:
        message = f"The review knows no dealer {unknown[0]!r}."
        raise KeyError(message)
    return [_dealer_card(review, rows.loc[dealer], alerts, lang) for dealer in chosen]


def group_cards(review: Review, by: str, lang: str = "en") -> list[Card]:
    """One page per region or owner: how it stands, whom to see first, and who is weak."""
    rows = dealers_in(review, lang).set_index("dealer_id")
    rows = rows[rows["status"].isin(["active", "new"]) | rows["net_amount_365d"].gt(0)]
    amounts = rows["net_amount_365d"].groupby(rows[by]).sum().sort_index()
    order = amounts.sort_values(ascending=False, kind="stable").index
    alerts = merge_alerts(review.alerts.table_in(lang))
    return [_group_card(review, rows[rows[by] == key], alerts, str(key), lang) for key in order]


def _dealer_card(review: Review, row: pd.Series, alerts: pd.DataFrame, lang: str) -> Card:
    dealer = str(row.name)
    picture, caption = months_picture(review.series.reindex([dealer]), lang)
    standing = [show(name, row[name], lang) for name in STANDING]
    reasons = [found.text_in(lang) for found in review.health.reason_sentences(dealer)]
    own = alerts[alerts["dealer_id"] == dealer]
    listed = [
        f"{show_code('kind', kind, lang)} ({show('due_date', due, lang)}): {reason}"
        for kind, due, reason in zip(own["kind"], own["due_date"], own["reason"], strict=True)
    ]
    paragraphs = {
        "alerts": listed,
        "costs": reasons,
        "fell": _fallen(review, dealer, lang),
        "risk": _texts(row["reasons_text"]),
        "lost": _if_lost(review, dealer, lang),
        "note": _texts(row["note"]),
    }
    return Card(
        title=f"{row['dealer_name'] if isinstance(row['dealer_name'], str) else dealer} · {dealer}",
        standing=" · ".join(text for text in standing if text),
        tiles=_dealer_tiles(review, dealer, row, lang),
        picture=picture,
        caption=caption,
        paragraphs=[(say(f"review.card.{name}", lang), v) for name, v in paragraphs.items() if v],
        tables=[_parts(review, dealer, lang)],
        playbooks=_playbooks(review, own, lang),
    )


def _dealer_tiles(review: Review, dealer: str, row: pd.Series, lang: str) -> list[Tile]:
    growth = row["growth"]
    grown = say("review.tile_note.growth", lang, growth=growth) if pd.notna(growth) else ""
    scores, band = review.trend.scores, show("band", row["band"], lang)
    line: Any = ""
    if dealer in scores.index:
        values = scores.loc[[dealer]].iloc[0].tolist()
        line = draw_line(values, alt=say("review.card.line_health", lang, n=len(values)))
    tiles = [
        card_tile("card_sales", row["net_amount_365d"], "money", lang),
        card_tile("card_period", row["net_amount_period"], "money", lang, note=grown),
        card_tile("card_health", row["health"], "count", lang, note=band),
        card_tile("card_risk", row["churn_risk"], "percent", lang),
        card_tile("card_loss", row["loss_expected"], "money", lang),
        card_tile("card_recency", row["recency_days"], "count", lang),
    ]
    tiles[2] = Tile(tiles[2].label, tiles[2].value, tiles[2].note, line)
    return [tile for tile in tiles if tile.value]


def card_tile(name: str, value: Any, spec: str, lang: str, *, note: str = "") -> Tile:
    """One figure of a card; its value is empty where it is not known."""
    text = "" if value is None or pd.isna(value) else format_value(value, spec, lang=lang)
    return Tile(say(f"review.tile.{name}", lang), text, note)


def months_picture(amounts: pd.DataFrame, lang: str) -> "tuple[Markup | str, str]":
    """Columns of the last twelve months beside those a year before, and what they are."""
    series = amounts.fillna(0.0).sum()
    if len(series) < MONTHS:
        return "", ""
    now = series.iloc[-MONTHS:]
    older = series.iloc[-2 * MONTHS : -MONTHS].tolist()
    before = [float("nan")] * (MONTHS - len(older)) + older
    labels = [str(month)[2:].replace("-", "/") for month in now.index]
    alt = say("review.card.columns", lang, amount=float(now.sum()))
    return draw_columns(now.tolist(), before, labels, alt=alt), alt


def _fallen(review: Review, dealer: str, lang: str) -> list[str]:
    """The parts that fell most since last quarter, with their points."""
    if dealer not in review.trend.moved.index:
        return []
    moved = review.trend.moved.loc[[dealer]].iloc[0]
    names = split_reasons(review.trend.table["fell"].get(dealer))
    return [
        say("review.card.part_fell", lang, part=name_part(name), points=-float(moved[name]))
        for name in names
    ]


def _if_lost(review: Review, dealer: str, lang: str) -> list[str]:
    if dealer not in review.contingency.index:
        return []
    row = review.contingency.loc[[dealer]].iloc[0]
    told = []
    if pd.notna(row["region_amount_share"]):
        facts = {"share": float(row["region_amount_share"]), "rank": int(row["region_rank"])}
        told.append(say("review.card.lost_share", lang, **facts))
    names = review.profile["dealer_name"]
    others = [str(names.get(other, other)) for other in row["alternatives"].split(";") if other]
    if others:
        amount = float(row["alternatives_amount"])
        told.append(say("review.card.lost_others", lang, names=others, amount=amount))
    else:
        told.append(say("review.card.lost_nobody", lang))
    if pd.notna(row["receivable_amount"]):
        told.append(say("review.card.lost_owed", lang, amount=float(row["receivable_amount"])))
    return told


def _parts(review: Review, dealer: str, lang: str) -> Table:
    health, moved = review.health, review.trend.moved
    points = health.points.loc[dealer].dropna()
    change = moved.loc[dealer] if dealer in moved.index else pd.Series(dtype="float64")
    most = points + health.costs.loc[dealer].reindex(points.index)
    table = pd.DataFrame(
        {
            "part": points.index,
            "part_points": points.to_numpy(),
            "weight": most.to_numpy(),
            "points_change": change.reindex(points.index).to_numpy(),
        }
    )
    return name_table(table, PARTS, name="card_parts", lang=lang)


def _playbooks(review: Review, own: pd.DataFrame, lang: str) -> list[Steps]:
    """The steps of the most urgent alert: one trip, not several."""
    if own.empty:
        return []
    first = own.iloc[0]
    steps = playbook_steps(str(first["playbook"]), lang, policy=review.policy)
    return [Steps(show_code("kind", str(first["kind"]), lang), steps)]


def _group_card(
    review: Review, rows: pd.DataFrame, alerts: pd.DataFrame, key: str, lang: str
) -> Card:
    own = alerts[alerts["dealer_id"].isin(rows.index)]
    picture, caption = months_picture(review.series.reindex(rows.index), lang)
    weak = rows[rows["band"] == "red"].sort_index()
    weak = weak.sort_values("net_amount_365d", ascending=False, kind="stable")
    tables = [
        _first_rows(own, LISTED, "card_alerts", lang),
        _first_rows(weak, WEAK, "card_red", lang),
    ]
    return Card(
        title=key,
        standing=say("review.card.dealers", lang, n=len(rows)),
        tiles=_group_tiles(rows, own, lang),
        picture=picture,
        caption=caption,
        paragraphs=[],
        tables=[table for table in tables if table.rows],
    )


def _first_rows(table: pd.DataFrame, columns: Sequence[str], name: str, lang: str) -> Table:
    first = table.head(MOST_LISTED)
    note = first_of(len(first), len(table), lang)
    return name_table(first, columns, name=name, lang=lang, note=note)


def _group_tiles(rows: pd.DataFrame, alerts: pd.DataFrame, lang: str) -> list[Tile]:
    now, before = rows["net_amount_period"].sum(), rows["net_amount_period_last_year"].sum()
    note = say("review.tile_note.growth", lang, growth=now / before - 1) if before > 0 else ""
    red, scored = int((rows["band"] == "red").sum()), int(rows["health"].notna().sum())
    tiles = [
        card_tile("card_sales", rows["net_amount_365d"].sum(), "money", lang),
        card_tile("card_period", now, "money", lang, note=note),
        card_tile("red", red, "count", lang, note=say("review.tile_note.scored", lang, n=scored)),
        card_tile("card_risk_n", rows["churn_risk"].sum(min_count=1), "number", lang),
        card_tile("card_loss", rows["loss_expected"].sum(min_count=1), "money", lang),
        card_tile("alerts", len(alerts), "count", lang),
    ]
    return [tile for tile in tiles if tile.value]


def _texts(cell: object) -> list[str]:
    return [cell] if isinstance(cell, str) and cell else []

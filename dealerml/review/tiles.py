"""The few figures that come first: each with what it is and how it compares."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.words import format_value, say

if TYPE_CHECKING:
    from markupsafe import Markup

    from dealerml.review.run import Review

GRID: Final = "display:flex;flex-wrap:wrap;gap:12px"
BOX: Final = "border:1px solid #d9e2ec;border-radius:6px;padding:8px 14px;min-width:150px"
FIGURE: Final = "font-size:1.5em;font-weight:600;line-height:1.4"


@dataclass(frozen=True)
class Tile:
    """One figure with what it is, how it compares, and a line of how it went."""

    label: str
    value: str
    note: str = ""
    line: "Markup | str" = ""


@dataclass(frozen=True)
class Tiles:
    """The figures of a review, in the order in which to read them."""

    tiles: tuple[Tile, ...]

    def _repr_html_(self) -> str:
        boxes = [
            f'<div style="{BOX}"><small>{escape(tile.label)}</small>'
            f'<div style="{FIGURE}">{escape(tile.value)}</div>'
            f"<small>{escape(tile.note)}</small></div>"
            for tile in self.tiles
        ]
        return f'<div style="{GRID}">{"".join(boxes)}</div>'

    def __repr__(self) -> str:
        """Read as plain text."""
        return "\n".join(f"{tile.label}: {tile.value} ({tile.note})" for tile in self.tiles)


def list_tiles(review: "Review", lang: str = "en") -> Tiles:
    """Which figures sum a review up: sales, dealers, who stops, what is at stake, what comes?

    A figure that is not known has no tile; why it is not known is said where it would stand.
    """
    total, dealers = review.sales.total, review.dealers
    risk, loss = dealers["churn_risk"], dealers["loss_expected"]
    active = int(dealers["status"].isin(["active", "new"]).sum())
    tiles = (
        _tile("sales", total.get("net_amount"), "money", lang, note=_growth(total, lang)),
        _tile("active", active, "count", lang, note=_of(len(dealers), lang)),
        _tile("stopping", risk.sum(min_count=1), "count", lang, note=_within(review, lang)),
        _tile("loss", loss.sum(min_count=1), "money", lang, note=_n(loss, lang)),
        _tile("forecast", *_forecast(review.forecast.ahead), lang=lang, note=_range(review, lang)),
        _tile("red", _count_red(review), "count", lang, note=_scored(review, lang)),
        _tile("alerts", _count_alerts(review), "count", lang, note=_high(review, lang)),
    )
    return Tiles(tuple(tile for tile in tiles if tile))


def _tile(name: str, value: Any, spec: str, lang: str, *, note: str) -> Tile | None:
    if pd.isna(value):
        return None
    return Tile(say(f"review.tile.{name}", lang), format_value(value, spec, lang=lang), note)


def _count_red(review: "Review") -> float:
    band = review.dealers["band"].dropna()
    return float((band == "red").sum()) if len(band) else float("nan")


def _count_alerts(review: "Review") -> float:
    """No alert is a finding only where every rule could be computed."""
    blind = any(said.key == "health.alerts.not_computed" for said in review.alerts.said)
    return float("nan") if blind and review.alerts.table.empty else float(len(review.alerts.table))


def _growth(total: dict[str, float], lang: str) -> str:
    growth = total.get("growth")
    if growth is None or pd.isna(growth):
        return say("review.tile_note.no_last_year", lang)
    return say("review.tile_note.growth", lang, growth=growth)


def _of(n: int, lang: str) -> str:
    return say("review.tile_note.of_dealers", lang, n=n)


def _n(values: pd.Series, lang: str) -> str:
    return say("review.tile_note.n_dealers", lang, n=int(values.notna().sum()))


def _within(review: "Review", lang: str) -> str:
    n = int(review.dealers["churn_risk"].notna().sum())
    return say("review.tile_note.within", lang, days=review.horizon, n=n)


def _scored(review: "Review", lang: str) -> str:
    return say("review.tile_note.scored", lang, n=int(review.dealers["health"].notna().sum()))


def _high(review: "Review", lang: str) -> str:
    high = int((review.alerts.table["severity"] == "high").sum())
    return say("review.tile_note.high", lang, n=high)


def _forecast(ahead: pd.DataFrame) -> tuple[float, str]:
    total = ahead[ahead["level"] == "total"]
    return (float(total["mean"].iloc[0]) if len(total) else float("nan")), "money"


def _range(review: "Review", lang: str) -> str:
    ahead = review.forecast.ahead
    total = ahead[ahead["level"] == "total"]
    if total.empty:
        return ""
    low, high = total["lo80"].iloc[0], total["hi80"].iloc[0]
    return say("review.tile_note.range", lang, low=low, high=high)

"""The few figures that come first: each with what it is and how it compares."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.review.drawing import draw_line
from dealerml.review.showing import BETWEEN
from dealerml.words import format_value, say

if TYPE_CHECKING:
    from markupsafe import Markup

    from dealerml.review.run import Review

GRID: Final = "display:flex;flex-wrap:wrap;gap:12px"
BOX: Final = "border:1px solid #d9e2ec;border-radius:6px;padding:8px 14px;min-width:150px"
MONTHS, QUARTERS, EIGHT = 3, 9, 8
# Quantile of the normal distribution with nine tenths below it.
NINE_TENTHS: Final = 1.2816
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
    """Which six figures sum a review up, each on last year, on last period and over two years?

    Sales and target; payments and overdue; active dealers; new, stopped and recovered; suspected
    loading; the loss expected with its range. Of a figure that is not known the tile says what it
    takes.
    """
    tiles = {
        "sales": _sales(review, lang),
        "overdue": _owed(review, lang),
        "active": _active(review, lang),
        "moves": _moves(review, lang),
        "loading": _loading(review, lang),
        "loss": _loss(review, lang),
    }
    return Tiles(tuple(tile or _unknown(name, lang) for name, tile in tiles.items()))


def _unknown(name: str, lang: str) -> Tile:
    unknown, takes = say("common.not_known", lang), say(f"review.tile_takes.{name}", lang)
    return Tile(say(f"review.tile.{name}", lang), unknown, takes)


def _sales(review: "Review", lang: str) -> Tile | None:
    total, target = review.sales.total, review.background.targets.total
    notes = [_change("growth", total.get("growth"), lang)]
    notes.append(_change("growth_previous", total.get("growth_previous"), lang))
    reached = target.get("target_attainment")
    if isinstance(reached, float) and not pd.isna(reached):
        notes.append(say("review.tile_note.target", lang, share=reached))
    line = _line(_quarters(review).sum(), "sales", lang)
    return _tile("sales", total.get("net_amount"), "money", lang, notes, line)


def _owed(review: "Review", lang: str) -> Tile | None:
    trend = review.receivables.trend
    if trend.empty:
        return None
    owed = trend["overdue_amount"]
    now, share = float(owed.iloc[-1]), float(trend["overdue_share"].iloc[-1])
    notes = [say("review.tile_note.overdue", lang, share=share)]
    for name, back in (("growth_previous", 1), ("growth", 4)):
        if len(owed) > back and owed.iloc[-1 - back] > 0:
            notes.insert(1, _change(name, now / float(owed.iloc[-1 - back]) - 1, lang))
    return _tile("overdue", now, "money", lang, notes, _line(owed, "overdue", lang))


def _active(review: "Review", lang: str) -> Tile | None:
    bought = (_quarters(review) > 0).sum()
    total = review.sales.total
    notes = [_of(len(review.dealers), lang)]
    for name, back in (("growth_previous", 1), ("growth", 4)):
        if len(bought) > back and bought.iloc[-1 - back] > 0:
            change = float(bought.iloc[-1] / bought.iloc[-1 - back] - 1)
            notes.insert(1, _change(name, change, lang))
    return _tile(
        "active", total.get("dealers"), "count", lang, notes, _line(bought, "active", lang)
    )


def _moves(review: "Review", lang: str) -> Tile | None:
    total = review.sales.total
    counts = [total.get(f"dealers_{name}") for name in ("new", "stopped", "recovered")]
    if any(n is None or pd.isna(n) for n in counts):
        return None
    texts = [format_value(n, "count", lang=lang) for n in counts]
    note = say("review.tile_note.moves", lang, days=say(f"review.basis.{review.sales.basis}", lang))
    quarters = _quarters(review)
    first = quarters.gt(0).idxmax(axis=1).where(quarters.gt(0).any(axis=1))
    came = first.value_counts().reindex(quarters.columns).fillna(0).iloc[1:]
    label = say("review.tile.moves", lang)
    return Tile(label, " / ".join(texts), note, _line(came, "moves", lang))


def _loading(review: "Review", lang: str) -> Tile | None:
    totals = review.background.loading.totals
    if "current" not in totals.index:
        return None
    row = totals.loc[["current"]].iloc[0]
    notes = [say("review.tile_note.loading", lang, n=int(row["dealers"]))]
    if pd.notna(row["growth_without_excess"]):
        growth = float(row["growth_without_excess"])
        notes.append(say("review.tile_note.without", lang, growth=growth))
    return _tile("loading", row["excess_amount"], "money", lang, notes)


def _loss(review: "Review", lang: str) -> Tile | None:
    loss = review.dealers["loss_expected"]
    low, high = loss_range(review)
    notes = [_n(loss, lang)]
    if not pd.isna(low):
        notes.insert(0, say("review.tile_note.range", lang, low=low, high=high))
    return _tile("loss", loss.sum(min_count=1), "money", lang, notes)


def loss_range(review: "Review") -> tuple[float, float]:
    """Between which amounts will the loss lie with a chance of four in five?

    Each dealer stops or does not, by its own risk; the loss if it does is what is expected, divided
    by the risk. NaN where no loss is known.
    """
    risk, loss = review.dealers["churn_risk"], review.dealers["loss_expected"]
    known = loss.notna() & (risk > 0)
    if not known.any():
        return float("nan"), float("nan")
    each = loss[known] / risk[known]
    spread = float(np.sqrt((risk[known] * (1 - risk[known]) * each**2).sum()))
    total = float(loss.sum())
    return max(total - NINE_TENTHS * spread, 0.0), total + NINE_TENTHS * spread


def _quarters(review: "Review") -> pd.DataFrame:
    """Dealer × the last nine spans of three whole months, the latest last."""
    series = review.series.fillna(0.0)
    whole = series.shape[1] // MONTHS * MONTHS
    recent = series.iloc[:, series.shape[1] - min(whole, QUARTERS * MONTHS) :]
    spans = np.arange(recent.shape[1]) // MONTHS
    sums: pd.DataFrame = recent.T.groupby(spans).sum().T
    return sums


def _line(values: pd.Series, name: str, lang: str) -> "Markup | str":
    shown = [float(value) for value in values.iloc[-EIGHT:]]
    label = say(f"review.tile.{name}", lang)
    return draw_line(shown, alt=say("review.tile_note.line", lang, label=label, n=len(shown)))


def _tile(
    name: str,
    value: Any,
    spec: str,
    lang: str,
    notes: Iterable[str],
    line: "Markup | str" = "",
) -> Tile | None:
    if value is None or pd.isna(value):
        return None
    note = BETWEEN[lang].join(text for text in notes if text)
    text = format_value(value, spec, lang=lang)
    return Tile(say(f"review.tile.{name}", lang), text, note, line)


def _change(name: str, growth: float | None, lang: str) -> str:
    if growth is None or pd.isna(growth):
        return say("review.tile_note.no_last_year", lang) if name == "growth" else ""
    return say(f"review.tile_note.{name}", lang, growth=growth)


def _of(n: int, lang: str) -> str:
    return say("review.tile_note.of_dealers", lang, n=n)


def _n(values: pd.Series, lang: str) -> str:
    return say("review.tile_note.n_dealers", lang, n=int(values.notna().sum()))

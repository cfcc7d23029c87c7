"""The workbook people live in: the tables of the review, in the reader's language."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dealerml.exports.books import write_book
from dealerml.review.dealers import dealers_in
from dealerml.review.gaps import RESULTS
from dealerml.review.run import Review
from dealerml.review.sheet import fill_sheet
from dealerml.review.showing import NAMES, show_code
from dealerml.review.tiles import list_tiles
from dealerml.review.verdict import say_notices, say_verdict
from dealerml.review.wording import join_sentences
from dealerml.words import say

CODED: Final = (*NAMES, "tier", "tier_current", "segment")
NOT_TOTAL: Final = "dealer"
MOST_PIVOTED: Final = 50_000


@dataclass(frozen=True)
class Sheet:
    """A table, the widths of columns that run over several lines, and the colours of texts."""

    table: pd.DataFrame
    wrap: dict[str, float] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)


def write_workbook(review: Review, path: Path, *, lang: str = "en") -> None:
    """Write overview, dealers, alerts, forecast, where rows went and definitions as one workbook.

    Headers and codes read in the language of the review; what has no value is empty.
    """
    with write_book(path) as book:
        for name, sheet in _sheets(review, lang).items():
            title = say(f"review.sheet.{name}", lang)
            fill_sheet(book, title, sheet.table, lang=lang, fills=sheet.fills, wrap=sheet.wrap)


def _sheets(review: Review, lang: str) -> dict[str, Sheet]:
    colours = _band_colours(lang)
    ahead = review.forecast.table[review.forecast.table["level"] != NOT_TOTAL]
    sheets = {
        "overview": Sheet(_overview(review, lang), {"finding": 100.0}),
        "dealers": Sheet(named_table(dealers_in(review, lang), lang), fills=colours),
        "alerts": Sheet(_alerts(review, lang), {"reason": 60.0}),
        "movers": Sheet(named_table(_movers(review), lang)),
        "forecast": Sheet(named_table(_forecast(ahead, lang), lang)),
        "months": Sheet(_months(review)),
    }
    if review.ingest is not None:
        sheets["set_aside"] = Sheet(named_table(review.ingest.table, lang))
    sheets["definitions"] = Sheet(_definitions(review))
    return sheets


def _overview(review: Review, lang: str) -> pd.DataFrame:
    """The first page: verdict, what to keep in mind, the figures, then every finding."""
    rows = [
        (say("review.as_of", lang), str(review.as_of)),
        (say("review.sheet.verdict", lang), join_sentences(say_verdict(review), lang)),
        *((say("review.sheet.notes", lang), s.text_in(lang)) for s in say_notices(review)),
        *((t.label, f"{t.value} ({t.note})" if t.note else t.value) for t in _tiles(review, lang)),
    ]
    for name in RESULTS:
        text = getattr(review, name).text_in(lang)
        rows += [(say(f"review.result.{name}", lang), text)] if text else []
    return pd.DataFrame(rows, columns=["topic", "finding"])


def _tiles(review: Review, lang: str) -> Any:
    return list_tiles(review, lang).tiles


def _alerts(review: Review, lang: str) -> pd.DataFrame:
    table = review.alerts.table_in(lang)
    status = [say(f"health.status.{code}", lang) for code in table["status"]]
    return named_table(table, lang).assign(status=pd.Series(status, index=table.index, dtype="str"))


def _movers(review: Review) -> pd.DataFrame:
    """Every dealer by what it changed, the largest fall first, and why."""
    table = review.sales.dealers.drop(columns="growth_reason", errors="ignore")
    who = review.dealers[["dealer_name", "region", "owner", "abc_class"]]
    table = who.join(table, how="inner").sort_index()
    table = table.sort_values("change_amount", kind="stable")
    return table[table["change_amount"].fillna(0.0) != 0].reset_index()


def _months(review: Review) -> pd.DataFrame:
    """Ready for a pivot table: one row per dealer, month and category.

    As many of the last months as a workbook opens well with; ``months.parquet`` holds them all.
    """
    mix = review.background.mix
    counts = mix.groupby("month").size().sort_index(ascending=False).cumsum()
    kept = set(counts.index[counts <= MOST_PIVOTED])
    who = review.dealers[["dealer_name", "region", "owner", "abc_class"]]
    return mix[mix["month"].isin(kept)].join(who, on="dealer_id")


def _forecast(ahead: pd.DataFrame, lang: str) -> pd.DataFrame:
    names = {"": say("common.not_known", lang)}
    is_total = ahead["level"] == "total"
    key = ahead["key"].replace(names).mask(is_total, say("growth.level.total", lang))
    return ahead.assign(key=key)


def named_table(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Codes by their names; the files beside the workbook keep the codes."""
    return table.assign(
        **{name: _names(table[name], lang) for name in CODED if name in table.columns}
    )


def _names(codes: pd.Series, lang: str) -> pd.Series:
    known = {code: show_code(str(codes.name), code, lang) for code in codes.dropna().unique()}
    return codes.map(known).astype("str")


def _band_colours(lang: str) -> dict[str, str]:
    from dealerml.theme import BAND_COLOURS

    known = {band: colour.lstrip("#") for band, colour in BAND_COLOURS.items() if band != "unknown"}
    return {show_code("band", band, lang): colour for band, colour in known.items()}


def _definitions(review: Review) -> pd.DataFrame:
    rows = [
        (f"{topic}.{path}", value)
        for topic, values in review.policy.as_dict().items()
        for path, value in _leaves(values)
    ]
    return pd.DataFrame(rows, columns=["definition", "value"]).astype("str")


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every single value below, with the way to it: ``parts.3.weight``."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [(str(n), item) for n, item in enumerate(value, start=1)]
    else:
        return [(path, value)]
    return [leaf for name, item in items for leaf in _leaves(item, f"{path}.{name}".strip("."))]

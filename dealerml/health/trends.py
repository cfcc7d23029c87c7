"""Health over the past quarters, and which parts moved it."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dealerml.health.bands import BANDS
from dealerml.health.reasons import split_reasons
from dealerml.health.sayings import name_part
from dealerml.health.score import Health, score_health
from dealerml.policy import Policy
from dealerml.words import Sentence, Spoken

QUARTERS: Final = 8
MOST_MOVED: Final = 3
# A part that moved by less than a point of a hundred is no reason to talk about.
LEAST_POINTS: Final = 1.0


@dataclass(frozen=True)
class HealthTrend(Spoken):
    """How health went over the last quarters.

    Parameters
    ----------
    table
        Index ``dealer_id``, dealers with a score now, the largest fall first: ``health``,
        ``health_before`` (a quarter earlier), ``change`` (points) and ``fell``, the up to three
        parts that fell most since then, joined by ``;``.
    scores
        Dealer × date: health at each of the last eight quarter ends; NaN without a score.
    moved
        Dealer × part: points that each part brought more (or less) than a quarter earlier; they add
        up to ``change``.
    bands
        Index date: scored dealers in each band, and ``mean`` health.
    """

    scores: pd.DataFrame
    moved: pd.DataFrame
    bands: pd.DataFrame

    def table_in(self, lang: str) -> pd.DataFrame:
        """How does the table read in this language, the parts by their names?"""
        between = "; " if lang == "en" else "；"
        told = [
            between.join(_part(name, lang) for name in split_reasons(codes))
            for codes in self.table["fell"]
        ]
        return self.table.assign(fell=pd.Series(told, index=self.table.index, dtype="str"))


def _part(name: str, lang: str) -> str:
    found = name_part(name)
    return found.text_in(lang) if isinstance(found, Sentence) else found


def trace_health(
    x: pd.DataFrame, panel: pd.DataFrame, *, as_of: object, policy: Policy | None = None
) -> HealthTrend:
    """Whose health fell since last quarter, by which parts, and how did it go over two years?

    The same fixed anchors are used on every date, so that a score of two years ago compares with
    today's.

    Parameters
    ----------
    x
        Features as of now, one row per dealer.
    panel
        Features of past quarter ends, index ``(as_of, dealer_id)``.
    as_of
        Today's date.
    """
    now = pd.Timestamp(str(as_of)).as_unit("s")
    known = panel.index.get_level_values("as_of").unique().sort_values()
    dates = [*known[known < now][1 - QUARTERS :], now]
    past = panel[panel.index.get_level_values("as_of").isin(dates[:-1])]
    shared = [name for name in x.columns if name in panel.columns]
    rows = pd.concat([past[shared], pd.concat({now: x[shared]}, names=["as_of", "dealer_id"])])
    found = score_health(rows, policy=policy)
    by_date = {date: _at(found.table, date) for date in dates}
    scores = pd.DataFrame({date: each["health"] for date, each in by_date.items()})
    scores = scores.reindex(x.index)
    counts = pd.DataFrame({date: each["band"].value_counts() for date, each in by_date.items()})
    counts = counts.T.reindex(columns=list(BANDS)).fillna(0).astype("int64")
    bands = counts.rename_axis(index="date", columns=None).assign(
        mean=found.table["health"].groupby(level="as_of").mean()
    )
    moved = _moved(found, dates)
    table = _table(scores, moved)
    return HealthTrend(table, _said(table, bands), scores, moved, bands)


def _moved(found: Health, dates: list[pd.Timestamp]) -> pd.DataFrame:
    """Change of each part's points; a part without a score on one date brought none."""
    points = found.points[found.table["health"].notna()].fillna(0.0)
    after = _at(points, dates[-1])
    before = _at(points, dates[-2]) if len(dates) > 1 else after.iloc[:0]
    both = after.index.intersection(before.index)
    return after.loc[both] - before.loc[both]


def _at(table: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    return table[table.index.get_level_values("as_of") == date].droplevel("as_of")


def _table(scores: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    health = scores.iloc[:, -1].dropna()
    before = pd.Series(float("nan"), index=health.index)
    if scores.shape[1] > 1:
        before = scores.iloc[:, -2].reindex(health.index)
    fell = [_fallen(row) for _, row in moved.iterrows()]
    table = pd.DataFrame(
        {
            "health": health,
            "health_before": before,
            "change": health - before,
            "fell": pd.Series(fell, index=moved.index, dtype="str").reindex(health.index),
        }
    )
    return table.sort_index().sort_values("change", kind="stable")


def _fallen(row: pd.Series) -> str:
    most = row[row <= -LEAST_POINTS].sort_values(kind="stable").head(MOST_MOVED)
    return ";".join(str(name) for name in most.index)


def _said(table: pd.DataFrame, bands: pd.DataFrame) -> tuple[Sentence, ...]:
    moved = table["change"].dropna()
    if moved.empty:
        return (Sentence("health.trend_nothing"),)
    first, last = bands.iloc[0], bands.iloc[-1]
    facts = {
        "n": len(moved),
        "fell": int((moved <= -10).sum()),
        "rose": int((moved >= 10).sum()),
        "quarters": len(bands),
        "before": float(first["mean"]),
        "now": float(last["mean"]),
    }
    return (Sentence("health.trend", facts),)

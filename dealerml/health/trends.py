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
    dates = panel.index.get_level_values("as_of").unique().sort_values()
    past = {date: panel.loc[date] for date in dates[dates < now][1 - QUARTERS :]}
    found = {date: score_health(rows, policy=policy) for date, rows in {**past, now: x}.items()}
    scores = pd.DataFrame({date: each.table["health"] for date, each in found.items()})
    scores = scores.reindex(x.index)
    counts = pd.DataFrame(
        {date: each.table["band"].value_counts() for date, each in found.items()}
    ).T.reindex(columns=list(BANDS))
    counts = counts.fillna(0).astype("int64").rename_axis(index="date", columns=None)
    bands = counts.assign(mean=[each.table["health"].mean() for each in found.values()])
    earlier = found[max(past)] if past else None
    moved = _moved(found[now], earlier)
    table = _table(found[now], earlier, moved)
    return HealthTrend(table, _said(table, bands), scores, moved, bands)


def _moved(now: Health, earlier: Health | None) -> pd.DataFrame:
    """Change of each part's points; a part without a score on one date brought none."""
    if earlier is None:
        return now.points.iloc[:0]
    both = now.points.index[now.table["health"].notna()].intersection(
        earlier.points.index[earlier.table["health"].notna()]
    )
    parts = now.points.columns.union(earlier.points.columns, sort=False)
    after, before = (
        each.points.loc[both].reindex(columns=parts).fillna(0.0) for each in (now, earlier)
    )
    return after - before


def _table(now: Health, earlier: Health | None, moved: pd.DataFrame) -> pd.DataFrame:
    health = now.table["health"].dropna()
    before = pd.Series(float("nan"), index=health.index)
    if earlier is not None:
        before = earlier.table["health"].reindex(health.index)
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

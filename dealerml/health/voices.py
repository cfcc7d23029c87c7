"""What dealers say, what goes with their grades, and whether the dissatisfied leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.health.metrics import column
from dealerml.health.service import CONTENT, PROMOTES, WARNS
from dealerml.health.shares import draw_dealers, share_by
from dealerml.policy import Policy, load_policy
from dealerml.words import ColumnName, Sentence, Spoken, has_entry

if TYPE_CHECKING:
    from dealerml.tables import Snapshot

YEAR: Final = 365
OTHER: Final = "other"
# What may move a grade: what dealers meet of us, never what they are.
DRIVERS: Final = tuple(
    """cases_365d cases_repeat_365d case_response_days_365d case_resolution_days_365d contacts_365d
    visits_90d discount_share_change returns_share_365d trainings_365d stock_cover_days""".split()
)
GROUPS: Final = ("warns", "neutral", "promotes")
FEWEST: Final = 30
ERROR: Final = 0.05


@dataclass(frozen=True)
class Comments(Spoken):
    """What the comments of 365 days are about.

    Parameters
    ----------
    table
        Index ``topic_of_comment``, the most frequent first: ``comments`` that hold one of its
        words, ``comment_share`` (0-1) of all, and ``unhappy_share`` (0-1), those whose grade warns
        (nps up to 6, csat below 4). A comment can be about several; ``other`` holds none of the
        words.
    """


def sort_comments(snapshot: "Snapshot", *, policy: Policy | None = None) -> Comments:
    """What are comments about, by plain lists of words in Chinese and English?

    Words are those of ``contacts.topics`` in the policy; capitals do not matter. Comments
    themselves are never shown: they may name people.
    """
    rows = snapshot.table("surveys")
    if rows is None or "surveys.comment" not in snapshot.supplied:
        return Comments(pd.DataFrame(), (Sentence("health.comments_nothing"),))
    answers = rows.collect("pandas").to_native()
    date, day = pd.to_datetime(answers["survey_date"]), pd.Timestamp(snapshot.as_of)
    recent = (date <= day) & (date > day - pd.Timedelta(days=YEAR))
    answers = answers[recent & answers["comment"].notna()]
    if answers.empty:
        return Comments(pd.DataFrame(), (Sentence("health.comments_nothing"),))
    unhappy = _unhappy(answers)
    text = answers["comment"].astype("str").str.casefold()
    topics = (policy or load_policy()).contacts["topics"]
    found = pd.DataFrame({row["name"]: _about(text, row["words"]) for row in topics})
    found[OTHER] = ~found.any(axis=1)
    counts = found.sum()
    table = pd.DataFrame(
        {
            "comments": counts.astype("int64"),
            "comment_share": counts / len(found),
            "unhappy_share": found.mul(unhappy, axis=0).sum() / counts.where(counts > 0),
        }
    ).rename_axis("topic_of_comment")
    table = table[table["comments"] > 0].sort_index()
    table = table.sort_values("comments", ascending=False, kind="stable")
    return Comments(table, tuple(_say_comments(table, len(found), int((~found[OTHER]).sum()))))


def name_topic(name: str) -> Sentence | str:
    """How is a topic called: by its words, or by its own name where a company added it?"""
    key = f"health.topic.{name}"
    return Sentence(key) if has_entry(key) else name


def _about(text: pd.Series, words: list[str]) -> pd.Series:
    found = pd.Series(data=False, index=text.index)
    for word in words:
        found |= text.str.contains(word.casefold(), regex=False)
    return found


def _unhappy(answers: pd.DataFrame) -> pd.Series:
    score = answers["score"].astype("float64")
    is_nps = answers["kind"].eq("nps").fillna(value=False) if "kind" in answers else score < 0
    return (is_nps & (score <= WARNS)) | (~is_nps & (score < CONTENT))


@dataclass(frozen=True)
class SatisfactionLinks(Spoken):
    """What goes with grades, and what followed them.

    Parameters
    ----------
    table
        Index ``grade_group`` (warns 0-6, neutral 7-8, promotes 9-10): ``scores``, pairs of dealer
        and date whose last grade is no older than a year, ``churned_share`` with ``lo95``, ``hi95``
        (Wilson), ``amount_change`` of the next quarter on the same days of last year.
    drivers
        Index ``driver``, features that go up or down with the grade: ``correlation`` (Spearman, −1
        to 1) with ``correlation_low``, ``correlation_high`` (95 % for all drivers together, from
        dealers drawn as a whole) and ``n`` answers. Sorted by size.
    """

    drivers: pd.DataFrame


def link_satisfaction(
    panel: pd.DataFrame, *, n_bootstrap: int = 200, random_state: int = 0
) -> SatisfactionLinks:
    """Do dissatisfied dealers leave or buy less, and what goes with their dissatisfaction?

    Parameters
    ----------
    panel
        Features of past dates with ``nps_score``, ``survey_recency_days``, ``churned`` and amounts,
        index ``(as_of, dealer_id)``.

    Returns
    -------
    Empty, and said why, with fewer than 30 grades. Both are associations: who answers is not
    everybody, and what goes with a grade need not cause it.
    """
    grade = column(panel, "nps_score").where(column(panel, "survey_recency_days") <= YEAR)
    if grade.notna().sum() < FEWEST:
        empty = pd.DataFrame()
        said = (Sentence("health.links_nothing", {"n": int(grade.notna().sum())}),)
        return SatisfactionLinks(empty, said, empty)
    table = _follow(panel, grade)
    drivers = _drivers(panel, grade, n_bootstrap, random_state)
    return SatisfactionLinks(table, tuple(_say_links(table, drivers)), drivers)


def _follow(panel: pd.DataFrame, grade: pd.Series) -> pd.DataFrame:
    known = grade.notna() & column(panel, "churned").notna()
    group = pd.Series(
        np.select([grade <= WARNS, grade < PROMOTES], GROUPS[:2], default=GROUPS[2]), grade.index
    )
    after, before = (
        column(panel, name) for name in ("net_amount_next", "net_amount_ahead_last_year")
    )
    both = known & after.notna() & (before > 0)
    stopped = share_by(column(panel, "churned")[known], group[known])
    table = pd.DataFrame(
        {
            "scores": stopped["n"],
            "churned_share": stopped["share"],
            "lo95": stopped["low"],
            "hi95": stopped["high"],
            "amount_change": after[both].groupby(group[both]).sum()
            / before[both].groupby(group[both]).sum()
            - 1,
        }
    )
    return table.reindex([name for name in GROUPS if name in table.index]).rename_axis(
        "grade_group"
    )


def _drivers(panel: pd.DataFrame, grade: pd.Series, n_bootstrap: int, seed: int) -> pd.DataFrame:
    """Each answer once: on the first date after it was given."""
    from scipy.stats import norm

    fresh = grade.notna() & (column(panel, "survey_recency_days") <= YEAR / 4)
    rows = panel[fresh]
    taken = draw_dealers(rows.index, n_bootstrap, seed)
    found = {}
    known = {name: column(rows, name) for name in DRIVERS}
    known = {
        name: values
        for name, values in known.items()
        if values.notna().sum() >= FEWEST and values.max() > values.min()
    }
    # Of ten drivers one would pass by luck every other time: all are held to one error together.
    wide = float(norm.ppf(1 - ERROR / 2 / max(len(known), 1)))
    for name, values in known.items():
        pair = np.column_stack([values.to_numpy(), grade[fresh].to_numpy()])
        again = [_rank_correlation(pair[rows_drawn]) for rows_drawn in taken]
        here = _rank_correlation(pair)
        around = wide * float(np.nanstd(np.arctanh(again), ddof=1))
        found[name] = {
            "correlation": here,
            "correlation_low": float(np.tanh(np.arctanh(here) - around)),
            "correlation_high": float(np.tanh(np.arctanh(here) + around)),
            "n": int(values.notna().sum()),
        }
    table = pd.DataFrame(found).T.rename_axis("driver")
    if table.empty:
        return table
    by_size = table["correlation"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[by_size].astype({"n": "int64"})


def _rank_correlation(pair: np.ndarray) -> float:
    from scipy.stats import rankdata

    pair = pair[~np.isnan(pair).any(axis=1)]
    if len(pair) < 3 or (np.ptp(pair, axis=0) == 0).any():
        return np.nan
    left, right = (rankdata(values) for values in pair.T)
    return float(np.corrcoef(left, right)[0, 1])


def _say_comments(table: pd.DataFrame, n: int, sorted_: int) -> Iterator[Sentence]:
    named = table.drop(index=OTHER, errors="ignore")
    yield Sentence("health.comments", {"n": n, "sorted": sorted_})
    if len(named):
        row = named.iloc[0]
        facts = {"topic": name_topic(str(named.index[0])), "share": float(row["comment_share"])}
        yield Sentence("health.comments_first", facts | {"unhappy": float(row["unhappy_share"])})


def _say_links(table: pd.DataFrame, drivers: pd.DataFrame) -> Iterator[Sentence]:
    if {"warns", "promotes"} <= set(table.index):
        low, high = table.loc[["warns"]].iloc[0], table.loc[["promotes"]].iloc[0]
        facts: dict[str, Any] = {"n": int(table["scores"].sum())}
        facts |= {"warns": float(low["churned_share"]), "promotes": float(high["churned_share"])}
        facts |= {"low": float(low["lo95"]), "high": float(low["hi95"])}
        facts |= {"low2": float(high["lo95"]), "high2": float(high["hi95"])}
        apart = low["lo95"] > high["hi95"]
        yield Sentence("health.links_leave" if apart else "health.links_alike", facts)
    sure = drivers[drivers["correlation_low"] * drivers["correlation_high"] > 0]
    if len(sure):
        first = sure.iloc[0]
        facts = {"driver": ColumnName(str(sure.index[0])), "n": int(first["n"])}
        facts |= {"r": float(first["correlation"]), "low": float(first["correlation_low"])}
        yield Sentence("health.links_driver", facts | {"high": float(first["correlation_high"])})
    elif len(drivers):
        yield Sentence("health.links_no_driver", {"n": len(drivers)})

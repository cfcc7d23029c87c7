"""Surveys: how satisfied each dealer said it was."""

import narwhals as nw

from dealerml.features.orders import KEYS, divide
from dealerml.tables import Lazy, Snapshot

KINDS = ("nps", "csat")


def surveys(snapshot: Snapshot) -> Lazy | None:
    """What grade did each dealer last give, and has it changed?

    Returns
    -------
    One row per as-of date and dealer that answered; absent without a table of surveys. Several
    answers of one day count as their mean:
        ``nps_score``         grade, 0–10; last answer to how likely it is to recommend us, absent
                              where surveys have no kind
        ``nps_score_change``  grade; that answer minus the one before it, absent likewise
        ``csat_score``        grade; last answer to how satisfied it is, on the scale of the survey,
                              absent likewise
        ``survey_recency_days``  days, ≥ 0; from the last answer to the as-of date
    """
    rows = snapshot.dated("surveys")
    if rows is None:
        return None
    last = rows.group_by(*KEYS).agg(survey_recency_days=nw.col("days_ago").min())
    if "surveys.kind" not in snapshot.supplied:
        return last
    for kind in KINDS:
        last = last.join(_last_grades(rows, kind), on=list(KEYS), how="left")
    return last.select(*KEYS, "nps_score", "nps_score_change", "csat_score", "survey_recency_days")


def _last_grades(rows: Lazy, kind: str) -> Lazy:
    days = (
        rows.filter(nw.col("kind") == kind)
        .group_by(*KEYS, "days_ago")
        .agg(total=nw.col("score").sum(), answers=nw.len())
    )
    days = days.with_columns(
        grade=divide(nw.col("total"), nw.col("answers")), day=0 - nw.col("days_ago")
    )
    grade = nw.col("grade")
    days = days.with_columns(
        before=grade.shift(1).over(*KEYS, order_by="day"),
        after=nw.col("day").shift(-1).over(*KEYS, order_by="day"),
    )
    return days.filter(nw.col("after").is_null()).select(
        *KEYS, **{f"{kind}_score": grade, f"{kind}_score_change": grade - nw.col("before")}
    )

"""How a cell of a table reads to a person: codes by name, money short, shares as percent."""

import datetime as dt
import re
from typing import Final

import pandas as pd

from dealerml.health.merging import SEPARATOR
from dealerml.segments import describe_segment, tier_name
from dealerml.words import Sentence, column_label, format_value, has_entry

# Column → the entries that name its codes.
NAMES: Final = {
    "status": "features.status.",
    "abc_class": "segments.abc_class.",
    "rfm_group": "segments.rfm_group.",
    "lifecycle": "segments.lifecycle.",
    "spend_group": "segments.spend_group.",
    "newness": "segments.newness.",
    "move_reason": "segments.move_reason.",
    "band": "health.band.",
    "risk_level": "review.risk_level.",
    "came": "review.came.",
    "treated": "review.treated.",
    "tier_then": "segments.tier.",
    "abc_class_then": "segments.abc_class.",
    "band_then": "health.band.",
    "kind": "health.kind.",
    "severity": "health.severity.",
    "verdict": "health.verdict.",
    "loss_basis": "churn.basis.",
    "line_kind": "exports.line_kind.",
    "rule": "exports.rule.",
    "level": "growth.level.",
    "step": "growth.step.",
    "method": "growth.method.",
    "outcome": "exports.outcome.",
    "model": "churn.model.",
    "law": "notebook.law.",
    "family": "churn.family.",
    "part": "health.part.",
    "capped_by": "health.cap.",
    "followed_by": "health.followed.",
    "topic_of_comment": "health.topic.",
    "grade_group": "health.grade_group.",
    "outcome_next": "health.outcome_next.",
    "weekday": "health.weekday.",
    "weights": "health.weights_of.",
    "no_score": "health.no_score.",
    "direction": "growth.direction.",
    "table": "exports.table.",
    "basis": "inspection.basis.",
    "gap": "inspection.gap.",
    "alike": "inspection.alike_rows.",
    "link_method": "exports.link_method.",
    "why": "exports.why.",
    "comparison": "churn.comparison.",
    "list_change": "churn.list_change.",
    "treatment": "churn.treatment.",
    "named": "churn.named.",
    "leaf": "growth.leaf.",
    "contact_state": "health.contact_state.",
    "service_step": "health.service_step.",
    "quality": "growth.quality.",
    "source": "growth.source.",
    "loading_status": "growth.loading_status.",
}
# Several codes in one cell: what parts them there, and to a reader.
PARTED: Final = {"kinds": "kind"}
BETWEEN: Final = {"en": "; ", "zh": "；"}
# Columns whose values are names of columns.
LABELS: Final = ("column", "feature", "metric", "measure", "driver")
MONEY: Final = re.compile(
    r"(^|_)(amount|change|margin(?!_share)|(?<!log_)loss|gain|mean|ours|difference(?!_share)|lo80|hi80|lo95|hi95)(_|$)"
    r"|^not_due$|^overdue_(30|60|90|older)$"
)
CHANGES: Final = tuple(
    """growth forecast_growth growth_previous growth_stayed growth_expected growth_beyond
    growth_without_excess change_share contribution amount_change bias growth_effect effect_low
    effect_high day_effect growth_year band_gap gap_low gap_high""".split()
)
SHARES: Final = re.compile(
    r"(_share(_\d+d)?|_risk|_chance|^(precision|ordered|on_time|within)(_low|_high)?$|^random_precision$|^recall$|^target_attainment|^share|^coverage(_\d+)?|_rate|^wape(_ets|_sarimax|_naive)?)$"
)
COUNTS: Final = re.compile(r"(_days|_days_\d+d|dealers|rows|^n|^events|health|priority)$")


def format_of(column: str) -> str:
    """Which format shows the numbers of a column best?

    Examples
    --------
    >>> [format_of(name) for name in ("net_amount_365d", "growth", "churn_risk", "recency_days")]
    ['money', 'change', 'percent', 'count']
    """
    if column in CHANGES:
        return "change"
    if SHARES.search(column):
        return "percent"
    if MONEY.search(column):
        return "money"
    return "count" if COUNTS.search(column) else "number"


def show_code(column: str, code: str, lang: str = "en") -> str:
    """How is a code of this column called?

    Examples
    --------
    >>> show_code("segment", "large_frequent"), show_code("region", "华东")
    ('Large · frequent', '华东')
    """
    if column in PARTED:
        codes = code.split(SEPARATOR)
        return BETWEEN[lang].join(show_code(PARTED[column], one, lang) for one in codes)
    if column in ("tier", "tier_current"):
        return _said(tier_name(code), lang)
    if column == "segment":
        return describe_segment(code).text_in(lang)
    if column in LABELS:
        return column_label(code, lang)
    key = f"{NAMES.get(column, '')}{code}"
    return Sentence(key).text_in(lang) if column in NAMES and has_entry(key) else code


def show(column: str, value: object, lang: str = "en") -> str:
    """How does one cell read? What is missing is an empty text."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, str):
        return format_value(show_code(column, value, lang), lang=lang)
    spec = "date" if isinstance(value, dt.date) else format_of(column)
    return format_value(value, spec, lang=lang)


def _said(name: Sentence | str, lang: str) -> str:
    return name.text_in(lang) if isinstance(name, Sentence) else name

"""The record of a review: what went in, what was decided, how good it is, what is missing."""

import json
import math
import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Final

import pandas as pd

from dealerml import __version__
from dealerml.exports import FileIngest, Ingest
from dealerml.exports.narration import exact
from dealerml.review.gaps import RESULTS, count_gaps, list_degradations, list_empty_columns
from dealerml.review.run import Review
from dealerml.review.swap import FORMAT
from dealerml.words import Spoken

# Libraries that numbers depend on.
LIBRARIES: Final = (
    "duckdb",
    "matplotlib",
    "narwhals",
    "numpy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "scipy",
)


def make_record(review: Review, *, lang: str = "en") -> dict[str, Any]:
    """What must be known to trust, repeat and compare a review?

    Returns
    -------
    JSON-safe: as-of date, period, horizon, counts, reconciliation and hash of every input, the
    backtests with intervals, the model card, what was not computed and why, the policy in force
    and versions. It holds no clock and no absolute path.
    """
    start, end = review.sales.period
    return {
        "format": FORMAT,
        "as_of": review.as_of.isoformat(),
        "period": [start.isoformat(), end.isoformat()],
        "horizon_days": review.horizon,
        "language": lang,
        "random_state": review.random_state,
        "counts": _counts(review),
        "export": describe_export(review.ingest),
        "findings": {name: _spoken(getattr(review, name), lang) for name in RESULTS},
        "degradations": list_degradations(review, lang),
        "empty_columns": list_empty_columns(review, lang),
        "dealers_without": count_gaps(review),
        "churn_backtest": plain_rows(review.backtest.table),
        "churn_gain_over_silence_rule": plain_rows(review.backtest.differences),
        "forecast_backtest": plain_rows(review.forecast.backtest, index=False),
        "health_by_outcome": plain_rows(review.health_check.table),
        "alert_rules": plain_rows(review.records.table),
        "model_card": _model_card(review, lang),
        "policy": review.policy.as_dict(),
        "previous": _previous(review),
        "versions": {
            "dealerml": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def _previous(review: Review) -> dict[str, Any] | None:
    """Which earlier review was read, by its date and the hashes of its files."""
    if review.comparison is None:
        return None
    previous = review.comparison.previous
    return {"as_of": previous.as_of.isoformat(), "sha256": dict(previous.sha256)}


def write_json(record: dict[str, Any]) -> str:
    """How does the record read as text? Sorted, so that equal reviews have equal bytes."""
    text = json.dumps(plain(record), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def plain(value: Any) -> Any:
    """The same value in types that JSON knows; what is missing becomes null, never zero."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    item = getattr(value, "item", None)
    value = item() if callable(item) and not isinstance(value, str) else value
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, str | int | float) else str(value)


def describe_export(ingest: Ingest | None) -> dict[str, Any]:
    """Which files went in, and where did every row and every cent go?"""
    if ingest is None:
        return {}
    return {
        "source": ingest.source,
        "rows": ingest.rows,
        "amount": exact(ingest.amount),
        "amount_kept": exact(ingest.amount_where(set_aside=False)),
        "amount_set_aside": exact(ingest.amount_where(set_aside=True)),
        "set_aside_share": ingest.set_aside_share,
        "exact_repeats_kept": ingest.repeats,
        "unmatched": asdict(ingest.unmatched) if ingest.unmatched else None,
        "files": [_describe_file(file) for file in ingest.files],
        "not_read": [{"name": item.name, "reason": item.reason} for item in ingest.unread],
    }


def _describe_file(file: FileIngest) -> dict[str, Any]:
    return {
        "name": file.name,
        "taken_for": file.kind,
        "table": file.table,
        "encoding": file.encoding,
        "sha256": file.sha256,
        "source": file.source,
        "header_row": file.header_row,
        "columns": file.columns,
        "factors": {name: str(factor) for name, factor in file.factors.items()},
        "written": file.written,
        "dates": [day.isoformat() for day in (file.first_date, file.last_date) if day],
        "own_totals": {
            "n": len(file.own_totals),
            "agree": sum(total.agrees for total in file.own_totals),
        },
        "rows": file.rows,
        "amount": exact(file.amount),
        "amount_kept": exact(file.amount_where(set_aside=False)),
        "rules": [
            {
                "rule": count.rule,
                "set_aside": count.set_aside,
                "line_kind": count.line_kind,
                "rows": count.rows,
                "amount": exact(count.amount),
                "row": count.row,
            }
            for count in file.counts
        ],
    }


def _counts(review: Review) -> dict[str, Any]:
    dealers = review.dealers
    return {
        "dealers": len(dealers),
        "status": dealers["status"].value_counts().sort_index().to_dict(),
        "abc_class": dealers["abc_class"].value_counts().sort_index().to_dict(),
        "band": dealers["band"].value_counts().sort_index().to_dict(),
        "with_churn_risk": int(dealers["churn_risk"].notna().sum()),
        "alerts": len(review.alerts.table),
    }


def _model_card(review: Review, lang: str) -> dict[str, Any]:
    churn = review.churn
    return {
        "model": churn.name,
        "churned_means": churn.definition.text_in(lang),
        "slices": [str(date.date()) for date in churn.slices],
        "n": churn.n,
        "events": churn.events,
        "effects": plain_rows(churn.table),
        "not_used": "columns tagged current_state: tier, owner, status and presence on the list",
    }


def _spoken(result: Spoken, lang: str) -> str:
    return result.text_in(lang)


def plain_rows(table: pd.DataFrame, *, index: bool = True) -> list[dict[str, Any]]:
    """The rows of a table, its index among the columns."""
    rows = (table.reset_index() if index else table).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]

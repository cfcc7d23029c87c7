"""The foot of the report: how it was made, and how far it can be trusted."""

from typing import Final

import pandas as pd

from dealerml.churn import Backtest
from dealerml.churn.definitions import Comebacks, measure_comebacks
from dealerml.churn.models import model_name
from dealerml.exports import Ingest
from dealerml.review.ledger import sum_outcomes
from dealerml.review.page import MOST_ROWS, Picture, Section, Table, make_section, name_table
from dealerml.review.plots import draw_svg
from dealerml.review.run import Review
from dealerml.review.wording import BETWEEN, interval_text, method_text
from dealerml.words import Sentence, format_value, has_entry, say

BACKTEST: Final = ("model", "pr_auc", "roc_auc", "log_loss", "brier", "lift_10")
TRIAL: Final = ("level", "method", "wape", "bias", "coverage_80", "coverage_95", "series")
ROWS_WENT: Final = ("table", "outcome", "rule", "line_kind", "rows", "exact_amount")


def method_section(review: Review, lang: str) -> Section:
    """How was this made, and how far can it be trusted?"""
    from dealerml.churn.plots import plot_drivers, plot_gain, plot_reliability

    pictures = []
    if len(review.backtest.table):
        name = review.choice.name or str(review.backtest.table.index[0])
        pictures = [
            Picture(draw_svg(plot_gain, review.backtest, lang=lang)),
            Picture(draw_svg(plot_reliability, review.backtest, name, lang=lang)),
        ]
    # A single family would be one bar: the text names it.
    if (review.churn.table["effect"] > 0).sum() > 1:
        pictures.append(Picture(draw_svg(plot_drivers, review.churn, lang=lang)))
    comebacks = measure_comebacks(review.panel, horizon_days=review.horizon)
    tables = [
        [backtest_table(review.backtest, lang)],
        [comebacks_table(comebacks, lang)],
        [_trial(review, lang)],
        [_definitions(review, lang)],
    ]
    if review.ingest is not None:
        tables.insert(0, [_rows_went(review.ingest, lang)])
        tables[-1].append(_hashes(review.ingest, lang))
    return make_section("made", _say(review, lang), lang=lang, pictures=pictures, tables=tables)


def _say(review: Review, lang: str) -> list[str]:
    """What the results say of themselves, without what the body has said already."""
    told = {sentence.text_in(lang) for sentence in review.scores.said}
    own = [result.text_in(lang) for result in (review.backtest, review.choice)]
    fitted = BETWEEN[lang].join(
        text for s in review.churn.said if (text := s.text_in(lang)) not in told
    )
    results = (review.scores, review.losses, review.forecast, review.segments, review.health_check)
    read = [review.ingest.text_in(lang)] if review.ingest is not None else []
    said = [*read, fitted, *own, *(method_text(result, lang) for result in results)]
    return [text for text in said if text not in told]


def _rows_went(ingest: Ingest, lang: str) -> Table:
    return name_table(sum_outcomes(ingest), ROWS_WENT, name="ingest", lang=lang)


def _definitions(review: Review, lang: str) -> Table:
    """What the words of the report mean here."""
    rows = [
        {
            "definition": say(f"review.definition.{name}", lang),
            "value": _value(name, value, lang),
        }
        for name, value in review.policy.definitions.items()
        if value != ""
    ]
    return name_table(pd.DataFrame(rows), ("definition", "value"), name="definitions", lang=lang)


def _value(name: str, value: object, lang: str) -> str:
    key = f"review.definition_value.{value}"
    if has_entry(key):
        return say(key, lang)
    return format_value(value, "count" if isinstance(value, int) else "", lang=lang)


def backtest_table(backtest: Backtest, lang: str) -> Table:
    """The backtest as ``value (low–high)``: a figure without its interval is half a figure."""
    source = backtest.table
    shown = pd.DataFrame(index=source.index)
    for name in BACKTEST[1:]:
        ends = [f"{name}{end}" for end in ("", "_lo", "_hi")]
        rows = source.reindex(columns=ends).itertuples(index=False, name=None)
        shown[name] = [interval_text(*values) for values in rows]
    names = [model_name(str(name)) for name in shown.index]
    shown["model"] = [n.text_in(lang) if isinstance(n, Sentence) else n for n in names]
    note = ""
    if len(source):
        first = source.iloc[0]
        facts = {name: int(first[name]) for name in ("n", "events", "slices")}
        rate = float(first["base_rate"])
        note = say("review.table_note.backtest", lang, **facts, rate=rate)
    return name_table(shown, BACKTEST, name="backtest", lang=lang, note=note)


def comebacks_table(comebacks: Comebacks, lang: str) -> Table:
    """How often the definition of stopped was too early."""
    shown = comebacks.table.reset_index()
    shown["share"] = [interval_text(*row) for row in shown[["share", "low", "high"]].to_numpy()]
    shown = shown[shown["n"] > 0]
    return name_table(shown, ("days", "n", "came_back", "share"), name="comebacks", lang=lang)


def _trial(review: Review, lang: str) -> Table:
    return name_table(review.forecast.backtest, TRIAL, name="forecast_backtest", lang=lang)


def _hashes(ingest: Ingest, lang: str) -> Table:
    rows = [{"file": file.name, "sha256": file.sha256} for file in ingest.files]
    note = ""
    if len(rows) > MOST_ROWS:
        note = say("review.table_note.files", lang, shown=MOST_ROWS, n=len(rows))
    table = pd.DataFrame(rows[:MOST_ROWS], columns=["file", "sha256"])
    return name_table(table, ("file", "sha256"), name="hashes", lang=lang, note=note)

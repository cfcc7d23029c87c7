"""The model card: what a model is, how good it was, and why it is or is not in use."""

import io
from importlib.metadata import version
from typing import Any, Final

import pandas as pd

from dealerml import __version__
from dealerml.churn.models import model_name
from dealerml.review.files import csv_bytes
from dealerml.review.method import backtest_table, comebacks_table
from dealerml.review.page import MOST_ROWS, Page, Picture, make_section, name_table
from dealerml.review.record import describe_export, plain_rows, write_json
from dealerml.review.report import render_page
from dealerml.review.retraining import CARD, PAGE, RISKS, Retraining
from dealerml.review.wording import interval_text
from dealerml.words import Sentence, say

LIBRARIES: Final = ("numpy", "pandas", "scikit-learn", "skops")
CALIBRATION: Final = ("as_of", "n", "events", "expected", "intercept", "slope")
COMPARED: Final = ("comparison", "model", "pr_auc_difference", "seen_from", "n", "events")
DRIFT: Final = ("feature", "psi", "psi_chance", "missing_before", "missing_now")
CHANGES: Final = (
    "list_change",
    "dealer_id",
    "list_place",
    "list_place_before",
    "churn_risk",
    "reason",
)


def list_files(found: Retraining, risks: pd.DataFrame, lang: str) -> dict[str, bytes]:
    """What stands beside the model in its version: card, backtest, calibration, drift and risks."""
    return {
        CARD: write_json(describe(found)).encode(),
        PAGE: render_card(found, lang=lang).encode(),
        "backtest.csv": csv_bytes(found.backtest.table.reset_index()),
        "backtest_slices.csv": csv_bytes(found.backtest.slices),
        "calibration.csv": csv_bytes(found.promotion.calibration.reset_index()),
        "drift.csv": csv_bytes(found.drift.table.reset_index()),
        "comebacks.csv": csv_bytes(found.comebacks.table.reset_index()),
        RISKS: _risks(risks),
    }


def describe(found: Retraining) -> dict[str, Any]:
    """The card for machines: no clock and no path in it."""
    churn, promotion = found.churn, found.promotion
    return {
        "format": "dealerml model card 1",
        "as_of": found.as_of.isoformat(),
        "model": churn.name,
        "decision": promotion.kind,
        "decided_because": [sentence.text for sentence in promotion.said],
        "compared": plain_rows(promotion.table),
        "churned_means": churn.definition.text,
        "horizon_days": churn.horizon_days,
        "slices": [str(date.date()) for date in churn.slices],
        "n": churn.n,
        "events": churn.events,
        "features": list(churn.fitted.columns) if churn.fitted else [],
        "effects": plain_rows(churn.table),
        "backtest": plain_rows(found.backtest.table),
        "gain_over_silence_rule": plain_rows(found.backtest.differences),
        "calibration": plain_rows(promotion.calibration),
        "drift": plain_rows(found.drift.table[found.drift.table["drifted"]]),
        "came_back": plain_rows(found.comebacks.table),
        "champion_before": found.before,
        "calls_save": {name: getattr(found.save_rate, name) for name in ("rate", "low", "high")}
        | {"log": plain_rows(found.save_rate.table)},
        "not_used": "columns tagged current_state: tier, owner, status and presence on the list",
        "export": describe_export(found.ingest),
        "policy": {
            name: found.policy.as_dict()[name] for name in ("definitions", "churn", "costs")
        },
        "versions": {"dealerml": __version__, **{name: version(name) for name in LIBRARIES}},
    }


def render_card(found: Retraining, *, lang: str = "en") -> str:
    """How does the card read as one page of HTML, for whoever has to answer for the model?"""
    from dealerml.theme import set_theme

    set_theme(lang)
    sections = [_decision(found, lang), _quality(found, lang), _meaning(found, lang)]
    page = Page(
        title=say("review.card.title", lang, as_of=found.as_of),
        lead=found.promotion.text_in(lang),
        tiles=(),
        sections=[*sections, _changes(found, lang)],
        contents=say("review.contents", lang),
    )
    return render_page(page, lang)


def _decision(found: Retraining, lang: str) -> Any:
    compared = found.promotion.table.reset_index()
    if len(compared):
        compared["model"] = [_name(str(name), lang) for name in compared["recipe"]]
        compared["pr_auc_difference"] = [
            interval_text(*row) for row in compared[["difference", "low", "high"]].to_numpy()
        ]
    tables = [[name_table(compared, COMPARED, name="compared", lang=lang)]]
    return make_section("decision", [found.promotion.text_in(lang)], lang=lang, tables=tables)


def _quality(found: Retraining, lang: str) -> Any:
    from dealerml.churn.plots import plot_drivers, plot_gain, plot_reliability
    from dealerml.review.plots import draw_svg

    name, pictures = found.promotion.recipe, []
    if len(found.backtest.table) and name in found.backtest.table.index:
        pictures = [
            Picture(draw_svg(plot_gain, found.backtest, lang=lang)),
            Picture(draw_svg(plot_reliability, found.backtest, name, lang=lang)),
        ]
    if (found.churn.table["effect"] > 0).sum() > 1:
        pictures.append(Picture(draw_svg(plot_drivers, found.churn, lang=lang)))
    tables = [[backtest_table(found.backtest, lang)], [_calibration(found, lang)]]
    said = [found.backtest.text_in(lang), found.churn.text_in(lang)]
    return make_section("quality", said, lang=lang, pictures=pictures, tables=tables)


def _calibration(found: Retraining, lang: str) -> Any:
    source = found.promotion.calibration
    shown = source.reset_index() if len(source) else pd.DataFrame(columns=list(CALIBRATION))
    for name in ("intercept", "slope"):
        ends = [name, f"{name}_lo", f"{name}_hi"]
        if len(source):
            shown[name] = [interval_text(*row) for row in source[ends].to_numpy()]
    if len(source):
        last = say("review.card.pooled", lang)
        shown["as_of"] = [last if date == "pooled" else date for date in shown["as_of"]]
    return name_table(shown, CALIBRATION, name="calibration", lang=lang, total=True)


def _meaning(found: Retraining, lang: str) -> Any:
    drift = found.drift.table.reset_index().head(MOST_ROWS)
    tables = [
        [comebacks_table(found.comebacks, lang)],
        [name_table(drift, DRIFT, name="drift", lang=lang)],
    ]
    told = (found.comebacks, found.drift, found.save_rate)
    said = [found.churn.definition.text_in(lang), *(result.text_in(lang) for result in told)]
    return make_section("meaning", said, lang=lang, tables=tables)


def _changes(found: Retraining, lang: str) -> Any:
    changes = found.changes
    shown = changes.table.join(changes.reasons_text(lang)).reset_index()
    shown = shown[shown["list_change"] != "stayed"] if found.before else shown.iloc[:0]
    tables = [[name_table(shown, CHANGES, name="list_changes", lang=lang)]]
    return make_section("list_changes", [changes.text_in(lang)], lang=lang, tables=tables)


def _risks(risks: pd.DataFrame) -> bytes:
    """In full, so that next quarter compares with exactly what was said."""
    buffer = io.StringIO()
    risks.to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue().encode()


def _name(model: str, lang: str) -> str:
    name = model_name(model)
    return name.text_in(lang) if isinstance(name, Sentence) else name

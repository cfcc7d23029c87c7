"""The sections of the report: each a question, its finding, and the evidence."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from dealerml.health import playbook_steps
from dealerml.review.page import MOST_ROWS, Section, Table, draw, show_table
from dealerml.review.run import Review
from dealerml.words import say

SAVE_COLUMNS: Final = (
    "dealer_name",
    "abc_class",
    "region",
    "owner",
    "recency_days",
    "churn_risk",
    "loss_expected",
    "growth",
    "reasons_text",
    "note",
)
ALERT_COLUMNS: Final = (
    "dealer_name",
    "kind",
    "severity",
    "reason",
    "loss_expected",
    "owner",
    "due_date",
    "steps",
)
MOVER_COLUMNS: Final = (
    "dealer_name",
    "step",
    "net_amount_period",
    "base_amount",
    "change_amount",
)
BACKTEST_COLUMNS: Final = ("model", "pr_auc", "roc_auc", "log_loss", "brier", "lift_10")


def sales_section(review: Review, lang: str) -> Section:
    """How did the period go?"""
    from dealerml.growth.plots import plot_bridge, plot_regions

    sales = review.sales
    figures = [draw(plot_bridge, sales, lang=lang)] if len(sales.bridge) else []
    figures += [draw(plot_regions, sales, lang=lang)] if len(sales.table) else []
    columns = ("region", "net_amount", "net_amount_last_year", "growth", "share", "dealers")
    tables = [
        _largest(table.reset_index(), (name, *columns[1:]), name=f"by_{name}", lang=lang)
        for name, table in (("region", sales.table), ("category", sales.categories))
        if len(table)
    ]
    if len(sales.movers):
        named = sales.movers.join(review.profile["dealer_name"], on="dealer_id")
        tables.append(_table(named, MOVER_COLUMNS, name="movers", lang=lang))
    return _section("sales", (sales.text_in(lang),), figures, tables, lang=lang)


def dealers_section(review: Review, lang: str) -> Section:
    """Who are the dealers?"""
    from dealerml.segments.plots import plot_lifecycle, plot_pareto, plot_rfm_grid, plot_segments

    figures = [
        draw(plot_pareto, review.classes, lang=lang),
        draw(plot_segments, review.segments, lang=lang),
        draw(plot_lifecycle, review.lifecycle, lang=lang),
        draw(plot_rfm_grid, review.rfm, lang=lang),
    ]
    results = (review.classes, review.tiers, review.segments, review.lifecycle, review.rfm)
    profile = review.segments.profile.reset_index()
    tables = [_table(profile, profile.columns, name="segments", lang=lang)] if len(profile) else []
    return _section("dealers", [r.text_in(lang) for r in results], figures, tables, lang=lang)


def save_section(review: Review, lang: str) -> Section:
    """Whom to save first?"""
    from dealerml.churn.plots import plot_drivers

    dealers = review.dealers.assign(reasons_text=review.scores.reasons_text(lang))
    first = dealers[dealers["priority"] <= MOST_ROWS].sort_values("priority")
    note = say("review.table_note.save", lang, shown=len(first), n=int(dealers["priority"].count()))
    tables = [_table(first, SAVE_COLUMNS, name="save", lang=lang, note=note)] if len(first) else []
    figures = [draw(plot_drivers, review.churn, lang=lang)] if len(review.churn.table) else []
    results = (review.scores, review.losses)
    return _section("save", [r.text_in(lang) for r in results], figures, tables, lang=lang)


def forecast_section(review: Review, lang: str) -> Section:
    """What comes next?"""
    from dealerml.growth.plots import plot_forecast

    forecast = review.forecast
    figures = [draw(plot_forecast, forecast, lang=lang)] if len(forecast.table) else []
    ahead = forecast.ahead[forecast.ahead["level"] != "dealer"]
    columns = ("level", "key", "mean", "lo80", "hi80", "forecast_growth")
    note = say("review.table_note.forecast", lang, months=forecast.horizon_months)
    shown = _table(ahead, columns, name="forecast", lang=lang, note=note)
    tables = [shown] if len(ahead) else []
    return _section("forecast", (forecast.text_in(lang),), figures, tables, lang=lang)


def health_section(review: Review, lang: str) -> Section:
    """How healthy are the dealers?"""
    from dealerml.health.plots import plot_bands, plot_parts, plot_validation

    figures = [
        draw(plot_bands, review.health, lang=lang),
        draw(plot_parts, review.health, lang=lang),
    ]
    if len(review.health_check.table):
        figures.append(draw(plot_validation, review.health_check, lang=lang))
    results = (review.health, review.health_check)
    return _section("health", [r.text_in(lang) for r in results], figures, (), lang=lang)


def alerts_section(review: Review, lang: str) -> Section:
    """Who should act now?"""
    from dealerml.health.plots import plot_alerts

    alerts = review.alerts.table_in(lang)
    first = alerts.head(MOST_ROWS)
    steps = {name: _steps(review, name, lang) for name in sorted(set(first["playbook"]))}
    first = first.assign(steps=first["playbook"].map(steps).astype("str"))
    note = say("review.table_note.alerts", lang, shown=len(first), n=len(alerts))
    tables = (
        [_table(first, ALERT_COLUMNS, name="alerts", lang=lang, note=note)] if len(first) else []
    )
    figures = [draw(plot_alerts, review.alerts, lang=lang)] if len(alerts) else []
    return _section("alerts", (review.alerts.text_in(lang),), figures, tables, lang=lang)


def made_section(review: Review, lang: str) -> Section:
    """How was this made, and how far can it be trusted?"""
    from dealerml.churn.plots import plot_gain, plot_reliability

    tested = len(review.backtest.table) > 0
    figures = []
    if tested:
        name = review.choice.name or "silence_rule"
        figures = [
            draw(plot_gain, review.backtest, lang=lang),
            draw(plot_reliability, review.backtest, name, lang=lang),
        ]
    tables = [_intervals(review, lang)] if tested else []
    if len(review.forecast.backtest):
        columns = ("level", "method", "wape", "bias", "coverage_80", "coverage_95", "series")
        trial = review.forecast.backtest
        tables.append(_table(trial, columns, name="forecast_backtest", lang=lang))
    results = [review.churn, review.backtest, review.choice]
    said = [result.text_in(lang) for result in results]
    if review.ingest is not None:
        said.insert(0, review.ingest.text_in(lang))
        columns = ("file", "table", "outcome", "rule", "line_kind", "rows", "amount")
        tables.insert(0, _table(review.ingest.table, columns, name="ingest", lang=lang))
        tables.append(_hashes(review, lang))
    return _section("made", said, figures, tables, lang=lang)


def _section(
    name: str,
    paragraphs: "list[str] | tuple[str, ...]",
    figures: "list[object]",
    tables: "list[Table] | tuple[Table, ...]",
    *,
    lang: str,
) -> Section:
    said = [text for text in paragraphs if text]
    return Section(name, say(f"review.section.{name}", lang), said, figures, tables)


def _table(
    table: pd.DataFrame, columns: "object", *, name: str, lang: str, note: str = ""
) -> Table:
    title = say(f"review.table.{name}", lang)
    return show_table(table, columns, title=title, lang=lang, note=note)  # type: ignore[arg-type]


def _largest(table: pd.DataFrame, columns: tuple[str, ...], *, name: str, lang: str) -> Table:
    """The largest rows of a table, with a note of how many are left out and what they bring."""
    rest = table.iloc[MOST_ROWS:]
    amount = rest["net_amount"].sum()
    note = say("review.table_note.rest", lang, n=len(rest), amount=amount) if len(rest) else ""
    return _table(table.head(MOST_ROWS), columns, name=name, lang=lang, note=note)


def _steps(review: Review, playbook: str, lang: str) -> str:
    return " → ".join(playbook_steps(playbook, lang, policy=review.policy))


def _intervals(review: Review, lang: str) -> Table:
    """The backtest as ``value (low–high)``: a figure without its interval is half a figure."""
    from dealerml.churn.models import model_name
    from dealerml.words import Sentence

    source = review.backtest.table
    shown = pd.DataFrame(index=source.index)
    for name in BACKTEST_COLUMNS[1:]:
        ends = (source[name], source[f"{name}_lo"], source[f"{name}_hi"])
        shown[name] = [f"{v:.3f} ({lo:.3f}–{hi:.3f})" for v, lo, hi in zip(*ends, strict=True)]
    names = [model_name(str(name)) for name in shown.index]
    shown["model"] = [n.text_in(lang) if isinstance(n, Sentence) else n for n in names]
    first = source.iloc[0]
    note = say(
        "review.table_note.backtest",
        lang,
        n=int(first["n"]),
        events=int(first["events"]),
        rate=float(first["base_rate"]),
        slices=int(first["slices"]),
    )
    return _table(shown, BACKTEST_COLUMNS, name="backtest", lang=lang, note=note)


def _hashes(review: Review, lang: str) -> Table:
    rows = [{"file": file.name, "sha256": file.sha256} for file in review.ingest.files]
    return _table(pd.DataFrame(rows), ("file", "sha256"), name="hashes", lang=lang)


SECTIONS: Final[tuple[Callable[[Review, str], Section], ...]] = (
    sales_section,
    dealers_section,
    save_section,
    forecast_section,
    health_section,
    alerts_section,
    made_section,
)

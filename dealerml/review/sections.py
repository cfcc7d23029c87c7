"""The sections of the report: each a question, its finding, and the evidence."""

from collections.abc import Callable
from typing import Any, Final

from dealerml.health import playbook_steps
from dealerml.health.sayings import name_kind
from dealerml.review.lists import (
    list_alerts,
    list_groups,
    list_movers,
    list_new,
    list_noted,
    list_owners,
    list_red,
    list_regions_ahead,
    list_segments,
    list_to_save,
)
from dealerml.review.method import method_section
from dealerml.review.page import Picture, Section, Steps, make_section
from dealerml.review.plots import HEIGHT, Plot, draw_svg
from dealerml.review.run import Review
from dealerml.review.wording import body_text
from dealerml.words import Sentence, say

# Inches of a picture: a frame for title and axis, and each row of bars.
FRAME, ROW, BANDS = 1.3, 0.3, 1.8


def sales_section(review: Review, lang: str) -> Section:
    """How did the period go?"""
    from dealerml.growth.plots import plot_bridge, plot_regions

    sales = review.sales
    drawn = [plot_bridge] if len(sales.bridge) else []
    drawn += [plot_regions] if len(sales.table) > 1 else []
    pictures = [_picture(plot, sales, lang, wide=len(drawn) == 1) for plot in drawn]
    tables = [
        [
            list_groups(sales.table, by="region", lang=lang),
            list_groups(sales.categories, by="category", lang=lang),
        ],
        [list_movers(review, side, lang) for side in ("pull", "drag")],
    ]
    covered = all(said.key != "growth.period_before_data" for said in sales.said)
    said = body_text(sales, lang) if covered else say("review.no_period", lang)
    return make_section("sales", [said], lang=lang, pictures=pictures, tables=tables)


def dealers_section(review: Review, lang: str) -> Section:
    """Who are the dealers?"""
    from dealerml.segments.plots import plot_lifecycle, plot_pareto, plot_rfm_grid, plot_segments

    known, stages = review.dealers.notna().any(), review.dealers["lifecycle"].dropna()
    drawn: list[tuple[Plot, Any, bool]] = [
        (plot_pareto, review.classes, known["abc_class"]),
        (plot_segments, review.segments, known["segment"]),
        (plot_lifecycle, review.lifecycle, bool(~stages.isin(["new", "never"]).all())),
        (plot_rfm_grid, review.rfm, known["rfm_group"]),
    ]
    pictures = [_picture(plot, of, lang) for plot, of, tells in drawn if tells]
    results = (review.classes, review.tiers, review.segments, review.lifecycle, review.rfm)
    tables = [[list_segments(review, lang)], [list_new(review, lang)]]
    paragraphs = [body_text(result, lang) for result in results]
    return make_section("dealers", paragraphs, lang=lang, pictures=pictures, tables=tables)


def save_section(review: Review, lang: str) -> Section:
    """Whom to save first?"""
    paragraphs = [body_text(result, lang) for result in (review.scores, review.losses)]
    tables = [[list_to_save(review, lang)], [list_noted(review, lang)]]
    return make_section("save", paragraphs, lang=lang, tables=tables)


def forecast_section(review: Review, lang: str) -> Section:
    """What comes next?"""
    from dealerml.growth.plots import plot_forecast

    forecast = review.forecast
    known = len(forecast.table) > 0
    pictures = [_picture(plot_forecast, forecast, lang, wide=True)] if known else []
    tables = [[list_regions_ahead(review, lang)]]
    said = [body_text(forecast, lang)]
    return make_section("forecast", said, lang=lang, pictures=pictures, tables=tables)


def health_section(review: Review, lang: str) -> Section:
    """How healthy are the dealers?"""
    from dealerml.health.plots import plot_bands, plot_parts, plot_validation

    health, check = review.health, review.health_check
    pictures = []
    if health.table["health"].notna().any():
        pictures = [
            _picture(plot_bands, health, lang, wide=True, height=BANDS),
            _picture(plot_parts, health, lang),
        ]
    if len(check.table) and check.table["scores"].sum() > 0:
        pictures.append(_picture(plot_validation, check, lang))
    paragraphs = [body_text(health, lang), body_text(check, lang)]
    tables = [[list_red(review, lang)]]
    return make_section("health", paragraphs, lang=lang, pictures=pictures, tables=tables)


def alerts_section(review: Review, lang: str) -> Section:
    """Who should act now?"""
    from dealerml.health.plots import plot_alerts

    alerts = review.alerts
    pictures = []
    kinds = alerts.table["kind"].nunique()
    if kinds > 1:
        height = FRAME + ROW * kinds
        pictures = [_picture(plot_alerts, alerts, lang, wide=True, height=height)]
    return make_section(
        "alerts",
        [body_text(alerts, lang)],
        lang=lang,
        pictures=pictures,
        tables=[[list_alerts(review, lang)], [list_owners(review, lang)]],
        playbooks=_playbooks(review, lang),
    )


def _picture(
    plot: Plot, result: object, lang: str, *, wide: bool = False, height: float = HEIGHT
) -> Picture:
    return Picture(draw_svg(plot, result, lang=lang, wide=wide, height=height), wide=wide)


def _playbooks(review: Review, lang: str) -> list[Steps]:
    """What to do for each kind of alert that is raised, the most frequent first."""
    table = review.alerts.table
    counts = table.groupby("kind").size().sort_values(ascending=False, kind="stable")
    names = table.drop_duplicates("kind").set_index("kind")["playbook"]
    return [
        Steps(_name(str(kind), lang), playbook_steps(str(names[kind]), lang, policy=review.policy))
        for kind in counts.index
    ]


def _name(kind: str, lang: str) -> str:
    name = name_kind(kind)
    text = name.text_in(lang) if isinstance(name, Sentence) else name
    return text[:1].upper() + text[1:]


SECTIONS: Final[tuple[Callable[[Review, str], Section], ...]] = (
    sales_section,
    dealers_section,
    save_section,
    forecast_section,
    health_section,
    alerts_section,
    method_section,
)

"""The sections behind the leading pages, and the order of all of them."""

from collections.abc import Callable
from typing import Any, Final

from dealerml.health import playbook_steps
from dealerml.health.sayings import name_kind
from dealerml.review.leading_sections import (
    back_section,
    change_section,
    outlook_section,
    save_section,
    structure_section,
)
from dealerml.review.lists import (
    list_alerts,
    list_groups,
    list_new,
    list_noted,
    list_owners,
    list_records,
    list_red,
    list_regions_ahead,
    list_segments,
)
from dealerml.review.method import method_section
from dealerml.review.page import MOST_ROWS, Section, Steps, make_section, name_table
from dealerml.review.plots import Plot, draw
from dealerml.review.run import Review
from dealerml.review.wording import body_text
from dealerml.words import Sentence, say

LISTED: Final = tuple("dealer_name churn_risk_before loss_before treated came".split())
MISSED: Final = ("dealer_name", "churn_risk_before", "net_amount_before")
MOVED: Final = tuple(
    """dealer_name abc_class_then abc_class band_then band tier_then tier
    change_amount""".split()
)
RESTATED: Final = ("month", "amount_before", "amount_now", "change_amount")
CHANGED: Final = ("definition", "value_before", "value")
# Inches of a picture: a frame for title and axis, and each row of bars.
FRAME, ROW, BANDS = 1.3, 0.3, 1.8


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
    pictures = [draw(plot, of, lang=lang) for plot, of, tells in drawn if tells]
    results = (review.classes, review.tiers, review.segments, review.lifecycle, review.rfm)
    tables = [
        [list_segments(review, lang)],
        [list_groups(review.sales.categories, by="category", lang=lang)],
        [list_new(review, lang)],
        [list_noted(review, lang)],
        [list_regions_ahead(review, lang)],
    ]
    paragraphs = [body_text(result, lang) for result in results]
    return make_section("dealers", paragraphs, lang=lang, pictures=pictures, tables=tables)


def health_section(review: Review, lang: str) -> Section:
    """How healthy are the dealers?"""
    from dealerml.health.plots import plot_bands, plot_parts, plot_validation

    health, check = review.health, review.health_check
    pictures = []
    if health.table["health"].notna().any():
        pictures = [
            draw(plot_bands, health, lang=lang, wide=True, height=BANDS),
            draw(plot_parts, health, lang=lang),
        ]
    if len(check.table) and check.table["scores"].sum() > 0:
        pictures.append(draw(plot_validation, check, lang=lang))
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
        pictures = [draw(plot_alerts, alerts, lang=lang, wide=True, height=height)]
    return make_section(
        "alerts",
        [body_text(alerts, lang)],
        lang=lang,
        pictures=pictures,
        tables=[
            [list_alerts(review, lang)],
            [list_owners(review, lang)],
            [list_records(review, lang)],
        ],
        playbooks=_playbooks(review, lang),
    )


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


# What leadership reads, each on a page of its own after the first; then what stands behind it.
LEADING: Final[tuple[Callable[[Review, str], Section], ...]] = (
    change_section,
    save_section,
    back_section,
    outlook_section,
    structure_section,
)


def since_section(review: Review, lang: str) -> Section:
    """What changed since the last review?"""
    found = review.comparison
    if found is None:
        return make_section("since", [say("review.no_previous", lang)], lang=lang)
    names = review.dealers["dealer_name"]
    listed = found.table.join(names).reset_index()
    moved = found.movers.join(names).head(MOST_ROWS)
    missed = found.missed.join(names).head(MOST_ROWS)
    tables = [
        [name_table(listed, LISTED, name="last_list", lang=lang)],
        [name_table(missed, MISSED, name="last_missed", lang=lang)],
        [name_table(moved, MOVED, name="last_moved", lang=lang)],
        [
            name_table(found.restated.reset_index(), RESTATED, name="restated", lang=lang),
            name_table(found.changes, CHANGED, name="changes", lang=lang),
        ],
    ]
    return make_section("since", [found.text_in(lang)], lang=lang, tables=tables)


APPENDIX: Final[tuple[Callable[[Review, str], Section], ...]] = (
    dealers_section,
    health_section,
    alerts_section,
    since_section,
    method_section,
)

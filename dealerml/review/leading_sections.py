"""The pages that leadership reads: change, whom to save, whom to back, outlook, structure."""

from typing import Any

import pandas as pd

from dealerml.review.leading_lists import (
    list_closing,
    list_coming,
    list_depends,
    list_moves,
    list_near,
    list_regions,
    list_rising,
    list_white,
)
from dealerml.review.lists import list_movers, list_to_save
from dealerml.review.page import Section, make_section
from dealerml.review.plots import Plot, draw
from dealerml.review.run import Review
from dealerml.review.supplying import say_supply
from dealerml.review.wording import BETWEEN, body_text, join_sentences
from dealerml.words import say

FESTIVE = ("CN", "HK", "TW", "SG")
FLAT, LOW, TALL = 2.2, 2.5, 2.9


def change_section(review: Review, lang: str) -> Section:
    """Where did the change come from?"""
    from dealerml.growth.plots import plot_bridge, plot_split

    sales, split = review.sales, review.background.split
    drawn: list[tuple[Plot, Any]] = [(plot_bridge, sales)] if len(sales.bridge) else []
    drawn += [(plot_split, split)] if len(split.table) else []
    pictures = [draw(plot, of, lang=lang, wide=True, height=FLAT) for plot, of in drawn]
    covered = all(said.key != "growth.period_before_data" for said in sales.said)
    said = body_text(sales, lang) if covered else say("review.no_period", lang)
    tables = [
        [list_regions(review, lang)],
        [list_movers(review, side, lang) for side in ("pull", "drag")],
    ]
    paragraphs = [
        said,
        split.text_in(lang) if len(split.table) else "",
        _aligned(review, lang),
        say_supply(review, "regions", lang),
    ]
    return make_section("change", paragraphs, lang=lang, pictures=pictures, tables=tables)


def _aligned(review: Review, lang: str) -> str:
    growth = review.background.aligned_growth
    # Elsewhere the Spring Festival says nothing to the reader.
    keeps = lang == "zh" or review.policy.forecast["country"] in FESTIVE
    return "" if pd.isna(growth) or not keeps else say("review.aligned", lang, growth=growth)


def save_section(review: Review, lang: str) -> Section:
    """Whom to save first?"""
    paragraphs = [body_text(result, lang) for result in (review.scores, review.losses)]
    paragraphs += [_last_list(review, lang), say_supply(review, "owners", lang)]
    return make_section("save", paragraphs, lang=lang, tables=[[list_to_save(review, lang)]])


def _last_list(review: Review, lang: str) -> str:
    """What became of those the last review named: handled or untouched, kept or stopped?"""
    if review.comparison is None:
        return ""
    table = review.comparison.table
    said = []
    for treated, rows in table.groupby(table["treated"].fillna("unknown"), sort=True):
        counts = rows["came"].value_counts()
        facts = {name: int(counts.get(name, 0)) for name in ("kept", "stopped", "open")}
        named = say(f"review.treated.{treated}", lang)
        said.append(say("review.last_treated", lang, treated=named, n=len(rows), **facts))
    return BETWEEN[lang].join(said)


def back_section(review: Review, lang: str) -> Section:
    """Whom to back?"""
    back = review.background
    tables = [
        [list_rising(review, lang), list_near(review, lang)],
        [list_coming(review, lang), list_white(review, lang)],
    ]
    spoken = [back.rising.text_in(lang), back.ramp.text_in(lang)]
    if not any(table.rows for row in tables for table in row):
        spoken.append(say("review.back_nothing", lang))
    spoken.append(say_supply(review, "categories", lang))
    return make_section("back", spoken, lang=lang, tables=tables)


def outlook_section(review: Review, lang: str) -> Section:
    """What comes next, and is it enough?"""
    from dealerml.growth.plots import plot_forecast, plot_regions_ahead

    forecast, targets = review.forecast, review.background.targets
    pictures = []
    if len(forecast.table):
        monthly = _monthly_target(review)
        pictures.append(
            draw(plot_forecast, forecast, lang=lang, wide=True, height=TALL, target=monthly)
        )
    regions = forecast.ahead[forecast.ahead["level"] == "region"]
    if len(regions) > 1:
        pictures.append(draw(plot_regions_ahead, forecast, lang=lang, wide=True, height=LOW))
    said = [body_text(forecast, lang), targets.text_in(lang)]
    tables = [[list_closing(review, lang)]]
    return make_section("outlook", said, lang=lang, pictures=pictures, tables=tables)


def _monthly_target(review: Review) -> float | None:
    """The running target as an amount a month; None where none reaches beyond the as-of date."""
    total = review.background.targets.total
    if not total or not pd.Timestamp(str(total["until_date"])) > pd.Timestamp(review.as_of):
        return None
    days = pd.Timestamp(str(total["until_date"])) - pd.Timestamp(str(total["from_date"]))
    return float(str(total["target_amount"])) / max(round((days.days + 1) / 30.44), 1)


def structure_section(review: Review, lang: str) -> Section:
    """How is the channel built, who moved, and on whom does it hang?"""
    classes = review.classes
    said: list[str] = []
    if len(classes.top) and not pd.isna(classes.hhi):
        facts = {"n": int((review.dealers["net_amount_365d"] > 0).sum()), "hhi": classes.hhi}
        facts |= {f"top{n}": classes.top[n] for n in (1, 5, 10)}
        said.append(say("review.concentration", lang, **facts))
    tables = [
        [list_moves(review, column, lang) for column in ("abc_class", "band")],
        [list_depends(review, lang)],
    ]
    if review.background.earlier.empty:
        said.append(say("review.no_earlier", lang))
    said.append(_health_words(review, lang))
    return make_section("structure", said, lang=lang, tables=tables)


def _health_words(review: Review, lang: str) -> str:
    return join_sentences(review.trend.said[:1], lang)

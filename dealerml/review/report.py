"""The report: one self-contained page, no script, no request."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from dealerml.review.cards import Card
from dealerml.review.page import Page, Section, make_page
from dealerml.review.run import Review

if TYPE_CHECKING:
    from jinja2 import Template

# A unit stays on the line of its number.
UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|[KMB]\b|万|亿))")
# A part stands in a page of others: only its own tables and tiles are dressed.
PART_CSS: Final = (
    ".dealerml table{border-collapse:collapse;font-size:.85em}"
    ".dealerml th,.dealerml td{padding:.25em .6em;border-bottom:1px solid #d9e2ec}"
    ".dealerml th,.dealerml td{text-align:left}"
    ".dealerml .number{text-align:right;white-space:nowrap}"
    ".dealerml .tiles{display:grid;gap:.6em}"
    ".dealerml .tiles{grid-template-columns:repeat(auto-fill,minmax(9em,1fr))}"
    ".dealerml .tile{border:1px solid #d9e2ec;border-radius:6px;padding:.5em .7em}"
    ".dealerml dd{margin:0}.dealerml .value{display:block;font-size:1.4em;font-weight:600}"
    ".dealerml .note{color:#52606d;font-size:.85em}.dealerml svg{max-width:100%;height:auto}"
    ".dealerml .spark{width:7.5em}"
)
NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True)
class CardPage:
    """One-page cards under a title."""

    title: str
    date: str
    cards: Sequence[Card]


def render_report(review: Review, *, lang: str = "en") -> str:
    """How does the review read as one page of HTML?

    The page needs nothing but itself: pictures are drawn inline, and of the bundled font only the
    Chinese characters that the page shows are embedded, so that they read on any machine.
    """
    return render_page(make_page(review, lang), lang)


def render_cards(cards: Sequence[Card], *, title: str, date: str, lang: str = "en") -> str:
    """How do one-page cards read as one file of HTML, a page of paper each?"""
    return render_page(CardPage(title, date, cards), lang, template="cards.html.j2")


def render_page(page: Page | CardPage, lang: str, *, template: str = "review.html.j2") -> str:
    """How does a page read as one file of HTML, with nothing to load?"""
    from markupsafe import Markup

    from dealerml.theme import CSS_FAMILIES, embed_font

    css = _read("review.css") + f"body {{ font-family: {CSS_FAMILIES}; }}"
    source = _template(template)
    body = source.render(page=page, lang=lang, font="", css="")
    font = Markup(embed_font(body))
    return source.render(page=page, lang=lang, font=font, css=Markup(css))


def render_part(part: Section | Card, lang: str) -> str:
    """How does one section or card read inside another page, such as a notebook's?"""
    from markupsafe import Markup

    source = _template("part.html.j2")
    return source.render(part=part, lang=lang, css=Markup(PART_CSS))


def keep_units(value: Any) -> Any:
    r"""The same text with numbers and their units kept together; markup is left as it is.

    Examples
    --------
    >>> keep_units("1.2 M, +3.0 %") == "1.2\u00a0M, +3.0\u00a0%"
    True
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return UNIT.sub(NO_BREAK, value)


def _template(name: str) -> "Template":
    from jinja2 import Environment, FunctionLoader

    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
    loader = FunctionLoader(_read)
    environment = Environment(autoescape=True, finalize=keep_units, loader=loader, **options)
    return environment.get_template(name)


def _read(name: str) -> str:
    return (files("dealerml.review") / "templates" / name).read_text(encoding="utf-8")

"""The report: one self-contained page, no script, no request."""

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from dealerml.review.page import Page, make_page
from dealerml.review.run import Review

if TYPE_CHECKING:
    from jinja2 import Template

# A unit stays on the line of its number.
UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|[KMB]\b|万|亿))")
NO_BREAK: Final = "\u00a0"


def render_report(review: Review, *, lang: str = "en") -> str:
    """How does the review read as one page of HTML?

    The page needs nothing but itself: pictures are drawn inline, and of the bundled font only the
    Chinese characters that the page shows are embedded, so that they read on any machine.
    """
    return render_page(make_page(review, lang), lang)


def render_page(page: Page, lang: str) -> str:
    """How does a page read as one file of HTML, with nothing to load?"""
    from markupsafe import Markup

    from dealerml.theme import CSS_FAMILIES, embed_font

    css = _read("review.css") + f"body {{ font-family: {CSS_FAMILIES}; }}"
    template = _template()
    body = template.render(page=page, lang=lang, font="", css="")
    font = Markup(embed_font(body))
    return template.render(page=page, lang=lang, font=font, css=Markup(css))


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


def _template() -> "Template":
    from jinja2 import Environment

    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(autoescape=True, finalize=keep_units, **options)
    return environment.from_string(_read("review.html.j2"))


def _read(name: str) -> str:
    return (files("dealerml.review") / "templates" / name).read_text(encoding="utf-8")

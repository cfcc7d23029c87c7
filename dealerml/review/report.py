"""The report: one self-contained page, no script, no request."""

from importlib.resources import files

from dealerml.review.page import make_page
from dealerml.review.run import Review


def render_report(review: Review, *, lang: str = "en") -> str:
    """How does the review read as one page of HTML?

    The page needs nothing but itself: pictures are drawn inline, and of the bundled font only the
    Chinese characters that the page shows are embedded, so that they read on any machine.
    """
    from jinja2 import Environment
    from markupsafe import Markup

    from dealerml.theme import CSS_FAMILIES, embed_font

    folder = files("dealerml.review") / "templates"
    css = (folder / "review.css").read_text(encoding="utf-8")
    css += f"body {{ font-family: {CSS_FAMILIES}; }}"
    source = (folder / "review.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        source
    )
    page = make_page(review, lang)
    body = template.render(page=page, lang=lang, font="", css="")
    font = Markup(embed_font(body))
    return template.render(page=page, lang=lang, font=font, css=Markup(css))

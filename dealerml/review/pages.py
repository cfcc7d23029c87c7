"""A notebook that has been run, as a page that needs nothing but itself."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from dealerml.review.start import Start
from dealerml.words import say

TEMPLATES: Final = Path(str(files("dealerml.review"))) / "templates"
HTML_LANG: Final = {"en": "en", "zh": "zh-CN"}
FONT: Final = "/* font */"
ANSWER: Final = "notebook.answer"
HEADING: Final = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def render_page(notebook: Path, *, lang: str = "en") -> str:
    """How does a notebook read as one page of HTML, without a script or a request?

    Cells that only tell show no code; the code of the others can be unfolded. Of the bundled font
    the Chinese characters of the page are embedded.
    """
    from nbconvert import HTMLExporter

    content = read_notebook(notebook)
    _describe_pictures(content)
    _put_first(content, lang)
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="notebooks",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
    )
    page = {
        "lang": HTML_LANG[lang],
        "title": title_of(content, lang),
        "css": _css(highlighted=True),
        "code": say("notebook.page.code", lang),
        "contents": say("notebook.page.contents", lang),
    }
    html, _ = exporter.from_notebook_node(content, resources={"page": page})
    return _with_font(html)


def render_contents(folder: Path, names: Sequence[str], start: Start, *, lang: str = "en") -> str:
    """Which questions were asked, and what is the answer to each?"""
    from jinja2 import Environment

    source = (TEMPLATES / "notebooks" / "contents.html.j2").read_text(encoding="utf-8")
    entries = []
    for name in names:
        content = read_notebook(folder / f"{name}.ipynb")
        title, answer = title_of(content, lang), answer_of(content)
        entries.append({"href": f"{name}.html", "title": title, "answer": answer})
    page = {
        "lang": HTML_LANG[lang],
        "title": say("notebook.page.title", lang, as_of=start.as_of),
        "lead": [sentence.text_in(lang) for sentence in start.said],
        "css": _css(),
        "entries": entries,
    }
    environment = Environment(autoescape=True, trim_blocks=True)
    return _with_font(environment.from_string(source).render(page=page))


def read_notebook(path: Path) -> Any:
    """What does a notebook hold: its cells and its metadata?"""
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def title_of(notebook: Any, lang: str = "en") -> str:
    """Which question does a notebook answer? Its first cell has it in both languages."""
    number, english, chinese = _questions(notebook)
    return f"{number} · {chinese if lang == 'zh' else english}"


def answer_of(notebook: Any) -> str:
    """What does a notebook answer? The text below the heading of its first finding."""
    told = (cell for cell in notebook.cells if ANSWER in cell.source and cell.get("outputs"))
    text = next((str(cell.outputs[0].data["text/plain"]) for cell in told), "")
    return HEADING.sub("", text).strip()


def _questions(notebook: Any) -> tuple[str, str, str]:
    lines = [line for line in str(notebook.cells[0].source).splitlines() if line.strip()]
    number, _, english = lines[0].lstrip("# ").partition(" · ")
    return number, english, lines[1] if len(lines) > 1 else english


def _put_first(notebook: Any, lang: str) -> None:
    """Let the question in the reader's language be the title and the other stand below it."""
    number, english, chinese = _questions(notebook)
    first, second = (chinese, english) if lang == "zh" else (english, chinese)
    notebook.cells[0].source = f"# {number} · {first}\n\n{second}"


def _describe_pictures(notebook: Any) -> None:
    """Give each picture the heading above it, for those who have the page read out."""
    heading = ""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            found = HEADING.search(data.get("text/markdown", ""))
            heading = found[1] if found else heading
            if "image/png" in data:
                output.metadata["alt"] = heading


def _css(*, highlighted: bool = False) -> str:
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    from dealerml.theme import CSS_FAMILIES

    names = ("review.css", "notebooks/notebooks.css")
    css = [(TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    css.append(f"body {{ font-family: {CSS_FAMILIES}; }}")
    if highlighted:
        css.append(HtmlFormatter(style="default").get_style_defs(".highlight"))
    return "\n".join(css)


def _with_font(html: str) -> str:
    from dealerml.theme import embed_font

    return html.replace(FONT, embed_font(html), 1)

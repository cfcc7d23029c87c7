import base64
import io
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from dealerml.review import render_report
from dealerml.review.report import keep_units
from dealerml.theme import embed_font

WIDTHS = (375, 1280, 1920)
CARDS = tuple(f"cards/{name}.html" for name in ("dealers", "owners", "regions"))
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
CHINESE = re.compile("[\u4e00-\u9fff]")
# Words that only the last section may use.
JARGON = re.compile(
    r"\b(model|PR-AUC|ROC|cluster|cohort|calibrat\w*|log-odds|interval of|panel|recall)\b", re.I
)


class Page(HTMLParser):
    """The text of a page by section, and what would make it act or load something."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.headings = [], [], []
        self.texts, self.inside, self.open = {"": []}, "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.links += [v for k, v in attrs if k in ("href", "src", "xlink:href") and v]
        if tag == "section":
            self.inside = dict(attrs)["id"]
            self.texts[self.inside] = []
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open) and data.strip():
            self.texts[self.inside].append(data.strip())


@pytest.fixture(scope="module")
def page(written):
    return Page((written / "review.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page_zh(written_zh):
    return Page((written_zh / "review.html").read_text(encoding="utf-8"))


def test_it_needs_nothing_but_itself(page):
    assert all(link.startswith("#") for link in page.links)
    assert not {"script", "link", "iframe", "object", "img", "form"} & {t for t, _ in page.tags}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]


def test_it_stays_small(written):
    assert (written / "review.html").stat().st_size < 2_000_000


def test_every_question_is_answered_in_its_order(page):
    assert list(page.texts)[1:] == [
        *("change", "save", "back", "outlook", "structure"),
        *("dealers", "health", "alerts", "since", "made"),
    ]
    assert all(len(texts) > 2 for name, texts in page.texts.items() if name not in ("", "since"))


@pytest.mark.parametrize("file", ["review.html", *CARDS])
def test_headings_go_down_one_step_at_a_time(written, written_zh, file):
    for folder in (written, written_zh):
        html = (folder / file).read_text(encoding="utf-8")
        levels = [int(tag[1]) for tag in Page(html).headings]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_link_of_the_contents_has_its_section(page):
    ids = {attrs["id"] for tag, attrs in page.tags if tag == "section"}
    assert {link[1:] for link in page.links if link[1:] in page.texts} == ids


def test_every_picture_reads_out_its_finding(page, written):
    html = (written / "review.html").read_text(encoding="utf-8")
    titles = re.findall(
        r'<svg role="img" aria-labelledby="[^"]+".*?<title[^>]*>([^<]+)</title>', html
    )
    assert len(titles) == html.count("<figure") >= 8
    assert len(set(titles)) == len(titles)


def test_hostile_names_are_text(written):
    html = (written / "review.html").read_text(encoding="utf-8")
    assert "<script" not in html.lower()
    assert "@Home" in html or "=HYPERLINK Trading" in html


def test_no_paragraph_is_said_twice(page, written):
    html = (written / "review.html").read_text(encoding="utf-8")
    paragraphs = re.findall(r"<p[^>]*>(.*?)</p>", html, re.S)
    assert len(set(paragraphs)) == len(paragraphs)


def test_managers_read_no_jargon_before_the_last_section(page):
    body = " ".join(" ".join(texts) for name, texts in page.texts.items() if name != "made")
    assert JARGON.findall(body) == []
    assert JARGON.search(" ".join(page.texts["made"]))


def test_no_column_shows_its_code_for_a_head(page, page_zh, written, written_zh):
    for folder in (written, written_zh):
        html = (folder / "review.html").read_text(encoding="utf-8")
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
        assert [head for head in heads if "_" in head or not head] == []


def test_the_chinese_page_is_chinese(page_zh, small_review):
    names = {*small_review.dealers["dealer_name"], *small_review.dealers["owner"].dropna()}
    names |= {*small_review.sales.categories.index, *small_review.sales.table.index}
    names |= {file.name for file in small_review.ingest.files} | {"SHA-256"}
    odd = []
    for texts in page_zh.texts.values():
        for text in texts:
            left = text
            for name in sorted(filter(None, names), key=len, reverse=True):
                left = left.replace(name, "")
            # Notes are shown as they were written, and file names as they are.
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"\b[\w.]+\.(csv|json|html)\b", "", left))
            if words and not CHINESE.search(text) and not re.fullmatch(r"[0-9a-f]{64}", text):
                odd.append(text)
    assert odd == []


def test_the_embedded_font_draws_every_chinese_character_of_the_page(written_zh, page_zh):
    html = (written_zh / "review.html").read_text(encoding="utf-8")
    data = re.search(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", html)[1]
    with TTFont(io.BytesIO(base64.b64decode(data))) as font:
        drawn = {chr(code) for code in font.getBestCmap()}
    shown = {c for texts in page_zh.texts.values() for text in texts for c in CHINESE.findall(text)}
    assert shown <= drawn


def test_a_rare_character_of_a_dealer_is_drawn(small_review):
    # 喆 is in no list of the most frequent characters.
    name = small_review.dealers.loc["D0002", "dealer_name"]
    assert "喆" in name
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", embed_font(name))[1]
    with TTFont(io.BytesIO(base64.b64decode(data))) as font:
        assert set(map(ord, name)) <= set(font.getBestCmap())


def test_with_little_history_sections_say_why_they_are_short(short_review):
    page = Page(render_report(short_review, lang="en"))
    text = {name: " ".join(texts) for name, texts in page.texts.items()}
    assert "days before the end of the review" in text[""]
    assert "No risk is given" in text["save"]
    assert "There is no forecast" in text["outlook"]
    assert "New dealers" in text["dealers"]


def test_a_period_before_the_data_is_told_with_what_to_do(review_of):
    page = Page(render_report(review_of("A 2025-04-02 5", as_of="2025-04-20"), lang="en"))
    assert "Nothing can be said about the period" in " ".join(page.texts[""])
    assert page.texts["change"][1].startswith("The export holds no sales of this period.")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1.2 M and 3.0 %", "1.2\u00a0M and 3.0\u00a0%"),
        ("120 万", "120\u00a0万"),
        ("5 Max", "5 Max"),
        (7, 7),
    ],
)
def test_a_unit_stays_with_its_number(text, kept):
    assert keep_units(text) == kept


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_browser_asks_for_nothing_and_never_scrolls_sideways(browser, written, written_zh, lang):
    path = ({"en": written, "zh": written_zh}[lang] / "review.html").resolve()
    tab = browser.new_page()
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(path.as_uri())
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []


@pytest.mark.browser
def test_letters_of_all_pictures_are_of_one_size(browser, written):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((written / "review.html").resolve().as_uri())
    scales = tab.evaluate(
        "[...document.querySelectorAll('figure svg')].map(svg =>"
        " svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    )
    tab.close()
    assert min(scales) == pytest.approx(max(scales), rel=0.02)


@pytest.mark.browser
def test_no_table_is_cut_on_a_wide_screen(browser, written, written_zh):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    for folder in (written, written_zh):
        tab.goto((folder / "review.html").resolve().as_uri())
        cut = tab.evaluate(
            "[...document.querySelectorAll('.scroll')].filter(box =>"
            " box.scrollWidth > box.clientWidth + 1)"
            ".map(box => box.previousElementSibling.textContent)"
        )
        assert cut == []
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("file", ["review.html", *CARDS])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_text_stands_out_from_its_ground(browser, written, written_zh, lang, file):
    folder = {"en": written, "zh": written_zh}[lang]
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((folder / file).resolve().as_uri())
    # What is painted under a text can only be asked where it is in sight.
    height = tab.evaluate("document.documentElement.scrollHeight")
    tab.set_viewport_size({"width": 1280, "height": height})
    found = tab.evaluate(CONTRAST)
    tab.close()
    assert found["texts"] > 100
    assert (found["letters"] > 100) == (file == "review.html")
    assert found["weak"] == []


# Where each section is printed: across the sheet where its table is wide. Pixels between margins.
ON_PAPER = {"section:not(#save):not(#back)": 688, "#save, #back": 1032}
BEYOND = """where => [...document.querySelectorAll(where)]
    .flatMap(section => [...section.querySelectorAll('table, figure, svg')])
    .filter(shown => shown.getBoundingClientRect().right > innerWidth + 1)
    .map(shown => shown.textContent.trim().slice(0, 60))"""


@pytest.mark.browser
@pytest.mark.parametrize("where", ON_PAPER)
def test_nothing_is_cut_on_paper(browser, written, written_zh, where):
    for folder in (written, written_zh):
        tab = browser.new_page(viewport={"width": ON_PAPER[where], "height": 1000})
        tab.emulate_media(media="print")
        tab.goto((folder / "review.html").resolve().as_uri())
        assert tab.evaluate(BEYOND, where) == []
        tab.close()

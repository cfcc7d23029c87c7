import re

import pytest

from dealerml.errors import ReviewError
from dealerml.review import paper
from dealerml.review.paper import find_browser, print_page

LEADING = ("change", "save", "back", "outlook", "structure")


def test_without_a_browser_it_is_said_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(paper, "PLACES", ())
    with pytest.raises(ReviewError, match=r"Install one, or open page\.html"):
        print_page(tmp_path / "page.html", tmp_path / "page.pdf")


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_leadership_reads_is_six_sheets(written, written_zh, lang, tmp_path):
    if find_browser() is None:
        pytest.skip("no browser to print with")
    html = ({"en": written, "zh": written_zh}[lang] / "review.html").read_text(encoding="utf-8")
    # The appendix has as many sheets as it needs: it is cut off here.
    body = html[: html.index('<p class="behind"')] + "</main></body></html>"
    (tmp_path / "body.html").write_text(body, encoding="utf-8")
    print_page(tmp_path / "body.html", tmp_path / "body.pdf")
    sheets = len(re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "body.pdf").read_bytes()))
    assert sheets == 1 + len(LEADING)

import re

import pytest

from dealerml.health.merging import merge_alerts
from dealerml.review.cards import dealer_cards, group_cards
from tests.review.conftest import PERSONAL

KINDS = ("dealers", "owners", "regions")


def pages(folder, name):
    return (folder / "cards" / f"{name}.html").read_text(encoding="utf-8")


def test_a_card_says_what_its_dealer_is_about(small_review):
    first = merge_alerts(small_review.alerts.table)["dealer_id"][0]
    card = dealer_cards(small_review)[0]
    assert card.title.endswith(first)
    parts = {row[0].text: row[1].text for row in card.tables[0].rows}
    assert len(parts) == small_review.health.points.loc[first].notna().sum()
    assert card.paragraphs[0][0] == "What to act on (due)"
    assert card.playbooks


def test_any_dealer_can_be_asked_for(small_review):
    quiet = small_review.dealers.index.difference(small_review.alerts.table["dealer_id"])[0]
    card = dealer_cards(small_review, "zh", dealers=[quiet])[0]
    assert quiet in card.title
    assert not card.playbooks
    with pytest.raises(KeyError, match="knows no dealer 'nobody'"):
        dealer_cards(small_review, dealers=["nobody"])


@pytest.mark.parametrize("by", ["owner", "region"])
def test_each_owner_and_region_has_a_page_and_every_alert_a_place(small_review, by):
    cards = group_cards(small_review, by)
    assert len({card.title for card in cards}) == len(cards)
    counted = sum(
        int(tile.value) for card in cards for tile in card.tiles if tile.label == "Alerts"
    )
    of = small_review.dealers[by]
    alerted = merge_alerts(small_review.alerts.table)["dealer_id"]
    assert counted == of.reindex(alerted).notna().sum()


@pytest.mark.parametrize("name", KINDS)
def test_pages_hold_no_script_no_request_and_nobody_personal(written, written_zh, name):
    for folder in (written, written_zh):
        html = pages(folder, name)
        assert "<script" not in html
        assert not re.search(r"(src|href)=.(http|//)", html)
        assert not [text for text in PERSONAL.values() if text in html]


@pytest.mark.browser
@pytest.mark.parametrize("name", KINDS)
def test_each_card_is_one_sheet_of_paper(browser, written, written_zh, name):
    for folder in (written, written_zh):
        tab = browser.new_page()
        tab.goto((folder / "cards" / f"{name}.html").resolve().as_uri())
        paper = tab.pdf(format="A4", prefer_css_page_size=True)
        tab.close()
        sheets = len(re.findall(rb"/Type\s*/Page[^s]", paper))
        assert sheets == pages(folder, name).count('class="card"')

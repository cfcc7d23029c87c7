import re

import pytest

from dealerml.errors import ReviewError
from dealerml.review.meeting import make_sheet
from dealerml.review.report import render_cards

JUDGING = re.compile(r"risk|health|loss|churn|alert|停单|健康|预计损失|预警", re.IGNORECASE)


@pytest.fixture(scope="module")
def snapshot(small_tables):
    return small_tables.as_of("2025-06-30")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_on_the_sheet_judges_the_dealer(snapshot, lang):
    card = make_sheet(snapshot, "D0001", lang=lang)
    html = render_cards([card], title=card.title, date="2025-06-30", lang=lang)
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", body)
    assert not JUDGING.findall(text)
    assert "D0001" in text


def test_its_sales_are_those_of_the_review(snapshot, small_review):
    from dealerml.words import format_value

    card = make_sheet(snapshot, "D0001")
    amount = small_review.dealers.loc["D0001", "net_amount_365d"]
    assert card.tiles[0].value == format_value(float(amount), "money", lang="en")
    assert card.picture


def test_a_wrong_id_is_told_with_the_nearest(snapshot, small_review):
    with pytest.raises(ReviewError, match="Near it: D00"):
        make_sheet(snapshot, "D00X1")
    name = small_review.dealers.loc["D0001", "dealer_name"]
    with pytest.raises(ReviewError, match="is a name; the dealer's id is D0001"):
        make_sheet(snapshot, name)

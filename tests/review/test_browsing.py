import pytest

from dealerml.review.browsing import explore, show_card, show_page

PAGES = ("verdict", "change", "save", "back", "outlook", "structure", "dealers", "method")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_text_and_as_html(small_review, name):
    shown = show_page(small_review, name)
    assert shown.part.title in repr(shown)
    assert shown.part.title in shown._repr_html_()
    assert "<script" not in shown._repr_html_()


def test_an_unknown_page_is_told_with_the_known(small_review):
    with pytest.raises(KeyError, match=r"no page 'sales'\. Known: verdict, change, save"):
        show_page(small_review, "sales")


def test_a_dealer_can_be_looked_at(small_review):
    assert "D0001" in repr(show_card(small_review, "D0001", "zh"))


def test_choices_narrow_the_dealers_and_the_card_follows(small_review):
    box = explore(small_review)
    (region, _, band, order), chosen = box.children[0].children, box.children[1]
    everyone = len(chosen.options)
    region.value = small_review.dealers["region"].dropna().iloc[0]
    some = small_review.dealers[small_review.dealers["region"] == region.value]
    assert len(chosen.options) == len(some) < everyone
    order.value = "net_amount_365d"
    largest = some["net_amount_365d"].idxmax()
    assert chosen.options[0][1] == largest
    chosen.value = largest
    assert str(largest) in box.children[3].value
    band.value = "red"
    assert len(chosen.options) == (some["band"] == "red").sum()

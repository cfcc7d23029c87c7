import pytest

from dealerml.errors import ReviewError
from dealerml.review import review_dealers, write_review
from dealerml.review.pseudonyms import hide_dealers, make_code
from tests.review.conftest import everything

SECRET = "one long secret"


@pytest.fixture(scope="module")
def hidden(small_tables):
    return review_dealers(hide_dealers(small_tables, SECRET), as_of="2025-06-30")


def test_no_file_holds_an_id_or_a_name(hidden, small_review, tmp_path):
    folder = write_review(hidden, tmp_path / "shared", split="owner", lang="zh")
    ids = [*small_review.dealers.index]
    names = [name for name in small_review.dealers["dealer_name"].dropna() if len(name) > 3]
    checked = 0
    for path in folder.rglob("*"):
        if path.is_file():
            data = everything(path)
            found = [text for text in (*ids, *names) if text.encode() in data]
            assert not found, (path.name, found[:3])
            checked += 1
    assert checked > 15


def test_figures_are_the_same_under_codes(hidden, small_review):
    codes = {dealer: make_code(dealer, SECRET) for dealer in small_review.dealers.index}
    here = small_review.dealers.rename(index=codes)["net_amount_365d"].sort_index()
    there = hidden.dealers["net_amount_365d"].sort_index()
    assert here.index.tolist() == there.index.tolist()
    assert here.fillna(0).tolist() == there.fillna(0).tolist()
    assert hidden.sales.total["net_amount"] == small_review.sales.total["net_amount"]


def test_the_same_secret_gives_the_same_code_and_another_one_another():
    assert make_code("D0001", SECRET) == make_code("D0001", SECRET)
    assert make_code("D0001", SECRET) != make_code("D0001", SECRET + "!")


def test_a_short_secret_is_refused(small_tables):
    with pytest.raises(ReviewError, match="has 3 characters; take 8 or more"):
        hide_dealers(small_tables, "abc")

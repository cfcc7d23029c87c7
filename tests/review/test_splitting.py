import pytest

from dealerml.errors import ReviewError
from dealerml.review import write_review
from dealerml.review.splitting import safe_name, write_split
from tests.review.conftest import everything


@pytest.fixture(scope="module", params=["region", "owner"])
def split(request, small_review, tmp_path_factory):
    folder = tmp_path_factory.mktemp("split") / request.param
    write_split(small_review, folder, by=request.param, lang="zh")
    return request.param, folder


def test_each_group_has_a_page_and_a_workbook(split, small_review):
    by, folder = split
    bought = small_review.dealers["status"].isin(["active", "new"])
    bought |= small_review.dealers["net_amount_365d"] > 0
    groups = small_review.dealers[by][bought].dropna().nunique()
    assert len(list(folder.glob("*.html"))) == len(list(folder.glob("*.xlsx"))) == groups


def test_nothing_of_another_group_is_in_a_file(split, small_review):
    by, folder = split
    dealers = small_review.dealers
    for path in folder.iterdir():
        name = path.stem.partition("-")[2]
        data = everything(path)
        others = dealers[dealers[by].map(safe_name, na_action="ignore") != name]
        own = dealers["dealer_name"].drop(others.index).dropna()
        for dealer, row in others.iterrows():
            assert dealer.encode() not in data, (path.name, dealer)
            shown = row["dealer_name"]
            # A short name may be a part of one of its own dealers'.
            if isinstance(shown, str) and not any(shown in mine for mine in own):
                assert shown.encode() not in data, (path.name, shown)
            amount = f"{row['net_amount_365d']:.4f}".rstrip("0").rstrip(".")
            # Amounts with decimals name a dealer as well as its id does.
            if "." in amount and len(amount) > 6:
                assert f">{amount}<".encode() not in data, (path.name, amount)


def test_its_own_dealers_are_all_there(split, small_review):
    by, folder = split
    first = sorted(folder.glob("*.xlsx"))[0]
    name = first.stem.partition("-")[2]
    own = small_review.dealers.index[
        small_review.dealers[by].map(safe_name, na_action="ignore") == name
    ]
    data = everything(first)
    assert all(dealer.encode() in data for dealer in own)


def test_names_make_harmless_files():
    assert safe_name("../../etc: 华东/北") == "_etc_华东_北"


def test_only_regions_and_owners_are_split_by(small_review, tmp_path):
    with pytest.raises(ReviewError, match="by region or owner, not by 'city'"):
        write_review(small_review, tmp_path / "x", split="city")

import pandas as pd
import pytest

from dealerml.review.dealers import COLUMNS, _rank, dealers_in, join_dealers

JOINED = """profile x classes tiers segments rfm lifecycle sales forecast scores losses
    health""".split()


def test_the_table_has_the_columns_of_the_contract(small_review):
    assert tuple(small_review.dealers.columns) == COLUMNS
    assert list(dealers_in(small_review, "en").columns) == ["dealer_id", *COLUMNS]


def test_dealers_without_a_name_go_by_their_code(small_review):
    unlisted = small_review.profile.index[~small_review.profile["is_listed"]]
    assert len(unlisted) > 0
    assert small_review.dealers.loc[unlisted, "dealer_name"].tolist() == list(unlisted)


def test_the_dated_region_goes_before_that_of_the_list(small_review):
    found = {name: getattr(small_review, name) for name in JOINED}
    moved = small_review.x["region"].dropna().index[0]
    elsewhere = found["profile"]["region"].mask(found["profile"].index == moved, "elsewhere")
    table = join_dealers(found | {"profile": found["profile"].assign(region=elsewhere)})
    assert table.loc[moved, "region"] == small_review.x.loc[moved, "region"]
    undated = small_review.x.assign(region=None)
    table = join_dealers(
        found | {"x": undated, "profile": found["profile"].assign(region=elsewhere)}
    )
    assert table.loc[moved, "region"] == "elsewhere"


def test_reasons_and_notes_read_in_the_language_asked_for(small_review):
    english, chinese = (
        dealers_in(small_review, lang).set_index("dealer_id") for lang in ("en", "zh")
    )
    noted = english["note"].notna()
    assert noted.any()
    assert (noted == chinese["note"].notna()).all()
    assert (english.loc[noted, "note"] != chinese.loc[noted, "note"]).all()


def test_of_two_equal_losses_the_first_id_is_first():
    loss = pd.Series({"C": 1.0, "B": 2.0, "A": 1.0, "D": None})
    assert _rank(loss).to_dict() == pytest.approx(
        {"C": 3, "B": 1, "A": 2, "D": float("nan")}, nan_ok=True
    )

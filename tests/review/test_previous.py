import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from dealerml.errors import ReviewError
from dealerml.review import review_dealers, write_review
from dealerml.review.previous import compare_reviews, read_previous


@pytest.fixture(scope="module")
def earlier(small_tables, tmp_path_factory):
    """The same network a quarter before, as it was written then."""
    review = review_dealers(small_tables, as_of="2025-03-31")
    return write_review(review, tmp_path_factory.mktemp("earlier") / "q1")


@pytest.fixture(scope="module")
def compared(small_review, earlier):
    return compare_reviews(small_review, read_previous(earlier))


def test_those_named_then_are_counted_by_what_they_did(compared, small_review):
    previous = compared.previous.dealers
    assert len(compared.table) == min(15, previous["priority"].notna().sum())
    recency = small_review.dealers["recency_days"].reindex(compared.table.index)
    kept = compared.table["came"] == "kept"
    assert kept.tolist() == (recency < 91).tolist()
    assert set(compared.table["came"]) <= {"kept", "stopped"}
    assert "dealers named on 2025-03-31" in compared.text


def test_whoever_stopped_unnamed_is_told(compared, small_review):
    assert not set(compared.missed.index) & set(compared.table.index)
    silent = small_review.dealers["recency_days"].reindex(compared.missed.index)
    assert (silent >= 91).all()


def test_movers_are_those_whose_codes_changed(compared, small_review):
    moved = compared.movers
    same = moved["abc_class"].fillna("").eq(moved["abc_class_then"].fillna(""))
    same &= moved["band"].fillna("").eq(moved["band_then"].fillna(""))
    same &= moved["tier"].fillna("").eq(moved["tier_then"].fillna(""))
    assert len(moved) > 5
    assert not same.any()
    assert moved["abc_class"].tolist() == small_review.dealers["abc_class"][moved.index].tolist()


def test_the_same_export_is_restated_only_by_lines_posted_late(compared):
    # What became known after the first review belongs to its last days.
    assert set(compared.restated.index) <= {"2025-03"}
    assert compared.changes.empty


def test_a_changed_policy_and_amount_are_told(small_review, earlier, tmp_path):
    folder = tmp_path / "other"
    shutil.copytree(earlier, folder)
    record = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    record["policy"]["definitions"]["active_days"] = 90
    (folder / "review.json").write_text(json.dumps(record), encoding="utf-8")
    months = pd.read_parquet(folder / "months.parquet")
    months.loc[months["month"] == "2024-06", "net_amount"] *= 0.5
    months.to_parquet(folder / "months.parquet", index=False)
    found = compare_reviews(small_review, read_previous(folder))
    assert found.changes.to_numpy().tolist() == [["policy.definitions.active_days", "90", "180"]]
    assert "2024-06" in found.restated.index
    assert (found.restated["change_amount"]["2024-06"]) > 0
    assert "1 definitions or the way risks are computed differ" in found.text


def test_what_was_handled_is_kept_apart(small_review, earlier):
    previous = read_previous(earlier)
    first = previous.dealers.sort_values("priority").index[0]
    log = pd.DataFrame({"dealer_id": [first], "handled_date": [pd.Timestamp("2025-04-05")]})
    found = compare_reviews(small_review, previous, log=log)
    assert found.table["treated"].value_counts()["handled"] == 1
    assert found.table.loc[first, "treated"] == "handled"


def test_the_report_and_the_record_tell_of_it(small_review, compared, tmp_path):
    review = replace(small_review, comparison=compared)
    folder = write_review(review, tmp_path / "q2", lang="zh")
    html = (folder / "review.html").read_text(encoding="utf-8")
    assert "2025-03-31 所列" in html
    assert "上次名单中未反馈" in html
    record = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    assert record["previous"]["as_of"] == "2025-03-31"
    assert set(record["previous"]["sha256"]) == {
        "review.json",
        "dealers.parquet",
        "months.parquet",
    }


def test_what_is_no_earlier_review_is_refused(small_review, written, tmp_path):
    with pytest.raises(ReviewError, match="is no review"):
        read_previous(tmp_path)
    with pytest.raises(ReviewError, match="name an earlier one"):
        compare_reviews(small_review, read_previous(written))
    broken = tmp_path / "broken"
    shutil.copytree(written, broken)
    (broken / "dealers.parquet").write_bytes(b"PAR1 no table")
    with pytest.raises(ReviewError, match="cannot be read"):
        read_previous(broken)
    (broken / "dealers.parquet").unlink()
    with pytest.raises(ReviewError, match=r"lacks dealers\.parquet"):
        read_previous(broken)

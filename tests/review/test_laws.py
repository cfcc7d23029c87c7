"""What must hold for a whole review, whatever the data say."""

import datetime as dt

import pandas as pd
import pytest

from dealerml.review import review_dealers
from dealerml.tables import make_tables

AS_OF = dt.date(2025, 6, 30)
# Shown beside a dealer and read off today's list; everything else must not depend on it.
DISPLAY = ["dealer_name", "role", "parent_id", "region", "owner", "tier_current"]


@pytest.fixture(scope="module")
def frames(small_tables):
    names = ("order_lines", "dealers", "products", "notes", "successors", *small_tables.others)
    return {name: small_tables.table(name).collect("pandas").to_native() for name in names}


@pytest.fixture(scope="module")
def with_a_future(frames):
    """The same network with a wild quarter after the as-of date, all rows shuffled."""
    days = ["order_date", "posted_date"]
    lines = frames["order_lines"].astype(dict.fromkeys(days, "datetime64[s]"))
    last = lines[lines["order_date"] > "2025-03-31"]
    later = last.assign(
        **{day: last[day] + pd.Timedelta(days=92) for day in days},
        net_amount=[-1000 * amount for amount in last["net_amount"]],
        region="elsewhere",
        dealer_id=last["dealer_id"].tolist()[::-1],
    )
    both = pd.concat([lines, later]).sample(frac=1, random_state=0)
    shuffled = {name: f.sample(frac=1, random_state=0) for name, f in frames.items()}
    return review_dealers(make_tables(**(shuffled | {"order_lines": both})), as_of=AS_OF)


@pytest.fixture(scope="module")
def without_dealer_list(frames):
    return review_dealers(
        make_tables(**(frames | {"dealers": frames["dealers"].iloc[:0]})), as_of=AS_OF
    )


def test_rows_after_the_date_and_their_order_change_no_feature(with_a_future, small_review):
    pd.testing.assert_frame_equal(with_a_future.x, small_review.x)
    pd.testing.assert_frame_equal(with_a_future.panel, small_review.panel)


def test_rows_after_the_date_and_their_order_change_no_score_or_forecast(
    with_a_future, small_review
):
    pd.testing.assert_frame_equal(with_a_future.dealers, small_review.dealers)
    pd.testing.assert_frame_equal(with_a_future.forecast.table, small_review.forecast.table)
    pd.testing.assert_frame_equal(with_a_future.alerts.table, small_review.alerts.table)


def test_an_emptied_dealer_list_changes_no_feature(without_dealer_list, small_review):
    pd.testing.assert_frame_equal(without_dealer_list.x, small_review.x)


def test_an_emptied_dealer_list_changes_no_score_or_forecast(without_dealer_list, small_review):
    """Only what is shown changes, and dealers that were listed but never ordered are gone."""
    found = without_dealer_list.dealers.drop(columns=DISPLAY)
    expected = small_review.dealers.drop(columns=DISPLAY).loc[found.index]
    pd.testing.assert_frame_equal(found, expected)
    gone = small_review.dealers.drop(index=found.index)
    assert len(gone) > 0
    assert (gone["status"] == "never").all()
    pd.testing.assert_frame_equal(without_dealer_list.forecast.table, small_review.forecast.table)

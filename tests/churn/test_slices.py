import pandas as pd
import pytest

from dealerml.churn.slices import dates_to_test, enough_events, labelled_rows, mature_dates
from dealerml.errors import TableError

DATES = [pd.Timestamp(day) for day in ("2018-03-31", "2018-06-30", "2018-09-30")]


def test_unknown_labels_are_left_out(panel):
    censored = panel.assign(churned=panel["churned"].mask(panel["recency_days"] > 30))
    assert len(labelled_rows(censored)) == (panel["recency_days"] <= 30).sum()


def test_a_frame_without_labels_is_refused(x):
    with pytest.raises(TableError, match="build_panel"):
        labelled_rows(x)


def test_a_slice_may_learn_from_those_whose_labels_were_complete():
    # 2018-06-30 + 90 days is 2018-09-28, + 94 days is past the test date.
    assert mature_dates(DATES, DATES[2], label_days=90) == DATES[:2]
    assert mature_dates(DATES, DATES[2], label_days=94) == DATES[:1]


def test_events_of_both_kinds_are_needed(network):
    assert enough_events(network(churn=1.0), needed=10)
    assert not enough_events(network(churn=0.0), needed=1)
    assert not enough_events(network(churn=1e9), needed=1)


def test_the_latest_slices_with_enough_before_them_are_tested(panel, policy):
    tested = dates_to_test(panel, label_days=90, rules=policy.churn)
    dates = sorted(panel.index.get_level_values("as_of").unique())
    assert tested == dates[4:]
    assert (
        dates_to_test(panel, label_days=90, rules={**policy.churn, "test_slices": 2}) == dates[6:]
    )

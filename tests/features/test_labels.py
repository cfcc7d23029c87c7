import numpy as np
import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.features import build_features, build_panel, complete_dates, posting_lag
from dealerml.features.labels import build_with_past

AS_OF, DATE = "2025-06-30", "2025-01-31"
# Each dealer but "new" has three order days up to 31 January 2025; then:
#   on_day_90   orders on 1 May, the last day of the horizon of 90
#   on_day_91   orders on 2 May, one day too late
#   same_day    orders on 31 January itself, which is not the future
LINES = """\
dealer_id  order_date net_amount
begin      2023-01-01  1
on_day_90  2024-10-01  1
on_day_90  2024-11-01  1
on_day_90  2024-12-01  1
on_day_90  2025-05-01  7
on_day_91  2024-10-01  1
on_day_91  2024-11-01  1
on_day_91  2024-12-01  1
on_day_91  2025-05-02  7
same_day   2024-10-01  1
same_day   2024-11-01  1
same_day   2025-01-31  1
same_day   2025-02-05 -1
new        2025-01-15  1
new        2025-02-15  9
new        2025-02-15  1
new        2025-02-16  1"""


def panel_of(tables, *dates, **options):
    return build_panel(tables.as_of(AS_OF), dates or [DATE], **options)


@pytest.fixture(scope="module")
def panel(tables_of):
    return panel_of(tables_of(order_lines=LINES)).droplevel("as_of")


def test_churn_is_no_order_within_the_horizon_and_only_in_the_cohort(panel):
    assert panel["cohort"].to_dict() == {
        "begin": False,
        "new": False,
        "on_day_90": True,
        "on_day_91": True,
        "same_day": True,
    }
    assert panel["churned"].fillna(-1).to_dict() == {
        "begin": -1,
        "new": -1,
        "on_day_90": 0,
        "on_day_91": 1,
        "same_day": 1,
    }


def test_what_followed_is_counted_in_order_days_and_all_money(panel):
    assert panel["orders_next"].to_dict() == {
        "begin": 0,
        "new": 2,
        "on_day_90": 1,
        "on_day_91": 0,
        "same_day": 0,
    }
    amounts = panel["net_amount_next"]
    assert (amounts["new"], amounts["on_day_90"], amounts["same_day"]) == (11, 7, -1)


def test_a_longer_horizon_sees_the_later_order(tables_of):
    panel = panel_of(tables_of(order_lines=LINES), horizon=91).droplevel("as_of")
    assert panel.loc["on_day_91", "churned"] == 0


def test_a_dealer_we_closed_within_the_horizon_is_censored_and_before_it_left_out(tables_of):
    """The horizon of 31 January ends with 1 May."""
    closed = ["2025-01-31", "2025-02-01", "2025-05-01", "2025-05-02", "2025-07-01"]
    days = ("2024-10-01", "2024-11-01", "2024-12-01")
    lines = "\n".join(f"on_{date} {day} 1" for date in closed for day in days)
    notes = "\n".join(f"on_{date} closed_by_us {date}" for date in closed)
    tables = tables_of(
        order_lines=f"dealer_id order_date net_amount\n{lines}",
        notes=f"dealer_id kind from_date\n{notes}",
    )
    panel = panel_of(tables)
    assert panel["cohort"].to_list() == [False, True, True, True, True]
    # -1 stands for unknown. A closure after the snapshot is not known to anybody.
    assert panel["churned"].fillna(-1).to_list() == [-1, -1, -1, 1, 1]


def test_a_new_code_continues_its_dealer_instead_of_churning(tables_of):
    lines = LINES.replace("on_day_90  2025-05-01", "on_day_9x  2025-05-01")
    moved = "dealer_id successor_id from_date\non_day_90 on_day_9x 2025-05-01"
    told = panel_of(tables_of(order_lines=lines, successors=moved)).droplevel("as_of")
    assert told.loc["on_day_9x", "churned"] == 0
    assert "on_day_90" not in told.index


def test_the_next_year_is_known_only_where_it_is_over(tables_of):
    panel = panel_of(tables_of(order_lines=LINES), "2024-06-30", "2024-07-01")
    year = panel["net_amount_next_365d"]
    assert year["2024-06-30", "begin"] == 0
    assert np.isnan(year["2024-07-01", "begin"])


def test_the_next_year_is_365_days_long(tables_of):
    lines = "dealer_id order_date net_amount\nA 2024-01-01 1\nA 2024-12-31 10\nA 2025-01-01 100"
    panel = panel_of(tables_of(order_lines=lines), "2024-01-01")
    # 2024 is a leap year: the 365th day after 1 January is 31 December.
    assert panel["net_amount_next_365d"].to_list() == [10]


def test_a_panel_holds_what_was_known_on_each_date(tables_of):
    tables = tables_of(order_lines=LINES)
    panel = panel_of(tables, "2025-01-31", "2024-11-01")
    assert panel.index.names == ["as_of", "dealer_id"]
    assert panel.index.is_monotonic_increasing
    for date in ("2024-11-01", "2025-01-31"):
        x = build_features(tables.as_of(date))
        pd.testing.assert_frame_equal(panel.loc[date, x.columns], x)


def test_the_same_date_twice_is_one_slice(tables_of):
    panel = panel_of(tables_of(order_lines=LINES), DATE, DATE)
    assert panel.index.is_unique


def test_dates_whose_horizon_is_not_over_are_refused(tables_of):
    tables = tables_of(order_lines=LINES)
    panel_of(tables, "2025-04-01")
    with pytest.raises(HistoryError, match="1 of 2 dates are too recent") as caught:
        panel_of(tables, "2025-04-01", "2025-04-02")
    assert "the last possible date before 2025-06-30 is 2025-04-01" in str(caught.value)
    assert "first: 2025-04-02" in str(caught.value)


def test_no_dates_at_all_are_refused(example):
    with pytest.raises(HistoryError, match="no date given"):
        build_panel(example.as_of(AS_OF), [])


LATE = "dealer_id order_date posted_date net_amount" + "".join(
    f"\nD{n} 2024-01-01 {'2024-01-11' if n == 0 else '2024-01-02'} 1" for n in range(20)
)


def test_the_posting_lag_covers_nearly_all_days(tables_of):
    # Nineteen of twenty dealer-days are posted after one day, one after ten.
    assert posting_lag(tables_of(order_lines=LATE).as_of(AS_OF)) in (9, 10)
    assert posting_lag(tables_of(order_lines=LINES).as_of(AS_OF)) == 0


def test_the_posting_lag_must_be_over_as_well(tables_of):
    snapshot = tables_of(order_lines=LATE).as_of("2024-04-30")
    assert build_panel(snapshot, ["2024-01-11"], horizon=90) is not None
    with pytest.raises(HistoryError, match="a posting lag of"):
        build_panel(snapshot, ["2024-01-31"], horizon=90)


def test_dates_to_learn_from_go_back_by_quarters_to_the_first_whole_year(tables_of):
    snapshot = tables_of(order_lines=LINES).as_of(AS_OF)
    dates = [str(date) for date in complete_dates(snapshot, horizon=90)]
    assert dates == [
        "2023-12-31",
        "2024-03-31",
        "2024-06-30",
        "2024-09-30",
        "2024-12-31",
        "2025-03-31",
    ]
    assert build_panel(snapshot, dates).index.get_level_values(0).nunique() == len(dates)


def test_too_short_a_history_has_no_dates_to_learn_from(tables_of):
    young = tables_of(order_lines="dealer_id order_date net_amount\nA 2025-03-01 1")
    assert complete_dates(young.as_of(AS_OF), horizon=90) == []


def test_today_and_the_past_in_one_pass_are_the_same_to_the_last_bit(sample_tables):
    snapshot = sample_tables.as_of("2025-06-30")
    dates = complete_dates(snapshot, horizon=90)[-2:]
    x, panel = build_with_past(snapshot, dates)
    pd.testing.assert_frame_equal(x, build_features(snapshot), check_exact=True)
    pd.testing.assert_frame_equal(panel, build_panel(snapshot, dates), check_exact=True)

import pandas as pd

from dealerml.features.orders import KEYS
from dealerml.features.spans import sum_spans

LINES = """\
dealer_id order_date net_amount
A         -0         1
A         -9         10
A         -10        100
A         -19        1000
A         -20        10000
A         -99        -5"""


def spans_of(snapshot, edges, name="test"):
    frame = sum_spans(snapshot, name, lambda date: edges).collect("pandas").to_native()
    return frame.sort_values([*KEYS, "days_ago"]).reset_index(drop=True)


def test_days_fall_between_edges_and_the_last_span_holds_the_rest(tables_of):
    x = spans_of(tables_of(order_lines=LINES).as_of("2025-06-30"), [10, 20])
    assert x["days_ago"].to_list() == [0, 10, 20]
    assert x["net_amount"].astype(int).to_list() == [11, 1100, 9995]
    assert x["order_days"].to_list() == [2, 2, 1]
    assert x["oldest_ago"].to_list() == [9, 19, 99]


def test_each_date_sees_only_what_had_been_posted(tables_of):
    text = """\
    dealer_id order_date posted_date net_amount
    A         2025-06-01 2025-06-01  10
    A         2025-06-01 2025-06-20  5
    A         2025-06-02 2025-06-21  7"""
    snapshot = tables_of(order_lines=text).as_of("2025-06-30").at("2025-06-19", "2025-06-30")
    x = spans_of(snapshot, [365])
    assert x["net_amount"].astype(int).to_list() == [10, 22]
    assert x["order_days"].to_list() == [1, 2]


def test_many_dates_add_up_to_the_lines_known_by_each(sample_tables):
    snapshot = sample_tables.as_of("2025-06-30").at("2023-12-31", "2025-06-30")
    spans = spans_of(snapshot, [30, 90, 365])
    totals = spans.groupby("as_of_day")["net_amount"].sum()
    days = snapshot.days.collect("pandas").to_native().groupby("as_of_day")["net_amount"].sum()
    pd.testing.assert_series_equal(totals, days, check_dtype=False)

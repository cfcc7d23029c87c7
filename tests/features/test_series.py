import pandas as pd
import pytest

from dealerml.features import build_series, whole_months

LINES = """\
dealer_id order_date net_amount line_kind
A         2025-01-31  10        goods
A         2025-01-01   5        freight
A         2025-03-01  30        goods
A         2025-03-31  -4        goods
B         2025-02-10  -9        goods
B         2025-03-10  20        goods
B         2025-04-30   1        goods
C         2025-02-01  -1        goods
C         2025-02-01   1        gift
D         2025-04-01   8        goods"""


def series_of(tables, as_of):
    return build_series(tables.as_of(as_of))


def test_months_before_the_first_order_are_unknown_and_silent_ones_are_zero(tables_of):
    series = series_of(tables_of(order_lines=LINES), "2025-04-30")
    assert [str(month) for month in series.columns] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    # -1 stands for unknown. B's return of February came before its first order.
    assert series.fillna(-1).T.to_dict("list") == {
        "A": [15, 0, 26, 0],
        "B": [-1, -1, 20, 1],
        "D": [-1, -1, -1, 8],
    }


def test_a_month_that_is_not_over_is_left_out_with_those_who_began_in_it(tables_of):
    series = series_of(tables_of(order_lines=LINES), "2025-04-29")
    assert str(series.columns[-1]) == "2025-03"
    assert list(series.index) == ["A", "B"]


def test_dealers_with_returns_or_gifts_only_are_absent(tables_of):
    assert "C" not in series_of(tables_of(order_lines=LINES), "2025-04-30").index


def test_late_lines_count_in_the_month_of_their_business_once_posted(tables_of):
    lines = """\
    dealer_id order_date posted_date net_amount
    A         2025-01-10 2025-01-10  10
    A         2025-01-10 2025-03-05  5"""
    tables = tables_of(order_lines=lines)
    assert series_of(tables, "2025-02-28").loc["A"].to_list() == [10, 0]
    assert series_of(tables, "2025-03-31").loc["A"].to_list() == [15, 0, 0]


def test_one_dealer_with_one_line_is_a_series_of_one_month(tables_of):
    tables = tables_of(order_lines="dealer_id order_date net_amount\n007 2025-06-02 12.34")
    series = series_of(tables, "2025-06-30")
    assert series.to_dict("list") == {pd.Period("2025-06", "M"): [12.34]}
    assert (series.index.name, series.index[0]) == ("dealer_id", "007")


def test_a_month_that_the_export_cuts_is_no_month(tables_of):
    lines = "dealer_id order_date net_amount\nA 2025-04-28 7\nA 2025-05-05 10\nA 2025-06-05 10"
    series = series_of(tables_of(order_lines=lines), "2025-06-30")
    assert {str(month): amounts for month, amounts in series.to_dict("list").items()} == {
        "2025-05": [10],
        "2025-06": [10],
    }


def test_before_the_first_month_is_over_there_is_no_series(tables_of):
    series = series_of(tables_of(order_lines=LINES), "2025-01-30")
    assert series.shape == (0, 0)


@pytest.mark.parametrize(("as_of", "n"), [("2025-03-30", 2), ("2025-03-31", 3), ("2025-04-01", 3)])
def test_whole_months_run_from_the_first_line_to_the_last_month_over(tables_of, as_of, n):
    months = whole_months(tables_of(order_lines=LINES).as_of(as_of))
    assert [str(month) for month in months] == ["2025-01", "2025-02", "2025-03"][:n]


def test_the_whole_months_of_the_sample_add_up_to_its_money(sample_snapshot):
    series = build_series(sample_snapshot)
    lines = sample_snapshot.lines.select("net_amount", "dealer_id").collect("pandas").to_native()
    inside = lines[lines["dealer_id"].isin(series.index)]
    assert series.sum().sum() == pytest.approx(float(inside["net_amount"].sum()), rel=1e-12)

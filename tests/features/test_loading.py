import pytest

from dealerml.dates import to_day
from dealerml.features.build import collect
from dealerml.features.loading import loading

QUARTERS = ("2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30")


def lines(days, dealer="A"):
    """Order lines of a dealer from dates and amounts."""
    body = [f"{dealer} {date} {amount}" for date, amount in days]
    return "\n".join(["dealer_id order_date net_amount", *body])


# A quarter of 100: 20 within its last ten days in the past, 60 in the last quarter.
PAST = [(end[:8] + "25", 20) for end in QUARTERS[:4]] + [
    (f"{end[:5]}{int(end[5:7]) - 1:02d}-10", 80) for end in QUARTERS[:4]
]
LAST = [("2025-06-21", 60), ("2025-06-20", 40)]


def test_ten_days_end_a_quarter_and_the_eleventh_does_not_belong(seen):
    x = seen(loading, lines(PAST + LAST)).loc["A"]
    assert x["quarter_end_share"] == pytest.approx(0.6)
    assert x["quarter_end_share_usual"] == pytest.approx(0.2)
    assert x["quarter_end_excess"] == pytest.approx(0.4)


def test_an_unfinished_quarter_is_left_out(seen):
    later = lines([*PAST, *LAST, ("2025-07-01", 999), ("2025-08-14", 999)])
    x = seen(loading, later, as_of="2025-08-15").loc["A"]
    assert x["quarter_end_share"] == pytest.approx(0.6)


def test_the_dip_is_measured_where_thirty_days_have_passed(seen):
    days = [*PAST, ("2025-04-01", 5), ("2025-04-30", 7), ("2025-05-01", 100)]
    # On 30 June the last quarter end with thirty days behind it is 31 March; its year brought 400.
    x = seen(loading, lines(days)).loc["A"]
    assert x["after_quarter_end_ratio"] == pytest.approx(12 / 400 * 365 / 30)
    x = seen(loading, lines(days), as_of="2025-04-29").loc["A"]
    assert x["after_quarter_end_ratio"] == pytest.approx(0, abs=1)


def test_quarters_follow_the_fiscal_year(tables_of):
    # With a year from February, the quarter ends on 30 April.
    tables = tables_of(order_lines=lines([("2025-04-21", 30), ("2025-04-20", 70)]))
    definitions = {**tables.as_of("2025-06-30").definitions, "fiscal_year_start": 2}
    x = collect(loading(tables.as_of("2025-06-30").under(definitions)))
    assert x["quarter_end_share"].to_list() == pytest.approx([0.3])


def test_a_quarter_that_brought_nothing_has_no_share(seen):
    x = seen(loading, lines([("2025-06-25", 10), ("2025-06-01", -10), ("2025-01-05", 3)])).loc["A"]
    assert x[["quarter_end_share", "quarter_end_excess"]].isna().all()


def test_the_planted_quarter_is_ninety_one_days():
    assert to_day(QUARTERS[-1]) - to_day(QUARTERS[-2]) == 91

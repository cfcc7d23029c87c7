import datetime as dt
import math

import pytest

from dealerml.features.build import collect
from dealerml.features.season import season
from dealerml.features.windows import amounts, last_year, returns, trend


def lines(*rows, **dealers):
    """Order lines from (days ago, amount), of dealer A or of named ones."""
    by_dealer = {"A": rows} | dealers
    body = [f"{name} -{ago} {amount}" for name, own in by_dealer.items() for ago, amount in own]
    return "\n".join(["dealer_id order_date net_amount", *body])


# Powers of ten, one on each side of each border: a sum tells which days it holds.
BORDERS = lines((0, 1), (29, 10), (30, 100), (89, 1000), (90, 10**4), (179, 10**5), (180, 10**6))
YEAR = lines((0, 1), (364, 10), (365, 100))


def test_a_window_of_ninety_days_begins_after_the_ninetieth_day_back(seen):
    x = seen(amounts, BORDERS).loc["A"]
    assert x["net_amount_30d"] == 11
    assert x["net_amount_90d"] == 1111
    assert x["net_amount_365d"] == x["net_amount_ever"] == 1111111
    assert x[[f"order_days_{w}d" for w in (30, 90, 180, 365)]].to_list() == [2, 4, 6, 7]


def test_a_window_of_a_year_holds_365_days(seen):
    x = seen(amounts, YEAR).loc["A"]
    assert (x["net_amount_365d"], x["net_amount_ever"]) == (11, 111)


def test_returns_and_freight_are_money_but_no_order_day(seen):
    text = """\
    dealer_id order_date net_amount line_kind
    A         -1          50        goods
    A         -2         -20        goods
    A         -3           5        freight
    A         -4           7        gift"""
    x = seen(amounts, text).loc["A"]
    assert (x["net_amount_30d"], x["order_days_30d"]) == (42, 1)


def test_an_order_day_is_measured_in_lines_and_money(seen):
    text = """\
    order_id dealer_id order_date net_amount quantity
    o1       A         -1         10         1
    o1       A         -1         20         2
    o2       A         -1         30         3
    o3       A         -9         40         4"""
    x = seen(amounts, text).loc["A"]
    assert x["lines_per_order_day_365d"] == 2
    assert x["net_amount_per_order_day_365d"] == 50
    assert x["quantity_365d"] == 10


def test_without_quantities_or_costs_nothing_is_said_about_them(seen):
    x = seen(amounts, lines((1, 10), (400, 10))).loc["A"]
    assert x[["quantity_365d", "margin_365d", "margin_share_365d"]].isna().all()


def test_a_margin_is_taken_only_where_the_cost_is_known(seen):
    text = """\
    dealer_id order_date net_amount cost_amount
    A         -1         100        70
    A         -2         100         .
    B         -1         100         .
    C         -400       100        70"""
    x = seen(amounts, text)
    assert x.loc["A", "margin_365d"] == 30
    assert x.loc["A", "margin_share_365d"] == pytest.approx(0.3)
    assert x.loc["A", "costed_share_365d"] == 0.5
    assert x.loc["B", "costed_share_365d"] == 0
    assert x.loc[["B", "C"], "margin_365d"].isna().all()


def test_a_dealer_silent_for_a_year_has_zeros_and_no_ratios(seen):
    x = seen(amounts, lines((400, 10))).loc["A"]
    assert (x["net_amount_365d"], x["order_days_365d"]) == (0, 0)
    assert x[["lines_per_order_day_365d", "net_amount_per_order_day_365d"]].isna().all()


def test_the_trend_compares_with_the_ninety_days_before(seen):
    x = seen(trend, BORDERS).loc["A"]
    assert x["net_amount_previous_90d"] == 110000
    assert x["order_days_previous_90d"] == 2
    assert x["trend_ratio_90d"] == 1111 / 110000
    assert x["order_trend_ratio_90d"] == 2


def test_last_year_is_the_same_window_shifted_by_52_weeks(seen):
    text = lines((0, 1), (363, 10), (364, 100), (453, 1000), (454, 10**4), (728, 10**5), (729, 1))
    x = seen(trend, text).loc["A"]
    assert x["net_amount_90d_last_year"] == 1100
    assert x["order_days_90d_last_year"] == 2
    assert x["net_amount_365d_last_year"] == 111100
    assert x["year_ratio_90d"] == 1 / 1100
    # The year and last year's share one day, because a year is 365 days and the shift 364.
    assert x["year_ratio_365d"] == 111 / 111100


def test_a_ratio_without_a_positive_base_is_empty(seen):
    x = seen(trend, lines(zero=[(1, 10), (100, 0), (400, 0)], less=[(1, 9), (100, -5), (400, -5)]))
    names = ["trend_ratio_90d", "order_trend_ratio_90d", "year_ratio_90d", "year_ratio_365d"]
    assert x["net_amount_previous_90d"].to_dict() == {"less": -5, "zero": 0}
    assert x[names].isna().all(axis=None)


def test_a_ratio_may_be_negative_where_more_came_back_than_went_out(seen):
    assert seen(trend, lines((1, -10), (100, 20))).loc["A", "trend_ratio_90d"] == -0.5


def test_returns_are_a_positive_amount_and_a_share_of_what_was_ordered(seen):
    x = seen(returns, lines((1, 100), (89, -20), (90, -30), (100, 100))).loc["A"]
    assert (x["returns_amount_90d"], x["returns_amount_365d"]) == (20, 50)
    assert x["returns_share_90d"] == pytest.approx(0.2)
    assert x["returns_share_365d"] == pytest.approx(0.25)


def test_returns_without_orders_have_no_share(seen):
    x = seen(returns, lines((1, -20), (100, 50))).loc["A"]
    assert x["returns_amount_90d"] == 20
    assert math.isnan(x["returns_share_90d"])
    assert x["returns_share_365d"] == pytest.approx(0.4)


def test_what_lies_ahead_was_last_year_the_next_ninety_days(seen):
    x = seen(season, lines((364, 1), (363, 10), (274, 100), (273, 1000))).loc["A"]
    assert x["order_days_ahead_last_year"] == 2
    assert x["net_amount_ahead_last_year"] == 110


# Silent for 42 days now and in the same weeks of both past years, ordering in between.
PAUSE = ((42, 1), (363, 1), (406, 1), (727, 1), (770, 1))
PAUSES = {
    "silent": (PAUSE, 1),
    "sends_back": ((*PAUSE, (1, -1)), 1),
    "orders_now": ((*PAUSE, (41, 1)), 0),
    "ordered_last_year": ((*PAUSE, (364, 1)), 0),
    "ordered_last_year_too": ((*PAUSE, (405, 1)), 0),
    "ordered_the_year_before": ((*PAUSE, (728, 1)), 0),
    "ordered_the_year_before_too": ((*PAUSE, (769, 1)), 0),
    "silent_since_last_year": (PAUSE[2:], 0),
    "silent_the_year_before": ((*PAUSE[:2], PAUSE[4]), 0),
    "unknown_the_year_before": (PAUSE[:4], 0),
}


def test_a_pause_that_comes_back_every_year_is_a_season_and_nothing_else_is(seen):
    x = seen(season, lines(**{name: rows for name, (rows, _) in PAUSES.items()}))
    expected = {name: paused for name, (_, paused) in PAUSES.items()}
    assert x["seasonal_pause"].to_dict() == expected


def test_amounts_vary_against_the_mean_of_twelve_months(seen):
    text = lines(
        even=[(30 * n, 100) for n in range(12)] + [(360, 1)],
        one=[(0, 1200), (360, 1)],
        late=[(0, 100), (359, 100)],
        nothing=[(0, 100), (40, -100), (360, 1)],
    )
    varied = seen(season, text)["amount_cv_365d"]
    assert varied["even"] == 0
    # One month is 1200 and eleven are 0, the mean is 100: sqrt((1100² + 11 · 100²) / 12) / 100.
    assert varied["one"] == pytest.approx(math.sqrt(11))
    # Unknown for a dealer first seen within the months, and where they add up to nothing.
    assert varied[["late", "nothing"]].isna().all()


def test_the_festival_moves_the_window_of_last_year_by_whole_weeks(tables_of):
    # 2025-03-31 is compared with 51 weeks before: 2024-04-08, and the 90 days up to it.
    text = """\
    dealer_id order_date net_amount
    A         2025-03-01 1
    A         2024-04-08 10
    A         2024-01-10 100
    A         2024-01-09 1000"""
    snapshot = tables_of(order_lines=text).as_of("2025-03-31")
    plain = collect(trend(snapshot)).iloc[0]
    # 52 weeks before: from 2024-01-03 to 2024-04-01.
    assert plain["net_amount_90d_last_year"] == 1100
    aligned = snapshot.under({**snapshot.definitions, "align_festival": True})
    assert collect(trend(aligned)).iloc[0]["net_amount_90d_last_year"] == 110


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("2024-12-29", 364),  # the festival of 2025 is further than its stocking up away
        ("2024-12-30", 357),
        ("2025-01-29", 357),
        ("2025-05-28", 357),
        ("2025-05-29", 364),  # its catching up has left the last 90 days
        ("2026-03-31", 385),
        ("2099-03-31", 364),  # no festival is known so far ahead
    ],
)
def test_only_dates_near_the_festival_are_moved(date, days):
    assert last_year(dt.date.fromisoformat(date), align_festival=True) == days
    assert last_year(dt.date.fromisoformat(date), align_festival=False) == 364

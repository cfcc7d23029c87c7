import numpy as np
import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.policy import load_policy
from dealerml.review import review_dealers
from dealerml.tables import example_tables, make_tables


def test_every_dealer_seen_or_listed_is_in_it(small_review, small_tables):
    listed = small_tables.dealers.collect("pandas").to_native()["dealer_id"]
    successors = dict(small_tables.as_of("2025-06-30").successors)
    assert {successors.get(code, code) for code in listed} <= set(small_review.dealers.index)
    assert small_review.dealers.index.is_unique
    assert small_review.dealers.index.is_monotonic_increasing


def test_money_adds_up_from_the_export_to_the_dealers_and_the_period(small_review, small_tables):
    lines = small_tables.order_lines.collect("pandas").to_native()
    year = lines[lines["order_date"].astype("str") > "2024-06-30"]
    total = float(year["net_amount"].sum())
    assert small_review.dealers["net_amount_365d"].sum() == pytest.approx(total)
    period = small_review.dealers["net_amount_period"].sum()
    assert period == pytest.approx(small_review.sales.total["net_amount"])


def test_a_risk_is_a_probability_of_the_cohort_and_of_nobody_else(small_review):
    risk = small_review.dealers["churn_risk"]
    cohort = small_review.x.index[small_review.x["cohort"]]
    assert list(risk.dropna().index) == sorted(cohort)
    assert risk.dropna().between(0, 1).all()
    assert (small_review.dealers.loc[risk.notna(), "status"] == "active").all()


def test_priority_ranks_by_expected_loss(small_review):
    ranked = small_review.dealers.sort_values("priority").dropna(subset="priority")
    assert ranked["priority"].tolist() == list(range(1, len(ranked) + 1))
    assert ranked["loss_expected"].is_monotonic_decreasing


def test_the_forecast_reaches_twelve_months_at_every_level(small_review):
    months = small_review.forecast.table.groupby(["level", "key"])["month"].agg(list)
    assert {tuple(found) for found in months} == {tuple(months.iloc[0])}
    assert (months.iloc[0][0], months.iloc[0][-1], len(months.iloc[0])) == (
        "2025-07",
        "2026-06",
        12,
    )


@pytest.fixture(scope="module")
def earlier(small_tables):
    """Half a year earlier, under a changed policy."""
    policy = load_policy().changed({"classes.a_share": 0.5, "definitions.period": "month"})
    return review_dealers(small_tables, as_of="2024-12-31", policy=policy)


def test_the_policy_changes_what_it_says(earlier, small_review):
    first = [review.classes.classes["amount_share"]["A"] for review in (earlier, small_review)]
    assert 0.5 <= first[0] < 0.8 <= first[1]
    assert [day.isoformat() for day in earlier.sales.period] == ["2024-12-01", "2024-12-31"]


def test_an_earlier_date_knows_nothing_of_later_lines(earlier):
    assert earlier.forecast.table["month"].min() == "2025-01"
    assert str(earlier.series.columns.max()) == "2024-12"
    assert earlier.panel.index.get_level_values("as_of").max() <= pd.Timestamp("2024-10-02")


def test_steps_are_told_in_order(example):
    told = []
    review_dealers(example, as_of="2025-06-30", tell=told.append)
    steps = "features sales segments churn forecast health background"
    assert told == steps.split()


def test_one_dealer_with_one_order_is_reviewed(review_of):
    review = review_of("A 2025-06-01 100")
    row = review.dealers.loc["A"]
    assert (row["status"], row["dealer_name"], row["net_amount_365d"]) == ("new", "A", 100.0)
    assert row[["churn_risk", "growth", "forecast_growth", "health"]].isna().all()


def test_little_history_says_less(short_review):
    empty = "churn_risk loss_expected growth forecast_growth segment rfm_group health".split()
    assert short_review.dealers[empty].isna().all().all()
    assert short_review.forecast.table.empty
    assert short_review.dealers["abc_class"].notna().all()


@pytest.mark.parametrize(
    ("as_of", "message"),
    [("2019-01-01", "no order line by 2019-01-01"), ("2026-01-31", "every dealer would look")],
)
def test_a_date_outside_the_export_is_refused(as_of, message):
    with pytest.raises(HistoryError, match=message):
        review_dealers(example_tables(), as_of=as_of)


def test_returns_alone_make_a_review_without_a_class_above_c(review_of):
    review = review_of("A 2025-05-01 -10\nA 2025-06-01 -20")
    assert review.dealers.loc["A", "abc_class"] == "C"
    assert review.dealers.loc["A", "status"] == "never"


def test_regions_of_the_dealer_list_stand_in_where_lines_carry_none(small_tables):
    lines = small_tables.order_lines.collect("pandas").to_native().drop(columns="region")
    lines = lines[lines["order_date"].astype("str") > "2024-12-31"]
    dealers = small_tables.dealers.collect("pandas").to_native()
    tables = make_tables(order_lines=lines, dealers=dealers)
    review = review_dealers(tables, as_of="2025-06-30")
    assert review.x["region"].isna().all()
    listed = dealers.set_index("dealer_id")["region"].dropna()
    shown = review.dealers["region"].dropna()
    assert np.array_equal(shown, listed.reindex(shown.index))
    assert len(review.sales.table) > 1
    # What is learnt or forecast does not read today's list.
    assert set(review.forecast.table["level"]) == {"dealer", "total"}

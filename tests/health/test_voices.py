import numpy as np
import pandas as pd
import pytest

from dealerml.health.voices import link_satisfaction, sort_comments

LINES = "dealer_id order_date net_amount\nA -10 100"
SURVEYS = """
survey_id dealer_id survey_date kind score comment
1         A         -10         nps  3     发货太慢
2         B         -20         nps  9     LATE_but_good_price
3         C         -30         csat 2     价格没有优势
4         D         -40         csat 5     nothing_to_say
5         E         -50         nps  2     .
6         F         -500        nps  2     发货太慢
"""


def test_comments_are_sorted_by_words_of_both_languages(tables_of):
    found = sort_comments(tables_of(order_lines=LINES, surveys=SURVEYS).as_of("2025-06-30"))
    # The second is about two topics, the last of a year ago counts no more.
    assert found.table["comments"].to_dict() == {"delivery": 2, "price": 2, "other": 1}
    assert found.table["comment_share"].to_dict() == {"delivery": 0.5, "price": 0.5, "other": 0.25}
    assert found.table["unhappy_share"].to_dict() == {"delivery": 0.5, "price": 0.5, "other": 0.0}
    assert "Of 4 comments of 365 days, 3 hold a word" in found.text
    assert "发货" not in found.text_in("zh")


def test_words_of_ones_own_count(tables_of, policy):
    own = policy.changed({"contacts.topics": [{"name": "silence", "words": ["Nothing"]}]})
    tables = tables_of(order_lines=LINES, surveys=SURVEYS)
    found = sort_comments(tables.as_of("2025-06-30"), policy=own)
    assert found.table["comments"].to_dict() == {"other": 3, "silence": 1}


def test_without_comments_nothing_is_said_of_them(tables_of):
    bare = tables_of(order_lines=LINES).as_of("2025-06-30")
    assert "no comments" in sort_comments(bare).text


def panel_of(n=400):
    """Grades that fall with open complaints; the dissatisfied stop five times as often."""
    random = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [pd.date_range("2024-09-30", periods=2, freq="QE"), [f"D{k:03}" for k in range(n)]],
        names=["as_of", "dealer_id"],
    )
    cases = random.integers(0, 5, len(index)).astype("float64")
    grade = np.clip(10 - 1.5 * cases + random.normal(0, 1.5, len(index)), 0, 10).round()
    stops = random.random(len(index)) < np.where(grade <= 6, 0.25, 0.05)
    return pd.DataFrame(
        {
            "nps_score": grade,
            "survey_recency_days": 30.0,
            "cases_365d": cases,
            "contacts_365d": random.integers(0, 9, len(index)).astype("float64"),
            "churned": stops.astype("float64"),
            "net_amount_next": 90.0,
            "net_amount_ahead_last_year": 100.0,
        },
        index=index,
    )


def test_the_dissatisfied_leave_and_what_goes_with_it_is_found():
    found = link_satisfaction(panel_of())
    assert found.table.index.tolist() == ["warns", "neutral", "promotes"]
    assert found.table["lo95"]["warns"] > found.table["hi95"]["promotes"]
    assert found.table["amount_change"].tolist() == pytest.approx([-0.1] * 3)
    assert found.drivers.index[0] == "cases_365d"
    assert found.drivers["correlation_high"]["cases_365d"] < 0
    by_luck = found.drivers.loc["contacts_365d"]
    assert by_luck["correlation_low"] < 0 < by_luck["correlation_high"]
    assert "Of dealers whose last grade warned" in found.text
    assert "不满的经销商" in found.text_in("zh")


def test_old_grades_and_few_of_them_say_nothing():
    old = panel_of().assign(survey_recency_days=400.0)
    assert "only 0 grades" in link_satisfaction(old).text
    assert link_satisfaction(old).drivers.empty

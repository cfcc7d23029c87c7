import numpy as np
import pandas as pd
import pytest

from dealerml.segments.cohorts import follow_cohorts, measure_interval

MONTHS = pd.period_range("2023-12", "2025-05", freq="M")


def series(**dealers) -> pd.DataFrame:
    """Amounts of each dealer from its first month on; nothing after what is given."""
    rows = {}
    for name, (first, amounts) in dealers.items():
        row = pd.Series(np.nan, index=MONTHS)
        row[pd.Period(first, "M") <= MONTHS] = 0.0
        for month, amount in amounts.items():
            row[pd.Period(month, "M")] = amount
        rows[name] = row
    return pd.DataFrame(rows).T


TWO = series(
    old=("2023-12", {"2023-12": 9.0, "2024-02": 4.0}),
    a=("2024-07", {"2024-07": 10.0, "2024-10": 30.0, "2025-01": 15.0}),
    b=("2024-09", {"2024-09": 10.0}),
)


def test_a_cohort_is_followed_through_whole_quarters():
    table = follow_cohorts(TWO).table
    own = table[table["cohort"] == "2024-Q3"]
    # April and May 2025 are no whole quarter.
    assert own["quarters_since"].to_list() == [0, 1, 2]
    assert own["ordered"].to_list() == [2, 1, 1]
    assert own["amount"].to_list() == [20, 30, 15]
    assert own["amount_ratio"].to_list() == pytest.approx([2 / 3, 1, 0.5])
    assert not own["is_censored"].any()


def test_dealers_from_before_the_export_are_marked():
    # December 2023 alone is no whole quarter, so its dealer has no cohort that could be followed.
    table = follow_cohorts(TWO).table
    assert set(table["cohort"]) == {"2024-Q3"}
    early = follow_cohorts(series(x=("2024-01", {"2024-01": 1.0})).iloc[:, 1:])
    assert early.table["is_censored"].all()


def test_the_interval_is_wilsons():
    # 8 of 10: the classical example, 49.0 % to 94.3 %.
    assert measure_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert measure_interval(0, 5)[0] == 0
    assert measure_interval(5, 5)[1] == 1
    assert np.isnan(measure_interval(0, 0)).all()


def test_what_is_too_little_to_tell_is_said():
    assert follow_cohorts(TWO).text.startswith("Too few dealers began")
    assert follow_cohorts(TWO.iloc[:0]).table.empty
    many = {
        f"d{n}": ("2024-04", {"2024-04": 1.0} | ({"2025-04": 1.0} if n else {})) for n in range(5)
    }
    whole = series(**many).assign(**{"2025-06": 0.0})
    whole.columns = pd.period_range("2023-12", "2025-06", freq="M")
    text = follow_cohorts(whole.iloc[:, :]).text
    assert "Of 5 dealers that began" in text
    assert "80.0 % ordered in the fourth quarter" in text

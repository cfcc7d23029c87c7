import datetime as dt

import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.growth.history import level_history, read_history
from dealerml.tables import Tables


def flat(months: int) -> pd.DataFrame:
    columns = pd.period_range("2024-01", periods=months, freq="M")
    return pd.DataFrame([[1.0] * months, [2.0] * months], ["A", "B"], columns)


@pytest.mark.parametrize(
    ("as_of", "horizon", "months"),
    [
        ("2025-06-30", 90, 3),
        ("2025-12-31", 90, 3),
        ("2025-06-10", 90, 4),  # June, not over, to 8 September
        ("2025-06-30", 1, 1),
        ("2025-06-30", 366, 12),
    ],
)
def test_months_cover_the_horizon(example: Tables, as_of: str, horizon: int, months: int) -> None:
    assert read_history(example.as_of(as_of), horizon=horizon).horizon_months == months


def test_a_month_not_over_is_left_out_and_named(example: Tables) -> None:
    history = read_history(example.as_of("2025-06-29"), horizon=90)
    assert str(history.series.columns[-1]) == "2025-05"
    assert history.ahead[0] == "2025-06"
    assert history.partial_month == "2025-06"
    assert read_history(example.as_of("2025-06-30"), horizon=90).partial_month is None


def test_a_series_ends_with_its_last_month() -> None:
    history = read_history(flat(14), horizon=90)
    assert history.as_of == dt.date(2025, 2, 28)
    assert history.ahead[-1] == "2026-02"


def test_under_three_months_or_without_dealers_is_too_short() -> None:
    assert read_history(flat(2), horizon=90).too_short
    assert not read_history(flat(3), horizon=90).too_short
    assert read_history(flat(9).iloc[:0], horizon=90).too_short


@pytest.mark.parametrize("horizon", [0, 367])
def test_a_horizon_out_of_reach_is_refused(horizon: int) -> None:
    with pytest.raises(HistoryError, match="from 1 to 366 days"):
        read_history(flat(12), horizon=horizon)


def test_a_table_without_months_is_refused() -> None:
    with pytest.raises(HistoryError, match="one column per month"):
        read_history(pd.DataFrame({"2025-01": [1.0]}, ["A"]), horizon=90)


def test_the_history_of_levels_adds_up() -> None:
    history = read_history(flat(3), horizon=90, regions=pd.Series({"A": "North", "B": "South"}))
    table = level_history(history)
    sums = table.groupby(["level", "month"])["net_amount"].sum()
    assert sums.tolist() == [3.0] * 6
    assert sums.index.unique("level").tolist() == ["region", "total"]


def test_a_table_of_months_is_told_its_last_day() -> None:
    history = read_history(flat(14), horizon=90, as_of=dt.date(2025, 3, 10))
    assert history.partial_month == "2025-03"
    # From 11 March the 90 days end on 8 June: March to June.
    assert (history.horizon_months, history.ahead[0]) == (4, "2025-03")


def test_a_table_without_a_whole_month_leaves_no_month_out() -> None:
    assert read_history(flat(3).iloc[:, :0], horizon=90).partial_month is None

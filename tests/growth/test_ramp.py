import numpy as np
import pandas as pd
import pytest

from dealerml.growth.ramp import compare_ramp, find_rising


@pytest.fixture(scope="module")
def series():
    """Twenty earlier dealers that buy 1 … 20 a month, a strong and a weak new one."""
    months = pd.period_range("2022-01", periods=40, freq="M")
    rows = {}
    for n in range(1, 21):
        y = np.full(40, float(n))
        y[:5] = np.nan
        rows[f"E{n:02d}"] = y
    for name, amount in (("strong", 50.0), ("weak", 0.5)):
        y = np.full(40, amount)
        y[:34] = np.nan
        rows[name] = y
    rows["oldest"] = np.full(40, 7.0)
    return pd.DataFrame(rows, index=months).T


def test_new_dealers_stand_beside_earlier_ones_at_their_age(series):
    found = compare_ramp(series)
    assert found.table.index.tolist() == ["strong", "weak"]
    assert found.table["months"].tolist() == [6, 6]
    assert found.table["amount_so_far"].tolist() == [300, 3]
    assert found.table["amount_usual"].tolist() == pytest.approx([63, 63])
    assert found.table["place_share"].tolist() == [1, 0]
    # The dealer of the export's first month may be old: its age is not known.
    assert found.curve.loc[1, "n"] == 20


def test_too_few_earlier_ones_are_said(series):
    found = compare_ramp(series.loc[["E01", "strong", "weak"]])
    assert found.table["place_share"].isna().all()
    assert "Too few" in found.text


def test_who_rises_is_of_class_b_or_c_and_rises_in_most_months():
    months = pd.period_range("2023-01", periods=24, freq="M")
    flat, up = np.full(24, 10.0), np.r_[np.full(12, 10.0), np.full(12, 15.0)]
    once = np.r_[np.full(23, 10.0), [500.0]]
    series = pd.DataFrame([flat, up, up, once], ["flat", "a", "b", "once"], months)
    classes = pd.Series({"flat": "C", "a": "A", "b": "B", "once": "C"})
    found = find_rising(series, classes)
    assert found.table.index.tolist() == ["b"]
    assert found.table.loc["b", "growth"] == pytest.approx(0.5)
    assert "1 of 3 B and C dealers rise" in found.text
    assert "two years" in find_rising(series.iloc[:, :20], classes).text

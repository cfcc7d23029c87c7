import numpy as np
import pandas as pd
import pytest

from dealerml.growth.quality import rate_growth

MONTHS = pd.period_range("2023-01", periods=24, freq="M")


@pytest.fixture
def series():
    flat = np.full(12, 10.0)
    rows = {
        "steady": np.r_[flat, flat + 5],
        "once": np.r_[flat, np.zeros(11), [400.0]],
        "pushed": np.r_[flat, flat[:11], [70.0]],
        "back": np.r_[flat, flat + 5],
        "fallen": np.r_[flat, flat - 5],
    }
    return pd.DataFrame(list(rows.values()), list(rows), MONTHS)


def test_growth_is_told_by_what_it_is_worth(series):
    found = rate_growth(
        series, returns=pd.Series({"back": 0.3}), excess=pd.Series({"pushed": 55.0})
    )
    assert found.table["quality"].to_dict() == {
        "once": "unsteady", "steady": "sound", "back": "returned", "pushed": "loaded",
    }  # fmt: skip
    assert found.table.loc["steady", "growth"] == pytest.approx(0.5)
    assert found.table.loc["steady", "trend_share"] == pytest.approx(0)
    assert "4 dealers grew" in found.text
    assert "稳健" in found.text_in("zh")


def test_two_years_are_needed(series):
    assert "two years" in rate_growth(series.iloc[:, :20]).text

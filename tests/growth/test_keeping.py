import numpy as np
import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.growth.keeping import weigh_dealers

AMOUNT = pd.Series([10.0, 30.0, 60.0], ["A", "B", "C"])


def test_the_sum_remains() -> None:
    weights = weigh_dealers(AMOUNT, pd.Series({"A": 0.1, "B": 0.9, "C": 0.5}))
    assert (AMOUNT * weights).sum() == pytest.approx(AMOUNT.sum())
    assert np.argsort(weights).tolist() == [0, 2, 1]


def test_a_dealer_without_probability_is_left_as_it_is() -> None:
    weights = weigh_dealers(AMOUNT, pd.Series({"A": 0.6, "B": 1.0}))
    assert np.allclose(weights, [0.6 / 0.9, 1.0 / 0.9, 1.0])


def test_without_sales_or_hope_nothing_is_weighed() -> None:
    assert (weigh_dealers(AMOUNT * 0, pd.Series({"A": 0.5})) > 0).all()
    assert weigh_dealers(AMOUNT, pd.Series(dtype="float64")).tolist() == [1.0] * 3
    assert np.isfinite(weigh_dealers(AMOUNT, pd.Series(0.0, AMOUNT.index))).all()


def test_impossible_probabilities_are_refused_by_name() -> None:
    with pytest.raises(HistoryError, match=r"1 probabilities .* 1\.5 of dealer B"):
        weigh_dealers(AMOUNT, pd.Series({"A": 0.5, "B": 1.5}))

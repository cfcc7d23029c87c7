import numpy as np
import pandas as pd
import pytest

from dealerml.errors import HistoryError
from dealerml.growth.keeping import weigh_dealers

STAY = pd.DataFrame([[10.0] * 12, [30.0] * 12, [60.0] * 12], ["A", "B", "C"])


def test_a_dealer_without_probability_keeps_the_average() -> None:
    kept = weigh_dealers(STAY, pd.Series({"A": 0.6, "B": 1.0}), horizon_months=3)
    assert np.allclose(kept.weights[:, 0], [0.6, 1.0, 0.9])


def test_weights_fall_once_per_horizon() -> None:
    kept = weigh_dealers(STAY, pd.Series(0.5, STAY.index), horizon_months=3)
    assert kept.weights[0].tolist() == [0.5] * 3 + [0.25] * 3 + [0.125] * 3 + [0.0625] * 3
    assert np.allclose(kept.average, kept.weights[0])


def test_without_sales_nothing_is_weighed() -> None:
    kept = weigh_dealers(STAY * 0, pd.Series(dtype="float64"), horizon_months=3)
    assert (kept.weights == 1).all()


def test_impossible_probabilities_are_refused_by_name() -> None:
    with pytest.raises(HistoryError, match=r"1 probabilities .* 1\.5 of dealer B"):
        weigh_dealers(STAY, pd.Series({"A": 0.5, "B": 1.5}), horizon_months=3)

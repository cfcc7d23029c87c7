import numpy as np
import pytest

from dealerml.growth.intermittent import RATES, croston, tsb


def croston_of(y, rate):
    """Croston's method of one dealer, as the paper tells it."""
    orders = y[y > 0]
    size, gap, waited, squares = orders.mean(), len(y) / len(orders), 1, 0.0

    def usual():
        per = max(gap, 1)
        return (1 - rate / 2 * (1 - 1 / per)) * size / per

    for value in y:
        squares += (value - usual()) ** 2
        if value > 0:
            size += rate * (value - size)
            gap += rate * (waited - gap)
            waited = 1
        else:
            waited += 1
    return squares, usual()


def test_croston_agrees_with_one_dealer_at_a_time():
    rng = np.random.default_rng(0)
    y = rng.gamma(3, 10, (30, 40)) * (rng.random((30, 40)) < 0.3)
    expected = [min(croston_of(row, rate) for rate in RATES)[1] for row in y]
    assert croston(y, 1)[:, 0] == pytest.approx(np.array(expected))


def test_the_mean_of_rare_orders_is_found():
    rng = np.random.default_rng(1)
    y = rng.gamma(3, 10, (400, 120)) * (rng.random((400, 120)) < 0.2)
    for method in (croston, tsb):
        assert method(y, 1).mean() == pytest.approx(6.0, rel=0.1)


def test_only_tsb_forgets_a_dealer_that_fell_silent():
    y = np.concatenate([np.full(24, 5.0), np.zeros(12)])[None]
    assert tsb(y, 1)[0, 0] < 1
    assert croston(y, 1)[0, 0] > 4


def test_months_before_the_first_count_for_nothing():
    y = np.array([[np.nan] * 10 + [4.0, 0.0] * 5])
    np.testing.assert_allclose(croston(y, 1), croston(y[:, 10:], 1))
    np.testing.assert_allclose(tsb(y, 1), tsb(y[:, 10:], 1))

from collections.abc import Callable

import numpy as np
import pytest

from dealerml.growth.forecasters import FORECASTERS, seasonal_naive, theta

every = pytest.mark.parametrize("forecaster", FORECASTERS.values(), ids=FORECASTERS)


def strange() -> np.ndarray:
    """Series that real dealers have, 48 months each."""
    rng = np.random.default_rng(1)
    rows = {
        "zero": np.zeros(48),
        "constant": np.full(48, 7.0),
        "first month only": np.r_[np.full(47, np.nan), 5.0],
        "three months": np.r_[np.full(45, np.nan), 1.0, 0.0, 2.0],
        "intermittent": np.where(rng.random(48) < 0.1, 1e5, 0.0),
        "huge": rng.gamma(2, 1e13, 48),
        "tiny": rng.gamma(2, 1e-4, 48),
        "silent lately": np.r_[rng.gamma(2, 100, 40), np.zeros(8)],
        "one giant": np.r_[np.ones(47), 1e12],
        "not begun": np.full(48, np.nan),
    }
    return np.stack(list(rows.values()))


@every
@pytest.mark.parametrize("months", [1, 2, 3, 11, 12, 13, 23, 24, 25, 48])
def test_strange_series_stay_finite_and_never_fall_below_zero(
    forecaster: Callable[[np.ndarray, int], np.ndarray], months: int
) -> None:
    means = forecaster(strange()[:, -months:], 12)
    assert means.shape == (10, 12)
    assert np.isfinite(means).all()
    assert (means >= 0).all()


@every
def test_nothing_and_always_the_same_are_carried_on(
    forecaster: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    y = np.stack([np.zeros(48), np.full(48, 7.0)])
    assert np.allclose(forecaster(y, 6), [[0.0] * 6, [7.0] * 6])


@every
def test_months_below_zero_do_not_break_the_forecast(
    forecaster: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    y = np.random.default_rng(2).normal(0, 10, (3, 40))
    means = forecaster(y, 12)
    assert np.isfinite(means).all()
    assert (means >= y.min(axis=1, keepdims=True)).all()


@every
def test_amounts_in_another_currency_give_the_same_forecast(
    forecaster: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    y = np.random.default_rng(3).gamma(2, 100, (5, 40))
    assert np.allclose(forecaster(y * 8, 6), forecaster(y, 6) * 8)


@every
def test_no_dealers_give_no_forecasts(
    forecaster: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    assert forecaster(np.empty((0, 30)), 3).shape == (0, 3)


def test_last_year_is_repeated() -> None:
    y = np.arange(1.0, 25.0)[None]
    assert seasonal_naive(y, 14)[0, [0, 11, 12]].tolist() == [13.0, 24.0, 13.0]


def test_theta_follows_a_line_by_half_and_less_for_the_young() -> None:
    line = np.arange(100.0, 148.0)[None]
    step = np.diff(theta(line, 3)[0])
    assert np.allclose(step, 0.5 * 48 / (48 + 24), rtol=0.05)
    young = np.arange(100.0, 106.0)[None]
    assert np.allclose(np.diff(theta(young, 3)[0]), 0.5 * 6 / 30)


def test_theta_finds_the_season() -> None:
    year = np.array([5.0, 5, 5, 5, 5, 5, 15, 15, 15, 15, 15, 15])
    means = theta(np.tile(year, 4)[None], 12)[0]
    assert np.allclose(means, year, rtol=0.02)


def test_one_series_does_not_depend_on_the_order_of_the_others() -> None:
    y = np.random.default_rng(4).gamma(2, 100, (6, 40))
    assert np.allclose(theta(y[::-1], 6)[::-1], theta(y, 6))

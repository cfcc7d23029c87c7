import numpy as np
import pytest

from dealerml.growth.smoothing import damped_trend, drift, seasonal_smoothing, simple_smoothing

ALL = (drift, simple_smoothing, damped_trend, seasonal_smoothing)


def holt(y, rate, slope_rate, kept):
    """The recursions one dealer at a time, as textbooks write them."""
    level, trend, squares = y[0], 0.0, 0.0
    for value in y[1:]:
        error = value - level - kept * trend
        squares += error**2
        level, trend = level + kept * trend + rate * error, kept * trend + rate * slope_rate * error
    return squares, level, trend, kept


def test_damped_trend_agrees_with_the_recursions_dealer_by_dealer():
    rng = np.random.default_rng(0)
    y = 100 + np.cumsum(rng.normal(0, 5, (20, 20)), axis=1)  # too short for a season
    said = damped_trend(y, 3)
    for row, expected in zip(y, said, strict=True):
        tried = [
            holt(row / row.max(), a, b, p)
            for a in (0.05, 0.1, 0.2, 0.35, 0.6)
            for b in (0.05, 0.15)
            for p in (0.85, 0.95)
        ]
        _, level, trend, kept = min(tried, key=lambda found: found[0])
        steps = level + trend * np.cumsum(kept ** np.arange(1, 4))
        assert expected == pytest.approx(steps * row.max())


def test_a_season_of_ones_own_is_learnt():
    months = np.arange(48)
    shared = 100 + np.zeros((40, 48))
    own = 100 + 50 * np.sin(2 * np.pi * months / 12)
    y = np.vstack([own, shared])
    said, plain = (method(y, 12)[0] for method in (seasonal_smoothing, simple_smoothing))
    truth = 100 + 50 * np.sin(2 * np.pi * (months[:12] + 48) / 12)
    assert np.abs(said - truth).mean() < np.abs(plain - truth).mean()


def test_drift_follows_the_line():
    assert drift(np.arange(1.0, 49.0)[None], 2)[0] == pytest.approx([49, 50], rel=0.02)


@pytest.mark.parametrize("method", ALL)
def test_more_dealers_than_fit_into_one_piece_change_nothing(method, monkeypatch):
    y = np.random.default_rng(1).gamma(2, 10, (50, 30))
    whole = method(y, 6)
    monkeypatch.setattr("dealerml.growth.smoothing.CHUNK", 7)
    np.testing.assert_array_equal(method(y, 6), whole)

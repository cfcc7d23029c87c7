import numpy as np
import pandas as pd
import pytest

from dealerml.growth.backcasts import NO_EFFECTS, Backcasts, Rules
from dealerml.growth.levels import make_levels
from dealerml.growth.reconciling import (
    _agree,
    _shrunken,
    forecast_sums,
    reconcile_backcasts,
    reconcile_means,
)

RULES = Rules(history_months=60, silent_months=3, season_months=24, step=3, most=12)
ORIGINS = tuple(range(69, 33, -3))


@pytest.fixture(scope="module")
def steady():
    """Forty dealers in two regions, each erratic, their sums steady."""
    rng = np.random.default_rng(0)
    y = 100 * rng.gamma(2, 0.5, (40, 72))
    return y, make_levels(
        pd.RangeIndex(40).astype("str"), pd.Series(["A", "B"] * 20, pd.RangeIndex(40).astype("str"))
    )


def sums_of(y, levels):
    return forecast_sums(y, levels, rules=RULES, effects=NO_EFFECTS)


def backcasts(y, value):
    means = np.full((len(ORIGINS), len(y), 12), value)
    return Backcasts(ORIGINS, means, np.ones((len(ORIGINS), len(y)), dtype=bool))


def test_dealers_who_add_up_to_too_little_are_brought_in_line(steady):
    y, levels = steady
    low = backcasts(y, 80.0)
    told = reconcile_means(y, np.full((40, 12), 80.0), low, sums_of(y, levels))
    assert told.sum() / 12 / 40 == pytest.approx(100, rel=0.05)


def test_dealers_of_a_region_are_scaled_alike(steady):
    y, levels = steady
    means = np.random.default_rng(1).gamma(2, 40, (40, 12))
    told = reconcile_means(y, means, backcasts(y, 80.0), sums_of(y, levels))
    ratio = told / means
    for rows in (slice(0, None, 2), slice(1, None, 2)):
        assert np.ptp(ratio[rows], axis=0) == pytest.approx(0, abs=1e-12)


def test_without_experience_nothing_is_moved(steady):
    y, levels = steady
    made = backcasts(y, 80.0)
    few = Backcasts(made.origins[-3:], made.means[-3:], made.active[-3:])
    means = np.full((40, 12), 80.0)
    told = reconcile_means(y, means, few, sums_of(y, levels))
    np.testing.assert_array_equal(told, means)


def test_past_ones_know_nothing_later(steady):
    y, levels = steady
    made = backcasts(y, 80.0)
    first = reconcile_backcasts(y, made, sums_of(y, levels))
    changed = y.copy()
    changed[:, ORIGINS[0] :] *= 3
    again = reconcile_backcasts(changed, made, sums_of(changed, levels))
    np.testing.assert_array_equal(first.means[0], again.means[0])


def test_the_least_squares_answer_is_the_textbook_one():
    """Two regions and the total, each known on its own: GLS by hand."""
    said = np.array([[10.0], [20.0], [12.0], [18.0], [33.0]])
    spread = np.diag([1.0, 1.0, 4.0, 4.0, 2.0])
    adds_up = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 1]], dtype=float)
    weight = np.linalg.inv(spread)
    expected = np.linalg.inv(adds_up.T @ weight @ adds_up) @ adds_up.T @ weight @ said
    assert _agree(said, spread, 2) == pytest.approx(expected, rel=1e-6)


def test_unrelated_errors_shrink_to_their_diagonal():
    errors = np.random.default_rng(3).normal(size=(30, 40))
    shrunken = _shrunken(errors)
    off = shrunken[~np.eye(30, dtype=bool)]
    assert np.diag(shrunken) == pytest.approx((errors**2).mean(axis=1))
    assert np.abs(off).mean() < 0.3 * np.abs(errors @ errors.T / 40)[~np.eye(30, dtype=bool)].mean()

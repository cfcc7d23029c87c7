import numpy as np

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.fading import (
    HALFWAY,
    LOWEST_FACTOR,
    fade_backcasts,
    fade_means,
    learn_factors,
    place,
    read_outcomes,
)

COUNT = 450


def half_comes() -> tuple[np.ndarray, Backcasts]:
    """Dealers of 20 months, of whom half of what was said came at 14 and 17 months."""
    y = np.full((COUNT, 20), 5.0)
    means = np.full((2, COUNT, 12), 10.0)
    return y, Backcasts((17, 14), means, np.ones((2, COUNT), dtype=bool))


def test_groups_are_by_silence_and_age() -> None:
    y = np.array(
        [
            [5.0] * 20,
            [5.0] * 19 + [0.0],
            [5.0] * 15 + [0.0] * 5,
            [np.nan] * 18 + [5.0] * 2,
            [np.nan] * 14 + [5.0] * 6,
        ]
    )
    assert place(y).tolist() == [2, 5, 11, 0, 1]


def test_half_came_so_half_is_left() -> None:
    y, made = half_comes()
    left = fade_means(y, np.full((COUNT, 12), 10.0), made, block=3)
    count = 6 * COUNT
    expected = 10 * (1 - 0.5 * count / (count + HALFWAY))
    assert np.allclose(left[:, :3], expected)
    assert np.allclose(left, left[:, :1], rtol=0.05)


def test_a_factor_from_few_forecasts_stays_near_one() -> None:
    y, made = half_comes()
    few = Backcasts(made.origins, made.means[:, :1], made.active[:, :1])
    factors = learn_factors(read_outcomes(y[:1], few), month=20, block=3)
    assert 0.9 < factors[2, 0] < 1


def test_only_what_was_known_at_an_origin_corrects_it() -> None:
    y, made = half_comes()
    faded = fade_backcasts(y, made, block=3)
    # At 14 months nothing was known; at 17 the first three steps from 14.
    assert (faded.means[1] == 10).all()
    assert (faded.means[0] < 6).all()
    y[:, 17:] = 1e9
    assert (fade_backcasts(y, made, block=3).means == faded.means).all()


def test_groups_never_seen_keep_their_forecast() -> None:
    y, made = half_comes()
    factors = learn_factors(read_outcomes(y, made), month=20, block=3)
    assert (np.delete(factors, 2, axis=0) == 1).all()


def test_factors_are_bounded() -> None:
    y, made = half_comes()
    y[:, 14:] = -100.0
    factors = learn_factors(read_outcomes(y, made), month=20, block=3)
    assert factors.min() >= LOWEST_FACTOR


def test_without_origins_nothing_changes() -> None:
    y, _ = half_comes()
    none = Backcasts((), np.empty((0, COUNT, 12)), np.empty((0, COUNT), dtype=bool))
    means = np.ones((COUNT, 12))
    assert (fade_means(y, means, none, block=3) == means).all()

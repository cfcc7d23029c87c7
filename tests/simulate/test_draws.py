import numpy as np

from dealerml.simulate.draws import (
    draw_bell,
    draw_factor,
    draw_flag,
    draw_index,
    raise_exponential,
    scale,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_first_draws_are_the_same_on_every_machine() -> None:
    assert draw_bell(rng(), 3).tolist() == [755, 275, -651]
    assert draw_factor(rng(), 3, spread=50).tolist() == [1284, 1010, 637]


def test_a_bell_has_no_mean_and_a_deviation_of_one() -> None:
    deviates = draw_bell(rng(), 20_000)
    assert abs(deviates.mean()) < 25
    assert abs(deviates.std() - 1000) < 20


def test_factors_have_mean_one_whatever_their_spread() -> None:
    for spread in (0, 25, 85):
        assert abs(draw_factor(rng(), 50_000, spread=spread).mean() - 1000) < 25


def test_exponentials_beyond_the_table_stay_at_its_ends() -> None:
    assert raise_exponential(np.array([-10_000, 10_000])).tolist() == [2, 403_428]


def test_an_entry_without_weight_is_never_taken() -> None:
    taken = draw_index(rng(), 1000, weights=(1, 0, 3))
    assert set(taken.tolist()) == {0, 2}
    assert 200 < (taken == 0).sum() < 300


def test_flags_are_raised_as_often_as_asked() -> None:
    assert not draw_flag(rng(), 100, per_mille=0).any()
    assert draw_flag(rng(), 100, per_mille=1000).all()
    assert draw_flag(rng(), 2, per_mille=np.array([0, 1000])).tolist() == [False, True]


def test_scaling_stays_with_integers() -> None:
    assert scale(np.array([7]), 500).dtype == np.int64

import numpy as np
import pandas as pd
import pytest

from dealerml.policy import load_policy
from dealerml.segments.choice import (
    agree_on_centres,
    choose_number,
    nearest,
    split_centres,
    try_numbers,
)

RULES = load_policy().changed({"segments.resamples": 5}).segments


@pytest.fixture(scope="module")
def heaps() -> np.ndarray:
    """Three heaps of forty dealers that nobody could confuse."""
    draws = np.random.default_rng(1)
    middles = np.repeat([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]], 40, axis=0)
    return middles + draws.normal(0, 0.3, middles.shape)


def tried(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns, index=range(2, 2 + len(columns["stability"])))


def test_heaps_are_found_again_and_their_cuttings_are_not(heaps):
    found = split_centres(heaps, 6, random_state=0)
    centres = {k: found[k] for k in (2, 3, 6)}
    table = try_numbers(heaps, centres, RULES, random_state=0)
    assert table["stability"][3] == pytest.approx(1.0)
    assert table["stable"][3]
    assert not table["stable"][6]
    assert table["smallest_share"][3] == pytest.approx(1 / 3)
    assert table["inertia"].is_monotonic_decreasing


def test_the_same_seed_gives_the_same_centres(heaps):
    once, again = (split_centres(heaps, 3, random_state=4)[3] for _ in range(2))
    assert (once == again).all()


def test_each_number_divides_one_group_of_the_number_before(heaps):
    found = split_centres(heaps, 5, random_state=0)
    assert list(found) == [2, 3, 4, 5]
    for k in (3, 4, 5):
        kept = {tuple(centre) for centre in found[k]} & {tuple(centre) for centre in found[k - 1]}
        assert len(kept) == k - 2


def test_whatever_seed_the_heaps_are_the_same_groups(heaps):
    labels = [nearest(heaps, agree_on_centres(heaps, 3, random_state=s)[3])[0] for s in (0, 100)]
    assert len({*zip(*labels, strict=True)}) == 3


def test_nearest_by_hand():
    labels, distance = nearest(np.array([[0.0], [4.0]]), np.array([[1.0], [5.0]]))
    assert labels.tolist() == [0, 1]
    assert distance.tolist() == [1.0, 1.0]


def test_fewer_different_dealers_than_segments_is_no_crash():
    points = np.array([[0.0], [0.0], [1.0], [1.0], [2.0]])
    assert list(split_centres(points, 9, random_state=0)) == [2, 3]
    assert split_centres(points[:2], 9, random_state=0) == {}


def test_the_largest_number_that_is_stable_and_can_be_told_apart():
    table = tried(
        stability=[0.99, 0.95, 0.93, 0.9, 0.5],
        smallest_share=[0.4, 0.3, 0.2, 0.1, 0.1],
        stable=[True, True, True, True, False],
        named=[True, True, True, False, True],
    )
    assert choose_number(table, RULES) == 4


def test_where_words_never_tell_them_apart_the_smallest_wanted_number():
    table = tried(
        stability=[0.99, 0.95, 0.93],
        smallest_share=[0.4, 0.3, 0.2],
        stable=[True, True, True],
        named=[True, False, False],
    )
    assert choose_number(table, RULES) == 3


def test_two_where_nothing_finer_is_stable():
    table = tried(
        stability=[0.9, 0.7], smallest_share=[0.4, 0.3], stable=[True, False], named=[True, True]
    )
    assert choose_number(table, RULES) == 2


def test_the_most_stable_without_a_tiny_segment_as_a_last_resort():
    table = tried(
        stability=[0.8, 0.6, 0.7, 0.95],
        smallest_share=[0.4, 0.3, 0.3, 0.001],
        stable=[False, False, False, False],
        named=[True, True, True, True],
    )
    assert choose_number(table, RULES) == 4
    assert choose_number(table.loc[[2, 5]], RULES) == 2
    assert choose_number(table.loc[[5]], RULES) == 5

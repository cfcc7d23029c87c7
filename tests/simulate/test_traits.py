import numpy as np
import pytest

from dealerml.simulate.places import CITY_NAMES, CITY_STARTS, OWNER_STARTS
from dealerml.simulate.traits import LONGEST_GAP, SHORTEST_GAP, Traits, draw_traits


@pytest.fixture(scope="module")
def traits() -> Traits:
    return draw_traits(np.random.default_rng(0), 1000)


def test_everyone_lives_and_is_looked_after_in_the_own_region(traits: Traits) -> None:
    for starts, places in ((CITY_STARTS, traits.city), (OWNER_STARTS, traits.owner)):
        region = np.searchsorted(np.array(starts), places, side="right") - 1
        assert (region == traits.region).all()


def test_the_named_partner_is_in_shanghai_and_large(traits: Traits) -> None:
    assert CITY_NAMES[traits.city[0]] == "上海"
    assert traits.size[0] > np.quantile(traits.size, 0.9)


def test_rhythms_lie_between_a_week_and_two_months(traits: Traits) -> None:
    assert traits.gap_days.min() >= SHORTEST_GAP
    assert traits.gap_days.max() <= LONGEST_GAP
    assert len(np.unique(traits.gap_days)) > 30


def test_everyone_carries_two_to_five_categories(traits: Traits) -> None:
    carried = (traits.taste > 0).sum(axis=1)
    assert sorted(set(carried.tolist())) == [2, 3, 4, 5]


def test_large_dealers_are_not_sub_dealers(traits: Traits) -> None:
    assert set(traits.role.tolist()) == {0, 1, 2}
    assert traits.size[traits.role == 0].mean() > 1.5 * traits.size[traits.role > 0].mean()


def test_taking_places_takes_every_trait(traits: Traits) -> None:
    taken = traits.take(np.array([5, 5]))
    assert taken.taste.shape == (2, 6)
    assert (taken.gap_days == traits.gap_days[5]).all()

from dealerml.simulate.places import (
    CITY_COUNTS,
    CITY_NAMES,
    CITY_STARTS,
    OWNER_COUNTS,
    OWNER_NAMES,
    OWNER_STARTS,
    REGION_NAMES,
    REGIONS,
)


def test_flat_lists_can_be_cut_back_into_regions() -> None:
    for place, (_, _, cities, owners) in enumerate(REGIONS.values()):
        begin, owned = CITY_STARTS[place], OWNER_STARTS[place]
        assert CITY_NAMES[begin : begin + CITY_COUNTS[place]] == cities
        assert OWNER_NAMES[owned : owned + OWNER_COUNTS[place]] == owners


def test_there_are_the_seven_regions_of_china() -> None:
    assert sorted(REGION_NAMES) == sorted("华东 华南 华北 华中 西南 西北 东北".split())


def test_nobody_is_in_charge_of_two_regions() -> None:
    assert len(set(OWNER_NAMES)) == len(OWNER_NAMES)


def test_the_first_region_has_an_heir_for_the_owner_who_leaves() -> None:
    assert OWNER_COUNTS[0] > 1

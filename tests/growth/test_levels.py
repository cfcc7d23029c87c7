import numpy as np
import pandas as pd

from dealerml.growth.levels import make_levels, region_of

DEALERS = pd.Index(["A", "B", "C"])


def test_dealers_add_up_to_regions_and_total() -> None:
    regions = pd.Series({"A": "South", "B": "North", "C": "South"})
    dealer, region, total = make_levels(DEALERS, regions)
    values = np.array([[1.0, 2.0], [10.0, np.nan], [100.0, 200.0]])
    assert region.keys == ("North", "South")
    assert region.total(values).tolist() == [[10.0, 0.0], [101.0, 202.0]]
    assert total.total(values).tolist() == [[111.0, 202.0]]
    assert dealer.total(values) is values


def test_a_dealer_without_region_keeps_the_regions_adding_up() -> None:
    _, region, _ = make_levels(DEALERS, pd.Series({"A": "South", "B": None}))
    assert region.keys == ("", "South")
    assert region.total(np.ones((3, 1)))[:, 0].tolist() == [2.0, 1.0]


def test_where_no_region_is_known_there_is_no_such_level() -> None:
    names = [level.name for level in make_levels(DEALERS, pd.Series(None, index=DEALERS))]
    assert names == ["dealer", "total"]
    assert [level.name for level in make_levels(DEALERS, None)] == names


def test_nobody_adds_up_to_nothing() -> None:
    total = make_levels(DEALERS[:0], None)[-1]
    assert total.total(np.empty((0, 2))).tolist() == [[0.0, 0.0]]


def test_regions_of_unknown_dealers_are_empty() -> None:
    assert region_of(DEALERS, None).tolist() == ["", "", ""]
    assert region_of(DEALERS, pd.Series({"C": "East"})).tolist() == ["", "", "East"]

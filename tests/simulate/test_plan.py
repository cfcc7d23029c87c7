import numpy as np
import pytest

from dealerml.dates import to_day
from dealerml.simulate.names import TROUBLESOME
from dealerml.simulate.places import COLD_REGIONS
from dealerml.simulate.plan import CODE_CHANGES, FATES, Plan, count_spare_codes, make_plan
from dealerml.simulate.traits import Traits, draw_traits

START, END = to_day("2022-07-01"), to_day("2025-06-30")


@pytest.fixture(scope="module")
def traits() -> Traits:
    return draw_traits(np.random.default_rng(0), 300)


@pytest.fixture(scope="module")
def plan(traits: Traits) -> Plan:
    return make_plan(np.random.default_rng(0), traits, start=START, end=END)


@pytest.mark.parametrize("fate", FATES)
def test_each_fate_happens_as_often_as_its_share(plan: Plan, fate: str) -> None:
    assert plan.has(fate).sum() == (300 * FATES[fate] + 500) // 1000


def test_nothing_happens_to_the_dealers_with_troublesome_names(plan: Plan) -> None:
    assert set(plan.fate[: len(TROUBLESOME)].tolist()) == {"steady"}


def test_winter_stops_are_only_where_winters_are_cold(plan: Plan, traits: Traits) -> None:
    assert np.array(COLD_REGIONS)[traits.region[plan.has("winter_stop")]].all()


def test_a_new_code_begins_on_the_day_on_which_the_old_one_ends(plan: Plan) -> None:
    new = np.flatnonzero(plan.has("new_code"))
    assert len(new) == count_spare_codes(300) == 11
    assert plan.has(*CODE_CHANGES)[plan.twin[new]].all()
    assert (plan.first_day[new] == plan.event_from[plan.twin[new]]).all()
    assert len(set(plan.twin[new].tolist())) == len(new)
    assert (plan.first_day[new] <= END - 30).all()


def test_later_codes_belong_to_later_newcomers(plan: Plan) -> None:
    arrivals = plan.first_day[~plan.has("new_code")]
    assert (np.diff(arrivals) >= 0).all()
    assert (arrivals == START).sum() > 230
    assert (arrivals > START).sum() > 50


def test_nothing_happens_before_there_is_history(plan: Plan) -> None:
    lasting = plan.has("loading", "returns_surge", "lost_category", "closed_by_us", "moved")
    assert (plan.event_from[lasting] >= plan.first_day[lasting] + 60).all()
    gradual = plan.has("stopped_gradually")
    assert (plan.event_until[gradual] - plan.event_from[gradual] >= 60).all()


@pytest.mark.parametrize("dealers", [1, 2, 20, 40])
def test_small_networks_have_a_plan(dealers: int) -> None:
    rng = np.random.default_rng(1)
    plan = make_plan(rng, draw_traits(rng, dealers), start=START, end=END)
    assert len(plan.fate) == dealers

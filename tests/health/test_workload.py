import pandas as pd
import pytest

from dealerml.health.cadence import check_cadence
from dealerml.health.workload import balance_owners


@pytest.fixture
def cadence():
    """Li has thirty class A dealers and a small C one, Wang none but one."""
    n = 32
    x = pd.DataFrame(
        {
            "status": "active",
            "contact_recency_days": 10.0,
            "contacts_90d": 3.0,
            "net_amount_365d": [float(1000 - k) for k in range(n)],
        },
        index=pd.Index([f"D{k:02}" for k in range(n)], name="dealer_id"),
    )
    classes = pd.Series(["A"] * 30 + ["C", "A"], x.index)
    owners = pd.Series(["Li"] * 31 + ["Wang"], x.index)
    return check_cadence(x, as_of="2025-06-30", classes=classes, owners=owners)


def test_the_smallest_go_first_and_only_until_it_fits(cadence, policy):
    # Seven visits a week are 90 in 90 days; thirty A dealers take 90 of them, the C one 0.75.
    own = policy.changed({"contacts.visits_per_week": 7})
    regions = pd.Series("North", cadence.table.index)
    found = balance_owners(cadence, regions=regions, policy=own)
    assert found.table.loc["Li", "load"] == pytest.approx(90.75 / 90)
    assert found.moves.index.tolist() == ["D30"]
    assert found.moves.loc["D30", ["owner", "new_owner"]].tolist() == ["Li", "Wang"]
    assert found.table["load_after"].max() <= 1
    assert found.table["load"].sum() == pytest.approx(found.table["load_after"].sum())
    assert "handing over 1 dealers" in found.text


def test_nobody_gets_a_dealer_of_a_region_it_does_not_serve(cadence, policy):
    own = policy.changed({"contacts.visits_per_week": 7})
    dealers = cadence.table.index
    regions = pd.Series(["South" if dealer == "D31" else "North" for dealer in dealers], dealers)
    found = balance_owners(cadence, regions=regions, policy=own)
    assert found.moves.empty
    assert "leaves 1 beyond full" in found.text


def test_where_all_fits_nothing_moves(cadence):
    found = balance_owners(cadence, regions=pd.Series("North", cadence.table.index))
    assert found.moves.empty
    assert "fits the time of all 2 owners" in found.text
    assert "全部 2 位负责人" in found.text_in("zh")


def test_without_owners_nothing_is_said(cadence):
    from dataclasses import replace

    bare = replace(cadence, table=cadence.table.assign(owner=""))
    assert "not known" in balance_owners(bare, regions=pd.Series(dtype="str")).text

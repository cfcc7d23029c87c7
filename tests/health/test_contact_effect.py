import numpy as np
import pandas as pd
import pytest

from dealerml.health.contact_effect import relate_contacts


def panel_of(slope, n=150, dates=8):
    """Sales grow with contacts beyond a dealer's own usual; large dealers are seen more often."""
    random = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [pd.date_range("2023-03-31", periods=dates, freq="QE"), [f"D{k:03}" for k in range(n)]],
        names=["as_of", "dealer_id"],
    )
    usual = np.tile(random.integers(1, 8, n), dates)
    made = random.poisson(usual)
    # Dealers seen often grow less: only a comparison of each with itself finds the slope.
    growth = slope * made - 0.2 * usual + random.normal(0, 0.2, len(index))
    return pd.DataFrame(
        {
            "contacts_90d": made.astype("float64"),
            "net_amount_next": 100 * np.exp(growth),
            "net_amount_ahead_last_year": 100.0,
            "churned": (random.random(len(index)) < 0.1).astype("float64"),
        },
        index=index,
    )


def test_a_slope_within_dealers_is_found_against_one_between_them():
    found = relate_contacts(panel_of(0.05))
    curve = found.table.xs("growth_next", level="outcome_next")
    for contacts in (1, 7):
        row, base = curve.loc[contacts], curve.index[curve["contact_effect"] == 0][0]
        assert row["contact_effect"] == pytest.approx(0.05 * (contacts - base), abs=0.05)
        assert row["effect_low"] < row["contact_effect"] < row["effect_high"]
    assert found.tests["p_value"]["growth_next"] < 0.01
    assert "This is an association" in found.text
    assert curve["n"].sum() == found.tests["n"]["growth_next"]


def test_where_there_is_none_none_is_claimed():
    found = relate_contacts(panel_of(0.0))
    assert found.tests["p_value"]["growth_next"] > 0.01
    assert "no relation shows" in found.text


def test_the_same_seed_gives_the_same_curve():
    panel = panel_of(0.05, n=60)
    again = relate_contacts(panel)
    pd.testing.assert_frame_equal(relate_contacts(panel).table, again.table)


@pytest.mark.parametrize("panel", [panel_of(0.1, n=10), panel_of(0.1).drop(columns="contacts_90d")])
def test_too_little_says_nothing(panel):
    found = relate_contacts(panel)
    assert found.table.empty
    assert "not known" in found.text

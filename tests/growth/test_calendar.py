import numpy as np
import pandas as pd
import pytest

from dealerml.errors import PolicyError
from dealerml.growth.calendar import calendar_facts, estimate_effects


def months(start="2015-01", count=84):
    return pd.period_range(start, periods=count, freq="M")


def network(effect, facts, noise, seed=0, dealers=200):
    """Dealers with a season of their own, whose months also follow the calendar."""
    rng = np.random.default_rng(seed)
    known = len(facts) - 12
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(known) / 12)
    shared = np.exp(((facts - facts.mean()) @ effect).to_numpy()[:known])
    y = rng.gamma(5, 20, (dealers, 1)) * season * shared
    return y * np.exp(rng.normal(0, noise, known)) * np.exp(rng.normal(0, 0.2, (dealers, known)))


def test_facts_count_what_a_calendar_shows():
    facts = calendar_facts(pd.period_range("2024-01", "2024-12", freq="M"), "CN")
    # The whole year as the State Council's notice gives it: 251 working days.
    assert facts["working_days"].sum() == 251
    assert facts["festival_before"].tolist()[:3] == pytest.approx([12 / 21, 9 / 21, 0])
    assert facts["festival_after"].sum() == pytest.approx(1)
    plain = calendar_facts(pd.period_range("2024-02", periods=1, freq="M"))
    assert plain["working_days"].tolist() == [21]


def test_an_unknown_country_is_refused():
    with pytest.raises(PolicyError, match="'XY' is unknown"):
        calendar_facts(months(count=1), "XY")


def test_effects_that_are_there_are_found():
    facts = calendar_facts(months(), "CN")
    truth = pd.Series({"working_days": 0.03, "festival_before": 0.2, "festival_after": -0.5})
    _, found = estimate_effects(network(truth, facts, 0.02)[:, :72], facts)
    assert found["effect"].to_numpy() == pytest.approx(truth.to_numpy(), abs=0.1)
    assert found["effect"]["working_days"] == pytest.approx(0.03, abs=0.01)
    assert (found["n"] == 60).all()


def test_effects_that_are_not_there_are_rarely_claimed():
    facts = calendar_facts(months())
    none = pd.Series(0.0, facts.columns)
    claimed = [
        (estimate_effects(network(none, facts, 0.03, seed, 50), facts)[1]["effect"] != 0).any()
        for seed in range(40)
    ]
    assert np.mean(claimed) < 0.2


def test_short_histories_have_no_effect():
    facts = calendar_facts(months(count=42))
    factor, table = estimate_effects(np.ones((3, 30)), facts)
    assert (factor == 1).all()
    assert (table["effect"] == 0).all()


def test_nothing_later_is_needed():
    facts = calendar_facts(months())
    truth = pd.Series({"working_days": 0.04, "festival_before": 0.0, "festival_after": 0.0})
    y = network(truth, facts, 0.02)
    early, _ = estimate_effects(y[:, :60], facts)
    changed = y.copy()
    changed[:, 60:] *= 5
    np.testing.assert_array_equal(early, estimate_effects(changed[:, :60], facts)[0])

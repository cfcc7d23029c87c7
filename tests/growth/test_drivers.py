import numpy as np
import pandas as pd
import pytest

from dealerml.growth.drivers import explain_growth

DATES = pd.date_range("2023-03-31", periods=9, freq="QE").as_unit("s")


def panel(effect, dealers=120, seed=0):
    """Visits of a quarter raise the next one's sales; good dealers are visited more anyway."""
    rng = np.random.default_rng(seed)
    level = rng.normal(8, 1.5, dealers)
    visits = rng.poisson(3 + 2 * (level - level.min())[:, None], (dealers, len(DATES)))
    log = level[:, None] + rng.normal(0, 0.3, (dealers, len(DATES)))
    log[:, 1:] += effect * visits[:, :-1]
    index = pd.MultiIndex.from_product([DATES, [f"D{n}" for n in range(dealers)]])
    columns = {"contacts_90d": visits.T.reshape(-1), "net_amount_90d": np.exp(log).T.reshape(-1)}
    return pd.DataFrame(columns, index.set_names(["as_of", "dealer_id"])).astype("float64")


def test_what_is_there_is_found_within_dealers():
    found = explain_growth(panel(0.05))
    row = found.table.loc["contacts_90d"]
    assert row["growth_effect"] == pytest.approx(np.expm1(0.05 * row["usual_step"]), abs=0.03)
    assert row["effect_low"] > 0
    assert "An association, not an effect" in found.text
    assert "并非因果" in found.text_in("zh")


def test_better_dealers_who_are_visited_more_prove_nothing():
    covered = [
        row["effect_low"] <= 0 <= row["effect_high"]
        for seed in range(20)
        for row in [explain_growth(panel(0.0, seed=seed)).table.loc["contacts_90d"]]
    ]
    assert np.mean(covered) >= 0.85


def test_few_dealers_or_no_drivers_are_said():
    assert "thirty dealers" in explain_growth(panel(0.1, dealers=10)).text
    assert explain_growth(panel(0.1).drop(columns="contacts_90d")).table.empty


def test_the_sample_gives_an_answer_in_both_languages(sample_panel):
    found = explain_growth(sample_panel)
    for lang in ("en", "zh"):
        assert found.text_in(lang)

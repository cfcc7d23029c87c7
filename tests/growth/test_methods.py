import numpy as np
import pytest

from dealerml.errors import PolicyError
from dealerml.growth.backcasts import Rules
from dealerml.growth.combining import weigh_methods
from dealerml.growth.methods import METHODS, try_methods
from dealerml.growth.pooled import boost_means

RULES = Rules(history_months=60, silent_months=3, season_months=24, step=3, most=8)


@pytest.fixture(scope="module")
def y():
    rng = np.random.default_rng(0)
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(60) / 12)
    return rng.gamma(4, rng.gamma(2, 50, (150, 1)), (150, 60)) * season


@pytest.fixture(scope="module")
def tried(y):
    return try_methods(y, METHODS, rules=RULES)


def test_every_method_says_something_finite_of_everybody(tried, y):
    assert set(tried.means) == set(METHODS)
    for name in METHODS:
        assert np.isfinite(tried.means[name]).all()
        assert np.isfinite(tried.made[name].means).all()
        assert (tried.means[name] >= 0).all()
        assert tried.means[name].sum() == pytest.approx(y[:, -12:].sum(), rel=0.3)


def test_past_forecasts_know_nothing_later(tried, y):
    """Whatever happens after an origin, what was forecast at it stays."""
    changed = y.copy()
    origin = tried.made["theta"].origins[0]
    changed[:, origin:] *= np.random.default_rng(1).gamma(1, 1, changed[:, origin:].shape)
    again = try_methods(changed, METHODS, rules=RULES)
    for name in METHODS:
        np.testing.assert_array_equal(again.made[name].means[0], tried.made[name].means[0])


def test_the_combination_lies_between_its_members(tried):
    members = np.stack([tried.means[n] for n in ("seasonal_smoothing", "theta", "tsb")])
    members = np.concatenate([members, tried.means["pooled_boosting"][None]])
    mixed = tried.means["combination"]
    assert (mixed >= members.min(axis=0) - 1e-9).all()
    assert (mixed <= members.max(axis=0) + 1e-9).all()


def test_who_missed_less_counts_for_more(tried, y):
    good, bad = tried.made["theta"], tried.made["seasonal_naive"]
    weights = weigh_methods(y, {"good": good, "bad": bad}, month=60)
    assert weights.sum(axis=0) == pytest.approx(1)
    missed = [
        np.abs(made.means[:, :, 0] - y[:, list(made.origins)].T).sum() for made in (good, bad)
    ]
    assert (weights[0].mean() > 0.5) == (missed[0] < missed[1])
    unknown = weigh_methods(y, {"good": good, "bad": bad}, month=min(good.origins))
    assert unknown == pytest.approx(0.5)


def test_boosting_finds_what_smoothing_cannot_see(y):
    """Dealers who fell by half go on falling: one series cannot know, the others' past can."""
    rng = np.random.default_rng(2)
    falling = np.full((300, 60), 100.0) * rng.gamma(50, 0.02, (300, 60))
    start = rng.integers(20, 58, 300)
    for row, month in enumerate(start):
        falling[row, month:] *= 0.5
        falling[row, month + 2 :] *= 0.2
    tried = try_methods(falling, ["pooled_boosting", "seasonal_smoothing"], rules=RULES)
    just = (start >= 58) | (start == 57)
    said, plain = (
        tried.means[n][just, 2].mean() for n in ("pooled_boosting", "seasonal_smoothing")
    )
    assert said < plain


def test_too_few_past_forecasts_leave_smoothing_alone(y):
    short = try_methods(y[:5], ["pooled_boosting", "seasonal_smoothing"], rules=RULES)
    np.testing.assert_array_equal(short.means["pooled_boosting"], short.means["seasonal_smoothing"])
    active = np.ones(5, dtype=bool)
    means, made = short.means["seasonal_naive"], short.made["seasonal_naive"]
    np.testing.assert_array_equal(boost_means(y[:5], means, active, made), means)


def test_an_unknown_method_is_refused(y):
    with pytest.raises(PolicyError, match="1 unknown methods, first 'oracle'"):
        try_methods(y, ["theta", "oracle"], rules=RULES)

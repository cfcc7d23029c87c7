from dataclasses import replace

import numpy as np

from dealerml.growth.backcasts import Rules, backcast, forecast_active, past_origins, read_rules
from dealerml.growth.forecasters import seasonal_naive

RULES = Rules(history_months=48, silent_months=6, season_months=24, step=3, most=12)


def test_the_policy_gives_the_rules() -> None:
    policy = {
        "history_months": 48,
        "min_season_months": 24,
        "origin_step_months": 3,
        "most_origins": 12,
    }
    assert read_rules(policy, active_days=180) == RULES
    assert read_rules(policy, active_days=90).silent_months == 3


def test_a_silent_dealer_is_forecast_nothing() -> None:
    y = np.full((3, 24), 10.0)
    y[1, -6:] = 0
    y[2, -5:] = 0
    means, active = forecast_active(y, seasonal_naive, rules=RULES)
    assert active.tolist() == [True, False, True]
    assert means[1].tolist() == [0.0] * 12
    assert means[2, 0] == 10.0


def test_returns_alone_do_not_keep_a_dealer_active() -> None:
    y = np.full((1, 24), 10.0)
    y[0, -6:] = -1
    assert not forecast_active(y, seasonal_naive, rules=RULES)[1].any()


def test_shorter_histories_are_tried_only_where_there_are_few_origins() -> None:
    assert past_origins(36, rules=RULES) == (33, 30, 27, 24)
    assert past_origins(35, rules=RULES) == (32, 29, 26, 23, 20, 17, 14)
    assert past_origins(14, rules=RULES) == ()


def test_a_backcast_knows_only_the_months_before_it() -> None:
    y = np.random.default_rng(0).gamma(2, 10, (4, 40))
    later = y.copy()
    later[:, 37:] = 1e6
    made, other = (backcast(a, seasonal_naive, rules=RULES) for a in (y, later))
    assert made.origins[0] == 37
    assert (made.means == other.means).all()


def test_without_origins_there_are_no_backcasts() -> None:
    made = backcast(np.ones((2, 5)), seasonal_naive, rules=replace(RULES, most=3))
    assert made.origins == ()
    assert made.means.shape == (0, 2, 12)
    assert made.active.shape == (0, 2)

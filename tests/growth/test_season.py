import numpy as np

from dealerml.growth.season import (
    POOL_ELSEWHERE,
    centred_average,
    fit_season,
    has_season,
    lowest,
    phases,
    pooled_shape,
    row_mean,
)

YEAR = np.array([8.0, 8, 12, 12, 12, 8, 8, 12, 12, 12, 8, 8])


def test_the_first_month_ahead_has_phase_zero() -> None:
    assert phases(13)[[0, 1, -1]].tolist() == [11, 0, 11]


def test_a_yearly_pattern_is_recognised_and_noise_is_not() -> None:
    noise = np.random.default_rng(0).normal(size=48)
    y = np.stack([np.tile(YEAR, 4), noise, np.full(48, 3.0)])
    assert has_season(y).tolist() == [True, False, False]


def test_no_season_is_claimed_before_two_years() -> None:
    assert not has_season(np.tile(YEAR, 2)[None, 1:]).any()
    started = np.r_[np.full(25, np.nan), np.tile(YEAR, 2)[1:]]
    assert not has_season(started[None]).any()


def test_the_centred_average_of_a_repeated_year_is_its_mean() -> None:
    trend = centred_average(np.tile(YEAR, 3)[None])[0]
    assert np.isnan(trend[:6]).all()
    assert np.isnan(trend[-6:]).all()
    assert np.allclose(trend[6:-6], YEAR.mean())


def test_dealers_who_join_do_not_look_like_a_season() -> None:
    # Ten flat dealers, nine of whom begin in month 30: sums jump, the pooled shape stays flat.
    y = np.full((10, 60), 5.0)
    y[1:, :30] = np.nan
    assert np.allclose(pooled_shape(y, centred_average(y)), 1.0)


def test_a_young_dealer_takes_the_shape_of_all() -> None:
    old = np.tile(YEAR, 4)
    young = np.r_[np.full(42, np.nan), YEAR[-6:]]
    season = fit_season(np.stack([old, old, young]))
    assert season.multiplies.all()
    assert np.allclose(season.shape[2], YEAR / YEAR.mean())


def test_months_without_sales_make_the_season_an_amount() -> None:
    y = np.stack([np.tile(YEAR, 4), np.tile(YEAR - 8, 4)])
    season = fit_season(y)
    assert season.multiplies.tolist() == [True, False]
    assert np.allclose(season.shape[1].sum(), 0)


def test_a_dealer_without_season_keeps_a_share_of_its_own_shape() -> None:
    flat = np.full(48, 10.0)
    flat[0] = 10.001
    season = fit_season(np.stack([np.tile(YEAR, 4) * 1000, flat]))
    expected = POOL_ELSEWHERE * YEAR / YEAR.mean() + (1 - POOL_ELSEWHERE)
    assert np.allclose(season.shape[1], expected, atol=1e-3)


def test_removing_and_restoring_the_season_gives_the_history_back() -> None:
    y = np.stack([np.tile(YEAR, 4), np.tile(YEAR - 8, 4)])
    season = fit_season(y)
    level = season.remove(y)[:, :12]
    assert np.allclose(season.restore(level), y[:, :12])


def test_means_and_floors_skip_missing_months() -> None:
    y = np.array([[np.nan, 2.0, 4.0], [np.nan, -1.0, 4.0], [np.nan] * 3])
    assert row_mean(y).tolist() == [3.0, 1.5, 0.0]
    assert lowest(y).tolist() == [0.0, -1.0, 0.0]

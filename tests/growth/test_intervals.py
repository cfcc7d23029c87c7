import numpy as np
import pandas as pd

from dealerml.growth.backcasts import Backcasts
from dealerml.growth.intervals import (
    ASSUMED_ERROR,
    known_by,
    measure_margins,
    past_errors,
    past_sum_errors,
    put_limits,
    usual_change,
)
from dealerml.growth.levels import make_levels

DEALER, TOTAL = make_levels(pd.Index(["A", "B"]), None)


def two_dealers() -> tuple[np.ndarray, Backcasts]:
    """Fourteen months of 10 and 20; at origin 12 the forecast said 8 and 24."""
    y = np.array([[10.0] * 14, [20.0] * 14])
    means = np.array([[[8.0] * 12, [24.0] * 12]])
    return y, Backcasts((12,), means, np.array([[True, True]]))


def test_the_usual_change_weighs_year_month_and_level() -> None:
    y = np.tile([10.0, 20.0], 12)[None]
    # No change on last year, 10 from month to month, a level of 15.
    assert np.allclose(usual_change(y), 0.4 * 0 + 0.4 * 10 + 0.1 * 15)


def test_the_usual_change_is_zero_only_where_nothing_ever_was() -> None:
    y = np.array([[0.0] * 20, [5.0] * 20, [np.nan] * 19 + [5.0], [np.nan] * 20])
    assert (usual_change(y) > 0).tolist() == [False, True, True, False]


def test_errors_are_counted_in_usual_changes() -> None:
    y, made = two_dealers()
    errors = past_errors(y, made, level=DEALER)
    # A flat dealer's unit is a tenth of its level: 1 and 2.
    assert np.allclose(errors[0, :, :2], [[2.0, 2.0], [-2.0, -2.0]])
    assert np.isnan(errors[0, :, 2:]).all()


def test_the_error_of_a_sum_is_not_the_sum_of_errors() -> None:
    y, made = two_dealers()
    errors = past_errors(y, made, level=TOTAL)
    # 30 came and 32 were said; the unit of the total is 3.
    assert np.allclose(errors[0, 0, :2], -2 / 3)


def test_errors_of_months_together_need_all_of_them() -> None:
    y, made = two_dealers()
    assert np.allclose(past_sum_errors(y, made, level=DEALER, months=2)[0, :, 0], [2.0, -2.0])
    assert np.isnan(past_sum_errors(y, made, level=DEALER, months=3)).all()


def test_who_came_later_is_no_error_of_the_total() -> None:
    y, made = two_dealers()
    y = np.vstack([y, [np.nan] * 12 + [99.0, 99.0]])
    grown = Backcasts((12,), np.pad(made.means, ((0, 0), (0, 1), (0, 0))), np.ones((1, 3), bool))
    total = make_levels(pd.Index(["A", "B", "C"]), None)[-1]
    assert np.allclose(past_errors(y, grown, level=total)[0, 0, :2], -2 / 3)


def test_an_error_counts_only_once_its_month_is_over() -> None:
    _, made = two_dealers()
    known = known_by(np.zeros((1, 2, 12)), made, month=13)
    assert np.isfinite(known[0, 0]).tolist() == [True] + [False] * 11


def test_limits_hold_as_many_new_errors_as_they_claim() -> None:
    rng = np.random.default_rng(0)
    margins = measure_margins(rng.standard_t(3, (8, 500, 12)) + 0.3)
    assert margins.measured
    new = rng.standard_t(3, (20000, 1)) + 0.3
    lo95, lo80, hi80, hi95 = margins.quantiles
    assert abs(((new >= lo80) & (new <= hi80)).mean() - 0.80) < 0.02
    assert abs(((new >= lo95) & (new <= hi95)).mean() - 0.95) < 0.01


def test_few_errors_make_wider_limits_and_say_so() -> None:
    rng = np.random.default_rng(0)
    few = measure_margins(rng.normal(size=(4, 1, 12)))
    many = measure_margins(rng.normal(size=(40, 50, 12)))
    assert not few.measured
    assert (few.quantiles[3] > many.quantiles[3]).all()


def test_steps_never_seen_widen_with_the_root_of_time() -> None:
    errors = np.full((8, 200, 12), np.nan)
    errors[:, :, :3] = np.random.default_rng(0).normal(size=(8, 200, 3))
    quantiles = measure_margins(errors).quantiles
    assert np.allclose(quantiles[:, 10], quantiles[:, 1] * 2)


def test_without_any_past_a_spread_is_assumed() -> None:
    margins = measure_margins(np.full((0, 3, 12), np.nan))
    assert not margins.measured
    assert np.isclose(margins.quantiles[3, 0], 1.96 * ASSUMED_ERROR, atol=0.01)
    assert (np.diff(margins.quantiles[3]) >= 0).all()


def test_wider_limits_contain_narrower_ones() -> None:
    for n in (2, 5, 15, 30, 60, 200):
        errors = np.random.default_rng(n).exponential(size=(n, 1, 3))
        lo95, lo80, hi80, hi95 = measure_margins(errors).quantiles
        assert (lo95 <= lo80).all()
        assert (hi80 <= hi95).all()


def test_limits_surround_the_mean_and_respect_the_floor() -> None:
    margins = measure_margins(np.full((0, 1, 2), np.nan))
    mean = np.array([[1.0, 1.0], [5.0, 5.0]])
    limits = put_limits(mean, np.array([4.0, 0.0]), margins=margins, floor=np.zeros(2))
    assert limits[0, 0].tolist() == [0.0, 0.0]
    assert (limits[2:, 0] > 1).all()
    assert (limits[:, 1] == 5).all()


def test_regions_that_err_together_prove_as_little_as_one() -> None:
    # Two dates at which all 40 regions missed by the same share: far too few to read quantiles off.
    errors = np.repeat([[-1.0], [0.5]], 40, axis=1)[:, :, None]
    assert measure_margins(errors).measured
    shared = measure_margins(errors, shared=True)
    assert not shared.measured
    assert np.allclose(shared.quantiles[1], -shared.quantiles[2])

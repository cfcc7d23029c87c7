import numpy as np
import pandas as pd
import pytest

from dealerml.growth.backcasts import Backcasts, Rules, backcast
from dealerml.growth.backtest import BACKTEST_COLUMNS, backtest_forecasts
from dealerml.growth.forecasters import FORECASTERS
from dealerml.growth.levels import make_levels

RULES = Rules(history_months=48, silent_months=6, season_months=24, step=3, most=12)


def run(y: np.ndarray, made: dict[str, Backcasts], **kwargs: int) -> pd.DataFrame:
    levels = make_levels(pd.RangeIndex(len(y)).astype(str), None)
    settings = {"horizon_months": 2, "origins": 6} | kwargs
    table = backtest_forecasts(y, made, levels=levels, **settings)
    return table.set_index(["level", "method"])


def test_errors_are_those_one_can_count() -> None:
    y = np.array([[10.0] * 16, [20.0] * 16])
    means = np.array([[[8.0] * 12, [24.0] * 12]])
    row = run(y, {"made up": Backcasts((14,), means, np.ones((1, 2), bool))})
    # Off by 2 and 4 of 10 and 20; the total by 2 of 30, too much.
    assert row.loc[("dealer", "made up"), "wape"] == pytest.approx(6 / 30)
    assert row.loc[("total", "made up"), "wape"] == pytest.approx(2 / 30)
    assert row.loc[("dealer", "made up"), "bias"] == pytest.approx(2 / 30)
    assert row.loc[("dealer", "made up"), "series"] == 2
    assert np.isnan(row.loc[("dealer", "made up"), "coverage_80"])


def test_mase_compares_with_changes_on_last_year() -> None:
    y = np.r_[np.full(12, 10.0), np.full(4, 15.0)][None]
    row = run(y, {"made up": Backcasts((14,), np.full((1, 1, 12), 5.0), np.ones((1, 1), bool))})
    # Errors of 10 a month; two months of history differ by 5 from the year before.
    assert row.loc[("dealer", "made up"), "mase"] == pytest.approx(2.0)


def test_only_origins_whose_months_are_all_known_count() -> None:
    y = np.random.default_rng(0).gamma(2, 10, (5, 48))
    made = {name: backcast(y, function, rules=RULES) for name, function in FORECASTERS.items()}
    table = run(y, made, horizon_months=6)
    # Eight origins from 45 down to 24 months; at 45 only three months are known.
    assert (table["origins"] == 6).all()
    assert (run(y, made, horizon_months=12)["origins"] == 5).all()


def test_silent_dealers_are_not_judged() -> None:
    y = np.random.default_rng(0).gamma(2, 10, (5, 48))
    y[0, 20:] = 0
    made = {"theta": backcast(y, FORECASTERS["theta"], rules=RULES)}
    assert run(y, made).loc[("dealer", "theta"), "series"] == 4


def test_ranges_hold_about_what_they_claim_on_dealers_that_stay_the_same() -> None:
    rng = np.random.default_rng(1)
    y = rng.gamma(4, rng.gamma(2, 100, (300, 1)), (300, 60))
    made = {"theta": backcast(y, FORECASTERS["theta"], rules=RULES)}
    row = run(y, made, horizon_months=3).loc[("dealer", "theta")]
    assert abs(row["coverage_80"] - 0.80) < 0.03
    assert abs(row["coverage_95"] - 0.95) < 0.02


def test_no_origins_give_an_empty_table() -> None:
    y = np.ones((2, 5))
    made = {"theta": backcast(y, FORECASTERS["theta"], rules=RULES)}
    levels = make_levels(pd.Index(["A", "B"]), None)
    table = backtest_forecasts(y, made, levels=levels, horizon_months=3, origins=6)
    assert table.empty
    assert tuple(table.columns) == BACKTEST_COLUMNS

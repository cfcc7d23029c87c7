from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dealerml.growth.forecast import DEFAULT_METHOD, Forecast, choose_method, forecast_sales
from dealerml.tables import Snapshot, Tables
from dealerml.words import LANGUAGES

LIMITS = ["lo95", "lo80", "mean", "hi80", "hi95"]


def made_up(months: int = 48, dealers: int = 30, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    season = np.tile(np.linspace(0.7, 1.3, 12), 5)[:months]
    y = rng.gamma(8, rng.gamma(2, 50, (dealers, 1)), (dealers, months)) * season
    columns = pd.period_range("2021-07", periods=months, freq="M")
    return pd.DataFrame(y.round(2), [f"D{n:02}" for n in range(dealers)], columns)


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    return made_up()


@pytest.fixture(scope="module")
def regions(series: pd.DataFrame) -> pd.Series:
    return pd.Series(["North", "South", None] * 10, index=series.index)


@pytest.fixture(scope="module")
def forecast(series: pd.DataFrame, regions: pd.Series) -> Forecast:
    return forecast_sales(series, regions=regions)


def test_every_dealer_region_and_the_total_have_twelve_months(forecast: Forecast) -> None:
    months = forecast.table.groupby(["level", "key"])["month"].agg(["count", "min", "max"])
    assert len(months) == 30 + 3 + 1
    assert (months["count"] == 12).all()
    assert set(months["min"]) == {"2025-07"}
    assert set(months["max"]) == {"2026-06"}
    assert forecast.table["month"].dtype == "str"


def test_dealers_add_up_to_regions_and_total(forecast: Forecast, regions: pd.Series) -> None:
    by_level = dict(tuple(forecast.table.groupby("level")))
    total = by_level["total"].set_index("month")["mean"]
    for level in ("dealer", "region"):
        sums = by_level[level].groupby("month")["mean"].sum().round(4)
        assert sums.to_dict() == total.to_dict()
    north = by_level["dealer"].query("key in @names", local_dict={"names": _of(regions, "North")})
    rows = by_level["region"].query("key == 'North'").set_index("month")["mean"]
    assert north.groupby("month")["mean"].sum().round(4).to_dict() == rows.to_dict()


def _of(regions: pd.Series, name: str) -> list[str]:
    return regions.index[regions == name].tolist()


def test_limits_contain_each_other_and_never_fall_below_zero(forecast: Forecast) -> None:
    for table in (forecast.table, forecast.ahead):
        assert (np.diff(table[LIMITS].to_numpy(), axis=1) >= 0).all()
        assert (table["lo95"] >= 0).all()
        assert np.isfinite(table[LIMITS]).all(axis=None)


def test_the_months_ahead_are_summed(forecast: Forecast) -> None:
    months = forecast.table.query("level == 'total'")["mean"].iloc[:3].sum()
    total = forecast.ahead.query("level == 'total'")
    assert total["mean"].item() == pytest.approx(months)
    assert forecast.horizon_months == 3
    assert forecast.growth["amount_ahead"].sum() == pytest.approx(months)


def test_the_method_that_missed_least_is_taken(forecast: Forecast) -> None:
    dealers = forecast.backtest.query("level == 'dealer'").set_index("method")["wape"]
    assert dealers[forecast.method] < dealers["seasonal_naive"]
    assert (forecast.backtest["origins"] >= 3).all()


def test_dealers_and_total_are_judged_together() -> None:
    rows = [("dealer", "a", 0.30), ("dealer", "b", 0.29), ("total", "a", 0.05)]
    rows += [("total", "b", 0.10), ("region", "a", 9.9), ("region", "b", 0.1)]
    assert choose_method(pd.DataFrame(rows, columns=["level", "method", "wape"])) == "a"


def test_without_a_backtest_the_default_is_taken(forecast: Forecast) -> None:
    assert choose_method(forecast.backtest.iloc[:0]) == DEFAULT_METHOD
    blank = forecast.backtest.assign(wape=np.nan)
    assert choose_method(blank) == DEFAULT_METHOD


def test_the_future_changes_nothing(series: pd.DataFrame, forecast: Forecast) -> None:
    earlier = forecast_sales(series.iloc[:, :-6])
    changed = series.copy()
    changed.iloc[:, -6:] *= 100
    again = forecast_sales(changed.iloc[:, :-6])
    pd.testing.assert_frame_equal(earlier.table, again.table)
    assert not earlier.table.equals(forecast.table)


def test_the_order_of_dealers_changes_no_forecast(series: pd.DataFrame) -> None:
    one = forecast_sales(series).stay
    other = forecast_sales(series.iloc[::-1]).stay
    pd.testing.assert_frame_equal(one, other.sort_index())


def test_same_input_gives_the_same_bytes(series: pd.DataFrame, forecast: Forecast) -> None:
    again = forecast_sales(series, regions=pd.Series(["North", "South", None] * 10, series.index))
    assert again.table.to_csv() == forecast.table.to_csv()
    assert again.text == forecast.text


def test_probabilities_of_still_buying_move_amounts_but_keep_the_sum(
    series: pd.DataFrame, regions: pd.Series, forecast: Forecast
) -> None:
    keep = pd.Series(0.9, series.index)
    keep["D00"] = 0.0
    weighed = forecast_sales(series, regions=regions, keep_probability=keep)
    before, after = (f.growth["amount_ahead"] for f in (forecast, weighed))
    assert after.sum() == pytest.approx(before.sum(), rel=1e-6)
    assert after["D00"] == 0
    assert (after[1:] > before[1:]).all()
    pd.testing.assert_frame_equal(weighed.stay, forecast.stay)
    assert "Dealers who may stop count for less" in weighed.text


def test_the_same_probability_for_all_changes_nothing(
    series: pd.DataFrame, regions: pd.Series, forecast: Forecast
) -> None:
    same = forecast_sales(series, regions=regions, keep_probability=pd.Series(0.7, series.index))
    pd.testing.assert_frame_equal(same.growth, forecast.growth)


def test_a_silent_dealer_is_expected_to_buy_nothing_and_it_is_said(series: pd.DataFrame) -> None:
    quiet = series.copy()
    quiet.iloc[0, -6:] = 0.0
    forecast = forecast_sales(quiet)
    row = forecast.table.query("key == 'D00'")
    assert (row[LIMITS] == 0).all(axis=None)
    assert forecast.growth.loc["D00", "forecast_growth"] == -1
    assert "Dealers without an order for 6 months (1)" in forecast.text


@pytest.mark.parametrize(
    ("months", "has_forecast", "sentence"),
    [
        (2, False, "There is no forecast: there are 2 whole months of history, and 3 are needed."),
        (3, True, "how good it is cannot be said yet"),
        (11, True, "There are no figures for the same months last year"),
        (20, True, "last year"),
        (48, True, "Tried on 6 past dates"),
    ],
)
def test_little_history_says_less(months: int, has_forecast: bool, sentence: str) -> None:
    forecast = forecast_sales(made_up(months))
    assert forecast.table.empty != has_forecast
    assert sentence in forecast.text
    assert list(forecast.growth.index) == list(forecast.stay.index)
    assert forecast.stay.shape == (30, 12)
    assert (forecast.method == "") != has_forecast


def test_one_dealer_works() -> None:
    forecast = forecast_sales(made_up(dealers=1))
    assert len(forecast.table) == 24
    means = forecast.table.groupby("level")["mean"].apply(list)
    assert means["dealer"] == means["total"]


def test_no_dealer_is_said() -> None:
    forecast = forecast_sales(made_up().iloc[:0])
    assert forecast.text == "There is no forecast: no dealer has ordered yet."
    assert forecast.table.empty


def test_dealers_that_bought_only_nothing_have_no_forecast_above_zero() -> None:
    series = made_up() * 0
    forecast = forecast_sales(series)
    assert (forecast.table[LIMITS] == 0).all(axis=None)


def test_a_snapshot_is_read(example: Tables) -> None:
    forecast = forecast_sales(example.as_of("2025-06-29"))
    assert forecast.table["month"].iloc[0] == "2025-06"
    assert "2025-06 is not over and was left out." in forecast.text


def test_the_sample_is_forecast_by_region(sample_snapshot: Snapshot) -> None:
    forecast = forecast_sales(sample_snapshot)
    by_level = forecast.ahead.groupby("level")["mean"].sum()
    assert by_level["region"] == pytest.approx(by_level["total"], abs=1e-3)
    assert by_level["dealer"] == pytest.approx(by_level["total"], abs=1e-3)
    coverage = forecast.backtest.set_index(["level", "method"])["coverage_80"]
    assert 0.72 < coverage["dealer", forecast.method] < 0.9


@pytest.mark.data
def test_wholesale_sales_are_missed_by_less_than_last_year_would(data_dir: Path) -> None:
    series = _monthly(data_dir / "iowa_liquor" / "lines")
    known, later = series.loc[:, :"2019-03"], series.loc[:, "2019-04":"2019-09"]
    begun = known.iloc[:, :-35].notna().any(axis=1)
    cohort = known.index[begun & (known.iloc[:, -12:] != 0).any(axis=1)]
    assert len(cohort) == 1163
    table = forecast_sales(known[known.notna().any(axis=1)]).table.query("level == 'dealer'")
    table = table[table["key"].isin(cohort) & (table["month"] <= "2019-09")]
    actual = later.loc[cohort].to_numpy().reshape(-1)
    missed = np.abs(table["mean"].to_numpy() - actual).sum() / actual.sum()
    naive = known.loc[cohort].iloc[:, -12:-6].to_numpy().reshape(-1)
    assert missed < 0.235 < 0.29 < np.abs(naive - actual).sum() / actual.sum()
    assert 0.77 < ((table["lo80"] <= actual) & (actual <= table["hi80"])).mean() < 0.83
    assert 0.93 < ((table["lo95"] <= actual) & (actual <= table["hi95"])).mean() < 0.97


def _monthly(folder: Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        sums = connection.execute(
            "select store_number::varchar as dealer_id, date_trunc('month', date)::date as day, "
            "sum(dollars)::double as amount from read_parquet($1) group by all order by all",
            [str(folder / "*.parquet")],
        ).df()
    months = pd.DatetimeIndex(sums["day"]).to_period("M")
    wide = sums.assign(month=months).pivot_table(
        index="dealer_id", columns="month", values="amount", aggfunc="sum"
    )
    started = wide.notna().cumsum(axis=1) > 0
    return wide.fillna(0.0).where(started)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("months", [2, 3, 11, 20, 48])
def test_everything_is_said_in_both_languages(months: int, lang: str) -> None:
    text = forecast_sales(made_up(months)).text_in(lang)
    assert text
    assert "nan" not in text
    assert "{" not in text

import numpy as np
import pandas as pd
import pytest

from dealerml.growth.overview import summarise_sales
from dealerml.growth.standing import find_anomalies, group_sales, like_for_like, year_to_date

MONTHS = pd.period_range("2021-01", periods=48, freq="M")


def test_the_year_so_far(example, policy):
    whole = year_to_date(example.as_of("2025-06-30"))
    assert whole["net_amount"] == 695
    from_may = policy.changed({"definitions.fiscal_year_start": 5})
    assert year_to_date(example.as_of("2025-06-30"), policy=from_may)["net_amount"] == 695
    from_june = policy.changed({"definitions.fiscal_year_start": 6})
    june = year_to_date(example.as_of("2025-06-30"), policy=from_june)
    assert (june["net_amount"], june["net_amount_last_year"]) == (385, 280)
    assert june["growth"] == pytest.approx(0.375)


def test_like_for_like_leaves_out_who_came_and_went(sample_snapshot):
    overview = summarise_sales(sample_snapshot)
    found = like_for_like(overview)
    kept = overview.dealers[overview.dealers["step"].isin(["reduced", "increased", "same"])]
    assert found["net_amount"] == pytest.approx(kept["net_amount_period"].sum(), rel=0.02)
    assert 0 < found["dealers"] < overview.total["dealers"]


def test_any_grouping_adds_up(sample_snapshot):
    overview = summarise_sales(sample_snapshot)
    groups = pd.Series(overview.dealers.index.str[-1], overview.dealers.index, name="digit")
    groups.iloc[0] = None
    table = group_sales(overview, groups)
    assert table["net_amount"].sum() == pytest.approx(overview.total["net_amount"])
    assert table["contribution"].sum() == pytest.approx(overview.total["growth"])
    assert "" in table.index
    assert table.index.name == "digit"


def test_an_odd_month_is_found_and_a_season_is_none():
    rng = np.random.default_rng(0)
    season = 1 + 0.6 * np.sin(2 * np.pi * np.arange(48) / 12)
    y = 100 * season * np.exp(rng.normal(0, 0.03, (30, 48)))
    calm = find_anomalies(pd.DataFrame(y, columns=MONTHS))
    assert calm.table.empty
    y[:, 40] *= 0.5
    found = find_anomalies(pd.DataFrame(y, columns=MONTHS))
    assert found.table["month"].tolist() == ["2024-05"]
    assert found.table.loc[0, "change_amount"] == pytest.approx(
        -found.table.loc[0, "net_amount"], rel=0.1
    )


def test_only_the_region_that_broke_is_named():
    rng = np.random.default_rng(1)
    y = 100 * np.exp(rng.normal(0, 0.03, (40, 48)))
    y[:20, 44] *= 0.4
    regions = pd.Series(["North"] * 20 + ["South"] * 20)
    found = find_anomalies(pd.DataFrame(y, columns=MONTHS), regions)
    assert found.table["group"].tolist() == ["North"]
    assert "2024-09 in North" in found.text
    assert "it takes 36 months" in find_anomalies(pd.DataFrame(y[:, :20], columns=MONTHS[:20])).text

import numpy as np
import pandas as pd
import pytest

from dealerml.churn.win_back import rank_win_backs


def lapsed_panel(*, dealers=400, slices=6, seed=0):
    """The longer silent, the less likely to come back, whatever else."""
    rng = np.random.default_rng(seed)
    parts = []
    for date in pd.date_range("2022-03-31", periods=slices, freq="QE"):
        silent = rng.integers(181, 1500, dealers).astype(float)
        back = rng.random(dealers) < 60 / silent
        index = pd.MultiIndex.from_product(
            [[date], [f"D{i:03d}" for i in range(dealers)]], names=["as_of", "dealer_id"]
        )
        parts.append(
            pd.DataFrame(
                {
                    "status": "lapsed", "recency_days": silent,
                    "gap_days": rng.gamma(4, 8, dealers), "order_days": 12.0,
                    "tenure_days": silent + 730, "net_amount_ever": rng.lognormal(8, 1, dealers),
                    "orders_next": back.astype(int),
                },
                index=index,
            )
        )  # fmt: skip
    return pd.concat(parts)


@pytest.fixture(scope="module")
def past():
    return lapsed_panel()


@pytest.fixture(scope="module")
def found(past):
    x = past.xs(past.index[-1][0]).assign(net_amount_ever=1460.0)
    return rank_win_backs(past, x)


def test_who_is_silent_for_longer_comes_back_less_often(found, past):
    table = found.table
    assert table["return_chance"].between(0, 1).all()
    assert table["return_chance"].corr(table["recency_days"], method="spearman") < -0.9
    assert found.roc_auc > 0.6
    assert (found.n, found.returned) == (len(past), past["orders_next"].sum())


def test_chances_mean_what_they_say(found, past):
    last = past.xs(past.index[-1][0])
    assert found.table["return_chance"].sum() == pytest.approx(last["orders_next"].sum(), rel=0.25)


def test_the_amount_is_that_of_a_year_in_which_it_bought(found):
    # 1,460 over two years from first to last order.
    assert found.table["yearly_amount"].to_numpy() == pytest.approx(np.full(400, 730.0))
    assert found.table["return_amount"].is_monotonic_decreasing


def test_a_dealer_that_bought_for_days_only_is_not_blown_up_to_a_year(past):
    x = past.xs(past.index[-1][0]).assign(net_amount_ever=100.0)
    x = x.assign(tenure_days=x["recency_days"] + 5)
    assert (rank_win_backs(past, x).table["yearly_amount"] == 100).all()


def test_too_few_past_cases_leave_the_chance_empty(past):
    few = past[past["orders_next"] == 0]
    found = rank_win_backs(few, past.xs(past.index[-1][0]))
    assert found.table["return_chance"].isna().all()
    assert found.table["yearly_amount"].is_monotonic_decreasing
    assert "0 came back" in found.text


def test_nobody_lapsed(past):
    x = past.xs(past.index[-1][0]).assign(status="active")
    assert rank_win_backs(past, x).table.empty
    assert "没有沉睡" in rank_win_backs(past, x).text_in("zh")

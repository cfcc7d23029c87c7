import numpy as np
import pandas as pd
import pytest

from dealerml.churn.buying import fit_buying, predict_buying
from dealerml.churn.spending import fit_spending, predict_spending, value_residual
from dealerml.errors import TableError


def simulate(n=5000, *, p=6.0, q=4.0, v=15.0, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 30, n)
    nu = rng.gamma(q, 1 / v, n)
    return pd.DataFrame({"frequency": x, "mean_amount": rng.gamma(p * x, 1 / nu) / x})


@pytest.mark.data
def test_the_published_fit_is_reproduced(data_dir):
    given = pd.read_csv(data_dir / "cdnow" / "cdnow_customers_summary_with_transactions.csv")
    model = fit_spending(given.rename(columns={"x": "frequency", "zbar": "mean_amount"}))
    assert model.parameters == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=0.01)
    assert model.n == (given["x"] > 0).sum()


def test_planted_parameters_are_found_in_any_currency():
    orders = simulate()
    model = fit_spending(orders)
    assert ((model.table["low"] < [6, 4, 15]) & (model.table["high"] > [6, 4, 15])).all()
    dear = fit_spending(orders.assign(mean_amount=orders["mean_amount"] * 1e6))
    assert dear.parameters["v"] == pytest.approx(model.parameters["v"] * 1e6, rel=1e-4)
    assert dear.log_likelihood == pytest.approx(
        model.log_likelihood - len(orders) * np.log(1e6), rel=1e-9
    )


def test_few_orders_are_drawn_to_the_average_and_many_speak_for_themselves():
    model = fit_spending(simulate())
    average = model.mean_amount
    asked = pd.DataFrame(
        {"frequency": [0, 1, 500, 5, 5], "mean_amount": [900.0, 900.0, 900.0, -3.0, np.nan]}
    )
    found = predict_spending(model, asked)
    assert found[0] == found[3] == found[4] == average
    assert average < found[1] < found[2] < 900
    assert found[2] == pytest.approx(900, rel=0.01)


def test_returns_and_single_orders_are_left_out_and_counted():
    orders = pd.concat(
        [simulate(200), pd.DataFrame({"frequency": [0, 3], "mean_amount": [5.0, -9]})]
    )
    model = fit_spending(orders)
    assert (model.n, model.left_out) == (200, 2)
    assert "correlate" in model.text
    assert "相关系数" in model.text_in("zh")


def test_too_few_dealers_are_pooled_and_it_is_said():
    model = fit_spending(simulate(5))
    assert model.kind == "pooled"
    assert "drawn half way" in model.text
    assert predict_spending(model, simulate(5)).notna().all()
    with pytest.raises(TableError, match="mean_amount"):
        fit_spending(pd.DataFrame({"frequency": [1]}))


def test_the_residual_value_is_orders_times_amount_in_todays_money():
    rng = np.random.default_rng(1)
    orders = simulate(400).assign(age=rng.uniform(40, 52, 400))
    orders["recency"] = orders["age"] * rng.uniform(0.3, 1, 400)
    buying, spending = fit_buying(orders), fit_spending(orders)
    free = value_residual(buying, spending, orders, years=1, days_per_unit=7, discount_rate=0.0)
    expected = predict_buying(buying, orders, horizon=365.25 / 7)["orders_expected"]
    assert free["orders_expected"].to_numpy() == pytest.approx(expected.to_numpy())
    worth = expected * predict_spending(spending, orders)
    assert free["residual_value"].to_numpy() == pytest.approx(worth.to_numpy())
    dear = value_residual(buying, spending, orders, years=1, days_per_unit=7, discount_rate=0.2)
    ratio = dear["residual_value"] / free["residual_value"]
    assert ratio.between(1 / 1.2, 1).all()

"""Buy till you die: published numbers, planted parameters, and every prediction by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import check_grad

from dealerml.churn.buying import count_orders, fit_buying, predict_buying
from dealerml.churn.likelihood import maximise
from dealerml.churn.processes import PROCESSES, make_rows
from dealerml.errors import TableError

PARAMETERS = {
    "bg_nbd": [0.8, 60.0, 0.8, 2.5], "pareto_nbd": [0.8, 60.0, 0.7, 200.0], "nbd": [0.8, 60.0],
    "poisson": [0.01],
}  # fmt: skip


def simulate(kind, n, *, seed=0, until=None, until_more=0.0):
    """Orders of n dealers by the process itself, and how many follow until `until_more` later."""
    rng = np.random.default_rng(seed)
    values = PARAMETERS[kind]
    rate = rng.gamma(values[0], 1 / values[1], n) if len(values) > 1 else np.full(n, values[0])
    age = np.full(n, float(until)) if until else rng.integers(100, 1200, n).astype(float)
    end = np.full(n, np.inf)
    drop = np.zeros(n)
    if kind == "bg_nbd":
        drop = rng.beta(values[2], values[3], n)
    if kind == "pareto_nbd":
        end = rng.exponential(1 / np.maximum(rng.gamma(values[2], 1 / values[3], n), 1e-12))
    x, last, later, day, alive = (
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.ones(n, bool),
    )
    while alive.any():
        day = day + rng.exponential(1 / np.maximum(rate, 1e-12))
        alive &= (day <= age + until_more) & (day <= end)
        seen = alive & (day <= age)
        x[seen], last[seen] = x[seen] + 1, day[seen]
        later[alive & (day > age)] += 1
        alive &= rng.random(n) >= drop
    return pd.DataFrame({"frequency": x, "recency": last, "age": age}), later


@pytest.fixture(scope="module")
def cdnow(data_dir):
    given = pd.read_csv(data_dir / "cdnow" / "cdnow_customers_summary.csv", index_col="ID")
    return given.rename(columns={"T": "age"})


@pytest.mark.data
@pytest.mark.parametrize(
    ("kind", "values", "log_likelihood"),
    [
        ("bg_nbd", {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, -9582.4),
        ("pareto_nbd", {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, -9595.0),
    ],
)
def test_published_fits_are_reproduced(cdnow, kind, values, log_likelihood):
    model = fit_buying(cdnow, kind=kind)
    for name, value in values.items():
        assert model.parameters[name] == pytest.approx(value, abs=0.0015)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=0.05)
    assert model.converged
    assert (model.table["low"] < model.table["value"]).all()


@pytest.mark.data
def test_the_published_forecast_of_repeat_orders_is_reproduced(cdnow):
    # Everybody's repeats until week 78 after the first of January, from their own first order on.
    model = fit_buying(cdnow)
    ages = 78 - (cdnow["age"].max() + 1 / 7 - cdnow["age"])
    nobody = pd.DataFrame({"frequency": 0.0, "recency": 0.0, "age": 0.0}, index=cdnow.index)
    total = sum(
        predict_buying(model, nobody[ages == age], horizon=age)["orders_expected"].sum()
        for age in ages.unique()
    )
    assert total == pytest.approx(4160.6, rel=0.001)


@pytest.mark.parametrize("kind", ["bg_nbd", "pareto_nbd"])
def test_planted_parameters_are_found(kind):
    orders, _ = simulate(kind, 20_000)
    model = fit_buying(orders, kind=kind)
    assert model.kind == kind
    inside = (model.table["low"] < PARAMETERS[kind]) & (PARAMETERS[kind] < model.table["high"])
    assert inside.all()


@pytest.mark.parametrize("kind", PROCESSES)
def test_gradients_are_those_of_the_likelihood(kind):
    orders, _ = simulate(kind, 300)
    rows = make_rows(*orders.to_numpy().T, weight=np.linspace(1, 3, 300))
    process = PROCESSES[kind]

    def value(logs):
        return (rows.weight * process.log_likelihood(np.exp(logs), rows)).sum()

    def gradient(logs):
        return process.gradient(np.exp(logs), rows)[1] * np.exp(logs)

    for shift in (-0.5, 0.0, 0.7):
        logs = np.log(PARAMETERS[kind]) + shift
        assert process.gradient(np.exp(logs), rows)[0] == pytest.approx(value(logs), rel=1e-9)
        assert check_grad(value, gradient, logs) < 1e-3 * np.abs(gradient(logs)).max() + 1e-2


@pytest.mark.parametrize("kind", PROCESSES)
def test_predictions_are_what_simulated_dealers_do(kind):
    from dealerml.churn.buying import BuyingModel

    orders, later = simulate(kind, 60_000, until=400.0, until_more=120.0)
    names = PROCESSES[kind].names
    parameters = dict(zip(names, PARAMETERS[kind], strict=True))
    model = BuyingModel(pd.DataFrame(), (), kind, parameters, pd.DataFrame(), 0.0, True, 0)
    found = predict_buying(model, orders, horizon=120.0)
    groups = np.minimum(orders["frequency"], 6) * 10 + np.minimum(orders["recency"] // 100, 3)
    for _, part in found.groupby(groups):
        if len(part) > 500:
            truth = later[orders.index.get_indexer(part.index)]
            noise = 4 / np.sqrt(len(part))
            assert part["no_order_probability"].mean() == pytest.approx(
                (truth == 0).mean(), abs=noise / 2
            )
            assert part["orders_expected"].mean() == pytest.approx(
                truth.mean(), abs=noise * (truth.std() + 0.05)
            )
    assert (found["no_order_probability"] >= 1 - found["alive_probability"] - 1e-9).all()


def test_the_integral_of_the_pareto_nbd_is_exact():
    from scipy.integrate import quad

    r, alpha, s, beta = 0.55, 10.6, 0.6, 11.7
    for x, last, age in ((0, 0, 30), (2, 28, 39), (40, 380, 400), (3, 5, 900)):
        whole, _ = quad(
            lambda t, x=x: (alpha + t) ** -(r + x) * (beta + t) ** -(s + 1), last, age,
            epsabs=0, epsrel=1e-12,
        )  # fmt: skip
        rows = make_rows(*(np.array([float(v)]) for v in (x, last, age, 1)))
        found = PROCESSES["pareto_nbd"].log_likelihood(np.array([r, alpha, s, beta]), rows)
        from scipy.special import gammaln

        alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
        expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        expected += np.log(alive + s * whole)
        assert found[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", PROCESSES)
def test_extreme_dealers_have_finite_numbers(kind):
    from dealerml.churn.buying import BuyingModel

    extreme = pd.DataFrame(
        {
            "frequency": [0, 0, 1, 3000, 3000, 1, 50_000],
            "recency": [0, 0, 1e-3, 9000, 100, 9999, 10_000],
            "age": [0, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000],
        },
        dtype=float,
    )
    for scale in (1e-2, 1.0, 50.0):
        parameters = dict(
            zip(PROCESSES[kind].names, np.array(PARAMETERS[kind]) * scale, strict=True)
        )
        model = BuyingModel(pd.DataFrame(), (), kind, parameters, pd.DataFrame(), 0.0, True, 0)
        found = predict_buying(model, extreme, horizon=90.0)
        assert np.isfinite(found.to_numpy()).all()
        assert found["alive_probability"].between(0, 1).all()
        assert found["no_order_probability"].between(0, 1).all()
        assert (found["orders_expected"] >= 0).all()


def test_expected_orders_agree_where_the_published_series_overflows():
    from dealerml.churn.processes import _bg_expect, _bg_mean

    rows = make_rows(*(np.array(v, float) for v in ([2, 9], [30, 90], [40, 95], [1, 1])))
    values = np.array([0.8, 60.0, 0.8, 2.5])
    alive = PROCESSES["bg_nbd"].alive(values, rows)
    mean = _bg_mean(values, rows.frequency, rows.age, 90.0)
    assert _bg_expect(values, rows, 90.0) == pytest.approx(alive * mean, rel=1e-4)


@pytest.mark.parametrize("kind", ["bg_nbd", "pareto_nbd"])
def test_the_unit_of_time_does_not_matter(kind):
    orders, _ = simulate(kind, 3000)
    days, weeks = orders, orders.assign(recency=orders["recency"] / 7, age=orders["age"] / 7)
    one, two = fit_buying(days, kind=kind), fit_buying(weeks, kind=kind)
    for name, in_time in zip(PROCESSES[kind].names, PROCESSES[kind].in_time, strict=True):
        ratio = one.parameters[name] / two.parameters[name]
        assert ratio == pytest.approx(7 if in_time else 1, rel=1e-4)
    shift = orders["frequency"].sum() * np.log(7)
    assert one.log_likelihood == pytest.approx(two.log_likelihood - shift, rel=1e-9)


def test_many_rows_end_where_few_do(monkeypatch):
    orders, _ = simulate("bg_nbd", 30_000)
    at_once = fit_buying(orders)
    monkeypatch.setattr("dealerml.churn.buying.THIN_TO", 2000)
    thinned = fit_buying(orders)
    assert thinned.log_likelihood == pytest.approx(at_once.log_likelihood, abs=1e-6)
    for name, value in at_once.parameters.items():
        assert thinned.parameters[name] == pytest.approx(value, rel=1e-5)


def test_equal_dealers_are_weighed_and_order_does_not_matter():
    orders, _ = simulate("bg_nbd", 500)
    twice = pd.concat([orders, orders]).sample(frac=1, random_state=0)
    one, two = fit_buying(orders), fit_buying(twice)
    assert two.parameters == pytest.approx(one.parameters, rel=1e-6)
    assert two.log_likelihood == pytest.approx(2 * one.log_likelihood)
    assert fit_buying(twice.iloc[::-1]).parameters == two.parameters


def test_too_little_takes_the_documented_way_out_and_says_so():
    one_order = pd.DataFrame({"frequency": 0.0, "recency": 0.0, "age": np.arange(1.0, 50)})
    model = fit_buying(one_order)
    assert (model.kind, model.converged) == ("poisson", False)
    assert "could not be fitted" in model.text
    assert "改用" in model.text_in("zh")
    assert predict_buying(model, one_order, horizon=90)["no_order_probability"].between(0, 1).all()


@pytest.mark.parametrize("kind", ["bg_nbd", "pareto_nbd"])
def test_dealers_that_never_stop_have_no_best_rate_of_stopping(kind):
    # All alike and all just seen: nothing tells how dealers differ or end.
    age = np.full(200, 300.0)
    orders = pd.DataFrame({"frequency": 30.0, "recency": 300.0, "age": age})
    model = fit_buying(orders, kind=kind)
    assert not model.converged
    found = predict_buying(model, orders, horizon=30.0)
    assert found["orders_expected"].to_numpy() == pytest.approx(np.full(200, 3.0), rel=0.02)


def test_a_few_giants_do_not_break_the_fit():
    orders, _ = simulate("bg_nbd", 300)
    giants = pd.DataFrame({"frequency": [5e4, 8e4], "recency": [1199.0] * 2, "age": [1200.0] * 2})
    model = fit_buying(pd.concat([orders, giants], ignore_index=True))
    assert np.isfinite(list(model.parameters.values())).all()
    assert np.isfinite(model.log_likelihood)


@pytest.mark.parametrize(
    ("row", "why"),
    [((1, 5, 4), "last order after now"), ((-1, 0, 4), "negative"), ((0, 2, 4), "no repeat")],
)
def test_rows_that_cannot_be_are_refused(row, why):
    orders = pd.DataFrame(
        [row, (1, 2, 3)], columns=["frequency", "recency", "age"], index=["A", "B"]
    )
    with pytest.raises(TableError, match="1 of 2 rows of orders cannot be, first 'A'"):
        fit_buying(orders)


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="lack recency"):
        fit_buying(pd.DataFrame({"frequency": [1], "age": [2]}))


def test_features_of_a_date_become_orders(sample_x):
    orders = count_orders(sample_x)
    assert (orders["recency"] <= orders["age"]).all()
    assert (orders.loc[orders["frequency"] == 0, "recency"] == 0).all()
    model = fit_buying(orders)
    assert model.n == (sample_x["order_days"] > 0).sum()


def test_a_hill_without_a_top_is_not_called_one():
    found = maximise(
        lambda logs: (float(logs.sum()), np.ones(2)), [(1.0, 1.0), (2.0, 2.0)], weight=1
    )
    assert not found.converged
    assert np.isnan(found.covariance).all()


def test_a_later_start_is_tried_where_the_first_leads_nowhere():
    def hill(logs):
        if logs[0] < 0:
            return float("nan"), np.full(1, np.nan)
        return float(-((logs[0] - 1) ** 2)), -2 * (logs - 1)

    found = maximise(hill, [(0.5,), (2.0,)], weight=1)
    assert found.converged
    assert found.parameters[0] == pytest.approx(np.e)
    assert found.covariance[0, 0] == pytest.approx(np.e**2 / 2)

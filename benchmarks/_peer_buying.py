"""Contenders that need an environment of their own: lifetimes, pymc-marketing and lifelines.

Called by `bench_buying.py` and `bench_churn.py` with the Python that the variable
DEALERML_PEERS_CHURN names, where `pip install lifetimes pymc-marketing lifelines pyarrow` was done.
"""

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
HORIZON = 90.0
COX = ("recency_days", "gap_days", "order_days_365d", "net_amount_365d", "tenure_days")


def fit_lifetimes(orders: pd.DataFrame, kind: str) -> None:
    """Seconds and log-likelihood of a fit by lifetimes."""
    import lifetimes

    fitter = lifetimes.BetaGeoFitter() if kind == "bg_nbd" else lifetimes.ParetoNBDFitter()
    given = orders["frequency"], orders["recency"], orders["age"]
    _time(lambda: fitter.fit(*given), repeats(len(orders)))
    for name, value in fitter.params_.items():
        print("measured", name, value, sep="\t")


def fit_pymc(orders: pd.DataFrame, kind: str) -> None:
    """Seconds of a fit by pymc-marketing's maximum a posteriori, compiled before."""
    _pymc(orders.head(200), kind)
    _time(lambda: _pymc(orders, kind), 3)


def repeats(rows: int) -> int:
    """How many fits of so many rows are timed in one process, once the first has warmed it up."""
    return 20 if rows < 10_000 else 2


def _time(fit: Callable[[], object], times: int) -> None:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        fit()
        took.append(time.perf_counter() - start)
    print("measured", "seconds", statistics.median(took), sep="\t")


def _pymc(orders: pd.DataFrame, kind: str) -> object:
    from pymc_marketing.clv import BetaGeoModel, ParetoNBDModel

    make = BetaGeoModel if kind == "bg_nbd" else ParetoNBDModel
    given = orders.rename(columns={"age": "T"}).reset_index(drop=True)
    model = make(data=given.assign(customer_id=given.index))
    model.fit(method="map", progressbar=False)
    return model


def predict(folder: Path) -> None:
    """Chances of being gone by every contender, on the slices that the folder holds."""
    panel = pd.read_parquet(folder / "panel.parquet")
    tested = sorted(panel.loc[panel["tested"], "as_of"].unique())
    parts = [_one_date(panel, date) for date in tested]
    pd.concat(parts).to_parquet(folder / "peers.parquet")


def _one_date(panel: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    everyone = panel[panel["as_of"] == date].reset_index(drop=True)
    known = panel[(panel["as_of"] <= date - pd.Timedelta(days=HORIZON)) & panel["cohort"]]
    found = everyone[["as_of", "dealer_id"]].assign(
        lifetimes_alive=_safely(_lifetimes, everyone),
        pymc_alive=_safely(_pymc_alive, everyone),
        cox=_safely(lambda rows: _cox(known, rows, date), everyone),
    )
    return found[everyone["cohort"].to_numpy()]


def _lifetimes(rows: pd.DataFrame) -> np.ndarray:
    from lifetimes import BetaGeoFitter

    # In weeks, and where its fit fails all the same with the penalty that its users resort to.
    given = rows["frequency"], rows["recency"] / 7, rows["age"] / 7
    try:
        fitter = BetaGeoFitter().fit(*given)
    except Exception:
        fitter = BetaGeoFitter(penalizer_coef=0.01).fit(*given)
    return 1 - np.asarray(fitter.conditional_probability_alive(*given))


def _pymc_alive(rows: pd.DataFrame) -> np.ndarray:
    model = _pymc(rows[["frequency", "recency", "age"]], "bg_nbd")
    alive = model.expected_probability_alive()
    return 1 - np.asarray(alive.mean(("chain", "draw")))


def _safely(make: Callable[[pd.DataFrame], np.ndarray], rows: pd.DataFrame) -> np.ndarray:
    """Some of their fits fail; then their contender knows nothing of this date."""
    try:
        return make(rows)
    except Exception as error:
        print(f"failed: {type(error).__name__}: {error}"[:200], file=sys.stderr)
        return np.full(len(rows), np.nan)


def _cox(known: pd.DataFrame, rows: pd.DataFrame, date: pd.Timestamp) -> np.ndarray:
    from lifelines import CoxPHFitter

    seen = (date - known["as_of"]).dt.days
    wait = known["days_to_next"].where(known["days_to_next"] <= seen)
    table = _scale(known).assign(duration=wait.fillna(seen), ordered=wait.notna().astype(int))
    fitter = CoxPHFitter(penalizer=0.01).fit(table, "duration", "ordered")
    silent = fitter.predict_survival_function(_scale(rows), times=[HORIZON])
    return silent.to_numpy()[0]


def _scale(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = rows[list(COX)].fillna(rows[list(COX)].median())
    return np.arcsinh(numbers)


if __name__ == "__main__":
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == "predict":
        predict(path)
    else:
        {"lifetimes": fit_lifetimes, "pymc": fit_pymc}[what](pd.read_parquet(path), sys.argv[3])

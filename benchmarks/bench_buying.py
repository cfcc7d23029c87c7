"""Buy-till-you-die fits against lifetimes and pymc-marketing, each in a process of its own.

CDNOW (2,357 customers) and a million made-up dealers. What counts is the median time of several
fits once all is imported, and that nobody stops below the other's likelihood. pymc-marketing finds
the maximum a posteriori, after a fit that lets it compile; it takes part on CDNOW only.

    DEALERML_DATA=… DEALERML_PEERS_CHURN=… python benchmarks/bench_buying.py [RUNS]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _peer_buying import repeats
from measuring import data, itself, markdown, middle, spread, take_turns, tell

KINDS = {"bg_nbd": "BG/NBD", "pareto_nbd": "Pareto/NBD"}
PARAMETERS = {"bg_nbd": ("r", "alpha", "a", "b"), "pareto_nbd": ("r", "alpha", "s", "beta")}
PEER = Path(__file__).with_name("_peer_buying.py")


def make_dealers(n: int, *, random_state: int = 0) -> pd.DataFrame:
    """Dealers that buy and stop as the BG/NBD model says, over up to four years, in days."""
    rng = np.random.default_rng(random_state)
    rate, stop = rng.gamma(0.8, 1 / 60, n), rng.beta(0.8, 2.5, n)
    age = rng.integers(100, 1500, n).astype(float)
    x, last, day, alive = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        day = day + rng.exponential(1 / np.maximum(rate, 1e-12))
        alive &= day <= age
        x[alive], last[alive] = x[alive] + 1, day[alive]
        alive &= rng.random(n) >= stop
    recency = np.where(x > 0, np.maximum(np.round(last), 1), 0)
    return pd.DataFrame({"frequency": x, "recency": np.minimum(recency, age), "age": age})


def run_dealerml(path: str, kind: str) -> None:
    """Ours: the median of several fits in a process."""
    from dealerml.churn.buying import fit_buying

    orders = pd.read_parquet(path)
    fit_buying(orders.head(200), kind=kind)
    took = []
    for _ in range(repeats(len(orders))):
        start = time.perf_counter()
        model = fit_buying(orders, kind=kind)
        took.append(time.perf_counter() - start)
    tell("seconds", statistics.median(took))
    for name, value in model.parameters.items():
        tell(name, value)


def log_likelihood(orders: pd.DataFrame, kind: str, values: list[float]) -> float:
    """Of anybody's parameters, by one and the same function."""
    from dealerml.churn.processes import PROCESSES, make_rows

    rows = make_rows(*orders.to_numpy(dtype=float).T, weight=np.ones(len(orders)))
    return float(PROCESSES[kind].log_likelihood(np.array(values), rows).sum())


def main(runs: int) -> None:
    """Race the contenders on each data set and print a table."""
    peers = os.environ.get("DEALERML_PEERS_CHURN")
    if not peers:
        sys.exit("Set DEALERML_PEERS_CHURN to a Python that has lifetimes and pymc-marketing.")
    given = pd.read_csv(data("cdnow") / "cdnow_customers_summary.csv")
    cdnow = given.rename(columns={"T": "age"})[["frequency", "recency", "age"]]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cases = (("CDNOW", cdnow, KINDS), ("a million dealers", make_dealers(10**6), ("bg_nbd",)))
        for name, orders, kinds in cases:
            path = str(Path(folder) / f"{len(orders)}.parquet")
            orders.to_parquet(path)
            for kind in kinds:
                rows += _race(name, orders, path, kind, peers=peers, runs=runs)
    heads = ("", "model", "", "fit, s", "÷ dealerml", "log-likelihood")
    print(markdown(heads, rows))


def _race(
    name: str, orders: pd.DataFrame, path: str, kind: str, *, peers: str, runs: int
) -> list[list[str]]:
    contenders = {
        "dealerml": itself(__file__, "dealerml", path, kind),
        "lifetimes": [peers, str(PEER), "lifetimes", path, kind],
    }
    if len(orders) < 10_000:
        contenders["pymc-marketing, MAP"] = [peers, str(PEER), "pymc", path, kind]
    found = take_turns(contenders, runs=runs)
    ours = middle(found["dealerml"], "seconds")
    rows = []
    for who, each in found.items():
        seconds = [run.inner["seconds"] for run in each]
        names = PARAMETERS[kind]
        known = all(parameter in each[0].inner for parameter in names)
        values = [each[0].inner[parameter] for parameter in names] if known else []
        height = f"{log_likelihood(orders, kind, values):,.6f}" if known else ""
        ratio = f"{middle(each, 'seconds') / ours:,.1f}"
        rows.append([name, KINDS[kind], who, spread(seconds, 4), ratio, height])
    return rows


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_dealerml(sys.argv[2], sys.argv[3])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

"""What does a forecast of very many dealers cost? 1,000, 10,000 and 100,000 series of 60 months.

Made-up dealers with a season, their own level, silent months and a tenth that begin later; each
size in a process of its own, with past dates tried, ranges and sums, as `forecast_sales` comes.
Limits: one CPU second per 1,000 series, and 60 s and 4 GiB for 100,000.

    python benchmarks/bench_many.py
"""

import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from measuring import markdown

SIZES = (1_000, 10_000, 100_000)
MONTHS = 60


def main() -> None:
    """Each size once, and one table."""
    rows = []
    for size in SIZES:
        told = subprocess.run(
            [sys.executable, __file__, str(size)], check=True, capture_output=True, text=True
        ).stdout
        found = json.loads(told.splitlines()[-1])
        rows.append(
            [
                f"{size:,}",
                f"{found['wall']:.1f}",
                f"{found['cpu']:.1f}",
                f"{found['cpu'] * 1000 / size:.2f}",
                f"{found['peak']:,.0f}",
                found["method"],
            ]
        )
    print(markdown(("series", "wall, s", "CPU, s", "CPU s per 1,000", "peak, MiB", "taken"), rows))


def run(size: int) -> None:
    """One size: what it took, as the last line."""
    from dealerml.growth import forecast_sales

    series = _series(size)
    forecast_sales(series.iloc[:300], horizon=90)  # imports are not what is measured
    wall, cpu = time.perf_counter(), time.process_time()
    forecast = forecast_sales(series, horizon=90)
    found = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "method": forecast.method,
    }
    print(json.dumps(found))


def _series(size: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    season = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(MONTHS) + rng.integers(0, 12, (size, 1))) / 12)
    level = rng.lognormal(7, 1.5, (size, 1)) * np.exp(
        np.cumsum(rng.normal(0, 0.05, (size, MONTHS)), 1)
    )
    y = level * season * rng.gamma(4, 0.25, (size, MONTHS)) * (rng.random((size, MONTHS)) > 0.1)
    late = rng.random(size) < 0.1
    y[late, :30] = np.nan
    months = pd.period_range("2020-01", periods=MONTHS, freq="M")
    return pd.DataFrame(y.round(2), [f"D{n:06d}" for n in range(size)], months)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(int(sys.argv[1]))
    else:
        main()

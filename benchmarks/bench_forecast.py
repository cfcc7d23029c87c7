"""How far off are monthly forecasts of single dealers, do their ranges hold, and what do they cost?

Stores of iowa_liquor whose first order lies 36 months or more before the origin and that ordered in
the last 12. Origins 2018-12, 2019-03 and 2019-06, six months ahead. `forecast_sales` as it comes,
each forecaster alone with the ranges that its own past errors give, and, where
DEALERML_PEERS_FORECAST names a Python that has statsforecast, mlforecast, lightgbm and statsmodels,
those on the same series. Then differences paired over dealers, and sums.

    DEALERML_DATA=… [DEALERML_PEERS_FORECAST=…] python benchmarks/bench_forecast.py
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import data, markdown

ORIGINS = ("2018-12", "2019-03", "2019-06")
STEPS, FIRST_MONTHS, LAST_MONTHS, HISTORY = 6, 36, 12, 48
LIMITS = ("mean", "lo80", "hi80", "lo95", "hi95")
QUANTILES = {"lo95": 0.025, "lo80": 0.1, "mean": 0.5, "hi80": 0.9, "hi95": 0.975}
OURS = "forecast_sales"
REPLICATES = 1000

Table = dict[str, np.ndarray]
Run = Callable[[pd.DataFrame], tuple[Table, str]]


def run_ours(known: pd.DataFrame) -> tuple[Table, str]:
    """What `forecast_sales` says: one array of dealers × steps for the mean and each limit."""
    from dealerml.growth import forecast_sales

    forecast = forecast_sales(known, horizon=30 * STEPS)
    table = forecast.table[forecast.table["level"] == "dealer"]
    months = sorted(table["month"].unique())[:STEPS]
    wide = {
        name: table.pivot_table(index="key", columns="month", values=name)
        .loc[known.index, months]
        .to_numpy()
        for name in LIMITS
    }
    return wide, forecast.method


def run_forecaster(name: str) -> Run:
    """One forecaster alone, with limits from its own past errors."""

    def run(known: pd.DataFrame) -> tuple[Table, str]:
        from dealerml.growth.backcasts import backcast, forecast_active, read_rules
        from dealerml.growth.forecasters import FORECASTERS
        from dealerml.growth.intervals import (
            measure_margins,
            past_errors,
            put_limits,
            usual_change,
        )
        from dealerml.growth.levels import make_levels
        from dealerml.growth.season import lowest
        from dealerml.policy import load_policy

        policy = load_policy()
        rules = read_rules(policy.forecast, active_days=policy.definitions["active_days"])
        y, level = known.to_numpy(), make_levels(known.index, None)[0]
        made = backcast(y, FORECASTERS[name], rules=rules)
        mean, active = forecast_active(y, FORECASTERS[name], rules=rules)
        unit = np.where(active, usual_change(y), 0.0)
        margins = measure_margins(past_errors(y, made, level=level))
        lo95, lo80, hi80, hi95 = put_limits(mean, unit, margins=margins, floor=lowest(y))
        limits = dict(zip(LIMITS, (mean, lo80, hi80, lo95, hi95), strict=True))
        return {key: values[:, :STEPS] for key, values in limits.items()}, name

    return run


def main() -> None:
    """Score every contender at the three origins and print the tables."""
    from dealerml.growth import FORECASTERS

    series = _series()
    found: dict[str, dict[str, Table]] = {}
    seconds: dict[str, list[float]] = {}
    for origin in ORIGINS:
        known = series.loc[:, :origin]
        known = known[known.notna().any(axis=1)]
        cohort = _cohort(known)
        for name, run in {OURS: run_ours, **{n: run_forecaster(n) for n in FORECASTERS}}.items():
            start = time.process_time()
            said, method = run(known)
            cost = (time.process_time() - start) * 1000 / len(known)
            seconds.setdefault(name, []).append(cost)
            rows = known.index.isin(cohort)
            found.setdefault(name, {})[origin] = {k: v[rows] for k, v in said.items()}
            print(f"{origin} {name}: {method}", flush=True)
        _run_peers(known.loc[cohort], origin, found, seconds)
    actual = {origin: _actual(series, origin) for origin in ORIGINS}
    print("\n" + _scores(found, actual, seconds))
    print("\n" + _paired(found, actual))
    print(f"\nDealers: {', '.join(f'{len(actual[o]):,}' for o in ORIGINS)}.")


def _run_peers(
    known: pd.DataFrame,
    origin: str,
    found: dict[str, dict[str, Table]],
    seconds: dict[str, list[float]],
) -> None:
    """What peers say of the same dealers; NaN for those a slow peer was not given."""
    peers = os.environ.get("DEALERML_PEERS_FORECAST")
    if not peers:
        return
    with tempfile.TemporaryDirectory() as folder:
        table = known.iloc[:, -HISTORY:].set_axis(known.columns[-HISTORY:].astype(str), axis=1)
        table.to_parquet(Path(folder) / "known.parquet")
        script = Path(__file__).with_name("_peer_forecast.py")
        subprocess.run([peers, str(script), folder], check=True)
        said = pd.read_parquet(Path(folder) / "peers.parquet")
        for name, cost in json.loads((Path(folder) / "seconds.json").read_text()).items():
            seconds.setdefault(name, []).append(cost)
    for name, part in said.groupby("method"):
        wide = {
            limit: part.pivot_table(index="dealer_id", columns="step", values=limit)
            .reindex(known.index)
            .to_numpy()
            for limit in LIMITS
        }
        found.setdefault(str(name), {})[origin] = wide
        print(f"{origin} {name}", flush=True)


def _scores(
    found: dict[str, dict[str, Table]],
    actual: dict[str, np.ndarray],
    seconds: dict[str, list[float]],
) -> str:
    rows = []
    for name, said in found.items():
        wapes = [_wape(said[o], actual[o]) for o in ORIGINS]
        losses = [_loss(said[o], actual[o]).sum() / _size(said[o], actual[o]) for o in ORIGINS]
        inside = np.mean([_inside(said[o], actual[o]) for o in ORIGINS], axis=0)
        told = [f"{a:.3f} / {b:.3f}" for a, b in zip(wapes, losses, strict=True)]
        mean = f"{np.mean(wapes):.3f} / {np.mean(losses):.3f}"
        held = [f"{100 * share:.0f} %" for share in inside]
        rows.append([name, *told, mean, *held, f"{np.median(seconds[name]):.2f}"])
    heads = ("WAPE / weighted quantile loss", *ORIGINS, "mean", "80 % holds", "95 % holds")
    return markdown((*heads, "CPU s per 1,000"), rows)


def _paired(found: dict[str, dict[str, Table]], actual: dict[str, np.ndarray]) -> str:
    """Each peer's errors minus ours on the dealers it was given, dealers drawn anew."""
    rng, rows = np.random.default_rng(0), []
    for name, said in found.items():
        if name == OURS:
            continue
        cells = []
        for kind in (_gap, _loss):
            gaps = []
            for origin in ORIGINS:
                given = np.isfinite(said[origin]["mean"]).all(axis=1)
                size = np.abs(actual[origin][given]).sum(axis=1)
                ours = {key: value[given] for key, value in found[OURS][origin].items()}
                theirs = {key: value[given] for key, value in said[origin].items()}
                apart = kind(theirs, actual[origin][given]) - kind(ours, actual[origin][given])
                weight = rng.multinomial(len(size), np.full(len(size), 1 / len(size)), REPLICATES)
                drawn = weight @ apart / (weight @ size)
                gaps.append((apart.sum() / size.sum(), drawn))
            point = np.mean([gap for gap, _ in gaps])
            low, high = np.quantile(np.mean([drawn for _, drawn in gaps], axis=0), (0.025, 0.975))
            each = ", ".join(f"{gap:+.4f}" for gap, _ in gaps)
            cells.append(f"{point:+.4f} ({low:+.4f} to {high:+.4f}); {each}")
        rows.append([name, *cells])
    heads = ("its error minus ours: mean (95 % interval); each origin", "WAPE", "quantile loss")
    return markdown(heads, rows)


def _wape(said: Table, actual: np.ndarray) -> float:
    return float(np.nansum(_gap(said, actual)) / _size(said, actual))


def _size(said: Table, actual: np.ndarray) -> float:
    return float(np.abs(actual)[np.isfinite(said["mean"])].sum())


def _gap(said: Table, actual: np.ndarray) -> np.ndarray:
    """Absolute error of each dealer."""
    return np.abs(np.nan_to_num(said["mean"] - actual)).sum(axis=1)


def _loss(said: Table, actual: np.ndarray) -> np.ndarray:
    """Twice the pinball loss of each dealer, mean of five quantiles."""
    losses = []
    for name, quantile in QUANTILES.items():
        over = np.nan_to_num(actual - said[name])
        losses.append(2 * np.maximum(quantile * over, (quantile - 1) * over).sum(axis=1))
    return np.mean(losses, axis=0)


def _inside(said: Table, actual: np.ndarray) -> list[float]:
    given = np.isfinite(said["mean"])
    return [
        float(((said[lo] <= actual) & (actual <= said[hi]))[given].mean())
        for lo, hi in (("lo80", "hi80"), ("lo95", "hi95"))
    ]


def _actual(series: pd.DataFrame, origin: str) -> np.ndarray:
    known = series.loc[:, :origin]
    known = known[known.notna().any(axis=1)]
    after = series.columns > known.columns[-1]
    return series.loc[_cohort(known), after].iloc[:, :STEPS].to_numpy()


def _series() -> pd.DataFrame:
    from dealerml.exports import read_export
    from dealerml.features import build_series

    return build_series(read_export(data("iowa_liquor")).as_of("2019-12-31"))


def _cohort(known: pd.DataFrame) -> "pd.Index[str]":
    begun = known.iloc[:, : 1 - FIRST_MONTHS].notna().any(axis=1)
    return known.index[begun & (known.iloc[:, -LAST_MONTHS:] != 0).any(axis=1)]


if __name__ == "__main__":
    main()

"""How far off are monthly forecasts of single dealers, do their ranges hold, and what do they cost?

Stores of iowa_liquor whose first order lies 36 months or more before the origin and that ordered in
the last 12. Origins 2018-12, 2019-03 and 2019-06, six months ahead. Each forecaster alone, with the
ranges that its own past errors give; and `forecast_sales`, which chooses among them, corrects the
forecast by how far past ones came true and knows nothing after the origin either.

    DEALERML_DATA=… python benchmarks/bench_forecast.py
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from measuring import data, markdown

ORIGINS = ("2018-12", "2019-03", "2019-06")
STEPS, FIRST_MONTHS, LAST_MONTHS = 6, 36, 12
LIMITS = ("mean", "lo80", "hi80", "lo95", "hi95")

Table = dict[str, np.ndarray]


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


def run_forecaster(name: str) -> Callable[[pd.DataFrame], tuple[Table, str]]:
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
    """Score every contender at the three origins and print a table."""
    from dealerml.growth import FORECASTERS

    series = _series()
    names = {name: run_forecaster(name) for name in FORECASTERS}
    rows = [_row(name, run, series) for name, run in {"forecast_sales": run_ours, **names}.items()]
    origins = [f"WAPE {origin}" for origin in ORIGINS]
    heads = ("", *origins, "WAPE", "80 % holds", "95 % holds", "CPU s per 1,000")
    print(markdown(heads, rows), end="\n\n")
    sizes = ", ".join(f"{len(_cohort(series.loc[:, :origin])):,}" for origin in ORIGINS)
    print(f"Dealers at the three origins: {sizes}.")


def _row(
    name: str, run: Callable[[pd.DataFrame], tuple[Table, str]], series: pd.DataFrame
) -> list[str]:
    wapes, inside, seconds, methods = [], [], [], []
    for origin in ORIGINS:
        known = series.loc[:, :origin]
        known = known[known.notna().any(axis=1)]
        cohort = known.index.isin(_cohort(known))
        start = time.process_time()
        said, method = run(known)
        seconds.append((time.process_time() - start) * 1000 / len(known))
        after = series.columns > known.columns[-1]
        actual = series.loc[known.index, after].iloc[:, :STEPS].to_numpy()[cohort]
        said = {key: values[cohort] for key, values in said.items()}
        wapes.append(np.abs(said["mean"] - actual).sum() / np.abs(actual).sum())
        pairs = (("lo80", "hi80"), ("lo95", "hi95"))
        inside.append([((said[lo] <= actual) & (actual <= said[hi])).mean() for lo, hi in pairs])
        methods.append(method)
    shown = name if methods == [name] * len(ORIGINS) else f"{name} ({', '.join(methods)})"
    held = [f"{100 * share:.0f} %" for share in np.mean(inside, axis=0)]
    scores = [f"{wape:.3f}" for wape in (*wapes, np.mean(wapes))]
    return [shown, *scores, *held, f"{np.median(seconds):.2f}"]


def _series() -> pd.DataFrame:
    from dealerml.exports import read_export
    from dealerml.features import build_series

    return build_series(read_export(data("iowa_liquor")).as_of("2019-12-31"))


def _cohort(known: pd.DataFrame) -> "pd.Index[str]":
    begun = known.iloc[:, : 1 - FIRST_MONTHS].notna().any(axis=1)
    return known.index[begun & (known.iloc[:, -LAST_MONTHS:] != 0).any(axis=1)]


if __name__ == "__main__":
    main()

"""Forecasts of other packages, run by a Python that has them: `_peer_forecast.py FOLDER`.

Reads known.parquet (dealers × 48 months) and writes peers.parquet (method, dealer_id, step, mean
and limits) and seconds.json. AutoARIMA is too slow for all and gets every tenth dealer.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

STEPS, SEASON = 6, 12
LIMITS = ("lo95", "lo80", "hi80", "hi95")
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
SPARSE = 10


def main(folder: Path) -> None:
    """Every peer on the same series."""
    warnings.simplefilter("ignore")
    known = pd.read_parquet(folder / "known.parquet")
    _statsforecast_models(known.iloc[:4])  # compiled before the clock starts
    frames, seconds = [], {}
    for name, run in PEERS.items():
        part = known.iloc[::SPARSE] if name in FEW else known
        start = time.process_time()
        said = run(part)
        seconds[name] = (time.process_time() - start) * 1000 / len(part)
        frames.append(said.assign(method=name))
    pd.concat(frames).to_parquet(folder / "peers.parquet")
    (folder / "seconds.json").write_text(json.dumps(seconds))


def _long(known: pd.DataFrame) -> pd.DataFrame:
    table = (
        known.rename_axis("unique_id")
        .reset_index()
        .melt("unique_id", var_name="ds", value_name="y")
    )
    table["ds"] = pd.PeriodIndex(table["ds"], freq="M").to_timestamp()
    return table.dropna().sort_values(["unique_id", "ds"])


def _tidy(said: pd.DataFrame, column: str) -> pd.DataFrame:
    found = said.sort_values(["unique_id", "ds"])
    ends = {"lo95": "lo-95", "lo80": "lo-80", "hi80": "hi-80", "hi95": "hi-95"}
    named = {name: found[f"{column}-{end}"].to_numpy() for name, end in ends.items()}
    steps = found.groupby("unique_id").cumcount().to_numpy()
    return pd.DataFrame(
        {
            "dealer_id": found["unique_id"].to_numpy(),
            "step": steps,
            "mean": found[column].to_numpy(),
        }
        | named
    )


def _statsforecast_models(known: pd.DataFrame) -> None:
    from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, DynamicOptimizedTheta

    for model in (AutoARIMA, AutoETS, AutoTheta, DynamicOptimizedTheta):
        _statsforecast(model.__name__)(known)


def _statsforecast(name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def run(known: pd.DataFrame) -> pd.DataFrame:
        import statsforecast.models as models
        from statsforecast import StatsForecast

        fit = StatsForecast([getattr(models, name)(season_length=SEASON)], freq="MS", n_jobs=1)
        return _tidy(fit.forecast(df=_long(known), h=STEPS, level=[80, 95]).reset_index(), name)

    return run


def holt_winters(known: pd.DataFrame) -> pd.DataFrame:
    """statsmodels, additive, with the limits that simulation gives."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    rows = []
    for dealer, row in zip(known.index, known.to_numpy(), strict=True):
        y = row[np.isfinite(row)]
        season = "add" if len(y) >= 2 * SEASON else None
        fit = ExponentialSmoothing(
            y, trend="add", damped_trend=True, seasonal=season,
            seasonal_periods=SEASON if season else None, initialization_method="estimated",
        ).fit()  # fmt: skip
        drawn = fit.simulate(STEPS, repetitions=200, random_state=0)
        lo95, lo80, hi80, hi95 = np.quantile(drawn, (0.025, 0.1, 0.9, 0.975), axis=1)
        said = fit.forecast(STEPS)
        rows += list(zip([dealer] * STEPS, range(STEPS), said, lo95, lo80, hi80, hi95, strict=True))
    return pd.DataFrame(rows, columns=["dealer_id", "step", "mean", *LIMITS])


def lightgbm_quantiles(known: pd.DataFrame) -> pd.DataFrame:
    """One model for all dealers and steps for each quantile, on lags divided by the usual month."""
    import lightgbm

    y = known.to_numpy()
    x, target = [], []
    for origin in range(2 * SEASON, y.shape[1], 2):
        for step in range(min(STEPS, y.shape[1] - origin)):
            facts, unit = _facts(y[:, :origin], step)
            goal = y[:, origin + step] / unit
            usable = np.isfinite(goal) & np.isfinite(facts[:, 0])
            x.append(facts[usable])
            target.append(goal[usable])
    x, target = np.concatenate(x), np.concatenate(target)
    models = [
        lightgbm.LGBMRegressor(
            objective="quantile", alpha=q, n_estimators=200, learning_rate=0.05, num_leaves=31,
            verbose=-1, n_jobs=1, random_state=0,
        ).fit(x, target)
        for q in QUANTILES
    ]  # fmt: skip
    rows = []
    for step in range(STEPS):
        facts, unit = _facts(y, step)
        told = np.sort([model.predict(facts) * unit for model in models], axis=0)
        rows.append(
            pd.DataFrame(told.T, known.index, ["lo95", "lo80", "mean", "hi80", "hi95"]).assign(
                step=step
            )
        )
    return pd.concat(rows).rename_axis("dealer_id").reset_index()


def _facts(y: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    last = y[:, -SEASON:]
    unit = np.nanmean(np.where(np.isfinite(last), np.abs(last), np.nan), axis=1)
    unit = np.where(unit > 0, unit, 1.0)
    lags = y[:, : -2 * SEASON - 1 : -1] / unit[:, None]
    month = (y.shape[1] + step) % SEASON
    extra = np.full((len(y), 2), (step, month), dtype=float)
    return np.column_stack([lags, extra]), unit


def mlforecast_lightgbm(known: pd.DataFrame) -> pd.DataFrame:
    """The guide of mlforecast: lags, differences and conformal limits."""
    import lightgbm
    from mlforecast import MLForecast
    from mlforecast.target_transforms import LocalStandardScaler
    from mlforecast.utils import PredictionIntervals

    fit = MLForecast(
        models={"lgbm": lightgbm.LGBMRegressor(verbose=-1, n_jobs=1, random_state=0)},
        freq="MS",
        lags=list(range(1, SEASON + 1)),
        date_features=["month"],
        target_transforms=[LocalStandardScaler()],
    )
    table = _long(known)
    long = table.groupby("unique_id")["y"].transform("size") >= 3 * SEASON
    fit.fit(table[long], prediction_intervals=PredictionIntervals(n_windows=2, h=STEPS))
    return _tidy(fit.predict(STEPS, level=[80, 95]), "lgbm")


PEERS = {
    "statsforecast DynamicOptimizedTheta": _statsforecast("DynamicOptimizedTheta"),
    "statsforecast AutoTheta": _statsforecast("AutoTheta"),
    "statsforecast AutoETS": _statsforecast("AutoETS"),
    "statsforecast AutoARIMA": _statsforecast("AutoARIMA"),
    "statsmodels Holt-Winters": holt_winters,
    "LightGBM quantiles": lightgbm_quantiles,
    "mlforecast LightGBM": mlforecast_lightgbm,
}
FEW = ("statsforecast AutoARIMA",)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

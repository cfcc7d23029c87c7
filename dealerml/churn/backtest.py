"""Would the models have known? Past quarters predicted with what was known before them."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dealerml.churn.calibration import (
    FitSettings,
    fit_calibrated,
    fit_once,
    fit_settings,
    one_thread,
)
from dealerml.churn.definitions import known_after
from dealerml.churn.inputs import available_columns, refuse_leaks
from dealerml.churn.metrics import METRICS, Metrics, dealer_weights, interval, rate_risks
from dealerml.churn.models import BASELINE, CHURN_MODELS, ModelFunction, columns_of, model_name
from dealerml.churn.slices import (
    at_dates,
    dates_to_test,
    labelled_rows,
    mature_dates,
    slice_dates,
)
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

SLICE_METRICS = ("pr_auc", "roc_auc", "log_loss")


@dataclass(frozen=True)
class Backtest(Spoken):
    """How good each model was on slices it had not seen.

    Parameters
    ----------
    table
        Index ``model``. For each of ``pr_auc, roc_auc, log_loss, brier, lift_10`` the value on the
        pooled slices and ``_lo``, ``_hi``, its 95 % interval by dealer; ``features``, the number it
        reads; ``slices``, ``n``, ``events``, ``base_rate`` (0–1).
    differences
        Index ``model`` without the silence rule: the same metrics minus those of the silence rule,
        with paired intervals.
    slices
        One row per model and as-of date: n, events, base_rate, mean_risk and metrics.
    predictions
        Index (as_of, dealer_id): ``churned`` and the risk of each model, all out of time.
    """

    differences: pd.DataFrame
    slices: pd.DataFrame
    predictions: pd.DataFrame


def backtest_churn(
    panel: pd.DataFrame,
    models: Mapping[str, ModelFunction] = CHURN_MODELS,
    *,
    horizon_days: int | None = None,
    posting_lag_days: int = 0,
    random_state: int = 0,
    n_bootstrap: int = 500,
    policy: "Policy | None" = None,
) -> Backtest:
    """How good would each model have been in past quarters, and how sure is that?

    Each of the latest slices is predicted by models fitted only on slices whose labels were
    complete before it. The silence rule always takes part.

    Parameters
    ----------
    panel
        Rows (as_of, dealer_id) with features and ``churned``, from ``build_panel``.
    horizon_days, posting_lag_days
        Horizon of the panel's labels, that of the policy if absent, and days until late postings
        have arrived: a label is known when both have passed.
    n_bootstrap
        Replicates behind each interval; whole dealers are drawn, since the slices of one dealer
        depend on each other.

    Raises
    ------
    TableError
        If a feature knows the outcome.

    Returns
    -------
    Tables are empty, and ``said`` tells why, where there is too little history to test anything.

    References
    ----------
    Mirkovic, Lolic, Stefanovic, Anderla, Gracanin (2022), Customer churn prediction in B2B
    non-contractual business settings using invoice data, https://doi.org/10.3390/app12105001
    """
    policy = policy or load_policy()
    models = {BASELINE: CHURN_MODELS[BASELINE], **models}
    horizon_days = horizon_days or policy.definitions["horizon"]
    label_days = known_after(horizon_days, policy) + posting_lag_days
    settings = fit_settings(policy, label_days=label_days, random_state=random_state)
    rows = labelled_rows(panel)
    refuse_leaks(rows)
    dates = dates_to_test(rows, label_days=label_days, rules=policy.churn)
    if not dates:
        return _untested(rows, models, policy)
    predictions = _predict(rows, models, dates=dates, settings=settings)
    weights = dealer_weights(
        predictions.index.get_level_values("dealer_id").to_numpy(),
        replicates=n_bootstrap,
        random_state=random_state,
    )
    return _summarise(rows, models, predictions, weights=weights)


def _predict(
    rows: pd.DataFrame,
    models: Mapping[str, ModelFunction],
    *,
    dates: list[pd.Timestamp],
    settings: FitSettings,
) -> pd.DataFrame:
    # Beside each other, the slowest, which come last, first: Python lets go while trees grow.
    with one_thread(), ThreadPoolExecutor(min(len(models), os.cpu_count() or 1)) as pool:
        asked = {
            name: pool.submit(_predict_one, rows, make, dates=dates, settings=settings)
            for name, make in reversed(list(models.items()))
        }
        risks = {name: asked[name].result() for name in models}
    churned = pd.concat([at_dates(rows, [date])["churned"] for date in dates])
    return pd.DataFrame({"churned": churned, **risks})


def _predict_one(
    rows: pd.DataFrame, make: ModelFunction, *, dates: list[pd.Timestamp], settings: FitSettings
) -> pd.Series:
    """The risk of every dealer on every tested date, by what was known then."""
    all_dates, fit, risks = slice_dates(rows), fit_once(), []
    for date in dates:
        train = at_dates(rows, mature_dates(all_dates, date, label_days=settings.label_days))
        model = fit_calibrated(train, make, settings=settings, fit=fit)
        risks.append(_to_risk(model.log_odds(at_dates(rows, [date]))))
    found: pd.Series[float] = pd.concat(risks)
    return found


def _to_risk(log_odds: pd.Series) -> pd.Series:
    from scipy.special import expit

    return pd.Series(expit(log_odds), index=log_odds.index)


def _summarise(
    rows: pd.DataFrame,
    models: Mapping[str, ModelFunction],
    predictions: pd.DataFrame,
    *,
    weights: np.ndarray,
) -> Backtest:
    churned = predictions["churned"].to_numpy()
    points = {m: rate_risks(churned, predictions[m].to_numpy()) for m in models}
    spread = {m: rate_risks(churned, predictions[m].to_numpy(), weights) for m in models}
    columns = available_columns(rows)
    facts = {
        "slices": predictions.index.get_level_values("as_of").nunique(),
        "n": len(predictions),
        "events": int(churned.sum()),
        "base_rate": float(churned.mean()),
    }
    table = pd.DataFrame(
        {
            name: _with_interval(points[name], spread[name])
            | {"features": len(columns_of(make(columns, 0), columns))}
            | facts
            for name, make in models.items()
        }
    ).T.rename_axis("model")
    table = table.astype(dict.fromkeys(("features", "slices", "n", "events"), int))
    others = [name for name in models if name != BASELINE]
    differences = pd.DataFrame(
        {m: _with_interval(*(_minus(p[m], p[BASELINE]) for p in (points, spread))) for m in others},
        index=_metric_columns(),
    ).T.rename_axis("model")
    slices = _by_slice(predictions, list(models))
    return Backtest(table, _said(table, differences), differences, slices, predictions)


def _with_interval(point: Metrics, spread: Metrics) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in METRICS:
        low, high = interval(spread[name])
        result |= {name: float(point[name][0]), f"{name}_lo": low, f"{name}_hi": high}
    return result


def _metric_columns() -> list[str]:
    return [f"{name}{end}" for name in METRICS for end in ("", "_lo", "_hi")]


def _minus(one: Metrics, other: Metrics) -> Metrics:
    return {name: one[name] - other[name] for name in METRICS}


def _by_slice(predictions: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    records = []
    for name in models:
        for date, part in predictions.groupby(level="as_of"):
            churned = part["churned"].to_numpy()
            rated = rate_risks(churned, part[name].to_numpy())
            records.append(
                {
                    "model": name, "as_of": date, "n": len(part), "events": int(churned.sum()),
                    "base_rate": churned.mean(), "mean_risk": part[name].mean(),
                    **{metric: float(rated[metric][0]) for metric in SLICE_METRICS},
                }
            )  # fmt: skip
    return pd.DataFrame(records)


def _said(table: pd.DataFrame, differences: pd.DataFrame) -> tuple[Sentence, ...]:
    first = table.iloc[0]
    facts = {"n": first["n"], "events": first["events"], "slices": first["slices"]}
    said = [Sentence("churn.backtest_summary", facts)]
    if not first["events"]:
        return (*said, Sentence("churn.no_events_tested"))
    best = str(table["pr_auc"].idxmax())
    row = table.loc[best]
    values = {"model": model_name(best), "precision": row["pr_auc"], "base": row["base_rate"]}
    said.append(Sentence("churn.backtest_best", values | {"lift": row["lift_10"]}))
    if best in differences.index:
        gain = differences.loc[best, ["pr_auc", "pr_auc_lo", "pr_auc_hi"]]
        ends = dict(zip(("gain", "low", "high"), gain, strict=True))
        said.append(Sentence("churn.backtest_gain", ends))
    return tuple(said)


def _untested(
    rows: pd.DataFrame, models: Mapping[str, ModelFunction], policy: "Policy"
) -> Backtest:
    facts = ["features", "slices", "n", "events", "base_rate"]
    table = pd.DataFrame(columns=[*_metric_columns(), *facts], dtype=float).rename_axis("model")
    differences = pd.DataFrame(columns=_metric_columns(), dtype=float).rename_axis("model")
    slices = pd.DataFrame(
        columns=["model", "as_of", "n", "events", "base_rate", "mean_risk", *SLICE_METRICS]
    )
    empty = rows.iloc[:0][["churned"]].assign(**dict.fromkeys(models, 0.0))
    values = {
        "slices": len(slice_dates(rows)),
        "events": int(rows["churned"].sum()),
        "slices_needed": policy.churn["min_train_slices"] + 1,
        "events_needed": policy.churn["min_events_per_feature"],
    }
    said = (Sentence("churn.untested", values),)
    return Backtest(table, said, differences, slices, empty)

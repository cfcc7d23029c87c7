"""Who stops ordering, on real data and strictly in time: our models, and two without exact reasons.

Stores of iowa_liquor, active 90 days, horizon 90 days. Models learn from quarter ends since 2014
whose outcome was known, and are tested on the five quarter ends from 2018-09-30 to 2019-09-30. What
counts is PR-AUC minus that of the silence rule, in pairs, with a bootstrap of whole dealers.
Random forest and full boosting read every feature: they show what exact reasons cost.

    DEALERML_DATA=… python benchmarks/bench_churn.py
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from measuring import data, markdown

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from dealerml.policy import Policy

FIRST, LAST, END = "2014-12", "2019-09", "2019-12-31"
METRICS = ("pr_auc", "roc_auc", "log_loss", "brier", "lift_10")


def random_forest(columns: Sequence[str], random_state: int) -> "Pipeline":
    """A hundred trees on every feature, empty ones filled by the median."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer

    forest = RandomForestClassifier(min_samples_leaf=5, random_state=random_state)
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    return _on_all(columns, [("fill", fill), ("model", forest)])


def full_boosting(columns: Sequence[str], random_state: int) -> "Pipeline":
    """Histogram boosting as it comes, with interactions, on every feature."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, min_samples_leaf=40, early_stopping=False,
        random_state=random_state,
    )  # fmt: skip
    return _on_all(columns, [("model", trees)])


def _on_all(columns: Sequence[str], steps: list[tuple[str, object]]) -> "Pipeline":
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    read = ColumnTransformer([("read", "passthrough", list(columns))])
    return Pipeline([("columns", read), *steps])


def main() -> None:
    """Backtest every model in one run and print two tables."""
    from dealerml.churn import CHURN_MODELS, backtest_churn, choose_model
    from dealerml.policy import load_policy

    policy = load_policy().changed({"definitions.active_days": 90, "churn.test_slices": 5})
    panel = _panel(policy)
    models = {**CHURN_MODELS, "random_forest": random_forest, "full_boosting": full_boosting}
    backtest = backtest_churn(panel, models, policy=policy)
    rows = [
        [name, *(_interval(row, m) for m in METRICS), f"{_fit_seconds(panel, models[name]):.1f}"]
        for name, row in backtest.table.iterrows()
    ]
    print(markdown(("model", *METRICS, "one fit, CPU s"), rows), end="\n\n")
    rows = [
        [name, *(_interval(row, metric, "+.3f") for metric in ("pr_auc", "roc_auc"))]
        for name, row in backtest.differences.iterrows()
    ]
    print(markdown(("minus the silence rule", "pr_auc", "roc_auc"), rows), end="\n\n")
    facts = backtest.table.iloc[0]
    tested = backtest.slices["as_of"].astype("str").unique().tolist()
    print(f"{facts['n']:,.0f} dealer-quarters, {facts['events']:.0f} stopped; tested {tested}.")
    own = backtest_churn(panel, policy=policy)
    print(choose_model(own, panel, policy).text)


def _panel(policy: "Policy") -> "pd.DataFrame":
    from dealerml.dates import quarter_ends
    from dealerml.exports import read_export
    from dealerml.features import build_panel

    snapshot = read_export(data("iowa_liquor")).as_of(END)
    return build_panel(snapshot, quarter_ends(FIRST, LAST), horizon=90, policy=policy)


def _fit_seconds(panel: "pd.DataFrame", make: Callable[..., "Pipeline"]) -> float:
    """CPU seconds of one fit on every labelled row."""
    from dealerml.features import feature_columns

    rows = panel[panel["churned"].notna()]
    x = rows[feature_columns(rows)].astype("float64").dropna(axis="columns", how="all")
    pipeline = make(list(x.columns), 0)
    start = time.process_time()
    pipeline.fit(x, rows["churned"].astype("int64"))
    return time.process_time() - start


def _interval(row: "pd.Series", metric: str, spec: str = ".3f") -> str:
    value, low, high = (row[f"{metric}{end}"] for end in ("", "_lo", "_hi"))
    return f"{value:{spec}} ({low:{spec}} to {high:{spec}})"


if __name__ == "__main__":
    main()

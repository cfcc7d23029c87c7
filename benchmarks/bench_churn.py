"""Who stops ordering, on real data and strictly in time: the champion against everything else.

iowa_liquor (active 90 days, quarter ends) and online_retail_ii (active 365 days, month ends),
horizon 90 days: the latest eight dates, each predicted with what was known before it, pooled. What
counts is PR-AUC of the champion minus that of each contender, in pairs, with a bootstrap of whole
dealers. Forest and full boosting read every feature; where DEALERML_PEERS_CHURN names a Python that
has lifetimes, pymc-marketing and lifelines, their P(alive) and Cox's model take part. Then
calibration, what the call list would have brought, and labels that were shuffled.

    DEALERML_DATA=… [DEALERML_PEERS_CHURN=…] python benchmarks/bench_churn.py
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from measuring import data, markdown

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from dealerml.churn import Backtest

CHAMPION = "interacting_boosting"
PEER = Path(__file__).with_name("_peer_buying.py")
SETS = {
    "iowa_liquor": ("iowa_liquor", "2019-12-31", "QE", "2013-03-31", "2019-09-30", 90),
    "online_retail_ii": (
        "online_retail_ii/online_retail_ii.parquet", "2011-12-09", "ME", "2010-03-31",
        "2011-08-31", 365,
    ),
}  # fmt: skip


def recency_logistic(columns: Sequence[str], random_state: int) -> "Pipeline":
    """Days since the last order alone."""
    from dealerml.churn.models import weighted_sum

    return weighted_sum(["recency_days"], random_state)


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
    """Both data sets, one after the other."""
    for name in SETS:
        print(f"\n### {name}\n", flush=True)
        _run(name)


def _run(name: str) -> None:
    from dealerml.churn import CHURN_MODELS, backtest_churn
    from dealerml.exports import read_export
    from dealerml.features import build_panel
    from dealerml.policy import load_policy

    folder, end, step, first, last, active = SETS[name]
    policy = load_policy().changed({"definitions.active_days": active, "churn.test_slices": 8})
    snapshot = read_export(data(folder)).as_of(end)
    dates = [date.date() for date in pd.date_range(first, last, freq=step)]
    panel = build_panel(snapshot, dates, horizon=90, policy=policy)
    others = {"recency_logistic": recency_logistic, "random_forest": random_forest}
    models = {**CHURN_MODELS, **others, "full_boosting": full_boosting}
    backtest = backtest_churn(panel, models, policy=policy)
    predictions = backtest.predictions.join(_peers(panel, backtest))
    _print_differences(predictions)
    _print_calibration(backtest)
    _print_profit(backtest, panel, policy.costs)
    shuffled = panel.assign(churned=_shuffle(panel["churned"]))
    row = backtest_churn(shuffled, {CHAMPION: CHURN_MODELS[CHAMPION]}, policy=policy).table
    ends = [f"{row.loc[CHAMPION, f'roc_auc{end}']:.3f}" for end in ("", "_lo", "_hi")]
    print("\nShuffled labels: ROC-AUC {} ({} to {}).".format(*ends))


def _shuffle(churned: pd.Series) -> pd.Series:
    """Labels exchanged among the dealers of each date."""
    rng = np.random.default_rng(0)
    known = churned.dropna()
    mixed = known.groupby(level="as_of").transform(lambda part: rng.permutation(part.to_numpy()))
    return mixed.reindex(churned.index)


def _peers(panel: pd.DataFrame, backtest: "Backtest") -> pd.DataFrame:
    """What the contenders in their own environment say of the same rows."""
    from dealerml.churn.buying import count_orders

    peers = os.environ.get("DEALERML_PEERS_CHURN")
    if not peers:
        return pd.DataFrame(index=backtest.predictions.index)
    facts = ["cohort", "days_to_next", "recency_days", "gap_days", "order_days_365d"]
    facts += ["net_amount_365d", "tenure_days"]
    table = count_orders(panel).join(panel[facts]).reset_index()
    tested = backtest.predictions.index.get_level_values("as_of").unique()
    with tempfile.TemporaryDirectory() as folder:
        table.assign(tested=table["as_of"].isin(tested)).to_parquet(Path(folder) / "panel.parquet")
        subprocess.run([peers, str(PEER), "predict", folder], check=True)
        found = pd.read_parquet(Path(folder) / "peers.parquet")
    return found.set_index(["as_of", "dealer_id"])


def _print_differences(predictions: pd.DataFrame) -> None:
    from dealerml.churn.metrics import dealer_weights, interval, rate_risks

    churned = predictions["churned"].to_numpy()
    dealers = predictions.index.get_level_values("dealer_id").to_numpy()
    weights = dealer_weights(dealers, replicates=1000, random_state=0)
    ours = predictions[CHAMPION].to_numpy()
    best, spread = (rate_risks(churned, ours, each)["pr_auc"] for each in (None, weights))
    rows = []
    for name in predictions.columns.drop("churned"):
        risk = predictions[name].to_numpy()
        missing = np.isnan(risk)
        risk = np.where(missing, 0.0, risk)
        point = {key: float(value[0]) for key, value in rate_risks(churned, risk).items()}
        low, high = interval(spread - rate_risks(churned, risk, weights)["pr_auc"])
        gap = f"{best[0] - point['pr_auc']:+.3f} ({low:+.3f} to {high:+.3f})"
        shown = [f"{point[key]:.3f}" for key in ("pr_auc", "roc_auc", "log_loss", "lift_10")]
        rows.append([name + (" (part unknown)" if missing.any() else ""), *shown, gap])
    print(f"{len(churned):,} dealer-dates, {churned.sum():.0f} stopped ({churned.mean():.2%}).\n")
    print(markdown(("", "PR-AUC", "ROC-AUC", "log-loss", "lift", "champion minus it"), rows))


def _print_calibration(backtest: "Backtest") -> None:
    from dealerml.churn import measure_calibration

    table = measure_calibration(backtest, CHAMPION)
    rows = [
        [str(date), f"{row['n']:.0f}", f"{row['events']:.0f}", f"{row['expected']:.1f}"]
        + [
            f"{row[name]:.2f} ({row[f'{name}_lo']:.2f} to {row[f'{name}_hi']:.2f})"
            for name in ("intercept", "slope")
        ]
        for date, row in table.iterrows()
    ]
    print("\n" + markdown(("", "n", "stopped", "expected", "intercept", "slope"), rows))


def _print_profit(backtest: "Backtest", panel: pd.DataFrame, costs: dict[str, float]) -> None:
    from dealerml.churn.profit import measure_profit

    middle = panel.loc[backtest.predictions.index, "net_amount_365d"].median()
    rows = []
    for rate in (0.1, 0.3, 0.5):
        given = costs | {"save_rate": rate, "contact_cost": 0.002 * middle}
        areas = measure_profit(backtest, CHAMPION, panel, costs=given).areas
        gaps = [
            "{:+,.0f} ({:+,.0f} to {:+,.0f})".format(*areas.loc[way, ["difference", "low", "high"]])
            for way in ("managers_rule", "above_half")
        ]
        rows.append([f"{rate}", f"{areas.loc['call_list', 'area']:,.0f}", *gaps])
    print("\n" + markdown(("save rate", "call list", "− manager's rule", "− risk above 0.5"), rows))


if __name__ == "__main__":
    sys.exit(main())

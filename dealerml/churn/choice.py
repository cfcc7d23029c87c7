"""Which model is trusted: the best that surely beats the silence rule, or else that rule."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dealerml.churn.backtest import Backtest
from dealerml.churn.models import BASELINE, YARDSTICKS, model_name
from dealerml.churn.slices import enough_events, labelled_rows
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy


@dataclass(frozen=True)
class ModelChoice(Spoken):
    """The model to use, and why not another.

    Parameters
    ----------
    table
        Index ``model``; ``pr_auc``; ``gain, gain_lo, gain_hi``, PR-AUC minus that of the silence
        rule with its 95 % interval; ``verdict``: chosen, baseline, beaten (by another that passed),
        not_better (the interval holds zero), worse, too_few_events, too_few_slices.
    name
        The model to use; None where there are too few churners even for the silence rule.
    """

    name: str | None


def choose_model(
    backtest: Backtest, panel: pd.DataFrame, policy: "Policy | None" = None
) -> ModelChoice:
    """Which model may replace the silence rule?

    The one of highest PR-AUC among those that have enough churners per feature, were tested on
    enough slices, and whose paired interval over the silence rule lies above zero. Where none does,
    the silence rule is used, and where even that has too few churners, nothing.
    """
    policy = policy or load_policy()
    rows, needed = labelled_rows(panel), policy.churn["min_events_per_feature"]
    events = int(rows["churned"].sum())
    if not enough_events(rows, needed=needed):
        values = {"events": events, "needed": needed, "n": len(rows)}
        return ModelChoice(_empty(), (Sentence("churn.choice_nothing", values),), None)
    if backtest.table.empty:
        return ModelChoice(_empty(), (Sentence("churn.choice_untested"),), BASELINE)
    table = _judge(backtest, events=events, rules=policy.churn)
    passed = table[table["verdict"] == "passed"]
    name = BASELINE if passed.empty else str(passed["pr_auc"].idxmax())
    table.loc[passed.index, "verdict"] = "beaten"
    if name != BASELINE:
        table.loc[name, "verdict"] = "chosen"
    return ModelChoice(table, _said(name, table, backtest, events), name)


def _judge(backtest: Backtest, *, events: int, rules: dict[str, Any]) -> pd.DataFrame:
    gains = backtest.differences[["pr_auc", "pr_auc_lo", "pr_auc_hi"]]
    gains.columns = pd.Index(["gain", "gain_lo", "gain_hi"])
    table = backtest.table[["pr_auc", "features", "slices"]].join(gains)
    verdict = pd.Series("not_better", index=table.index, dtype="str")
    verdict = verdict.mask(table["gain_lo"] > 0, "passed").mask(table["gain_hi"] < 0, "worse")
    verdict = verdict.mask(table["slices"] < rules["min_test_slices"], "too_few_slices")
    needed = table["features"] * rules["min_events_per_feature"]
    verdict = verdict.mask(needed > events, "too_few_events")
    verdict[BASELINE] = "baseline"
    verdict[verdict.index.isin(YARDSTICKS)] = "yardstick"
    return table.drop(columns="slices").assign(verdict=verdict)


def _said(name: str, table: pd.DataFrame, backtest: Backtest, events: int) -> tuple[Sentence, ...]:
    if name != BASELINE:
        row = table.loc[name]
        values = {"model": model_name(name), "gain": row["gain"]}
        ends = {"low": row["gain_lo"], "high": row["gain_hi"]}
        return (Sentence("churn.choice_model", values | ends),)
    said = [Sentence("churn.choice_silence", {"model": model_name(BASELINE)})]
    others = table[~table["verdict"].isin(["baseline", "yardstick"])]
    for model, row in others.iterrows():
        values = {
            "model": model_name(str(model)),
            "events": events,
            "features": row["features"],
            "slices": backtest.table.loc[BASELINE, "slices"],
            "low": row["gain_lo"],
            "high": row["gain_hi"],
        }
        said.append(Sentence(f"churn.verdict.{row['verdict']}", values))
    return tuple(said)


def _empty() -> pd.DataFrame:
    columns = ["pr_auc", "features", "gain", "gain_lo", "gain_hi", "verdict"]
    return pd.DataFrame(columns=columns).rename_axis("model")

"""Should the model change? A new one replaces the last one for a reason, and the reason is said."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dealerml.churn.backtest import Backtest
from dealerml.churn.choice import ModelChoice
from dealerml.churn.fitted import ChurnModel
from dealerml.churn.metrics import dealer_weights, interval, rate_risks
from dealerml.churn.models import model_name
from dealerml.churn.reliability import measure_calibration
from dealerml.churn.slices import at_dates, labelled_rows, slice_dates
from dealerml.policy import load_policy
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy

PASSED: Final = ("chosen", "beaten")
REPLICATES: Final = 1000


@dataclass(frozen=True)
class Promotion(Spoken):
    """What to do with the model this quarter.

    Parameters
    ----------
    table
        Index ``comparison``: ``replace`` (best other recipe minus the present one, each predicted
        out of time on the latest tested slices) and ``refresh`` (the present recipe trained anew
        minus the champion as it stands, on slices the champion was not trained on): ``recipe``,
        ``difference`` in PR-AUC with ``low``, ``high``, its paired 95 % interval by dealer,
        ``seen_from`` (half that interval: the smallest difference that could have been seen),
        ``n``, ``events``. Rows are absent where there is nothing to compare.
    kind
        ``first`` (the store is empty), ``refresh``, ``replace``, ``keep`` (the champion stays) or
        ``none`` (no model can be fitted).
    recipe
        Name of the recipe to fit and promote; that of the champion where it stays.
    calibration
        Of the recipe on the latest tested slices, from ``measure_calibration``.
    """

    kind: str
    recipe: str | None
    calibration: pd.DataFrame


def decide_promotion(
    backtest: Backtest,
    choice: ModelChoice,
    panel: pd.DataFrame,
    *,
    champion: ChurnModel | None = None,
    random_state: int = 0,
    policy: "Policy | None" = None,
) -> Promotion:
    """Refresh, replace or keep?

    Parameters
    ----------
    backtest, choice
        Of all recipes, on slices each predicted with what was known before it.
    champion
        The model in use; None where there is none yet.

    Returns
    -------
    A refresh, the same recipe on newer data, is promoted unless it is surely worse than the
    champion by ``refresh_margin``, or its risks are surely off by more than ``calibration_margin``
    and by more than the champion's: the burden of proof is on holding it back. Another recipe must
    be surely better than the present one on the last ``replace_slices`` slices pooled: there it is
    on the change.
    """
    rules = (policy or load_policy()).churn
    last = _latest(backtest, rules["replace_slices"])
    if champion is None or champion.name is None or champion.name not in backtest.table.index:
        return _first(choice, last, rules, random_state)
    present, compared = champion.name, {}
    other = _best_other(choice, last, present)
    if other is not None:
        compared["replace"] = _compare(last, other, last[present], random_state)
    frozen = _frozen(backtest, champion, panel)
    if frozen is not None:
        new = backtest.predictions.loc[frozen.index]
        compared["refresh"] = _compare(new, present, frozen, random_state)
    table = pd.DataFrame(compared).T.rename_axis("comparison")
    if other is not None and compared["replace"]["low"] > 0:
        calibration = _calibration(last, other, rules, random_state)
        better = _say("churn.promotion_replace", compared["replace"], present)
        return Promotion(table, (better,), "replace", other, calibration)
    calibration = _calibration(last, present, rules, random_state)
    fault = None
    if frozen is not None:
        both = backtest.predictions.loc[frozen.index, ["churned", present]]
        both = both.assign(frozen=frozen)
        fault = _find_fault(compared["refresh"], both, rules, random_state)
    refreshed = Sentence("churn.promotion_refresh", {"model": model_name(present)})
    said = (*_say_kept_recipe(compared, present), fault or refreshed)
    return Promotion(table, said, "keep" if fault else "refresh", present, calibration)


def _latest(backtest: Backtest, slices: int) -> pd.DataFrame:
    predictions = backtest.predictions
    return at_dates(predictions, slice_dates(predictions)[-slices:])


def _first(
    choice: ModelChoice, last: pd.DataFrame, rules: dict[str, Any], random_state: int
) -> Promotion:
    table = pd.DataFrame(columns=["recipe", "difference", "low", "high"]).rename_axis("comparison")
    if choice.name is None:
        return Promotion(table, choice.said, "none", None, pd.DataFrame())
    calibration = pd.DataFrame()
    if choice.name in last and len(last):
        calibration = _calibration(last, choice.name, rules, random_state)
    said = (*choice.said, Sentence("churn.promotion_first", {"model": model_name(choice.name)}))
    return Promotion(table, said, "first", choice.name, calibration)


def _best_other(choice: ModelChoice, last: pd.DataFrame, present: str) -> str | None:
    """The recipe of highest PR-AUC among those that surely beat the silence rule."""
    passed = choice.table.index[choice.table["verdict"].isin(PASSED)]
    names = [str(name) for name in passed if name != present]
    churned = last["churned"].to_numpy()
    if not names or not 0 < churned.sum() < len(churned):
        return None
    return max(names, key=lambda m: rate_risks(churned, last[m].to_numpy())["pr_auc"][0])


def _frozen(backtest: Backtest, champion: ChurnModel, panel: pd.DataFrame) -> pd.Series | None:
    """Risks by the champion as it stands, on tested slices that it was not trained on."""
    from scipy.special import expit

    dates = [d for d in slice_dates(backtest.predictions) if d > max(champion.slices)]
    if champion.fitted is None or not dates:
        return None
    rows = at_dates(labelled_rows(panel), dates)
    if not 0 < rows["churned"].sum() < len(rows) or set(champion.fitted.columns) - set(rows):
        return None
    log_odds = champion.fitted.log_odds(rows)
    return pd.Series(expit(log_odds), index=rows.index)


def _compare(
    rows: pd.DataFrame, name: str, present: pd.Series, random_state: int
) -> dict[str, Any]:
    dealers = rows.index.get_level_values("dealer_id").to_numpy()
    weights = dealer_weights(dealers, replicates=REPLICATES, random_state=random_state)
    churned, both = rows["churned"].to_numpy(), (rows[name].to_numpy(), present.to_numpy())
    point = np.subtract(*(rate_risks(churned, risk)["pr_auc"][0] for risk in both))
    low, high = interval(np.subtract(*(rate_risks(churned, r, weights)["pr_auc"] for r in both)))
    return {
        "recipe": name,
        "difference": float(point),
        "low": low,
        "high": high,
        "seen_from": (high - low) / 2,
        "n": len(rows),
        "events": int(churned.sum()),
    }


def _calibration(
    last: pd.DataFrame, name: str, rules: dict[str, Any], random_state: int
) -> pd.DataFrame:
    empty = pd.DataFrame()
    backtest = Backtest(empty, (), empty, empty, last)
    slices = rules["replace_slices"]
    return measure_calibration(backtest, name, slices=slices, random_state=random_state)


def _find_fault(
    refresh: dict[str, Any], both: pd.DataFrame, rules: dict[str, Any], random_state: int
) -> Sentence | None:
    """Why a refresh is held back; None where it is not.

    Risks that are off hold it back only where those of the champion are less so: otherwise the
    refresh has learnt what the champion has not seen.
    """
    name = refresh["recipe"]
    if refresh["high"] < -rules["refresh_margin"]:
        return _say("churn.promotion_worse", refresh, name)
    new, old = (
        _calibration(both, column, rules, random_state).loc["pooled"] for column in (name, "frozen")
    )
    margin = rules["calibration_margin"]
    off = new["intercept_lo"] > margin or new["intercept_hi"] < -margin
    if not off or abs(old["intercept"]) >= abs(new["intercept"]):
        return None
    values = {"expected": new["expected"], "events": new["events"], "n": new["n"]}
    return Sentence("churn.promotion_miscalibrated", values | {"model": model_name(name)})


def _say_kept_recipe(compared: dict[str, dict[str, Any]], name: str) -> tuple[Sentence, ...]:
    if "replace" not in compared:
        return (Sentence("churn.promotion_no_other", {"model": model_name(name)}),)
    return (_say("churn.promotion_not_better", compared["replace"], name),)


def _say(key: str, found: dict[str, Any], present: str) -> Sentence:
    names = {"model": model_name(found["recipe"]), "present": model_name(present)}
    numbers = {name: found[name] for name in ("difference", "low", "high", "seen_from", "n")}
    return Sentence(key, names | numbers | {"events": found["events"]})

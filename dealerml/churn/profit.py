"""What the call list would have brought in past quarters, beside what managers do without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.churn.backtest import Backtest
from dealerml.churn.losses import expected_gain
from dealerml.churn.metrics import CHUNK, dealer_weights, interval
from dealerml.churn.models import FALLEN
from dealerml.words import Sentence, Spoken

CAPACITIES: Final = tuple(share / 100 for share in range(1, 21))
RULES: Final = ("managers_rule", "above_half")


@dataclass(frozen=True)
class Profit(Spoken):
    """What calling would have brought on past slices, each predicted out of time.

    Parameters
    ----------
    table
        Index ``called``, share of dealers that can be called (0.01–0.20); one column of money per
        way of choosing: ``call_list`` by expected gain; ``managers_rule``, those down by 30 %, the
        largest amount first; ``above_half``, those with a risk above 0.5, the riskiest first.
    areas
        Index way of choosing: ``area``, mean over the capacities, money; for the rules also
        ``difference``, the call list's minus theirs, with ``low`` and ``high``, its 95 % interval
        by dealer.
    """

    areas: pd.DataFrame


def measure_profit(
    backtest: Backtest,
    model: str,
    panel: pd.DataFrame,
    *,
    costs: Mapping[str, Any],
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> Profit:
    """Would the call list have earned more than the rules it replaces?

    Parameters
    ----------
    panel
        The slices tested, for what was at stake with each dealer: its amount of the last 365 days,
        less what comes back after churn (``return_share``), known on the date of the list.
    costs
        ``policy.costs``; change ``save_rate`` to see what depends on it.

    Notes
    -----
    A called dealer that did stop brings save rate × (stake − offer cost), one that did not costs
    the offer where it takes it, and every call its contact cost. Nobody is called whom the way of
    choosing does not name, so a curve may end early.
    """
    facts = _facts(backtest, model, panel, costs)
    orders = {
        "call_list": _ranked(facts["expected"], facts["expected"] > 0),
        "managers_rule": _ranked(facts["stake"], facts["ratio"] < FALLEN),
        "above_half": _ranked(facts["risk"], facts["risk"] > 0.5),
    }
    dealers = facts.index.get_level_values("dealer_id").to_numpy()
    drawn = dealer_weights(dealers, replicates=n_bootstrap, random_state=random_state)
    weights = np.vstack([np.ones(len(facts), dtype=np.int16), drawn])
    curves = {
        name: _curves(facts["brought"].to_numpy(), order, weights) for name, order in orders.items()
    }
    table = pd.DataFrame({name: each[0] for name, each in curves.items()}, index=CAPACITIES)
    areas = {name: each.mean(axis=1) for name, each in curves.items()}
    rows = {"call_list": {"area": areas["call_list"][0]}}
    for rule in RULES:
        gap = areas["call_list"] - areas[rule]
        low, high = interval(gap[1:])
        rows[rule] = {"area": areas[rule][0], "difference": gap[0], "low": low, "high": high}
    frame = pd.DataFrame(rows).T.rename_axis("way")
    return Profit(table.rename_axis("called"), _said(frame, len(facts), costs), frame)


def _facts(
    backtest: Backtest, model: str, panel: pd.DataFrame, costs: Mapping[str, Any]
) -> pd.DataFrame:
    predictions = backtest.predictions[["churned", model]].rename(columns={model: "risk"})
    known = panel.loc[predictions.index, ["net_amount_365d"]]
    stake = known["net_amount_365d"].clip(lower=0).fillna(0) * (1 - costs["return_share"])
    ratio = panel["year_ratio_90d"] if "year_ratio_90d" in panel else pd.Series(dtype=float)
    churned, rate = predictions["churned"], float(costs["save_rate"])
    return predictions.assign(
        stake=stake,
        ratio=ratio.reindex(predictions.index),
        expected=expected_gain(predictions["risk"], stake, costs, save_rate=rate),
        brought=expected_gain(churned, stake, costs, save_rate=rate),
    )


def _ranked(strength: pd.Series, named: pd.Series) -> np.ndarray:
    """Places of the dealers that are named, the strongest first."""
    places = np.flatnonzero(named.to_numpy())
    order = np.argsort(-strength.to_numpy()[places], kind="stable")
    return np.asarray(places[order])


def _curves(brought: np.ndarray, order: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Money brought at each capacity, replicates × capacities."""
    parts = []
    for start in range(0, len(weights), CHUNK):
        chunk = weights[start : start + CHUNK].astype(float)
        room = chunk.sum(axis=1)[:, None] * np.array(CAPACITIES)
        calls = np.cumsum(chunk[:, order], axis=1)
        money = np.cumsum(chunk[:, order] * brought[order], axis=1)
        parts += [
            np.interp(k, np.append(0.0, c), np.append(0.0, m))
            for k, c, m in zip(room, calls, money, strict=True)
        ]
    return np.array(parts)


def _said(areas: pd.DataFrame, n: int, costs: Mapping[str, Any]) -> tuple[Sentence, ...]:
    row = areas.loc["managers_rule"]
    values = {"n": n, "rate": costs["save_rate"], "area": areas.loc["call_list", "area"]}
    gap = {"difference": row["difference"], "low": row["low"], "high": row["high"]}
    return (Sentence("churn.profit", values | gap),)

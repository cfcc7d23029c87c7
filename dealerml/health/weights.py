"""Are the weights of the score right: expert ones beside learnt ones, and what hangs on each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.bands import name_bands, weigh_parts
from dealerml.health.metrics import column
from dealerml.health.parts import FULL, Part
from dealerml.health.sayings import name_part
from dealerml.health.score import Health, score_health
from dealerml.health.shares import draw_dealers
from dealerml.policy import Policy, load_policy
from dealerml.words import Sentence, Spoken

# Fewer dealers that stopped than this teach nothing about a dozen weights.
FEWEST_STOPPED: Final = 30
# How far a weight is moved to see what hangs on it.
MOVES: Final = (0.5, 2.0)
LOW, HIGH = 2.5, 97.5


@dataclass(frozen=True)
class WeightCheck(Spoken):
    """What each part of the score is worth, by experts and by what followed.

    Parameters
    ----------
    table
        See `check_weights`.
    comparison
        Index ``weights`` (expert, learnt): ``roc_auc`` on the later half of the past dates, from
        weights known before them, with ``auc_low``, ``auc_high``; last row ``difference`` (learnt
        minus expert, paired).
    """

    comparison: pd.DataFrame


def check_weights(
    panel: pd.DataFrame,
    *,
    policy: Policy | None = None,
    n_bootstrap: int = 200,
    random_state: int = 0,
) -> WeightCheck:
    """Which parts of the score told in the past who would stop, and do the weights say so?

    Parameters
    ----------
    panel
        Features of past dates with ``churned``, index ``(as_of, dealer_id)``.
    n_bootstrap
        Dealers are drawn so often, all dates of one together, for the intervals.

    Returns
    -------
    WeightCheck whose table has the index ``part`` and
        ``weight``              points of 100, of the supplied parts, by policy
        ``weight_learnt``       points of 100 that a logistic regression of stopping on the parts
                                gives, never below 0; with ``learnt_low``, ``learnt_high`` (95 %)
        ``roc_auc``             how well the part alone tells who stops (0.5: not at all), with
                                ``auc_low``, ``auc_high`` (95 %)
        ``related``             1 where that interval lies above 0.5, else 0
        ``rank_correlation``    of the scores with those under half or twice the weight, the smaller
        ``band_changed_share``  0-1, of dealers whose band one of the two changes, the larger
    Empty, and said why, with fewer than 30 that stopped.

    Notes
    -----
    Learnt weights are information. They fit the past of this export and would change what a score
    means from quarter to quarter, so nothing takes them over by itself.
    """
    policy = policy or load_policy()
    health = score_health(panel, policy=policy)
    known = health.table["health"].notna() & column(panel, "churned").notna()
    stopped = column(panel, "churned")[known].astype("int64")
    if stopped.sum() < FEWEST_STOPPED or stopped.nunique() < 2:
        empty = pd.DataFrame()
        said = (Sentence("health.weights_nothing", {"n": int(stopped.sum())}),)
        return WeightCheck(empty, said, empty)
    scores = health.scored.scores[[part.name for part in health.parts]][known]
    draws = draw_dealers(scores.index, n_bootstrap, random_state)
    table = _relate(scores, stopped, health.parts, draws)
    table = table.join(_move(health, known, policy))
    comparison = _compare(scores, stopped, health.parts, (n_bootstrap, random_state))
    return WeightCheck(table, tuple(_say(table, comparison)), comparison)


def _relate(
    scores: pd.DataFrame, stopped: pd.Series, parts: tuple[Part, ...], draws: list[np.ndarray]
) -> pd.DataFrame:
    values, y = _filled(scores), stopped.to_numpy()
    weights = np.array([part.weight for part in parts])
    learnt = _learn(values, y)
    again = np.array([_learn(values[rows], y[rows]) for rows in draws if y[rows].any()])
    alone = np.array([_auc(values[:, at], y) for at in range(len(parts))])
    drawn = np.array(
        [[_auc(values[rows, at], y[rows]) for at in range(len(parts))] for rows in draws]
    )
    (low, high), (auc_low, auc_high) = _interval(again), _interval(drawn)
    return pd.DataFrame(
        {
            "weight": weights / weights.sum() * FULL,
            "weight_learnt": learnt,
            "learnt_low": low,
            "learnt_high": high,
            "roc_auc": alone,
            "auc_low": auc_low,
            "auc_high": auc_high,
            "related": (auc_low > 0.5).astype("int64"),
        },
        index=pd.Index([part.name for part in parts], name="part"),
    )


def _filled(scores: pd.DataFrame) -> np.ndarray:
    """Points of each part; what is not known stands at the part's mean and so tells nothing."""
    return scores.fillna(scores.mean()).fillna(FULL).to_numpy(dtype=float)


def _learn(values: np.ndarray, stopped: np.ndarray) -> np.ndarray:
    """Points of 100 for each part, in the proportion in which it speaks against stopping."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if stopped.min() == stopped.max():
        return np.full(values.shape[1], np.nan)
    with threadpool_limits(1):
        fit = LogisticRegression(max_iter=500).fit(values / FULL, stopped)
    kept = np.clip(-fit.coef_[0], 0.0, None)
    total = kept.sum()
    return np.asarray(kept / total * FULL if total > 0 else np.zeros_like(kept))


def _auc(score: np.ndarray, stopped: np.ndarray) -> float:
    """How often one that stopped has fewer points than one that did not, equals counting half."""
    from scipy.stats import rankdata

    bad = int(stopped.sum())
    good = len(stopped) - bad
    if not bad or not good:
        return np.nan
    ranks = rankdata(-score)
    return float((ranks[stopped == 1].sum() - bad * (bad + 1) / 2) / (bad * good))


def _interval(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.nanpercentile(drawn, [LOW, HIGH], axis=0)
    return low, high


def _move(health: Health, known: pd.Series, policy: Policy) -> pd.DataFrame:
    """How much order and bands change when one weight is halved or doubled."""
    scores, rules = health.scored.scores[known], policy.health
    now = health.table["health"][known]
    bands = name_bands(now, rules)
    rows = {}
    for at, part in enumerate(health.parts):
        kept, changed = [], []
        for factor in MOVES:
            parts = list(health.parts)
            parts[at] = replace(part, weight=part.weight * factor)
            other = _score(scores, tuple(parts))
            kept.append(float(now.corr(other, method="spearman")))
            changed.append(float((name_bands(other, rules) != bands).mean()))
        rows[part.name] = {"rank_correlation": min(kept), "band_changed_share": max(changed)}
    return pd.DataFrame(rows).T


def _score(scores: pd.DataFrame, parts: tuple[Part, ...]) -> pd.Series:
    shares, _ = weigh_parts(scores, parts)
    return (shares * scores[list(shares.columns)]).sum(axis=1).round(9)


def _compare(
    scores: pd.DataFrame, stopped: pd.Series, parts: tuple[Part, ...], drawing: tuple[int, int]
) -> pd.DataFrame:
    """Expert weights, and those learnt from the earlier half of the dates, on the later half."""
    dates = scores.index.get_level_values("as_of")
    middle = dates.unique().sort_values()[dates.nunique() // 2]
    before, after = dates < middle, dates >= middle
    y = stopped.to_numpy()
    if not y[before].any() or not y[after].any():
        return pd.DataFrame()
    learnt = _learn(_filled(scores[before]), y[before])
    own = tuple(replace(part, weight=float(w)) for part, w in zip(parts, learnt, strict=True))
    told = [
        _score(scores[after], parts).to_numpy(),
        _score(scores[after], own).to_numpy(),
    ]
    draws = draw_dealers(scores.index[after], *drawing)
    found = [_auc(score, y[after]) for score in told]
    again = np.array([[_auc(score[rows], y[after][rows]) for score in told] for rows in draws])
    values = np.array([*found, found[1] - found[0]])
    low, high = _interval(np.column_stack([again, again[:, 1] - again[:, 0]]))
    return pd.DataFrame(
        {"roc_auc": values, "auc_low": low, "auc_high": high},
        index=pd.Index(["expert", "learnt", "difference"], name="weights"),
    )


def _say(table: pd.DataFrame, comparison: pd.DataFrame) -> Iterator[Sentence]:
    best = str(table["roc_auc"].idxmax())
    facts: dict[str, Any] = {"part": name_part(best), "auc": float(table["roc_auc"][best])}
    yield Sentence("health.weights", facts | {"n": len(table)})
    none = [name_part(str(name)) for name in table.index[table["related"] == 0]]
    if none:
        yield Sentence("health.weights_unrelated", {"parts": none})
    if len(comparison):
        auc = comparison["roc_auc"]
        row = comparison.loc[["difference"]].iloc[0]
        facts = {"expert": float(auc["expert"]), "learnt": float(auc["learnt"])}
        facts |= {"low": float(row["auc_low"]), "high": float(row["auc_high"])}
        yield Sentence("health.weights_compared", facts)
    swing = str(table["band_changed_share"].idxmax())
    facts = {"part": name_part(swing), "share": float(table["band_changed_share"][swing])}
    yield Sentence("health.weights_moved", facts | {"kept": float(table["rank_correlation"].min())})

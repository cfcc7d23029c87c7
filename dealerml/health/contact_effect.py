"""What goes with more contacts: next quarter's growth and whether the dealer stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dealerml.health.metrics import column
from dealerml.words import Sentence, Spoken

OUTCOMES: Final = ("growth_next", "kept")
# Beyond this quantile contacts are too rare to say anything of them.
WIDEST: Final = 0.95
KNOTS: Final = 3
FEWEST: Final = 200
LOW, HIGH = 2.5, 97.5
# A ratio of sales beyond e to this power is a dealer that began or ended, not one that grew.
MOST_GROWN: Final = 2.0


@dataclass(frozen=True)
class ContactEffect(Spoken):
    """What dealers did in the quarters after more or fewer contacts than their own usual.

    Parameters
    ----------
    table
        Index (``outcome_next``, ``contacts_90d``): ``contact_effect`` against the median number of
        contacts, as log ratio of sales (growth_next) or share (kept), ``effect_low``,
        ``effect_high`` (95 %), and ``n``, dealer and date pairs with so many contacts.
    tests
        Index ``outcome_next``: ``n`` pairs, ``dealers``, ``p_value`` of no relation at all, by
        shuffling each dealer's contacts among its own dates; two-sided.
    """

    tests: pd.DataFrame


def relate_contacts(
    panel: pd.DataFrame, *, n_bootstrap: int = 200, random_state: int = 0
) -> ContactEffect:
    """What goes with more contacts in the next quarter, dealer by dealer?

    Each dealer is compared with itself on other dates (dealer fixed effects), dates with each other
    (date effects); contacts enter as a smooth curve. It is an association: contacts follow
    trouble and promise as well as they bring sales, so a curve that falls does not mean that visits
    harm, nor one that rises that they help.

    Parameters
    ----------
    panel
        Features of past dates with ``contacts_90d``, ``net_amount_next``,
        ``net_amount_ahead_last_year`` and ``churned``, index ``(as_of, dealer_id)``.
    n_bootstrap
        Draws of dealers, all dates of one together.

    Returns
    -------
    Empty, and said why, where there are no contacts or fewer than 200 pairs.
    """
    made = column(panel, "contacts_90d")
    outcomes = _outcomes(panel)
    parts: dict[str, pd.DataFrame] = {}
    tests: dict[str, dict[str, Any]] = {}
    for name in OUTCOMES:
        rows = outcomes[name].notna() & made.notna()
        rows &= rows.groupby(level="dealer_id").transform("sum") > 1
        if rows.sum() < FEWEST or made[rows].nunique() <= KNOTS:
            continue
        found = _fit(made[rows], outcomes[name][rows], n_bootstrap, random_state)
        parts[name], tests[name] = found
    if not parts:
        empty = pd.DataFrame()
        return ContactEffect(empty, (Sentence("health.contacts_nothing"),), empty)
    table = pd.concat(parts, names=["outcome_next", "contacts_90d"])
    judged = pd.DataFrame(tests).T.rename_axis("outcome_next")
    return ContactEffect(table, tuple(_say(table, judged)), judged)


def _outcomes(panel: pd.DataFrame) -> dict[str, pd.Series]:
    after, before = (
        column(panel, name) for name in ("net_amount_next", "net_amount_ahead_last_year")
    )
    both = (after > 0) & (before > 0)
    ratio = pd.Series(np.log((after / before).where(both)), panel.index)
    return {
        "growth_next": ratio.clip(-MOST_GROWN, MOST_GROWN),
        "kept": 1 - column(panel, "churned"),
    }


def _fit(
    made: pd.Series, outcome: pd.Series, n_bootstrap: int, seed: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    most = max(int(made.quantile(WIDEST)), KNOTS)
    capped = made.clip(upper=most).to_numpy()
    grid = np.arange(most + 1, dtype=float)
    basis, at = _smooth(capped, grid)
    dates = pd.get_dummies(made.index.get_level_values("as_of"), dtype=float).to_numpy()[:, 1:]
    codes, dealers = pd.factorize(made.index.get_level_values("dealer_id"))
    columns = np.column_stack([basis, dates])
    counts = np.bincount(codes).astype(float)
    within, y = _demean(columns, codes, counts), _demean(outcome.to_numpy()[:, None], codes, counts)
    # Sums per dealer: drawing dealers then only weighs them, and no row is looked at again.
    cross = np.stack([_sum(within * within[:, [j]], codes) for j in range(within.shape[1])], axis=1)
    target = _sum(within * y, codes)
    random = np.random.default_rng(seed)
    n = len(dealers)
    drawn = random.multinomial(n, np.full(n, 1 / n), n_bootstrap)
    weights = np.vstack([np.ones(n), drawn])
    k = basis.shape[1]
    betas = np.array([_solve(w, cross, target)[:k] for w in weights])
    curve = betas @ (at - at[int(np.median(capped))]).T
    low, high = np.percentile(curve[1:], [LOW, HIGH], axis=0)
    seen = np.bincount(capped.astype(int), minlength=len(grid))
    table = pd.DataFrame(
        {"contact_effect": curve[0], "effect_low": low, "effect_high": high, "n": seen},
        index=pd.Index(grid.astype("int64"), name="contacts_90d"),
    )
    p_value = _p_value(within[:, :k], within[:, k:], y[:, 0], (codes, n_bootstrap, seed))
    return table, {"n": len(made), "dealers": n, "p_value": p_value}


def _smooth(values: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.preprocessing import SplineTransformer

    spline = SplineTransformer(
        n_knots=KNOTS, degree=2, knots="uniform", include_bias=False, extrapolation="linear"
    ).fit(grid[:, None])
    return spline.transform(values[:, None]), spline.transform(grid[:, None])


def _demean(columns: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.asarray(columns - (_sum(columns, codes) / counts[:, None])[codes])


def _sum(columns: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Sum of the rows of each dealer."""
    n = int(codes.max()) + 1
    return np.column_stack([np.bincount(codes, weights=c, minlength=n) for c in columns.T])


def _solve(weights: np.ndarray, cross: np.ndarray, target: np.ndarray) -> np.ndarray:
    total = np.tensordot(weights, cross, 1)
    return np.asarray(np.linalg.lstsq(total, weights @ target, rcond=1e-10)[0])


def _p_value(
    curve: np.ndarray, dates: np.ndarray, y: np.ndarray, drawing: tuple[np.ndarray, int, int]
) -> float:
    """Chance of a fit this good if contacts had come on any of the dealer's own dates.

    Contacts are shuffled among the dates of each dealer. Unlike a test by standard errors this
    claims no more than it should where few dealers were seen very often.
    """
    codes, n_draws, seed = drawing
    random = np.random.default_rng(seed)
    left = y - dates @ np.linalg.lstsq(dates, y, rcond=1e-10)[0]
    explained = _explained(curve, left)
    by_dealer = np.argsort(codes, kind="stable")
    better = 0
    for _ in range(n_draws):
        shuffled = np.empty_like(by_dealer)
        shuffled[by_dealer] = np.lexsort((random.random(len(codes)), codes))
        better += _explained(curve[shuffled], left) >= explained
    return (1 + better) / (1 + n_draws)


def _explained(curve: np.ndarray, y: np.ndarray) -> float:
    fit = curve @ np.linalg.lstsq(curve, y, rcond=1e-10)[0]
    return float(fit @ fit)


def _say(table: pd.DataFrame, tests: pd.DataFrame) -> Iterator[Sentence]:
    for name in tests.index:
        row = tests.loc[[name]].iloc[0]
        curve = table.xs(name, level="outcome_next")
        sure = curve["contact_effect"].abs() / (curve["effect_high"] - curve["effect_low"]).clip(
            lower=1e-9
        )
        at = int(sure.where(curve["n"] > 0, -1.0).to_numpy().argmax())
        last = curve.iloc[at]
        facts = {"n": int(row["n"]), "dealers": int(row["dealers"]), "p": float(row["p_value"])}
        facts |= {"most": int(curve.index[at]), "effect": float(last["contact_effect"])}
        facts |= {"low": float(last["effect_low"]), "high": float(last["effect_high"])}
        related = row["p_value"] < 0.05
        yield Sentence(f"health.contacts_{name}" + ("" if related else "_none"), facts)
    yield Sentence("health.contacts_association")

"""Do today's dealers still look like those of a year ago, feature by feature?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dealerml.churn.inputs import feature_frame
from dealerml.words import ColumnName, Sentence, Spoken

BINS: Final = 10
NOTABLE: Final = 0.2  # the usual mark from which a shift is looked into


@dataclass(frozen=True)
class Drift(Spoken):
    """How far the cohort has moved from that of a year ago.

    Parameters
    ----------
    table
        Index ``feature``, the largest shift first: ``psi`` (population stability index over tenths
        of last year's values and the empty ones, ≥ 0), ``psi_chance`` (what sampling alone stays
        below in 95 of 100 cases for so few dealers), ``missing_before``, ``missing_now`` (share,
        0–1), ``drifted`` (psi above 0.2 and above chance).
    n_before, n_now
        Dealers compared.
    """

    n_before: int
    n_now: int


def measure_drift(before: pd.DataFrame, now: pd.DataFrame, columns: Sequence[str]) -> Drift:
    """Which features of the cohort have shifted since the same quarter last year?

    Parameters
    ----------
    before, now
        Features of both dates; only their cohorts are compared. The same quarter, so that the
        season is no shift.

    References
    ----------
    Yurdakul, Naranjo (2020), Statistical properties of the population stability index,
    https://doi.org/10.21314/JRMV.2020.227
    """
    old, new = (feature_frame(x[x["cohort"].astype(bool)], columns) for x in (before, now))
    n = (len(old), len(new))
    rows = {name: _compare(old[name], new[name]) for name in columns} if min(n) else {}
    names = ["psi", "psi_chance", "missing_before", "missing_now"]
    table = pd.DataFrame(rows, index=names, dtype="float64").T.rename_axis("feature")
    table["drifted"] = (table["psi"] > NOTABLE) & (table["psi"] > table["psi_chance"])
    table = table.sort_index().sort_values("psi", ascending=False, kind="stable")
    return Drift(table, _said(table, n), *n)


def _compare(old: pd.Series, new: pd.Series) -> list[float]:
    from scipy.stats import chi2

    known = old.dropna().to_numpy()
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else np.array([])
    shares = [_shares(values, edges) for values in (old, new)]
    used = (shares[0] > 0) | (shares[1] > 0)
    # Half a dealer where a tenth has none: its logarithm would otherwise be beyond all measure.
    before, after = (
        np.maximum(share[used], 0.5 / len(values))
        for share, values in zip(shares, (old, new), strict=True)
    )
    psi = float(((after - before) * np.log(after / before)).sum())
    chance = chi2.ppf(0.95, max(int(used.sum()) - 1, 1)) * (1 / len(old) + 1 / len(new))
    return [psi, float(chance), float(old.isna().mean()), float(new.isna().mean())]


def _shares(values: pd.Series, edges: np.ndarray) -> np.ndarray:
    """Share of the dealers in each tenth, and last of those without a value."""
    known = values.dropna().to_numpy()
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return np.append(counts, values.isna().sum()) / len(values)


def _said(table: pd.DataFrame, n: tuple[int, int]) -> tuple[Sentence, ...]:
    if table.empty:
        return (Sentence("churn.drift_unknown"),)
    drifted = table.index[table["drifted"]]
    values = {"features": len(table), "before": n[0], "now": n[1]}
    if not len(drifted):
        return (Sentence("churn.drift_none", values),)
    first = {"n": len(drifted), "first": ColumnName(str(drifted[0]))}
    return (Sentence("churn.drift", values | first),)

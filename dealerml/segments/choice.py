"""How many segments: as many as come out the same when the dealers are resampled."""

import warnings
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

STARTS = 10  # random starts of a fit
RESAMPLE_STARTS = 3  # fewer: a start that misses counts against the number, as it should
LARGEST_RESAMPLE = 3_000
INTERVAL = (0.05, 0.95)  # quantiles of the agreement over resamples


def try_numbers(
    points: np.ndarray,
    centres: Mapping[int, np.ndarray],
    rules: Mapping[str, Any],
    *,
    random_state: int,
) -> pd.DataFrame:
    """How do different numbers of segments hold up?

    Parameters
    ----------
    points
        Dealers on the scale of ``apply_scaling``.
    centres
        Number of segments → their centres on the same scale.
    rules
        ``segments`` of the policy.

    Returns
    -------
    One row per number of segments, index ``k``:
        ``stability``     float, median adjusted Rand index between these segments and those fitted
                          on a resample of the dealers, over resamples
        ``stability_lo``, ``stability_hi``  float, 5 % and 95 % quantile over resamples
        ``inertia``       float, sum of squared distances to the centres
        ``smallest_share``  float 0-1, part of the dealers in the smallest segment
        ``stable``        bool, stable enough and no segment too small

    Notes
    -----
    Silhouette alone nearly always says two and likelihood never stops; agreement under resampling
    says which grouping is in the data and which is in the draw.

    References
    ----------
    Hennig, C. (2007), Cluster-wise assessment of cluster stability,
    https://doi.org/10.1016/j.csda.2006.11.025
    Hubert, L. and Arabie, P. (1985), Comparing partitions, https://doi.org/10.1007/BF01908075
    """
    rows = {k: _try_number(points, found, rules, random_state) for k, found in centres.items()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("k")
    table["stable"] = (table["stability"] >= float(rules["stability"])) & (
        table["smallest_share"] >= float(rules["min_share"])
    )
    return table


def choose_number(tried: pd.DataFrame, rules: Mapping[str, Any]) -> int:
    """How many segments are taken?

    Parameters
    ----------
    tried
        Result of ``try_numbers`` with a bool column ``named``: all segments differ in words.

    Returns
    -------
    The largest stable number, from ``k_min`` on, whose segments can be told apart in words; else
    the smallest stable one from ``k_min`` on; else fewer if that is stable; else the number with
    the highest stability, from ``k_min`` on and without a segment that is too small if possible.

    Examples
    --------
    >>> rules = {"k_min": 3, "min_share": 0.03}
    >>> tried = pd.DataFrame(
    ...     {
    ...         "stability": [0.97, 0.93, 0.90, 0.70],
    ...         "smallest_share": [0.4, 0.2, 0.1, 0.01],
    ...         "stable": [True, True, True, False],
    ...         "named": [True, True, False, False],
    ...     },
    ...     index=[2, 3, 4, 5],
    ... )
    >>> choose_number(tried, rules), choose_number(tried.loc[[2, 4, 5]], rules)
    (3, 4)
    """
    wanted = tried[tried["stable"] & (tried.index >= int(rules["k_min"]))]
    if wanted["named"].any():
        return int(wanted.index[wanted["named"]].to_numpy().max())
    if len(wanted):
        return int(wanted.index.to_numpy().min())
    large = tried[tried["smallest_share"] >= float(rules["min_share"])]
    pools = (tried[tried["stable"]], large[large.index >= int(rules["k_min"])], large, tried)
    pool = next(table for table in pools if len(table))
    return int(pool.index.to_numpy()[pool["stability"].to_numpy().argmax()])


def fit_centres(
    points: np.ndarray, k: int, *, random_state: int, starts: int = STARTS
) -> np.ndarray:
    """Where are the centres of so many segments?

    Returns
    -------
    float array (k, axes).
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    model = KMeans(n_clusters=k, n_init=starts, random_state=random_state)
    # Sums over several threads differ in the last bit, and ties then fall differently.
    with _thread_pools().limit(limits=1), warnings.catch_warnings():
        # A resample may hold fewer different dealers than segments: agreement tells the rest.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points)
    return np.asarray(model.cluster_centers_)


@cache
def _thread_pools() -> "ThreadpoolController":
    """The thread pools of what is loaded: looking for them takes as long as a fit does."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which centre is nearest to each dealer, and how far is it?

    Returns
    -------
    int array of positions in ``centres`` and float array of distances.
    """
    from scipy.spatial.distance import cdist

    distances = cdist(points, centres)
    labels = distances.argmin(axis=1)
    return labels, distances[np.arange(len(points)), labels]


def _try_number(
    points: np.ndarray, centres: np.ndarray, rules: Mapping[str, Any], random_state: int
) -> dict[str, float]:
    from sklearn.metrics import adjusted_rand_score

    labels, distance = nearest(points, centres)
    # The same resamples for every number, so that numbers are compared on the same draws.
    draws = np.random.default_rng(random_state)
    size = min(len(points), LARGEST_RESAMPLE)
    agreement = []
    for _ in range(int(rules["resamples"])):
        drawn = points[np.sort(draws.integers(0, len(points), size))]
        other = fit_centres(drawn, len(centres), random_state=random_state, starts=RESAMPLE_STARTS)
        agreement.append(adjusted_rand_score(labels, nearest(points, other)[0]))
    middle, low, high = np.quantile(agreement, (0.5, *INTERVAL))
    return {
        "stability": float(middle),
        "stability_lo": float(low),
        "stability_hi": float(high),
        "inertia": float((distance**2).sum()),
        "smallest_share": float(np.bincount(labels, minlength=len(centres)).min() / len(points)),
    }

"""How many segments: as many as come out the same when the dealers are resampled."""

from collections.abc import Mapping
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

SEEDS = 5  # fits among which the one that agrees most with the others is taken
STARTS = 5  # random starts of each division
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
    says which grouping is in the data and which is in the draw. Resamples are grouped as the
    dealers were, and every number is judged on the same ones.

    References
    ----------
    Hennig, C. (2007), Cluster-wise assessment of cluster stability,
    https://doi.org/10.1016/j.csda.2006.11.025
    Hubert, L. and Arabie, P. (1985), Comparing partitions, https://doi.org/10.1007/BF01908075
    """
    agreement = _resample(points, centres, int(rules["resamples"]), random_state)
    rows = {k: _summarise(points, found, agreement[k]) for k, found in centres.items()}
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


def agree_on_centres(points: np.ndarray, most: int, *, random_state: int) -> dict[int, np.ndarray]:
    """Where are the centres of two and more segments, whatever seed is drawn?

    The dealers are divided with several seeds; of each number of segments the division is taken
    that agrees most with all others.

    Returns
    -------
    Number of segments → float array (segments, axes), for as many numbers as the dealers allow.
    """
    fits = [
        split_centres(points, most, random_state=random_state + number) for number in range(SEEDS)
    ]
    return {k: _most_agreed([fit[k] for fit in fits if k in fit], points) for k in fits[0]}


def split_centres(
    points: np.ndarray, most: int, *, random_state: int, starts: int = STARTS
) -> dict[int, np.ndarray]:
    """Where are the centres when the largest group is divided again and again?

    Groups of few axes that run into each other have many nearly equally good partitions, and plain
    k-means takes another with every sample. Dividing the largest group in two is the same question
    each time, and its answer holds.

    Returns
    -------
    Number of segments → float array (segments, axes).

    References
    ----------
    Steinbach, M., Karypis, G. and Kumar, V. (2000), A comparison of document clustering techniques,
    University of Minnesota, technical report 00-034
    """
    groups, found = [points], {}
    while len(groups) < most:
        sizes = [len(group) if (group != group[0]).any() else 0 for group in groups]
        largest = int(np.argmax(sizes))
        if not sizes[largest]:
            break
        group = groups.pop(largest)
        upper = _halve(group, random_state, starts)
        groups += [group[upper], group[~upper]]
        found[len(groups)] = np.vstack([group.mean(axis=0) for group in groups])
    return found


def _halve(points: np.ndarray, random_state: int, starts: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    model = KMeans(n_clusters=2, n_init=starts, random_state=random_state)
    # Sums over several threads differ in the last bit, and ties then fall differently.
    with _thread_pools().limit(limits=1):
        labels = model.fit_predict(points)
    return np.asarray(labels == labels[0])


def _most_agreed(fits: list[np.ndarray], points: np.ndarray) -> np.ndarray:
    from sklearn.metrics import adjusted_rand_score

    labels = [nearest(points, fit)[0] for fit in fits]
    agreement = np.zeros(len(fits))
    for first, second in combinations(range(len(fits)), 2):
        score = adjusted_rand_score(labels[first], labels[second])
        agreement[[first, second]] += score
    return fits[int(agreement.argmax())]


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


def _resample(
    points: np.ndarray, centres: Mapping[int, np.ndarray], times: int, random_state: int
) -> dict[int, list[float]]:
    """How far does each grouping agree with the same one of dealers drawn anew?"""
    from sklearn.metrics import adjusted_rand_score

    labels = {k: nearest(points, found)[0] for k, found in centres.items()}
    draws = np.random.default_rng(random_state)
    size = min(len(points), LARGEST_RESAMPLE)
    agreement: dict[int, list[float]] = {k: [] for k in centres}
    for _ in range(times):
        drawn = points[np.sort(draws.integers(0, len(points), size))]
        others = split_centres(
            drawn, max(centres), random_state=random_state, starts=RESAMPLE_STARTS
        )
        for k, own in labels.items():
            # A resample of too few different dealers has no such grouping: that is no agreement.
            other = nearest(points, others[k])[0] if k in others else np.zeros(len(points))
            agreement[k].append(float(adjusted_rand_score(own, other)))
    return agreement


def _summarise(points: np.ndarray, centres: np.ndarray, agreement: list[float]) -> dict[str, float]:
    labels, distance = nearest(points, centres)
    middle, low, high = np.quantile(agreement, (0.5, *INTERVAL))
    return {
        "stability": float(middle),
        "stability_lo": float(low),
        "stability_hi": float(high),
        "inertia": float((distance**2).sum()),
        "smallest_share": float(np.bincount(labels, minlength=len(centres)).min() / len(points)),
    }

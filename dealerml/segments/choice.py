"""How many segments: as many as come out the same when the dealers are resampled."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

STARTS = 5  # random starts of a fit; with few axes more change nothing
RESAMPLE_STARTS = 3
LARGEST_RESAMPLE = 3_000
INTERVAL = (0.05, 0.95)  # quantiles of the agreement over resamples


def try_numbers(points: np.ndarray, rules: Mapping[str, Any], *, random_state: int) -> pd.DataFrame:
    """How do different numbers of segments hold up?

    Parameters
    ----------
    points
        Dealers on the scale of ``apply_scaling``.
    rules
        ``segments`` of the policy.

    Returns
    -------
    One row per number of segments, index ``k``:
        ``stability``     float, median adjusted Rand index between the segments of all dealers and
                          those fitted on a resample, over resamples
        ``stability_lo``, ``stability_hi``  float, 5 % and 95 % quantile over resamples
        ``inertia``       float, sum of squared distances to the centres
        ``smallest_share``  float 0-1, part of the dealers in the smallest segment
        ``kept``          bool, stable enough and no segment too small

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
    distinct = len(np.unique(points, axis=0))
    # Two is always looked at: it is what remains where nothing finer is stable.
    numbers = range(2, min(int(rules["k_max"]), distinct - 1) + 1)
    rows = [_try_number(points, k, rules, random_state=random_state) for k in numbers]
    index = pd.Index(list(numbers), name="k", dtype="int64")
    columns = ["stability", "stability_lo", "stability_hi", "inertia", "smallest_share"]
    table = pd.DataFrame(rows, index=index, columns=columns).astype("float64")
    stable = table["stability"] >= float(rules["stability"])
    table["kept"] = stable & (table["smallest_share"] >= float(rules["min_share"]))
    return table


def choose_number(tried: pd.DataFrame, rules: Mapping[str, Any]) -> int:
    """How many segments are taken?

    The largest number that is stable and has no segment too small. Where none is, the most stable
    one among those without a segment too small, and the most stable of all as a last resort.

    Examples
    --------
    >>> rules = {"k_min": 3, "min_share": 0.03}
    >>> tried = pd.DataFrame(
    ...     {
    ...         "stability": [0.97, 0.93, 0.90, 0.70],
    ...         "smallest_share": [0.4, 0.2, 0.1, 0.01],
    ...         "kept": [True, True, True, False],
    ...     },
    ...     index=[2, 3, 4, 5],
    ... )
    >>> choose_number(tried, rules), choose_number(tried.loc[[2, 5]], rules)
    (4, 2)
    """
    if tried["kept"].any():
        return int(tried.index[tried["kept"]].to_numpy().max())
    wanted = tried[tried.index >= int(rules["k_min"])]
    for pool in (wanted, tried):
        large = pool[pool["smallest_share"] >= float(rules["min_share"])]
        if len(large):
            return _most_stable(large)
    return _most_stable(tried)


def fit_centres(
    points: np.ndarray, k: int, *, random_state: int, starts: int = STARTS
) -> tuple[np.ndarray, float]:
    """Where are the centres of so many segments, and how far are dealers from them?

    Returns
    -------
    float array (k, axes), and the sum of squared distances.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = KMeans(n_clusters=k, n_init=starts, random_state=random_state)
    # Sums over several threads differ in the last bit, and ties then fall differently.
    with threadpool_limits(1), warnings.catch_warnings():
        # A resample may hold fewer different dealers than segments: agreement tells the rest.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points)
    return model.cluster_centers_, float(model.inertia_)


def nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which centre is nearest to each dealer, and how far is it?

    Returns
    -------
    int array of positions in ``centres`` and float array of distances.
    """
    distances = np.linalg.norm(points[:, None, :] - centres[None, :, :], axis=2)
    labels = distances.argmin(axis=1)
    return labels, distances[np.arange(len(points)), labels]


def _most_stable(tried: pd.DataFrame) -> int:
    return int(tried.index.to_numpy()[tried["stability"].to_numpy().argmax()])


def _try_number(
    points: np.ndarray, k: int, rules: Mapping[str, Any], *, random_state: int
) -> tuple[float, ...]:
    from sklearn.metrics import adjusted_rand_score

    centres, inertia = fit_centres(points, k, random_state=random_state)
    labels, _ = nearest(points, centres)
    smallest = np.bincount(labels, minlength=k).min() / len(points)
    # The same resamples for every k, so that numbers are compared on the same draws.
    draws = np.random.default_rng(random_state)
    size = min(len(points), LARGEST_RESAMPLE)
    agreement = []
    for _ in range(int(rules["resamples"])):
        drawn = points[np.sort(draws.integers(0, len(points), size))]
        other, _ = fit_centres(drawn, k, random_state=random_state, starts=RESAMPLE_STARTS)
        agreement.append(adjusted_rand_score(labels, nearest(points, other)[0]))
    middle, low, high = np.quantile(agreement, (0.5, *INTERVAL))
    return float(middle), float(low), float(high), inertia, float(smallest)

"""Shares of groups with their intervals, and dealers drawn with all their dates."""

import numpy as np
import pandas as pd


def share_by(flags: pd.Series, by: pd.Series) -> pd.DataFrame:
    """Of how many in each group does something hold, and how sure is the share?

    Parameters
    ----------
    flags
        0 or 1, or a boolean.
    by
        The group of each, on the same index.

    Returns
    -------
    Index of the groups: ``n``, ``share`` (0-1) and its 95 % interval ``low``, ``high`` (Wilson).

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    >>> share_by(pd.Series([1.0, 0.0]), pd.Series(["A", "A"])).round(3).loc["A"].tolist()
    [2.0, 0.5, 0.095, 0.905]
    """
    from statsmodels.stats.proportion import proportion_confint

    groups = flags.astype("float64").groupby(by)
    n = groups.size()
    low, high = proportion_confint(groups.sum(), n, method="wilson")
    return pd.DataFrame({"n": n, "share": groups.mean(), "low": low, "high": high})


def draw_dealers(index: pd.Index, n: int, seed: int) -> list[np.ndarray]:
    """Which rows belong to dealers drawn with replacement, all dates of one together?

    Parameters
    ----------
    index
        With a level ``dealer_id``.

    Returns
    -------
    Positions in `index`, one array for each of the `n` draws.
    """
    codes, dealers = pd.factorize(index.get_level_values("dealer_id"))
    rows = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[rows], np.arange(len(dealers) + 1))
    random = np.random.default_rng(seed)
    drawn = (random.integers(0, len(dealers), len(dealers)) for _ in range(n))
    return [
        np.concatenate([rows[edges[d] : edges[d + 1]] for d in dealers_drawn])
        for dealers_drawn in drawn
    ]

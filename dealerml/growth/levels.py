"""Dealers, regions and the total: three ways to add up the same rows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dealerml.growth.season import FloatArray

# Where the region of a dealer is not known; kept as a row so that regions add up to the total.
NO_REGION: Final = ""


@dataclass(frozen=True)
class Level:
    """One way to add up dealers.

    Parameters
    ----------
    name
        ``dealer``, ``region`` or ``total``.
    keys
        Names of its rows, in order.
    codes
        n; the row each dealer adds to.
    """

    name: str
    keys: tuple[str, ...]
    codes: npt.NDArray[np.intp]

    @property
    def shared(self) -> bool:
        """Do all its rows miss together when a date was misjudged, as sums of many dealers do?"""
        return self.name != "dealer"

    def total(self, values: FloatArray) -> FloatArray:
        """What do the rows, n x anything, come to? NaN counts as nothing except for dealers."""
        if self.name == "dealer":
            return values
        if len(values) == 0:
            return np.zeros((len(self.keys), *values.shape[1:]))
        known = np.where(np.isfinite(values), values, 0.0)
        order = np.argsort(self.codes, kind="stable")
        # Every key has a dealer, so that each begins where its first one stands.
        starts = np.searchsorted(self.codes[order], np.arange(len(self.keys)))
        out: FloatArray = np.add.reduceat(known[order], starts, axis=0)
        return out


def make_levels(dealers: pd.Index, regions: pd.Series | None) -> tuple[Level, ...]:
    """At which levels is sales added up?

    Parameters
    ----------
    dealers
        Dealer ids in the order of the rows.
    regions
        Region by dealer id, or None; all unknown means that there are no regions.

    Examples
    --------
    >>> levels = make_levels(pd.Index(["A", "B"]), pd.Series({"A": "North", "B": None}))
    >>> [(level.name, level.keys) for level in levels]
    [('dealer', ('A', 'B')), ('region', ('', 'North')), ('total', ('total',))]
    """
    count = len(dealers)
    everyone = Level("total", ("total",), np.zeros(count, dtype=np.intp))
    single = Level("dealer", tuple(map(str, dealers)), np.arange(count))
    if regions is None:
        return single, everyone
    known = region_of(dealers, regions)
    keys, codes = np.unique(known.to_numpy(dtype=str), return_inverse=True)
    if list(keys) in ([NO_REGION], []):
        return single, everyone
    return single, Level("region", tuple(map(str, keys)), codes.reshape(-1)), everyone


def region_of(dealers: pd.Index, regions: pd.Series | None) -> pd.Series:
    """In which region is each dealer? ``NO_REGION`` where that is not known."""
    if regions is None:
        return pd.Series(NO_REGION, index=dealers, dtype=object)
    return regions.reindex(dealers).astype(object).where(lambda r: r.notna(), NO_REGION)
